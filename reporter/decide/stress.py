"""Load and stress: from the history of a load test to the load it broke at, and how it behaved before and after."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.config import LoadLimits
    from reporter.ingest.reading import LoadPoint
    from reporter.model import BrokenBy

STEPS = 20
"""Into how many levels a load that rises without a pause is divided."""

FEWEST_LEVELS = 3
"""With fewer a test did not try different loads, and there is nothing to say of its limits."""

RECOVERED = 2.0
"""Back to normal is a median response of at most so many times that of the lowest level."""

ENOUGH_COMPLETED = 5
"""After so many requests in the first half of a level, none in its second half is no chance of a low rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLevel:
    """One level of load that was held: requests per second, the share that failed, and usual times in seconds.

    ``began`` is in Unix seconds. A level ``stalled`` when no request was completed any more, well or badly.
    """

    began: float
    users: float
    seconds: float
    rate: float
    failed: float
    p50: float
    p99: float
    stalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadAnalysis:
    """What a load test showed. ``breaking`` is the first level beyond a limit, ``broken_by`` which one; ``None``: none.

    ``degradation`` is the median response of the highest good level over that of the lowest. ``recovery_seconds``
    count from the beginning of the ramp-down; ``None`` when it did not break or did not recover while it was watched.
    """

    levels: tuple[LoadLevel, ...]
    breaking: LoadLevel | None
    broken_by: BrokenBy | None
    highest: LoadLevel | None
    highest_rate: float | None
    degradation: float | None
    recovery_seconds: float | None


def analyse(points: Sequence[LoadPoint], limits: LoadLimits) -> LoadAnalysis | None:
    """Find the limits of what was loaded; ``None`` where fewer than three levels of load were held.

    Levels are those of the ramp-up, up to the highest number of users; a level that was not held for long enough counts
    as the way to the next one.
    """
    peak = max((point.users for point in points), default=0.0)
    if peak <= 0:
        return None
    top = max(index for index, point in enumerate(points) if point.users == peak)
    levels = _levels(points[: top + 1], peak, limits.sustained_seconds)
    if len(levels) < FEWEST_LEVELS:
        return None
    broken = next((index for index, level in enumerate(levels) if _beyond(level, limits)), None)
    good = levels if broken is None else levels[:broken]
    return LoadAnalysis(
        levels=tuple(levels),
        breaking=None if broken is None else levels[broken],
        broken_by=None if broken is None else _beyond(levels[broken], limits),
        highest=good[-1] if good else None,
        highest_rate=max((level.rate for level in good), default=None),
        degradation=_ratio(good[-1].p50, good[0].p50) if good else None,
        recovery_seconds=None if broken is None else _recovery(points[top:], levels[0], limits),
    )


def _levels(points: Sequence[LoadPoint], peak: float, sustained: float) -> list[LoadLevel]:
    step = max(1.0, peak / STEPS)
    groups: list[list[LoadPoint]] = []
    for point in points:
        if point.users <= 0:
            continue
        if groups and ceil(groups[-1][-1].users / step) == ceil(point.users / step):
            groups[-1].append(point)
        else:
            groups.append([point])
    levels = []
    before = points[0]
    for group in groups:
        if group[-1].at - group[0].at >= sustained:
            levels.append(_level(group, before))
            before = group[-1]
    return levels


def _level(group: Sequence[LoadPoint], before: LoadPoint) -> LoadLevel:
    """Sum up a level; its times are of its second half, because the tool's own look back some seconds."""
    last, later = group[-1], group[len(group) // 2 :]
    requests, seconds = last.requests - group[0].requests, last.at - group[0].at
    return LoadLevel(
        began=group[0].at,
        users=max(point.users for point in group),
        seconds=seconds,
        rate=requests / seconds if seconds else 0.0,
        failed=_share(last.failures - before.failures, last.requests - before.requests),
        p50=_middle([point.p50 for point in later]),
        p99=_middle([point.p99 for point in later]),
        stalled=_stalled(group),
    )


def _stalled(group: Sequence[LoadPoint]) -> bool:
    """Return whether nothing was completed in all of a level, or in its second half after enough in the first."""
    first, middle, last = (group[index].requests for index in (0, (len(group) - 1) // 2, -1))
    return middle == last and (first == middle or middle - first >= ENOUGH_COMPLETED)


def _beyond(level: LoadLevel, limits: LoadLimits) -> BrokenBy | None:
    if level.stalled:
        return "stalled"
    if level.failed > limits.error_rate:
        return "failures"
    return "latency" if level.p99 > limits.p99_seconds else None


def _recovery(points: Sequence[LoadPoint], lowest: LoadLevel, limits: LoadLimits) -> float | None:
    """Return the time until everything that was seen afterwards was good; moments without requests show nothing."""
    good_since = None
    for before, point in pairwise(points):
        if point.requests <= before.requests:
            continue
        failed = _share(point.failures - before.failures, point.requests - before.requests)
        fast = not (point.p99 > limits.p99_seconds or point.p50 > RECOVERED * lowest.p50)
        if failed > limits.error_rate or not fast:
            good_since = None
        elif good_since is None:
            good_since = point.at
    return None if good_since is None else good_since - points[0].at


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _middle(values: Sequence[float]) -> float:
    known = [value for value in values if isfinite(value)]
    return median(known) if known else float("nan")


def _ratio(value: float, reference: float) -> float | None:
    return value / reference if isfinite(value) and reference > 0 else None
