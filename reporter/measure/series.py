"""All runs of a plan, one after the other, with ``measure.json`` in step."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure import checkout, environment, fingerprint, record, wording
from reporter.measure.console import Console, spoken_duration
from reporter.measure.interrupt import Interrupt
from reporter.measure.language import language_of
from reporter.measure.lock import held
from reporter.measure.record import Failure, Record, RunRecord
from reporter.measure.run import Attempt, Runner, Slot
from reporter.measure.service import state
from reporter.shared.batch import Batch
from reporter.shared.errors import CommandFailedError, InputError, MeasuringInterruptedError, UsageError
from reporter.shared.masking import masked
from reporter.shared.model import FINGERPRINT_KEYS, Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.measure.plan import Plan
    from reporter.shared.next_step import Step

EXIT_CODES = {
    "complete": 0,
    "skipped": 0,
    "empty": InputError.exit_code,
    "failed": CommandFailedError.exit_code,
    "interrupted": MeasuringInterruptedError.exit_code,
}
DISCARDED = "nothing of it is used"


@dataclass(frozen=True)
class Outcome:
    """How measuring ended. ``status`` and ``message`` (``None`` when complete) are those of ``measure.json``.

    Of pairs it tells more: ``side`` is the one that failed, and ``pairs`` how many this call completed.
    """

    status: str
    message: str | None
    path: Path
    side: str | None = None
    pairs: int = 0

    @property
    def exit_code(self) -> int:
        """0 complete or skipped, 3 a run wrote nothing, 4 the command failed, 130 interrupted."""
        return EXIT_CODES[self.status]


def measure(
    plan: Plan,
    output: Path,
    *,
    confirm: bool = False,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run the plan's command in the working directory and fill ``output`` with ``measure.json`` and ``runs/``.

    With ``confirm`` the plan's ``confirm_runs`` are added, as a batch of their own, to what an earlier call left there.
    The log and the progress go to ``stream`` (standard error when not given). While it runs, SIGINT and SIGTERM end the
    command and then this call, with the status ``interrupted``; no exception is raised for them.

    Raises:
        UsageError: the folder is somebody else's, in use or cannot be written, or there is nothing to confirm.
    """
    environ = os.environ if environ is None else environ
    console = Console(stream or sys.stderr, environ)
    real_output = Path(os.path.realpath(output))
    with held(real_output), Interrupt().listening() as interrupt:
        runner = Runner(plan, real_output, Path.cwd(), environ, console, interrupt)
        found = _resume(plan, runner) if confirm else _start(plan, runner)
        runner.console.quote(f"$ {found.command}")
        batch = Batch.AGAIN if confirm else Batch.FIRST
        done = all_runs(runner, found, batch, plan.confirm_runs if confirm else plan.runs)
    return Outcome(done.status, done.message, runner.output / record.FILE_NAME)


def measure_head(
    plan: Plan,
    step: Step,
    output: Path,
    *,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run the head by itself after a look: in place of its pairs, or once more to confirm. Raises as ``measure`` does.

    The step says which of both, and why there are no pairs.
    """
    alone = plan.alone(step.alone or plan.not_paired)
    return measure(alone, output, confirm=step.confirm, stream=stream, environ=environ)


def skip(plan: Plan, output: Path, missing: Sequence[str], *, environ: Mapping[str, str]) -> Outcome:
    """Leave word in ``output`` that nothing is measured, because of what is missing; raises as ``measure`` does."""
    real_output = Path(os.path.realpath(output))
    message = wording.skipped(plan.mode, missing)
    with held(real_output):
        record.prepare(real_output)
        found = new_record(plan, environ, head_sha=plan.head_sha)
        record.write(replace(found, status="skipped", message=message), real_output)
    return Outcome("skipped", message, real_output / record.FILE_NAME)


def _start(plan: Plan, runner: Runner) -> Record:
    notices = earlier(runner.output, runner.console)
    record.prepare(runner.output)
    found = new_record(plan, runner.environ, head_sha=plan.head_sha or checkout.read(runner.base).sha)
    return _with_reason(plan, replace(found, warnings=(*found.warnings, *notices)))


def earlier(output: Path, console: Console, *, kept: str = DISCARDED) -> tuple[Notice, ...]:
    """End the service that a killed measuring left in a folder, and say what happened there and what is ``kept``.

    Raises:
        UsageError: the folder cannot be written.
    """
    left = state.settle(output)
    if left is None and record.was_cut_short(output):
        left = Notice("measuring-was-killed", f"the measuring before this one was killed; {kept}")
    if left is None:
        return ()
    console.quote(f"note: {left.text}")
    return (left,)


def _with_reason(plan: Plan, found: Record) -> Record:
    """Note why there are no pairs, where they would have been wanted."""
    if not plan.not_paired:
        return found
    notice = Notice("not-paired", f"{wording.NOT_PAIRED}{plan.not_paired}")
    return replace(found, warnings=(*found.warnings, notice))


def new_record(plan: Plan, environ: Mapping[str, str], *, head_sha: str | None, base_sha: str | None = None) -> Record:
    """Return the record of a measurement of which nothing has been measured, on this machine and from now."""
    machine = fingerprint.read(environment.for_command(environ, "head"), language_of(plan))
    now = time.time()
    return Record(
        name=plan.name,
        plan=plan.recorded,
        command=wording.displayed(plan),
        service=masked(plan.service.command.strip()) if plan.service else None,
        status="interrupted",
        message=wording.cut_short(),
        head_sha=head_sha,
        base_sha=base_sha or plan.base_sha,
        started_at=now,
        finished_at=now,
        fingerprint=machine,
        warnings=tuple(_machine_warnings(machine)),
        split=plan.share.digest if plan.share else None,
    )


def _resume(plan: Plan, runner: Runner) -> Record:
    """Take up an earlier measurement; the runs of a confirmation that did not come to its end are measured again."""
    notices = earlier(runner.output, runner.console) if (runner.output / record.FILE_NAME).exists() else ()
    former = record.load(runner.output)
    machine = fingerprint.read(environment.for_command(runner.environ, "head"), language_of(plan))
    problem = _not_confirmable(former, plan, machine)
    if problem:
        cure = "measure without --next first, with the same plan on the same machine"
        raise UsageError("nothing-to-confirm", problem, where=str(runner.output), cure=cure)
    others = tuple(run for run in former.runs if run.batch != Batch.AGAIN)
    warnings = (*former.warnings, *notices)
    return replace(former, status="interrupted", message=wording.cut_short(), runs=others, warnings=warnings)


def _not_confirmable(former: Record, plan: Plan, machine: Fingerprint) -> str | None:
    first_look = [run for run in former.runs if run.batch == Batch.FIRST and run.side == "head"]
    if not plan.confirm_runs:
        return "the plan asks for no confirming runs"
    problem = not_continuable(former, plan, machine)
    if problem:
        return problem
    if len(first_look) < plan.runs or not all(run.complete for run in first_look):
        return "the runs to be confirmed are not complete"
    if former.status == "complete" and any(run.batch == Batch.AGAIN for run in former.runs):
        return "these runs were confirmed before, and a verdict takes one confirmation"
    return None


def not_continuable(former: Record, plan: Plan, machine: Fingerprint) -> str | None:
    """Return why nothing can be added to a former measurement; ``None`` when it can."""
    if (former.name, former.plan, former.command) != (plan.name, plan.recorded, wording.displayed(plan)):
        return "what was measured here has another name, plan or command"
    differing = [name for name in FINGERPRINT_KEYS if getattr(former.fingerprint, name) != getattr(machine, name)]
    if differing:
        return f"this is another machine than the one measured on: {', '.join(differing)} differ"
    return None


def all_runs(runner: Runner, found: Record, batch: int, count: int) -> Record:
    """Add so many runs of the head to a record, and write it after each one.

    Raises:
        UsageError: the output folder cannot be written.
    """
    record.write(found, runner.output)
    first = len(found.runs)
    for number in range(count):
        if runner.interrupt.count:
            break
        word = "confirming run" if batch == Batch.AGAIN else "run"
        slot = Slot(index=first + number, batch=batch, title=f"{word} {number + 1} of {count}")
        runner.console.begin(slot.title, _seconds_left(found.runs, count - number))
        attempt = runner.run(slot)
        found = _with(found, attempt, is_last=number + 1 == count)
        record.write(found, runner.output)
        runner.console.end(f"{slot.title}: {_summary(attempt)}")
        if attempt.status != "complete":
            break
    if found.status == "interrupted":
        done = sum(run.complete for run in found.runs[first:])
        found = replace(found, message=wording.interrupted(done, count), finished_at=time.time())
        record.write(found, runner.output)
    return found


def _with(found: Record, attempt: Attempt, *, is_last: bool) -> Record:
    """Add a run. Until the last one is in, the record reads as interrupted, in case this process is killed."""
    unfinished = attempt.status == "interrupted" or (attempt.status == "complete" and not is_last)
    return replace(
        found,
        failure=_failure(found, attempt) or found.failure,
        runs=(*found.runs, attempt.record) if attempt.record else found.runs,
        status="interrupted" if unfinished else attempt.status,
        message=wording.cut_short() if unfinished else attempt.message,
        warnings=(*found.warnings, *attempt.warnings),
        finished_at=time.time(),
    )


def _failure(found: Record, attempt: Attempt) -> Failure | None:
    if attempt.status not in {"failed", "empty"}:
        return None
    message = attempt.message or ""
    return Failure("head", found.head_sha, wording.in_brief(message), wording.quoted(message))


def _machine_warnings(machine: Fingerprint) -> Iterator[Notice]:
    quota = dict(machine.details).get("cpu_quota")
    if quota:
        text = f"a quota of {quota} can pause the command at any moment, which is noise: measure without one"
        yield Notice("cpu-quota", text)


def _seconds_left(runs: tuple[RunRecord, ...], count: int) -> float | None:
    walls = [run.seconds for run in runs if run.seconds is not None]
    return count * sum(walls) / len(walls) if walls else None


def _summary(attempt: Attempt) -> str:
    run = attempt.record
    if run is None or run.wall_seconds is None:
        return attempt.status
    parts = [attempt.status, f"{spoken_duration(run.wall_seconds)} wall"]
    if run.cpu_seconds is not None:
        parts.append(f"{spoken_duration(run.cpu_seconds)} CPU")
    if run.peak_memory_bytes is not None:
        parts.append(f"{run.peak_memory_bytes / 1e6:.0f} MB peak memory")
    return ", ".join(parts)
