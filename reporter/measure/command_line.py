"""The command line of ``reporter/measure``: arguments in, exit code out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure.console import Console
from reporter.measure.errors import MeasureUsageError
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import load
from reporter.measure.requirements import unmet
from reporter.measure.series import EXIT_CODES, measure, skip
from reporter.measure.service import state
from reporter.measure.service.supervisor import supervise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.series import Outcome


FIRST_LOOK = 8
"""Pairs of the first look at a plan of nothing but pairs, when no number is given."""
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
            return 0 if clean(arguments.output, stream=stderr, environ=environ) else MeasureUsageError.exit_code
        outcome = _measure(arguments, stdout, environ)
    except MeasureUsageError as error:
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
    missing = () if arguments.confirm or arguments.pairs else unmet(plan.requires_env, plan.requires_url, environ)
    if missing:
        return skip(plan, arguments.output, missing, environ=environ)
    count = arguments.pairs or (FIRST_LOOK if plan.pairs_only else 0)
    if plan.noise_pairs and not count and not arguments.confirm:
        return measure_with_noise(plan, arguments.output, stream=stdout, environ=environ)
    if not count:
        return measure(plan, arguments.output, confirm=arguments.confirm, stream=stdout, environ=environ)
    select = (_names(arguments.select) or None) if arguments.select else None
    return measure_pairs(
        plan,
        arguments.output,
        count=count,
        batch=arguments.batch,
        select=select,
        stream=stdout,
        environ=environ,
    )


def _names(path: Path) -> list[str]:
    """Read the file of ``--select``: a JSON list of the names of benchmarks, or what ``report`` says comes next."""
    try:
        names = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _selection_error(path, str(error)) from None
    if isinstance(names, dict):
        names = names.get("select")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _selection_error(path, "it is no list of texts")
    return names


def _selection_error(path: Path, reason: str) -> MeasureUsageError:
    what = f"the selection cannot be read: {reason}"
    return MeasureUsageError("no-selection", what, where=str(path), cure="give a JSON list of names of benchmarks")


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _batch(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measure", description="Run the benchmark command of a plan, N times afresh.")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="what to run (plan/v1)")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where measure.json and runs/ go")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--confirm", action="store_true", help="add the plan's confirming runs to what is in DIR")
    task.add_argument("--pairs", type=_count, metavar="N", help="add N pairs of base and head to what is in DIR")
    task.add_argument("--clean", action="store_true", help="remove the base and the head that pairs left in DIR")
    task.add_argument("--serve", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--batch", type=_batch, default=0, metavar="B", help="with --pairs: which batch they belong to")
    parser.add_argument("--select", type=Path, metavar="FILE", help="with --pairs: the only benchmarks (a JSON list)")
    return parser
