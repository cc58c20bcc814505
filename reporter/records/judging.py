"""What pairs of a report were judged from: the members of ``judgings`` in ``report/v1``."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta

from reporter import model
from reporter.model import (
    MOST_LOOKS,
    MOST_PAIRS,
    MOST_RUNNERS,
    Better,
    PairCount,
    PairValues,
    RowLook,
)
from reporter.record import (
    ONE_LINE,
    ROWS,
    SOME,
    Amount,
    Line,
    Record,
    Text,
    Texts,
    Unit,
)

MOST_VALUES = 1_500_000
"""Of a report, where every row is counted as long as the longest: 10,000 benchmarks in 64 pairs have 1,280,000, which
are 31 MB of JSON (12 MB compressed)."""
Kind = Literal["ratio", "difference"]


class Stored(Record, frozen=True):
    """The variance of one pair of whole runs that was known before."""

    variance: Amount
    df: Amount


class JudgedRow(Record, frozen=True, kw_only=True):
    """What one row was judged from."""

    name: Text
    params: Texts
    metric: Text
    unit: Unit
    better: Better
    statistic: Literal["min", "q10", "q25", "median", "q75", "q90", "p95", "p99", "max", "mean"]
    kind: Kind
    threshold: Amount
    margin: Amount
    stored: Stored | None = None
    looks: Annotated[tuple[RowLook, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
    values: Annotated[tuple[PairValues, ...], SOME]

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for looks and values that cannot be judged."""
        _check_growing("looks", [look.look for look in self.looks])
        for index, each in enumerate(self.values):
            place = f"values[{index}]"
            _check_growing(f"{place}.looks", each.looks)
            if len(each.base) != len(each.head) or len(each.base) > each.looks[-1]:
                raise ValueError(f"{place}.base has not as many values as the head, or more than there were pairs")
            if self.kind == "ratio" and any(value is not None and value <= 0 for value in (*each.base, *each.head)):
                raise ValueError(f"{place}.base and head have a ratio, and not all values are above zero")


def _check_growing(place: str, looks: Sequence[int]) -> None:
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise ValueError(f"{place} do not grow")


class Judging(Record, frozen=True):
    """All rows that were judged together in pairs. All of them are judged at each look."""

    suite: Line
    grows: bool
    began: Annotated[str, Meta(max_length=MOST_PAIRS, pattern=r"^[bh]*\Z")]
    digest: Annotated[str, Meta(max_length=64, pattern=ONE_LINE)]
    rows: Annotated[tuple[JudgedRow, ...], ROWS]
    runners: Annotated[tuple[PairCount, ...], Meta(max_length=MOST_RUNNERS)] = ()

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for rows that cannot be judged together."""
        if self.runners and (
            self.grows or {sum(self.runners)} != {look.look for row in self.rows for look in row.looks}
        ):
            raise ValueError("runners are not all pairs of one look")
        if len({look.look for row in self.rows for look in row.looks}) > MOST_LOOKS:
            raise ValueError(f"rows have more than {MOST_LOOKS} looks between them")
        stops = {row.looks[-1].look for row in self.rows}
        for index, row in enumerate(self.rows):
            if not stops <= {look for values in row.values for look in values.looks}:
                raise ValueError(f"rows[{index}].values lacks a look at which the rows were judged")


def size_of(judgings: Iterable[Judging | model.Judging]) -> int:
    """Return how many values there are, with every row as long as the longest that it is judged with."""
    lengths = [[len(each.base) for row in judging.rows for each in row.values] for judging in judgings]
    return sum(2 * len(each) * max(each, default=0) for each in lengths)
