"""``benchverdict run``: measure and report on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import running
from reporter.commands.configured import check_format, config_of, gate_of, place_of
from reporter.commands.settings import add_settings
from reporter.measure.lock import held
from reporter.measure.paired.kept_base import clear as forget_bases

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``run`` takes."""
    shared.add_command(parser)
    group = parser.add_group("comparison")
    shared.add_compare(group)
    group.add_argument("--base", metavar="REF", help="the commit that pairs compare with")
    group.add_argument(
        "--time-limit",
        type=shared.duration,
        metavar="TIME",
        help="measure pairs for at most 90s, 2m, 1h30m … (default: 2 to 10 minutes, by the number of benchmarks)",
    )
    group.add_argument("--runs", type=shared.count, metavar="N", help="fresh processes to start")
    group.add_argument("--fresh-base", action="store_true", help="set the base up again, also where it is kept")
    group.add_argument("--save-baseline", action="store_true", help="make these runs the new baseline")
    shared.add_input_format(parser, shared.add_selection(parser))
    add_settings(parser)
    shared.add_gate(parser)
    shared.add_place(parser, store=True)
    output = parser.add_group("output")
    output.add_argument(
        "--output-dir", type=Path, metavar="DIR", help="folder to write the report to (default: ROOT/report)"
    )
    parser.add_renamed("--report", "--output-dir")
    parser.add_examples(
        "benchverdict run -- pytest benchmarks --benchmark-json={output}",
        "benchverdict run --base v1.2.0 --time-limit 10m",
        "benchverdict run --save-baseline",
        page="docs/pairs.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Measure and report; return the exit code."""
    config = config_of(arguments)
    request = running.RunRequest(
        command=tuple(arguments.command),
        suite=arguments.name,
        runs=arguments.runs,
        compare=arguments.compare,
        mode=arguments.mode,
        root=arguments.root,
        store=place_of(arguments, config),
        report=arguments.output_dir,
        format=arguments.input_format,
        save_baseline=arguments.save_baseline,
        gate=gate_of(arguments),
        base=arguments.base,
        time_limit_seconds=arguments.time_limit,
        categories=tuple(arguments.category),
    )
    check_format(request.format or config.in_mode(request.mode).format)
    running.make_root(request.root)
    with held(arguments.root):
        if arguments.fresh_base:
            forget_bases(request.measure_folder)
        return running.run(request, config, stdout, stderr)
