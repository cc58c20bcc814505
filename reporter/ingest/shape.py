"""Checked steps into a parsed JSON document: what is not there as expected is an ``InputError`` that names the place.

For what a format cannot do without. What is merely nice to have (machine, commit, time) is looked up leniently with
``text`` and ``number``: a wrong type there is the same as not there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reporter.shared.errors import InputError
from reporter.shared.model import COMMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reporter.ingest.reading import Document

MAX_NAME = 5000
"""Longest name of a benchmark or metric; longer ones come from data that got into a name."""

MOST_BENCHMARKS = 100_000
"""Benchmarks and metrics of one file; more would take minutes to compare, and come from data that got into names."""


def broken(document: Document, place: str, what: str) -> InputError:
    """Make the error of a file that is of its format and broken."""
    cure = "let the tool write the file again; a file edited by hand must keep the tool's layout"
    return InputError("broken-result", what, where=f"{document.path}, {place}", cure=cure)


def refuse_too_many(count: int, path: Path) -> None:
    """Raise an ``InputError`` when a file has more benchmarks and metrics than are read."""
    if count > MOST_BENCHMARKS:
        what = f"there are more than {MOST_BENCHMARKS:,} benchmarks and metrics in it"
        cure = "split the suite, or give requests names without their numbers: data got into the names"
        raise InputError("too-many-benchmarks", what, where=str(path), cure=cure)


def root_object(document: Document) -> dict[str, Any]:
    """Return the JSON object that is the whole document.

    Raises:
        InputError: the document is not JSON (with the reason), or not an object.
    """
    if document.json_error is not None:
        raise document.json_error
    return as_object(document.json, document, "the whole file")


def as_object(value: object, document: Document, place: str) -> dict[str, Any]:
    """Return the value as JSON object or raise an ``InputError``."""
    if not isinstance(value, dict):
        raise broken(document, place, f"expected an object, found {kind(value)}")
    return value


def as_list(value: object, document: Document, place: str) -> list[Any]:
    """Return the value as JSON array or raise an ``InputError``."""
    if not isinstance(value, list):
        raise broken(document, place, f"expected a list, found {kind(value)}")
    return value


def objects(value: object, document: Document, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the place of each object of a JSON array with the object, or raise an ``InputError``.

    Without a ``place`` the array is the whole file.
    """
    for index, entry in enumerate(as_list(value, document, place or "the whole file")):
        yield f"{place}[{index}]", as_object(entry, document, f"{place}[{index}]")


def as_name(value: object, document: Document, place: str) -> str:
    """Return the value as the name of something, cleaned, or raise an ``InputError``."""
    if not isinstance(value, str) or not value.strip():
        raise broken(document, place, f"expected a name, found {kind(value) if value != '' else 'an empty text'}")
    if len(value) > MAX_NAME:
        raise broken(document, place, f"the name is {len(value)} characters long; at most {MAX_NAME} are read")
    return clean(value)


def text(table: object, key: str, longest: int = 200) -> str | None:
    """Look up a text leniently: ``None`` when absent, empty or of another type. Too long ones are cut."""
    value = table.get(key) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value.strip():
        return None
    stripped = clean(value).strip()
    return stripped if len(stripped) <= longest else stripped[: longest - 1] + "…"


def whole_number(table: object, key: str, largest: int) -> int | None:
    """Look up a count leniently: ``None`` unless it is an integer from 1 to ``largest``."""
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= largest else None


def commit(table: object, key: str) -> str | None:
    """Look up a commit leniently: ``None`` unless it is a full or abbreviated hash."""
    value = text(table, key)
    return value if value is not None and COMMIT.fullmatch(value) else None


def clean(value: str) -> str:
    """Replace lone surrogates, which JSON can hold and no file or terminal can show, by their escapes."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def kind(value: object) -> str:
    """Name a JSON value for a message, without quoting what may be long or hostile."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    names: dict[type, str] = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "something else")
