"""Words about a run: the command as a reader would type it, without secrets, and what to say when a run went wrong."""

from __future__ import annotations

import shlex
import signal
from typing import TYPE_CHECKING

from reporter.shared.masking import masked, masked_argument
from reporter.shared.printable import listed, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.measure.plan import Plan
    from reporter.measure.process import Ended
    from reporter.measure.results import Results
    from reporter.shared.next_step import Step

_KILLED = 9
_QUOTE = "  | "


def base_restored(commit: str, age: str) -> str:
    """Return that the base is one that an earlier measuring set up."""
    return f"Reusing the base at {commit[:10]}, set up {age} ago (--fresh-base sets it up again)"


def displayed(plan: Plan) -> str:
    """Show the command of a plan as a reader would type it, with passwords and tokens masked."""
    text = plan.script.strip() if plan.script is not None else " ".join(map(_quoted, plan.command or ()))
    return masked(text)


def failed(which: str, ended: Ended, plan: Plan, lines: Sequence[str], log: str) -> str:
    """Return the sentence that the command failed. ``which`` names the run, ``log`` is the path of its log."""
    what = f"{which} failed: the command {_how_it_ended(ended, plan)}; nothing was compared [{_code(ended)}]"
    return "\n".join([what, _command(plan), *printed(lines, log), f"  what to do: {_cure(ended, plan)}"])


def setup_failed(side: str, what: str, lines: Sequence[str] = (), log: str | None = None) -> str:
    """Return that a side could not be set up. ``log`` is the path of what its steps printed, if they did."""
    first = f"the {side} could not be set up: {what}; nothing was compared [setup-failed]"
    cure = f"give a set-up script (`setup`) that makes the tree of the {side} ready to run, or correct the one there is"
    return "\n".join([first, *(printed(lines, log) if log else ()), f"  what to do: {cure}"])


def cannot_start(which: str, program: str, error: OSError, plan: Plan) -> str:
    """Return the sentence that the command could not even be started."""
    what = f"{which} failed: cannot start {program}: {error.strerror or error}; nothing was compared [cannot-start]"
    cure = f"check the spelling of {program}, and that it is installed, executable and on PATH in this job"
    return "\n".join([what, _command(plan), f"  what to do: {cure}"])


def not_lock_step(messages: Sequence[str]) -> str:
    """Return that base and head could not run at the same time, and what happens instead."""
    why = in_brief(messages[0]) if messages else "the sides did not find each other"
    return f"base and head were measured one after the other, which is noisier: they could not run at once ({why})"


MACHINE_DESCRIBED = "ran `asv machine --yes`: asv keeps in ~/.asv-machine.json which machine this is"


def asv_settled(name: str, changed: str) -> str:
    """Return that asv finds the commit of a side in its own tree."""
    return f"  {changed} of the {name}: asv's `repo` is its tree, and `branches` is HEAD"


def shortened(added: str) -> str:
    """Return what was added to the command to make its runs short."""
    return f"added {added}: shorter runs, more of them; `shorten = false` leaves the command alone"


def options_refused(added: str) -> str:
    """Return that the command failed with what was added, and what happens instead."""
    return f"the command failed with {added}, which would make its runs shorter, so it runs without it"


def wrote_nothing(which: str, results: Results, plan: Plan) -> str:
    """Return the sentence that the command ended well and left nothing to compare."""
    detail = "; ".join([*(f"{path.name} is empty" for path in results.empty), *results.problems])
    what = f"{which}: the command ended with exit code 0 but wrote no result{f' ({detail})' if detail else ''}"
    cure = "let the command write its results to {output}, or name the files it writes in `results`"
    if plan.results:
        cure += f"; only files new or changed in the run count, and nothing such matches {', '.join(plan.results)}"
    return "\n".join([f"{what}; nothing was compared [no-result]", _command(plan), f"  what to do: {cure}"])


def again(step: Step) -> str:
    """Return the heading of what a report asks for: ``Measuring again: test_sum, 8 pairs (the first look …)``."""
    names = [shorten(name.rpartition("::")[2], _LONGEST_NAME) for name in step.select]
    what = f"{step.pairs} pair{'' if step.pairs == 1 else 's'}" if step.pairs else "the head"
    why = f" ({shorten(step.why, _LONGEST_WHY)})" if step.why else ""
    if step.explain:
        slower = [shorten(name.rpartition("::")[2], _LONGEST_NAME) for name in step.explain]
        return f"Looking for what makes it slower: {listed(slower, _NAMES)}"
    if step.count:
        return f"Counting {' and '.join(step.count)} of all benchmarks"
    if step.alone:
        return f"Measuring the head by itself: {shorten(step.alone, _LONGEST_WHY)}"
    return f"Measuring again: {', '.join([*([listed(names, _NAMES)] if names else []), what])}{why}"


_NAMES, _LONGEST_NAME, _LONGEST_WHY = 3, 60, 200


def needs(mode: str | None, missing: Sequence[str]) -> str:
    """Return what a mode, or measuring without one, lacks."""
    what = f"mode {mode}" if mode else "measuring"
    return f"{what} lacks what it needs: {'; '.join(missing)}"


def skipped(mode: str | None, missing: Sequence[str]) -> str:
    """Return the sentence that nothing was measured, on purpose."""
    cure = "provide it, or take it out of `requires-env` and `requires-url`"
    what = f"nothing was measured: {needs(mode, missing)} [skipped]"
    return f"{what}\n  what to do: {cure}"


def interrupted(done: int, planned: int) -> str:
    """Return the sentence that measuring was stopped from outside."""
    what = f"measuring was interrupted; {done} of {planned} runs were complete and are kept [interrupted]"
    return f"{what}\n  what to do: measure again to have all runs"


def pairs_interrupted(done: int, planned: int) -> str:
    """Return the sentence that measuring pairs was stopped from outside."""
    what = f"measuring was interrupted; {done} of {planned} pairs were complete and are kept [interrupted]"
    return f"{what}\n  what to do: measure again to have all pairs"


NOT_PAIRED = "base and head cannot be measured side by side: "
"""How a reason begins for which there are no pairs."""


def same_code(module: str, where: str) -> str:
    """Return the sentence that both sides ran one and the same code."""
    what = f"both sides ran the same code: {module} came from {where} on either; nothing was compared [same-code]"
    cure = "let a set-up script (`setup`) install the project on each side, from its own tree"
    return f"{what}\n  what to do: {cure}"


NOTHING_AFFECTED = "nothing is measured: nothing that differs runs in any benchmark"


def selected(measured: int, left_out: int) -> str:
    """Return how many benchmarks a change reaches."""
    return f"{measured} of {measured + left_out} benchmarks are measured: nothing that differs runs in the others"


def cut_short() -> str:
    """Say, while measuring goes on, what holds should measure itself be killed."""
    what = "measuring was killed, or is still going on [interrupted]"
    return f"{what}\n  what to do: measure again to have all runs"


def left_behind(title: str, names: Sequence[str]) -> str:
    """Name the processes that outlived a run or a step of setting up; some of them, when they are many."""
    named = ", ".join(list(dict.fromkeys(names))[:_NAMED])
    return f"{title} left processes running ({len(names)}: {named}), which were ended: let it end what it starts"


_NAMED = 5


def in_brief(message: str) -> str:
    """Return what one of these messages says went wrong, in one line, without what follows from it elsewhere."""
    first = message.partition("\n")[0].rpartition(" [")
    return (first[0] or first[2]).replace("; nothing was compared", "")


def printed(lines: Sequence[str], log: str) -> list[str]:
    """Quote the last lines of a log."""
    return (
        [f"  the last lines of {log}:", *(f"{_QUOTE}{masked(line)}" for line in lines)]
        if lines
        else ["  it printed nothing"]
    )


def quoted(message: str) -> tuple[str, ...]:
    """Return the lines of a log that one of these messages quotes; a command in it is further to the right."""
    return tuple(line[len(_QUOTE) :] for line in message.split("\n") if line.startswith(_QUOTE))


def _quoted(argument: str) -> str:
    """Quote for a shell, but leave a plain argument with {output} as the user wrote it."""
    safe = masked_argument(argument)
    plain = safe.replace("{output}", "output")
    return safe if shlex.quote(plain) == plain else shlex.quote(safe)


def _command(plan: Plan) -> str:
    return "  command: " + displayed(plan).replace("\n", "\n    ")


def _code(ended: Ended) -> str:
    return "run-time-limit" if ended.cut else "command-failed"


def _how_it_ended(ended: Ended, plan: Plan) -> str:
    if ended.cut:
        return f"took longer than its limit of {plan.run_time_limit_seconds:g} s and was ended"
    return how_it_ended(ended.exit_code, ended.signal)


def how_it_ended(exit_code: int | None, signal_number: int | None) -> str:
    """Return what a process ended with."""
    if exit_code is None:
        return f"was ended by {_signal_name(signal_number)}"
    return f"ended with exit code {exit_code}"


def _signal_name(number: int | None) -> str:
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return f"signal {number}"


def _cure(ended: Ended, plan: Plan) -> str:
    if ended.cut:
        return "make the command shorter, or raise `run-time-limit`"
    if _KILLED in (ended.signal, (ended.exit_code or 0) - 128):
        return "see whether the machine ran out of memory: that is the usual cause of SIGKILL"
    if plan.script is not None and ended.exit_code == 127:
        return "a program that the script names was not found: install it before measuring, or correct its name"
    if plan.script is not None and ended.exit_code == 126:
        return "a program that the script names is not executable: correct its permissions"
    return "run the command by itself until it succeeds; the results of a command that fails are never compared"
