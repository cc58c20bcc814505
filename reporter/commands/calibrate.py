"""``benchverdict calibrate``: how often equal code raises an alarm here, and what can be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import calibrating, outputs, running
from reporter.commands.configured import check_format, config_of
from reporter.commands.settings import add_settings
from reporter.measure.lock import held

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``calibrate`` takes."""
    shared.add_command(parser)
    group = shared.add_selection(parser, category=False)
    group.add_argument(
        "--duration",
        type=shared.duration_or_none,
        default=600.0,
        metavar="TIME",
        help="how long to measure; 0 shows the earlier sessions (default: 10m)",
    )
    parser.add_renamed("--minutes", "--duration", "min")
    shared.add_input_format(parser, group)
    add_settings(parser)
    shared.add_place(parser)
    shared.add_outputs(parser, "console, json")
    parser.add_examples("benchverdict calibrate", "benchverdict calibrate --duration 30m", page="docs/calibrate.md")


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Measure equal code; return the exit code."""
    config = config_of(arguments)
    settings = config.in_mode(arguments.mode)
    check_format(arguments.input_format or settings.format)
    request = calibrating.CalibrateRequest(
        plan=running.plan_for(tuple(arguments.command), arguments.name, settings),
        settings=settings,
        mode=arguments.mode,
        seconds=arguments.duration,
        root=arguments.root,
        format=arguments.input_format or settings.format,
        outputs=tuple(
            outputs.parse_destination(text, calibrating.FORMATS) for text in arguments.output_format or ["console"]
        ),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return calibrating.calibrate(request, config, stdout, stderr)
