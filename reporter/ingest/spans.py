"""Spans that services sent (``schemas/spans-v1.json``), summed up over the runs of a side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reporter.ingest.opening import read_bytes
from reporter.records.reading import Origin, decode
from reporter.records.spans import SCHEMA, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanSums:
    """Counts and seconds of each kind of request, and the seconds of each (request, span) without what is below it."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    spans: dict[tuple[str, str], float] = field(default_factory=dict)


def read(path: Path) -> Spans:
    """Read the file of one run.

    Raises:
        InputError: it cannot be read, or is not as measuring writes it.
    """
    origin = Origin(
        schema=SCHEMA,
        where=str(path),
        code="spans-broken",
        newer="spans-broken",
        foreign="spans-broken",
        lead="this is not what measuring writes of a service's spans: ",
        cure="measure again, and measure and report with the same version of Benchverdict",
    )
    return decode(read_bytes(path), Spans, origin)


def summed(runs: Iterable[Spans]) -> SpanSums:
    """Add up the runs of a side."""
    sums = SpanSums()
    for run in runs:
        for request in run.requests:
            sums.counts[request.request] += request.count
            sums.seconds[request.request] = sums.seconds.get(request.request, 0.0) + request.seconds
        for span in run.spans:
            key = (span.request, span.span)
            sums.spans[key] = sums.spans.get(key, 0.0) + span.seconds
    return sums
