"""Strict steps into stored JSON: a baseline may come from anywhere, so nothing in it is taken for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.errors import InputError
from reporter.ingest.shape import clean

if TYPE_CHECKING:
    from collections.abc import Collection

    from reporter.model import FloatArray

LARGEST_WHOLE = 2**53
"""Beyond it a whole number is not exact as a float; nothing we write comes near."""
LONGEST = 20_000


class Checked:
    """A JSON object of which every value is asked for by name and type; anything else is an ``InputError``."""

    def __init__(self, value: object, where: str, place: str, keys: Collection[str]) -> None:
        self.where = where
        self.place = place
        if not isinstance(value, dict):
            raise self.broken("is not an object")
        for key in keys:
            if key not in value:
                raise self.broken(f"lacks {key!r}")
        for key in value:
            if key not in keys:
                raise self.broken(f"has the unknown key {key[:40]!r}")
        self.table: dict[str, Any] = value

    def broken(self, what: str) -> InputError:
        """Make the error that says what is wrong with this object."""
        return broken(self.where, self.place, what)

    def child(self, key: str, keys: Collection[str]) -> Checked:
        """Give the object under a key."""
        return Checked(self.table[key], self.where, f"{self.place}.{key}", keys)

    def children(self, key: str, keys: Collection[str]) -> list[Checked]:
        """Give the list of objects under a key."""
        return [
            Checked(entry, self.where, f"{self.place}.{key}[{position}]", keys)
            for position, entry in enumerate(self.entries(key))
        ]

    def entries(self, key: str, length: int | None = None) -> list[Any]:
        """Give the list under a key, of that length when one is given."""
        value = self.table[key]
        if not isinstance(value, list):
            raise self.broken(f"{key} is not a list")
        if length is not None and len(value) != length:
            raise self.broken(f"{key} has {len(value)} entries, not {length}")
        return value

    def text(self, key: str) -> str:
        """Give the text under a key."""
        return self.as_text(self.table[key], key)

    def text_or_none(self, key: str) -> str | None:
        """Give the text under a key, or ``None`` for null."""
        value = self.table[key]
        return None if value is None else self.as_text(value, key)

    def texts(self, key: str) -> list[str]:
        """Give the list of texts under a key."""
        return [self.as_text(entry, key) for entry in self.entries(key)]

    def texts_or_none(self, key: str, length: int) -> list[str | None]:
        """Give the list of texts and nulls under a key."""
        return [None if entry is None else self.as_text(entry, key) for entry in self.entries(key, length)]

    def as_text(self, value: object, key: str) -> str:
        """Give a value of this object as text."""
        if not isinstance(value, str) or len(value) > LONGEST:
            raise self.broken(f"{key} is not a text of at most {LONGEST} characters")
        return clean(value)

    def pairs(self, value: object, key: str) -> tuple[tuple[str, str], ...]:
        """Give an object of texts as name/value pairs in its own order."""
        if not isinstance(value, dict):
            raise self.broken(f"{key} is not an object")
        return tuple((self.as_text(name, key), self.as_text(entry, key)) for name, entry in value.items())

    def number_or_none(self, key: str) -> float | None:
        """Give the finite number under a key, or ``None`` for null."""
        value = self.table[key]
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < LARGEST_WHOLE:
            raise self.broken(f"{key} is not a number")
        return value

    def whole(self, key: str, largest: int = LARGEST_WHOLE) -> int:
        """Give the whole number from 0 to ``largest`` under a key."""
        value = self.table[key]
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
            raise self.broken(f"{key} is not a whole number from 0 to {largest}")
        return value

    def whole_or_none(self, key: str) -> int | None:
        """Give the whole number under a key, or ``None`` for null."""
        return None if self.table[key] is None else self.whole(key)

    def flag(self, key: str) -> bool:
        """Give the truth value under a key."""
        value = self.table[key]
        if not isinstance(value, bool):
            raise self.broken(f"{key} is not true or false")
        return value

    def column(self, key: str, length: int | None = None, *, unknown: bool = False) -> FloatArray:
        """Give a list of whole numbers as floats; ``None`` is nan where ``unknown`` is allowed."""
        values = self.entries(key, length)
        kinds = frozenset((int, type(None))) if unknown else frozenset((int,))
        if not kinds.issuperset(map(type, values)):
            raise self.broken(f"{key} has an entry that is not a whole number")
        try:
            column = np.array(values, dtype=np.float64)
        except OverflowError:
            column = np.full(1, np.inf)
        if np.any(np.abs(column) > LARGEST_WHOLE):
            raise self.broken(f"{key} has a number that is too large")
        return column

    def indices(self, key: str, below: int, length: int | None = None, *, steps: bool = False) -> list[int]:
        """Give a list of indices, each from 0 and smaller than ``below``; with ``steps`` written as differences."""
        column = self.column(key, length)
        if steps:
            column = np.cumsum(column)
        if np.any((column < 0) | (column >= below)):
            raise self.broken(f"{key} points outside its list")
        indices: list[int] = column.astype(np.int64).tolist()
        return indices


def broken(where: str, place: str, what: str) -> InputError:
    """Make the error of a stored file that is not as we write it."""
    return InputError(
        "broken-snapshot",
        f"this is not a baseline as Benchverdict writes it: {place} {what}",
        where=where,
        cure="save the baseline anew from the default branch",
    )
