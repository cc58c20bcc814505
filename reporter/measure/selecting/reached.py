"""What one side reaches (``schemas/reach-v1.json``), as the pytest plugin writes it: foreign text, bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.measure.pytest_plugin.benchverdict_reach import (
    MOST_BENCHMARKS,
    MOST_CHARACTERS,
    MOST_FILES,
    MOST_FUNCTIONS,
)
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMA = "reach/v1"
MOST_BYTES = 64 * 2**20
_CALLS = 20
"""Calls of pytest in one command, which write one file together."""


@dataclass(frozen=True)
class Reach:
    """What runs in one benchmark, or counts for all: functions as (file, qualified name), and files that were opened.

    Paths are from the top of the tree. ``doubt`` says what of it could not be seen; ``file`` is the benchmark's own.
    """

    functions: frozenset[tuple[str, str]]
    opened: frozenset[str]
    doubt: str | None
    file: str | None = None


@dataclass(frozen=True)
class Reached:
    """What a run of one side recorded.

    ``imported`` are the Python files of the tree that ran at all, ``early`` those among them that ran unseen, and
    ``elsewhere`` the modules from other places, as paths without an ending.
    """

    doubts: tuple[str, ...]
    imported: frozenset[str]
    early: frozenset[str]
    elsewhere: frozenset[str]
    shared: Reach
    benchmarks: Mapping[str, Reach]


def read(path: Path) -> Reached:
    """Read what one run recorded.

    Raises:
        ValueError: it is not as the plugin writes it.
        OSError: the file cannot be read.
    """
    try:
        found = _object(json.loads(read_regular(path, MOST_BYTES)))
    except RecursionError as error:
        raise ValueError(str(error)) from None
    if found.get("schema") != SCHEMA:
        raise ValueError(f"it has not the schema {SCHEMA!r}")
    functions = [_function(each) for each in _list(found.get("functions"), _CALLS * MOST_FUNCTIONS)]
    benchmarks = _object(found.get("benchmarks"))
    if len(benchmarks) > _CALLS * MOST_BENCHMARKS:
        raise ValueError("it has too many benchmarks")
    return Reached(
        doubts=tuple(_texts(found.get("doubts"))),
        imported=frozenset(_texts(found.get("imported"))),
        early=frozenset(_texts(found.get("early"))),
        elsewhere=frozenset(_texts(found.get("elsewhere"))),
        shared=_reach(found.get("shared"), functions),
        benchmarks={_text(name): _reach(entry, functions) for name, entry in benchmarks.items()},
    )


def _reach(entry: object, functions: list[tuple[str, str]]) -> Reach:
    found = _object(entry)
    indexes = _list(found.get("functions"), len(functions))
    if not all(type(index) is int and 0 <= index < len(functions) for index in indexes):
        raise ValueError("a function is none of those that are listed")
    return Reach(
        frozenset(functions[index] for index in indexes),
        frozenset(_texts(found.get("opened"))),
        _text_or_none(found.get("doubt")),
        _text_or_none(found.get("file")),
    )


def _function(entry: object) -> tuple[str, str]:
    file, name = _list(entry, 2)
    return _text(file), _text(name)


def _object(found: object) -> dict[str, Any]:
    if isinstance(found, dict):
        return found
    raise ValueError("something is not an object")


def _list(found: object, most: int) -> list[Any]:
    if not isinstance(found, list) or len(found) > most:
        raise ValueError("something is no list, or too long a one")
    return found


def _texts(found: object) -> Iterator[str]:
    return map(_text, _list(found, _CALLS * MOST_FILES))


def _text(found: object) -> str:
    if not isinstance(found, str) or len(found) > MOST_CHARACTERS:
        raise ValueError("something is no text, or too long a one")
    return found


def _text_or_none(found: object) -> str | None:
    return None if found is None else _text(found)
