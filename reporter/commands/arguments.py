"""Options that several commands share, each with one meaning, and how their values are read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.shared.screen import COLOUR

if TYPE_CHECKING:
    from reporter.commands.parser import CommandParser

COMPARE_WAYS = ("auto", "baseline", "paired", "instructions", "none")
ROOT = Path(".benchverdict")
LONGEST_SECONDS = 604_800.0
"""A week."""


def add_general(parser: CommandParser) -> None:
    """Add what every command takes, also in front of its name: how much is shown, and with colours or without."""
    group = parser.add_group("general")
    group.add_argument("-h", "--help", action="help", help="print this and end")
    loud = group.add_mutually_exclusive_group()
    loud.add_argument(
        "-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help="show results and errors alone"
    )
    loud.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show what the benchmark command prints in every run, and where a defect happened",
    )
    group.add_argument(
        "-C",
        "--directory",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="do everything in this folder",
    )
    group.add_argument(
        "--color",
        choices=COLOUR,
        default=argparse.SUPPRESS,
        help="colours: on a terminal without NO_COLOR (auto, the default), always or never",
    )


def add_command(parser: CommandParser, text: str = "the benchmark command, after --") -> None:
    """Let the parser take a benchmark command behind ``--``."""
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help=text)
    parser.takes_command = True


def add_place(parser: CommandParser, *, root: bool = True, name: bool = True, store: bool = False) -> None:
    """Add where things are: the suite, the folder of runs and baselines, another store, the configuration."""
    group = parser.add_group("where things are")
    if name:
        group.add_argument("--name", default="default", metavar="SUITE", help="name of the suite (default: default)")
    if root:
        group.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help="runs and store")
    if store:
        group.add_argument(
            "--store",
            metavar="PLACE",
            help="s3://…, gs://…, az://…, file://…, postgresql://…, a folder, or artifact: below --root",
        )
    group.add_argument("--config", type=Path, metavar="FILE", help="benchverdict.toml (default: found here)")


def add_selection(parser: CommandParser, *, category: bool = True) -> argparse._ArgumentGroup:
    """Add what is measured or shown."""
    group = parser.add_group("selection")
    group.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    if category:
        group.add_argument("--category", action="append", default=[], metavar="NAME", help="report only this category")
    return group


def add_input_format(parser: CommandParser, group: argparse._ArgumentGroup) -> None:
    """Add the format of result files."""
    group.add_argument(
        "--input-format", type=word, metavar="NAME", help="format of the result files (default: their content decides)"
    )
    parser.add_renamed("--format", "--input-format")


def add_compare(group: argparse._ArgumentGroup) -> None:
    """Add what a head is compared with."""
    group.add_argument("--compare", type=word, choices=COMPARE_WAYS, help="what to compare with (default: auto)")


def add_outputs(parser: CommandParser, formats: str = "console, json, html, markdown, junit, openmetrics") -> None:
    """Add the outputs of a comparison."""
    parser.add_group("output").add_argument(
        "--output-format",
        action="append",
        default=[],
        metavar="FORMAT[:PATH]",
        help=f"{formats}; with a path into a file; more than once for more outputs (default: console)",
    )
    parser.add_renamed("--output", "--output-format")


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


def count_or_none(text: str) -> int:
    """Read a number that may be 0. Raises as ``count`` does."""
    return 0 if text == "0" else count(text)


def duration(text: str) -> float:
    """Return the seconds of a duration; a plain number is one of seconds.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    from reporter.units import parse_seconds

    try:
        found = parse_seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if found > LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is longer than a week: write it like 90s, 2m or 1h30m")
    return found


def duration_or_none(text: str) -> float:
    """Return the seconds of a duration that may be 0. Raises as ``duration`` does."""
    return 0.0 if text in ("0", "0s", "0m", "0min", "0h") else duration(text)
