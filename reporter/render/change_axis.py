"""The axis of changes: which stretch it shows, its two zones, and which way is good. Pictures of changes share it."""

from __future__ import annotations

from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.decide.groups import group_of
from reporter.render import terms
from reporter.render.chart_scale import padded
from reporter.units import is_timing
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.model import Assessment, Estimate, Metric
    from reporter.render.chart_scale import Scale

_OUTLIER = 4.0
"""An interval that reaches further than this times the median reach is cut at the edge; it would squeeze the rest."""
_FARTHEST = 1.0
"""A doubling: few changes beyond it shall not squeeze what is usual."""


class Span(Struct, frozen=True, kw_only=True):
    """A change in percent with its interval and the bounds it is held against."""

    estimate: Estimate
    threshold: float
    margin: float
    calls: bool


def span_of(assessment: Assessment) -> Span | None:
    """Return the change of a row; ``None`` where it has none in percent."""
    change = assessment.comparison.change
    if change is None or change.kind != "ratio":
        return None
    found = change.marginal
    if not all(map(isfinite, (found.point, found.low, found.high))):
        return None
    bounds = (assessment.threshold or 0.0, assessment.margin or 0.0)
    calls = STATES[group_of(assessment)].calls
    return Span(estimate=found, threshold=bounds[0], margin=bounds[1], calls=calls)


def change_scale(spans: Sequence[Span], left: float, right: float) -> Scale:
    """Choose the axis: zero and both zones on it, and the typical interval of what changed not squeezed."""
    shown = [span for span in spans if span.calls] or spans
    furthest = min(_OUTLIER * _usual_reach(shown), max(_FARTHEST, _OUTLIER * _usual_reach(spans)))
    zone = max(max(span.threshold, span.margin) for span in spans)
    low = max(min(span.estimate.low for span in spans), -furthest)
    high = min(max(span.estimate.high for span in spans), furthest)
    return padded(min(low, -zone, 0.0), max(high, zone, 0.0), left, right)


def _usual_reach(spans: Sequence[Span]) -> float:
    return median(max(abs(span.estimate.low), abs(span.estimate.high)) for span in spans)


def directions(metrics: Iterable[Metric]) -> tuple[str, str]:
    """Return what the left and the right of the axis mean: faster and slower, where all rows are timings."""
    kinds = {(metric.better, is_timing(metric.unit)) for metric in metrics}
    if kinds == {("lower", True)}:
        return terms.FASTER, terms.SLOWER
    if kinds == {("higher", True)}:
        return terms.SLOWER, terms.FASTER
    good = {better for better, _ in kinds}
    if good == {"lower"}:
        return terms.BETTER, terms.WORSE
    return (terms.WORSE, terms.BETTER) if good == {"higher"} else (terms.LESS, terms.MORE)
