"""Options that several commands share, each with one meaning, and how their values are read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.commands.parser import CommandParser

COMPARE_WAYS = ("auto", "baseline", "paired", "none")
ROOT = Path(".benchverdict")
_MOST_MINUTES = 10_080


def add_command(parser: CommandParser, text: str = "the benchmark command, after --") -> None:
    """Let the parser take a benchmark command behind ``--``."""
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help=text)
    parser.takes_command = True


def add_place(parser: CommandParser, *, root: bool = True, name: bool = True) -> None:
    """Add where things are: the suite, the folder of runs and store, the configuration."""
    group = parser.add_group("where things are")
    if name:
        group.add_argument("--name", default="default", metavar="SUITE", help="name of the suite (default: default)")
    if root:
        group.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help="runs and store")
    group.add_argument("--config", type=Path, metavar="FILE", help="benchverdict.toml (default: found here)")


def add_selection(parser: CommandParser, *, category: bool = True) -> argparse._ArgumentGroup:
    """Add what is measured or shown."""
    group = parser.add_group("selection")
    group.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    if category:
        group.add_argument("--category", action="append", default=[], metavar="NAME", help="report only this category")
    return group


def add_format(group: argparse._ArgumentGroup | CommandParser) -> None:
    """Add the format of result files."""
    group.add_argument("--format", type=word, metavar="NAME", help="format of the result files (default: by content)")


def add_compare(group: argparse._ArgumentGroup) -> None:
    """Add what a head is compared with."""
    group.add_argument("--compare", type=word, choices=COMPARE_WAYS, help="what to compare with (default: auto)")


def add_outputs(parser: CommandParser, formats: str = "console, json, html, markdown, junit, openmetrics") -> None:
    """Add the outputs of a comparison."""
    group = parser.add_group("output")
    group.add_argument("--output", action="append", default=[], metavar="FORMAT[:PATH]", help=formats)


def add_gate(parser: CommandParser) -> None:
    """Add what decides, and what fails the gate."""
    group = parser.add_group("verdict and exit code")
    group.add_argument("--fail-on", metavar="WORDS", help="verdicts that fail the gate, with commas; or never")
    group.add_argument("--rule", metavar="TEXT", help="decide by this rule alone: 'mean > 10%%', 'z > 5', benchstat …")
    add_no_fail(group)
    group.add_argument(
        "--strict",
        action="store_true",
        help="inconclusive, not comparable, missing, errored and nothing to compare with fail the gate too",
    )
    group.add_argument("--require-baseline", action="store_true", help="exit 5 when there is no baseline")


def add_no_fail(group: argparse._ArgumentGroup) -> None:
    """Add how a failed gate is passed over."""
    group.add_argument("--no-fail", action="store_true", help="exit 0 where the gate failed")


def word(text: str) -> str:
    """Return a name as it is known, however it was written."""
    return text.strip().lower()


def count(text: str) -> int:
    """Read a number of runs.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1000")
    return int(text)


def minutes(text: str) -> float:
    """Return the seconds of so many minutes.

    Raises:
        argparse.ArgumentTypeError: it is no number of minutes.
    """
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= _MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 0 to {_MOST_MINUTES}")
    return 60 * number


def seconds(text: str) -> float:
    """Read a duration.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    from reporter.units import parse_seconds

    try:
        return parse_seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
