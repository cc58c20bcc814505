"""``benchverdict count``: whether benchmarks execute more instructions than at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import counting, running
from reporter.commands.configured import config_of
from reporter.measure.lock import held

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``count`` takes."""
    parser.add_argument("benchmarks", metavar="NAME", nargs="*", help="names, globs, or parts of names (default: all)")
    parser.takes_command = True
    group = shared.add_selection(parser, category=False)
    group.add_argument("--base", metavar="REF", help="the commit to compare with (default: where this branch began)")
    shared.add_place(parser, name=False)
    parser.add_examples(
        "benchverdict count -- pytest benchmarks", "benchverdict count 'test_*' --base main", page="docs/why.md"
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Count; return the exit code."""
    config = config_of(arguments)
    if running.is_skipped(arguments.mode, config, stdout):
        return 0
    settings = config.in_mode(arguments.mode)
    request = counting.CountRequest(
        names=tuple(arguments.benchmarks) or ("*",),
        plan=running.plan_for(tuple(arguments.command), "default", settings),
        settings=settings,
        base=arguments.base,
        root=arguments.root,
        environ=running.environment_of(arguments.mode),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return counting.count(request, stdout, stderr)
