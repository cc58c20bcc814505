"""How load tests of a report went: the members of ``load`` and ``failures`` in ``report/v1``."""

from collections.abc import Sequence
from typing import Annotated

from reporter.model import (
    BrokenBy,
)
from reporter.record import (
    SOME,
    Column,
    Line,
    Record,
    Text,
    Whole,
)

COLUMNS = ("seconds", "users", "rate", "failed", "p50", "p99")
"""Of a load test, in the order of ``LoadMoment``."""


class Course(Record, frozen=True, kw_only=True):
    """How a load test went over time, one list for each quantity."""

    broke_at: float | None
    broken_by: BrokenBy | None = None
    seconds: Column
    users: Column
    rate: Column
    failed: Column
    p50: Column
    p99: Column

    def columns(self) -> tuple[Sequence[float | None], ...]:
        """Return the lists, as the model orders them."""
        return tuple(getattr(self, name) for name in COLUMNS)

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for lists of different lengths."""
        if len(set(map(len, self.columns()))) > 1:
            raise ValueError("seconds does not have as many entries as the others")


class StatusCount(Record, frozen=True):
    """How many answers had a status code."""

    code: Line
    count: Whole


class Failure(Record, frozen=True):
    """One kind of failure, and how often."""

    message: Text
    request: Text | None
    count: Whole
    first: float | None
    last: float | None
    exception: bool


class Failures(Record, frozen=True):
    """What failed in a load test."""

    statuses: Annotated[tuple[StatusCount, ...], SOME]
    kinds: Annotated[tuple[Failure, ...], SOME]
    left_out: Whole
