"""``benchverdict profile``: which function makes a benchmark slower than at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import profiling
from reporter.commands.instrumented import add_sides, run_on_sides

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``profile`` takes."""
    parser.add_argument("benchmark", metavar="NAME", help="its name, a glob, or a part of the names of some")
    add_sides(parser)
    parser.add_examples(
        "benchverdict profile test_search", "benchverdict profile 'test_*' --base main", page="docs/why.md"
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Profile; return the exit code."""
    return run_on_sides(arguments, (arguments.benchmark,), profiling.profile, stdout, stderr)
