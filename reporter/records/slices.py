"""``slices.json`` of a run in lock-step: ``slices/v1`` (``schemas/slices-v1.json``), as the pytest plugin writes it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import Amount, Record

SCHEMA = "slices/v1"
MOST_BENCHMARKS = 20_000
MOST_SLICES = 2_000

_MedianAndMinimum = tuple[Amount, Amount]


class Slice(Record, frozen=True):
    """A few rounds in a row: the median and minimum of one, in seconds; ``alone`` without the other side's turns."""

    rounds: Annotated[int, Meta(ge=1)]
    alone: bool
    wall: _MedianAndMinimum
    processor: _MedianAndMinimum


class Run(Record, frozen=True):
    """The slices of a benchmark; ``share`` is that of its time in which the processor worked."""

    share: Amount | None
    slices: Annotated[tuple[Slice, ...], Meta(max_length=MOST_SLICES)]


class Slices(Record, frozen=True):
    """The whole file."""

    schema: Literal["slices/v1"]
    benchmarks: Annotated[dict[str, Run], Meta(max_length=MOST_BENCHMARKS)]
