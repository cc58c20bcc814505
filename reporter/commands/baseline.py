"""``benchverdict baseline``: the stored baselines of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import baselines
from reporter.commands.configured import config_of, place_of

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``baseline`` takes."""
    parser.add_argument(
        "action", choices=("save", "show", "list"), help="make the last runs the baseline; show one; list all"
    )
    shared.add_place(parser, store=True)
    shared.add_input_format(parser, parser.add_group("input"))
    parser.add_examples("benchverdict baseline list", "benchverdict baseline save --name api", page="docs/trend.md")


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Save, show or list; return the exit code."""
    config = config_of(arguments)
    store = place_of(arguments, config)
    if arguments.action == "save":
        source = arguments.root / "measure"
        return baselines.save(arguments.name, source, store, config, stdout, format_name=arguments.input_format)
    if arguments.action == "show":
        return baselines.show(arguments.name, store, stdout)
    return baselines.list_baselines(store, stdout)
