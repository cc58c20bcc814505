"""``benchverdict bisect``: which commit made a benchmark slower."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import bisect_range, bisecting, running
from reporter.commands.configured import config_of
from reporter.measure.lock import held

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``bisect`` takes."""
    shared.add_command(parser)
    group = shared.add_selection(parser, category=False)
    group.add_argument("--good", metavar="REF", help="a commit that was fast (default: that of the saved baseline)")
    group.add_argument("--bad", default="HEAD", metavar="REF", help="a later commit that is slow (default: HEAD)")
    group.add_argument(
        "--benchmark", metavar="NAME", help="the benchmark to search for (default: the one that is slower most surely)"
    )
    shared.add_place(parser)
    parser.add_examples(
        "benchverdict bisect --good v1.4 -- pytest benchmarks",
        "benchverdict bisect --good v1.4 --bad main --benchmark test_search -- pytest benchmarks",
        page="docs/bisect.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Search for the first slower commit; return the exit code."""
    config = config_of(arguments)
    if running.is_skipped(arguments.mode, config, stdout):
        return 0
    settings = config.in_mode(arguments.mode)
    request = bisecting.BisectRequest(
        name=arguments.benchmark,
        plan=running.plan_for(tuple(arguments.command), arguments.name, settings),
        settings=settings,
        good=arguments.good or bisect_range.commit_of_baseline(arguments.root, arguments.name),
        bad=arguments.bad,
        root=arguments.root,
        environ=running.environment_of(arguments.mode),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return bisecting.bisect(request, config, stdout, stderr)
