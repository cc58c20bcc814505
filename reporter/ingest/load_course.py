"""From the points of a load test to its course: what went on between them, in no more stretches than can be shown."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from reporter.model import LoadCourse, LoadMoment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.ingest.reading import LoadPoint
    from reporter.model import BrokenBy

MOST_MOMENTS = 200


def course_of(
    points: Sequence[LoadPoint], broke_at: float | None = None, broken_by: BrokenBy | None = None
) -> LoadCourse | None:
    """Return the course, or ``None`` for fewer than three points; ``broke_at`` is in Unix seconds.

    Of more points than a picture can show, several in a row become one: their requests and failures are
    counted together, of their long times the longest is kept.
    """
    ordered = sorted(points, key=lambda point: point.at)
    if len(ordered) < 3 or ordered[-1].at <= ordered[0].at:
        return None
    width = -(-(len(ordered) - 1) // MOST_MOMENTS)
    ends = [*range(0, len(ordered) - 1, width), len(ordered) - 1]
    begin = ordered[0].at
    return LoadCourse(
        moments=tuple(_moment(ordered[first : last + 1], begin) for first, last in pairwise(ends)),
        broke_at=None if broke_at is None else broke_at - begin,
        broken_by=broken_by,
    )


def _moment(stretch: Sequence[LoadPoint], begin: float) -> LoadMoment:
    """Sum up a stretch, whose first point belongs to the one before."""
    before, last = stretch[0], stretch[-1]
    requests, seconds = max(0.0, last.requests - before.requests), last.at - before.at
    failed = max(0.0, last.failures - before.failures)
    p50, p99 = (
        [value for point in stretch[1:] if isfinite(value := getattr(point, name)) and requests]
        for name in ("p50", "p99")
    )
    return LoadMoment(
        seconds=last.at - begin,
        users=last.users,
        rate=requests / seconds if seconds > 0 else 0.0,
        failed=min(1.0, failed / requests) if requests else None,
        p50=median(p50) if p50 else None,
        p99=max(p99) if p99 else None,
    )
