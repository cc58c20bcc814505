"""How much a report keeps of what pairs were judged from, and whether that is still what was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.records.judging import MOST_VALUES, size_of
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.model import JudgedRow, Judging

LEFT_OUT = (
    "verdict.json is without the values of the pairs, of which there are {count:,}; it holds {most:,}: "
    "`explain --recompute` cannot judge them again"
)


def digest(rows: Iterable[JudgedRow]) -> str:
    """Return the SHA-256 of all that rows were judged from but their names, in which secrets are masked later."""
    import hashlib

    found = hashlib.sha256()
    for row in rows:
        numbers = (row.statistic, row.kind, row.threshold, row.margin, row.stored)
        looks = [(look.look, look.pairs, look.level) for look in row.looks]
        values = [(each.clock, each.looks, each.base, each.head) for each in row.values]
        found.update(repr((numbers, looks, values)).encode())
    return found.hexdigest()


def fitting(judgings: tuple[Judging, ...]) -> tuple[tuple[Judging, ...], tuple[Notice, ...]]:
    """Return them, or nothing and a notice where they are more than a report holds."""
    count = size_of(judgings)
    if count <= MOST_VALUES:
        return judgings, ()
    return (), left_out(count)


def left_out(count: int) -> tuple[Notice, ...]:
    """Return the notice that a report is without so many values."""
    return (Notice(code="values-left-out", text=LEFT_OUT.format(count=count, most=MOST_VALUES)),)
