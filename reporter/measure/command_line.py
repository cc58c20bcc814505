"""The command line of ``reporter/measure``: arguments in, exit code out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure.console import Console
from reporter.measure.errors import MeasureUsageError
from reporter.measure.plan import load
from reporter.measure.series import EXIT_CODES, measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def main(argv: Sequence[str], environ: Mapping[str, str], stdout: TextIO, stderr: TextIO) -> int:
    """Measure as the plan file says. The command's log goes to ``stdout``, what went wrong to ``stderr``.

    Exit codes: 0 complete, 2 wrong call or plan, 3 nothing was measured, 4 the command failed, 130 interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        plan = load(arguments.plan)
        outcome = measure(plan, arguments.output, confirm=arguments.confirm, stream=stdout, environ=environ)
    except MeasureUsageError as error:
        Console(stderr, environ).quote(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:  # in the moments before measure counts signals itself
        return EXIT_CODES["interrupted"]
    if outcome.message:
        Console(stderr, environ).quote(f"error: {outcome.message}")
    return outcome.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measure", description="Run the benchmark command of a plan, N times afresh.")
    parser.add_argument("--plan", type=Path, required=True, metavar="FILE", help="what to run (plan/v1)")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="where measure.json and runs/ go")
    parser.add_argument("--confirm", action="store_true", help="add the plan's confirming runs to what is in DIR")
    return parser
