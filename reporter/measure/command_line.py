"""The command line of ``reporter/measure``: arguments in, exit code out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from reporter.measure.console import Console
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import load
from reporter.measure.requirements import unmet
from reporter.measure.series import EXIT_CODES, measure, skip
from reporter.measure.service import state
from reporter.measure.service.supervisor import supervise
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.series import Outcome


NOT_ENDED = 7
"""Exit code where something that the command started is there still: no signal of ours ends what another user runs."""


def main(argv: Sequence[str], environ: Mapping[str, str], stdout: TextIO, stderr: TextIO) -> int:
    """Measure as the plan file says. The command's log goes to ``stdout``, what went wrong to ``stderr``.

    Exit codes: 0 complete or skipped, 2 wrong call, plan or folder, 3 nothing was measured, 4 the command or its
    service failed, 130 interrupted.
    """
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.serve:
        return supervise(arguments.serve, arguments.output / state.FILE_NAME)
    if arguments.plan is None and not arguments.clean:
        parser.error("--plan is needed")
    try:
        if arguments.clean:
            return 0 if clean(arguments.output, stream=stderr, environ=environ) else UsageError.exit_code
        outcome = _measure(arguments, stdout, environ)
    except UsageError as error:
        Console(stderr, environ).quote(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:  # in the moments before measure counts signals itself
        return EXIT_CODES["interrupted"]
    if outcome.message:
        skipped = outcome.status == "skipped"
        Console(stdout if skipped else stderr, environ).quote(f"{'note' if skipped else 'error'}: {outcome.message}")
    return outcome.exit_code


def _measure(arguments: argparse.Namespace, stdout: TextIO, environ: Mapping[str, str]) -> Outcome:
    plan = load(arguments.plan)
    goes_on = arguments.confirm or arguments.pairs or arguments.alone
    missing = () if goes_on else unmet(plan.requires_env, plan.requires_url, environ)
    if missing:
        return skip(plan, arguments.output, missing, environ=environ)
    if arguments.alone:
        clean(arguments.output, stream=stdout, environ=environ)
        return measure(plan.alone(_reason(arguments.alone)), arguments.output, stream=stdout, environ=environ)
    in_pairs = bool(arguments.pairs) or (plan.begins_with_pairs and not arguments.confirm)
    if plan.noise_pairs and not in_pairs and not arguments.confirm:
        return measure_with_noise(plan, arguments.output, stream=stdout, environ=environ)
    if not in_pairs:
        alone = plan.alone(plan.not_paired)
        return measure(alone, arguments.output, confirm=arguments.confirm, stream=stdout, environ=environ)
    select = (_names(arguments.select) or None) if arguments.select else None
    return measure_pairs(
        plan,
        arguments.output,
        count=arguments.pairs,
        select=select,
        stream=stdout,
        environ=environ,
    )


def _names(path: Path) -> list[str]:
    """Read the file of ``--select``: a JSON list of the names of benchmarks, or what ``report`` says comes next."""
    names = _read(path)
    if isinstance(names, dict):
        names = names.get("select")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _selection_error(path, "it is no list of texts")
    return names


def _reason(path: Path) -> str:
    """Read the file of ``--alone``: what ``report`` says comes next, with the reason why that is no pairs."""
    content = _read(path)
    reason = content.get("alone") if isinstance(content, dict) else None
    if not isinstance(reason, str) or not reason:
        raise _selection_error(path, "it says nothing of a head alone")
    return reason


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _selection_error(path, str(error)) from None


def _selection_error(path: Path, reason: str) -> UsageError:
    what = f"what to measure next cannot be read: {reason}"
    return UsageError("no-selection", what, where=str(path), cure="give a JSON list of names of benchmarks")


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measure", description="Run the benchmark command of a plan, N times afresh.")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="what to run (plan/v1)")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where measure.json and runs/ go")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--confirm", action="store_true", help="add the plan's confirming runs to what is in DIR")
    task.add_argument("--pairs", type=_count, metavar="N", help="add N pairs of base and head to what is in DIR")
    task.add_argument("--alone", type=Path, metavar="FILE", help="measure the head instead of pairs; FILE says why")
    task.add_argument("--clean", action="store_true", help="remove the base and the head that pairs left in DIR")
    task.add_argument("--serve", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--select", type=Path, metavar="FILE", help="with --pairs: the only benchmarks (a JSON list)")
    return parser
