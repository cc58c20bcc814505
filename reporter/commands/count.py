"""``benchverdict count``: whether benchmarks execute more instructions than at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import counting
from reporter.commands.instrumented import add_sides, run_on_sides

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``count`` takes."""
    parser.add_argument("benchmarks", metavar="NAME", nargs="*", help="names, globs, or parts of names (default: all)")
    add_sides(parser)
    parser.add_examples(
        "benchverdict count -- pytest benchmarks", "benchverdict count 'test_*' --base main", page="docs/why.md"
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Count; return the exit code."""
    return run_on_sides(arguments, tuple(arguments.benchmarks) or ("*",), counting.count, stdout, stderr)
