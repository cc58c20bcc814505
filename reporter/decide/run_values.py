"""The single runs of a row that changed, each as one value of the statistic that people are shown."""

from __future__ import annotations

from math import exp, log
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import Change, Comparison

    Runs = tuple[tuple[float, ...], ...]

_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {"min": min, "max": max, "median": median}


def run_values(runs: Runs, statistic: str) -> tuple[float, ...]:
    """Return the value of each run that has any rounds; ``statistic`` is ``min``, ``max`` or ``median``."""
    return tuple(float(_STATISTICS[statistic](run)) for run in runs if run)


def centre(values: Sequence[float]) -> float:
    """Return the mean of the runs of one side."""
    return fmean(values)


def run_changes(comparison: Comparison, change: Change, statistic: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how far each run of both sides is from the baseline's value that the change starts at, in its kind.

    Both are empty where no round values were kept, or a ratio to them is unknown.
    """
    if comparison.distribution is None:
        return (), ()
    before, after = (run_values(side, statistic) for side in comparison.distribution)
    if not before or (change.kind == "ratio" and min(before) <= 0):
        return (), ()
    if change.kind == "difference":
        start = fmean(before) if change.before is None else change.before
        return tuple(value - start for value in before), tuple(value - start for value in after)
    start = change.before or exp(fmean(map(log, before)))
    return tuple(value / start - 1 for value in before), tuple(value / start - 1 for value in after)
