"""Which group of a report a row stands in."""

from __future__ import annotations

from math import copysign, inf
from typing import TYPE_CHECKING

from reporter.verdicts import display_key

if TYPE_CHECKING:
    from reporter.model import Assessment, Change
    from reporter.verdicts import GroupKey


def group_of(assessment: Assessment) -> GroupKey:
    """Return the group of a row: one for each display word."""
    comparison = assessment.comparison
    return display_key(
        assessment.verdict,
        _interval(comparison.change) if comparison.change else None,
        assessment.detectable,
        suspect=assessment.suspect,
        has_direction=comparison.metric.better is not None,
    )


def _interval(change: Change) -> tuple[float, float]:
    """Return the ends of the interval as shares; a difference from zero, or from what is not known, is infinite."""
    low, high = change.marginal.low, change.marginal.high
    if change.kind == "ratio":
        return low, high
    return _share(low, change.before), _share(high, change.before)


def _share(difference: float, before: float | None) -> float:
    if before:
        return difference / abs(before)
    return copysign(inf, difference) if difference else 0.0
