"""Where in the saved history the level of a benchmark changed, and what crept away from a pinned session."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reporter.decide import reasons
from reporter.decide.levels import FEWEST_SESSIONS, by_start
from reporter.decide.sessions import session_values
from reporter.model import LevelChange, Trend, benchmark_label
from reporter.shared.model import Notice
from reporter.stats.change_points import change_points
from reporter.stats.variance import row_mean
from reporter.store.history import is_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row, Values
    from reporter.model import FloatArray, Session

SMALLEST_CHANGE = 0.03
MOST_TRENDS = 100
CREEP = 0.05
"""How much worse than the pinned session the last three together may be before a notice."""


class Step(NamedTuple):
    """Where a new level begins, the level before it and its own in base units, and new/old level − 1."""

    place: int
    before: float
    after: float
    ratio: float


def history_of(sessions: Sequence[FloatArray], values: Values) -> FloatArray:
    """Put the deciding values of all sessions and of the head next to each other: rows × (sessions and head)."""
    return np.column_stack([row_mean(table) for table in (*sessions, values.head)])


def level_changes(rows: Sequence[Row], history: FloatArray, values: Values) -> tuple[Trend, ...]:
    """Return the rows whose level changed by 3% or more somewhere in the history, the largest last change first.

    Rows are looked at from the session on since which all have them: a benchmark may be new, or its code may.
    """
    found = []
    for start, whole in by_start(history):
        for index, places in zip(whole.tolist(), change_points(history[whole, start:]), strict=True):
            logarithmic = bool(values.logarithmic[index])
            changes = _changes(history[index], start, places, logarithmic=logarithmic)
            if changes:
                found.append(_trend(rows[index], history[index], changes, logarithmic=logarithmic))
    return tuple(sorted(found, key=lambda trend: -abs(trend.changes[-1].ratio))[:MOST_TRENDS])


def creep(
    rows: Sequence[Row], history: FloatArray, values: Values, sessions: Sequence[Session], pinned: str | None
) -> tuple[Notice, ...]:
    """Warn of rows that are worse than in the pinned session by more than 5%, step by small step.

    ``sessions`` may go further back than ``history``: the pinned one is kept beside the last ones.
    """
    if pinned is None:
        return ()
    reference = next((session for session in sessions if is_of(session, pinned)), None)
    if reference is None:
        return (Notice(code="reference-not-saved", text=reasons.reference_not_saved(pinned)),)
    if history.shape[1] < FEWEST_SESSIONS:
        return ()
    [before] = session_values(rows, [reference], values)
    level, last = row_mean(before), np.median(history[:, -3:], axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(values.logarithmic, np.expm1(last - level), last / np.abs(level) - 1.0)
        worse = np.flatnonzero(ratio * values.worse > CREEP)
    crept = sorted(worse.tolist(), key=lambda index: -abs(float(ratio[index])))
    if not crept:
        return ()
    first = rows[crept[0]]
    text = reasons.crept(len(crept), first.benchmark.name, float(ratio[crept[0]]), first.metric, pinned)
    return (Notice(code="slow-creep", text=text),)


def level_steps(series: FloatArray, places: Sequence[int], *, logarithmic: bool) -> tuple[Step, ...]:
    """Return the changes of level of 3% or more; ``places`` are where a new level begins in the known ``series``."""
    ends = [0, *places, len(series)]
    levels = [float(np.median(series[start:end])) for start, end in pairwise(ends)]
    found = []
    for place, before, after in zip(places, levels[:-1], levels[1:], strict=True):
        ratio = ratio_of(before, after, logarithmic=logarithmic)
        if abs(ratio) >= SMALLEST_CHANGE and np.isfinite(ratio):
            old, new = (float(np.exp(level)) if logarithmic else level for level in (before, after))
            found.append(Step(place, old, new, ratio))
    return tuple(found)


def _changes(series: FloatArray, start: int, places: Sequence[int], *, logarithmic: bool) -> tuple[LevelChange, ...]:
    steps = level_steps(series[start:], places, logarithmic=logarithmic)
    return tuple(LevelChange(session=start + step.place, ratio=step.ratio) for step in steps)


def ratio_of(before: float, after: float, *, logarithmic: bool) -> float:
    """Return after/before − 1 of two levels, which are logarithms or plain values."""
    if logarithmic:
        return float(np.expm1(after - before))
    return (after - before) / abs(before) if before else float("inf")


def _trend(row: Row, series: FloatArray, changes: tuple[LevelChange, ...], *, logarithmic: bool) -> Trend:
    shown = np.exp(series) if logarithmic else series
    return Trend(
        benchmark=benchmark_label(row.benchmark.name, row.benchmark.params),
        metric=row.metric.name,
        unit=row.metric.unit,
        values=tuple(value if isfinite(value) else None for value in shown.tolist()),
        changes=changes,
    )
