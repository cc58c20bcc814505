"""``benchverdict baseline``: the stored baselines of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import baselines
from reporter.commands.configured import config_of

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``baseline`` takes."""
    parser.add_argument("action", choices=("save", "show", "list"))
    shared.add_place(parser)
    shared.add_format(parser.add_group("input"))
    parser.add_examples("benchverdict baseline list", "benchverdict baseline save --name api", page="docs/trend.md")


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Save, show or list; return the exit code."""
    store = arguments.root / "baseline"
    if arguments.action == "save":
        source, config = arguments.root / "measure", config_of(arguments)
        return baselines.save(arguments.name, source, store, config, stdout, format_name=arguments.format)
    if arguments.action == "show":
        return baselines.show(arguments.name, store, stdout)
    return baselines.list_baselines(store, stdout)
