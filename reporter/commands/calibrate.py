"""``benchverdict calibrate``: how often equal code raises an alarm here, and what can be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import calibrating, outputs, running
from reporter.commands.configured import check_format, config_of
from reporter.measure.lock import held

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``calibrate`` takes."""
    shared.add_command(parser)
    group = shared.add_selection(parser, category=False)
    group.add_argument(
        "--minutes",
        type=shared.minutes,
        default=600.0,
        dest="seconds",
        metavar="N",
        help="how long (default: 10; 0: show)",
    )
    shared.add_format(group)
    shared.add_place(parser)
    shared.add_outputs(parser, "console, json")
    parser.add_examples("benchverdict calibrate", "benchverdict calibrate --minutes 30", page="docs/calibrate.md")


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Measure equal code; return the exit code."""
    config = config_of(arguments)
    settings = config.in_mode(arguments.mode)
    check_format(arguments.format or settings.format)
    request = calibrating.CalibrateRequest(
        plan=running.plan_for(tuple(arguments.command), arguments.name, settings),
        settings=settings,
        mode=arguments.mode,
        seconds=arguments.seconds,
        root=arguments.root,
        format=arguments.format or settings.format,
        outputs=tuple(outputs.parse_destination(text, calibrating.FORMATS) for text in arguments.output or ["console"]),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return calibrating.calibrate(request, config, stdout, stderr)
