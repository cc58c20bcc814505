"""Options for what ``[measure]`` of the configuration holds: the command line needs no file for any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.commands import arguments as shared

if TYPE_CHECKING:
    from argparse import Namespace
    from argparse import _ArgumentGroup as ArgumentGroup

    from reporter.commands.parser import CommandParser

_BOOLEAN = "YES|NO"
_LISTS = {
    "results": ("GLOB", "files that the command writes, where it chooses their names; more than once for more"),
    "requires-env": ("NAME", "measure nothing where this environment variable is not set; more than once for more"),
    "requires-url": ("URL", "measure nothing where this address does not answer; more than once for more"),
}
_TEXTS = {
    "setup": ("SCRIPT", "prepares each side before pairs, such as a build"),
    "run-time-limit": ("TIME", "end a run that takes longer, such as 90s, 2m or 1h30m (default: none)"),
    "benchmarks-from": ("SIDE", "head: the benchmark files of the head run on both sides"),
    "clock": ("CLOCK", "auto, wall or cpu: the clock that decides pairs in lock-step (default: auto)"),
    "shorten": (_BOOLEAN, "pairs get the option of the tool that makes its runs short (default: yes)"),
    "lock-step": (_BOOLEAN, "the two runs of a pair take turns (default: yes)"),
    "threads": (_BOOLEAN, "benchmarks use several threads, so runs are not kept on one core (default: no)"),
    "explain": ("WHEN", "auto, always or never: whether what became slower in pairs is profiled (default: auto)"),
    "explain-limit": ("TIME", "how long that may take in all, at most an hour (default: 1 min)"),
    "select": ("WHICH", "all, or affected: pairs only of the benchmarks that the change can reach (default: all)"),
    "count-limit": ("TIME", "how long counts of all benchmarks may take, at most an hour (default: 5 min)"),
    "keep-base": (_BOOLEAN, "keep a base that was set up, for a day (default: yes)"),
    "confirm": (_BOOLEAN, "measure pairs and second looks by itself (default: yes)"),
}
_COUNTS = {
    "confirm-runs": ("N", "more runs for suspects, where pairs are not possible (default: 2)"),
    "noise-pairs": ("N", "pairs of a baseline's commit with itself; 0 for none (default: 4)"),
}


def add_settings(parser: CommandParser) -> None:
    """Add an option for each setting that has none elsewhere."""
    group = parser.add_group("how to measure, in place of [measure] in benchverdict.toml")
    for key, (metavar, text) in _LISTS.items():
        group.add_argument(f"--{key}", action="append", metavar=metavar, help=text)
    for key, (metavar, text) in _TEXTS.items():
        group.add_argument(f"--{key}", metavar=metavar, help=text)
    for key, (metavar, text) in _COUNTS.items():
        group.add_argument(f"--{key}", type=shared.count_or_none, metavar=metavar, help=text)


def add_explaining(group: ArgumentGroup) -> None:
    """Add whether causes are looked for, and for how long."""
    for key in ("explain", "explain-limit", "count-limit"):
        metavar, text = _TEXTS[key]
        group.add_argument(f"--{key}", type=shared.word, metavar=metavar, help=text)


def given_settings(arguments: Namespace) -> dict[str, Any]:
    """Return the settings that a call gives, by their keys in the configuration."""
    names = {key: key.replace("-", "_") for key in (*_LISTS, *_TEXTS, *_COUNTS)}
    found = {key: getattr(arguments, name, None) for key, name in names.items()}
    return {key: value for key, value in found.items() if value is not None}
