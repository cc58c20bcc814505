"""The raw numbers of one row and how its verdict was reached, for who wants to check it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from reporter.decide.reasons import count_fact
from reporter.model import SHOWN_FOR
from reporter.render import words
from reporter.render.cause_text import memory_fact
from reporter.render.since_words import SINCE_LABEL
from reporter.render.view_text import clean_unit, exact, percent_text, prose, smallest_change

if TYPE_CHECKING:
    from reporter.model import Assessment, Change, Comparison, Estimate, SideSummary

Facts = tuple[tuple[str, str], ...]


def facts(assessment: Assessment, again: str = "", since: str = "") -> Facts:
    """Return what is known as (label, text).

    ``again`` is the command that measures it alone, ``since`` the change since the saved baseline.
    """
    comparison = assessment.comparison
    unit = clean_unit(comparison.metric.unit)
    known = (
        ("Metric", f"{prose(comparison.metric.name)}, {words.BETTER_WORDS[comparison.metric.better]}"),
        ("Baseline", _side(comparison.baseline, unit)),
        ("Head", _side(comparison.head, unit)),
        ("Values shown", value_words(comparison)),
        ("Clock", words.CLOCK_WORDS[comparison.clock] if comparison.clock else ""),
        ("Change", _estimate(comparison.change.marginal) if comparison.change else ""),
        ("All together", _together(comparison.change)),
        (SINCE_LABEL, since),
        ("Minimum change", _bound(assessment, assessment.threshold)),
        ("Equivalence margin", _bound(assessment, assessment.margin, "±")),
        ("Smallest detectable change", _detectable(assessment)),
        ("Run-to-run noise", _noise(comparison)),
        ("Instructions", count_fact(assessment.instructions) if assessment.instructions else ""),
        ("Memory of a call", memory_fact(assessment.memory) if assessment.memory else ""),
        ("Measured before", ", ".join(exact(value, unit) or "–" for value in comparison.history)),
        ("To measure it alone", again),
    )
    return tuple((label, text) for label, text in known if text)


def value_words(comparison: Comparison) -> str:
    """Return which values of a row are shown as before and after."""
    change = comparison.change
    if change is None:
        return words.VALUES_ALONE[comparison.metric.better]
    by_rule = change.simultaneous is None  # only a named rule knows nothing of the other rows
    is_older = change.before is None
    statistic = SHOWN_FOR.get(change.statistic, "median") if is_older else change.statistic
    return words.values_compared(statistic, by_rule=by_rule)


def _side(side: SideSummary | None, unit: str) -> str:
    if side is None:
        return ""
    values = (
        ("lowest", side.min),
        ("median", side.median),
        ("mean", side.mean),
        ("standard deviation", side.sd),
        ("P95", side.p95),
        ("P99", side.p99),
        ("highest", side.max),
    )
    spoken = [f"{name} {exact(value, unit)}" for name, value in values if value is not None and isfinite(value)]
    return ", ".join((*spoken, words.count_of(side.runs, "run"), words.count_of(side.rounds, "round")))


def _estimate(estimate: Estimate) -> str:
    if not isfinite(estimate.point):
        return ""
    if not isfinite(estimate.low) and not isfinite(estimate.high):
        return f"{estimate.point:.6g}"
    level = percent_text(estimate.confidence).replace(".0", "")
    return f"{estimate.point:.6g}, {level} interval {estimate.low:.6g} to {estimate.high:.6g}"


def _together(change: Change | None) -> str:
    if change is None:
        return ""
    held = change.simultaneous
    interval = f"interval {held.low:.6g} to {held.high:.6g}" if held and isfinite(held.low + held.high) else ""
    chance = f"adjusted p {change.p_adjusted:.3g}" if change.p_adjusted is not None else ""
    return ", ".join(part for part in (interval, chance) if part)


def _bound(assessment: Assessment, bound: float | None, sign: str = "") -> str:
    """Return a bound of a change, in its kind."""
    change = assessment.comparison.change
    if change is None or bound is None:
        return ""
    if change.kind == "difference":
        return f"{sign}{exact(bound, clean_unit(assessment.comparison.metric.unit))}"
    return f"{sign}{percent_text(bound)}"


def _detectable(assessment: Assessment) -> str:
    known = assessment.comparison.change is not None and assessment.detectable is not None
    return words.could_find(smallest_change(assessment.detectable or 0.0)) if known else ""


def _noise(comparison: Comparison) -> str:
    noise = comparison.noise
    if noise is None:
        return ""
    of_code = words.alignment(percent_text(noise.alignment)) if noise.alignment is not None else ""
    return f"±{percent_text(noise.sd)}, from {prose(noise.source)}{of_code}"
