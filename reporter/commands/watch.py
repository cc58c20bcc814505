"""``benchverdict watch``: which benchmarks became slower in the saved history, and between which commits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import watching
from reporter.commands.configured import config_of, place_of

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``watch`` takes."""
    group = parser.add_group("input and output")
    group.add_argument(
        "--output-dir", type=Path, metavar="DIR", help="folder of watch.json, which goes on there (default: in --root)"
    )
    group.add_argument(
        "--pairs",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="verdict.json of pairs that were asked for",
    )
    group.add_argument(
        "--bisect", type=Path, action="append", default=[], metavar="FILE", help="bisect.json of a search that ended"
    )
    shared.add_no_fail(parser.add_group("verdict and exit code"))
    shared.add_place(parser, store=True)
    parser.add_examples(
        "benchverdict watch",
        "benchverdict watch --pairs .benchverdict/report/verdict.json",
        "benchverdict watch --bisect .benchverdict/bisect/bisect.json",
        page="docs/watching.md",
    )


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Watch; return the exit code."""
    config = config_of(arguments)
    request = watching.WatchRequest(
        suite=arguments.name,
        store=place_of(arguments, config),
        pinned=config.pinned,
        output=arguments.output_dir or arguments.root / "watch",
        pairs=tuple(arguments.pairs),
        bisections=tuple(arguments.bisect),
        no_fail=arguments.no_fail,
    )
    return watching.watch(request, stdout)
