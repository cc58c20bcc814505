"""``benchverdict measure``: measure only; ``benchverdict report`` comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import running
from reporter.commands.build_report import GateOptions
from reporter.commands.configured import check_format, config_of
from reporter.commands.settings import add_settings

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``measure`` takes."""
    shared.add_command(parser)
    group = shared.add_selection(parser)
    group.add_argument("--runs", type=shared.count, metavar="N", help="fresh processes to start")
    add_settings(parser)
    shared.add_place(parser)
    parser.add_examples(
        "benchverdict measure --runs 5 -- pytest benchmarks --benchmark-json={output}",
        "benchverdict report --measure .benchverdict/measure --output-dir report",
        page="docs/modes.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Measure; return the exit code."""
    config = config_of(arguments)
    check_format(config.in_mode(arguments.mode).format)
    request = running.RunRequest(
        command=tuple(arguments.command),
        suite=arguments.name,
        runs=arguments.runs,
        compare=None,
        mode=arguments.mode,
        root=arguments.root,
        store=str(arguments.root / "baseline"),
        report=None,
        format=None,
        save_baseline=False,
        gate=GateOptions(),
        categories=tuple(arguments.category),
    )
    return running.measure_only(request, config, stdout, stderr)
