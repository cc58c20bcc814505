"""Columns and indices out of stored JSON: a baseline may come from anywhere, so nothing in it is taken for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.checked import WHOLE_LIMIT, Checked, Origin

if TYPE_CHECKING:
    from reporter.model import FloatArray


def origin(where: str) -> Origin:
    """Give how errors speak of a stored baseline."""
    return Origin(
        where=where,
        code="broken-snapshot",
        lead="this is not a baseline as Benchverdict writes it: ",
        cure="save the baseline again from the default branch",
    )


class Table(Checked):
    """A stored object whose lists run beside each other."""

    __slots__ = ()

    def parallel(self, key: str, length: int | None) -> list[Any]:
        """Give the list at ``key``, of that length when one is given."""
        value = self.entries(key)
        if length is not None and len(value) != length:
            raise self.wrong(key, f"has {len(value)} entries, not {length}")
        return value

    def optional_lines(self, key: str, length: int) -> list[str | None]:
        """Give a list of texts and nulls."""
        return [None if entry is None else self.as_text(key, entry) for entry in self.parallel(key, length)]

    def pairs(self, key: str, length: int) -> list[tuple[tuple[str, str], ...]]:
        """Give a list of objects of texts, each as pairs."""
        return [self.as_pairs(key, entry) for entry in self.parallel(key, length)]

    def column(self, key: str, length: int | None = None, *, unknown: bool = False) -> FloatArray:
        """Give a list of whole numbers as floats; ``None`` is nan where ``unknown`` is allowed."""
        values = self.parallel(key, length)
        kinds = frozenset((int, type(None))) if unknown else frozenset((int,))
        if not kinds.issuperset(map(type, values)):
            raise self.wrong(key, "has an entry that is not a whole number")
        try:
            column = np.array(values, dtype=np.float64)
        except OverflowError:
            column = np.full(1, np.inf)
        if np.any(np.abs(column) > WHOLE_LIMIT):
            raise self.wrong(key, "has a number that is too large")
        return column

    def indices(self, key: str, below: int, length: int | None = None, *, steps: bool = False) -> list[int]:
        """Give a list of indices, each from 0 and smaller than ``below``; with ``steps`` written as differences."""
        column = self.column(key, length)
        if steps:
            column = np.cumsum(column)
        if np.any((column < 0) | (column >= below)):
            raise self.wrong(key, "points outside its list")
        indices: list[int] = column.astype(np.int64).tolist()
        return indices
