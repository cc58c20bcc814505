"""The command line of ``reporter/measure``: arguments in, exit code out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure import wording
from reporter.measure.console import Console
from reporter.measure.instruments.explaining import explain
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.paired.plugin import share_variables
from reporter.measure.plan import load
from reporter.measure.requirements import unmet
from reporter.measure.series import EXIT_CODES, measure_head, skip
from reporter.measure.service import state
from reporter.measure.service.supervisor import supervise
from reporter.shared import next_step
from reporter.shared.errors import UsageError
from reporter.shared.files import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.series import Outcome
    from reporter.shared.next_step import Step

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
    plan, output = load(arguments.plan), arguments.output
    if plan.share is not None:
        environ = {**environ, **share_variables(arguments.plan, environ)}
    if arguments.next is None:
        missing = unmet(plan.requires_env, plan.requires_url, environ)
        if missing:
            return skip(plan, output, missing, environ=environ)
        begin = measure_pairs if plan.begins_with_pairs else measure_with_noise
        return begin(plan, output, stream=stdout, environ=environ)
    step = _step(arguments.next)
    Console(stdout, environ).heading(wording.again(step))
    if step.pairs:
        select = step.select or None
        return measure_pairs(plan, output, count=step.pairs, select=select, stream=stdout, environ=environ)
    if step.looks:
        return explain(plan, output, step, stream=stdout, environ=environ)
    if step.alone:
        clean(output, stream=stdout, environ=environ)
    return measure_head(plan, step, output, stream=stdout, environ=environ)


def _step(path: Path) -> Step:
    """Read the file of ``--next``.

    Raises:
        UsageError: it cannot be read, or holds no step.
    """
    try:
        return next_step.load(read_json(path))
    except (OSError, ValueError) as error:
        what = f"what to measure next cannot be read: {error}"
        cure = f"give the {next_step.FILE_NAME} of a report"
        raise UsageError("no-selection", what, where=str(path), cure=cure) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measure", description="Run the benchmark command of a plan, N times afresh.")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="what to run (plan/v1)")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where measure.json and runs/ go")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--next", type=Path, metavar="FILE", help="add to DIR what a report asks for (next-step/v1)")
    task.add_argument("--clean", action="store_true", help="remove the base and the head that pairs left in DIR")
    task.add_argument("--serve", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
