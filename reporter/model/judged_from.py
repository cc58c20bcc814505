"""What rows were judged from in pairs, as a report keeps it, so that every verdict can be computed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct

from reporter.model.decided import Clock
from reporter.model.measured import Metric
from reporter.record import MANY, Record, Whole

MOST_PAIRS = 10_000
MOST_RUNNERS = 256
MOST_LOOKS = 5
"""Of one comparison: at 8, 16, 32 and 64 pairs, and one at the end where there are more."""
PairCount = Annotated[int, Meta(ge=1, le=MOST_PAIRS)]
PairCounts = Annotated[tuple[PairCount, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
Values = Annotated[tuple[float | None, ...], MANY]


class RowLook(Record, frozen=True, kw_only=True, array_like=True):
    """A look at one row: after ``look`` pairs, of which ``pairs`` have the row, at a family-wise ``level``."""

    look: PairCount
    pairs: Whole
    level: float


class PairValues(Record, frozen=True, kw_only=True):
    """What pairs gave of one row by one ``clock``, in base units, and at which looks (pairs so far) that decided.

    ``None`` is a pair in which a side lacks the row; such pairs at the end are left out. Without a clock the values are
    those of whole runs.
    """

    clock: Clock | None
    looks: PairCounts
    base: Values
    head: Values


class JudgedRow(Struct, frozen=True, kw_only=True):
    """What one row was judged from. ``threshold`` and ``margin`` are shares; ``looks`` end where its verdict was final.

    ``stored`` is the variance of one pair of whole runs that was known before, with its degrees of freedom.
    """

    name: str
    params: tuple[tuple[str, str], ...]
    metric: Metric
    statistic: str
    kind: Literal["ratio", "difference"]
    threshold: float
    margin: float
    stored: tuple[float, float] | None
    looks: tuple[RowLook, ...]
    values: tuple[PairValues, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """All rows that were judged together in pairs, also those that the report does not show.

    ``grows`` says that there could be several looks. ``began`` has a ``b`` or ``h`` for each pair: the side that began;
    it is empty where unknown. ``digest`` is the SHA-256 of what the rows were judged from. ``runners`` are the pairs of
    each machine, one machine after the other in the values, where several have measured the same benchmarks.
    """

    suite: str
    grows: bool
    began: str
    digest: str
    rows: tuple[JudgedRow, ...]
    runners: tuple[int, ...] = ()
