"""One row of a report as strings: values scaled for people, the change with its interval, the reason."""

from __future__ import annotations

from functools import partial
from math import isfinite, nan
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.decide.groups import group_of
from reporter.model import MOST_PAIRS, SHOWN_ALONE, SHOWN_FOR, Estimate
from reporter.render import cause_text, comment_words
from reporter.render.flame import flame_view
from reporter.render.links import defined_at
from reporter.render.since_words import change_since, since_named
from reporter.render.sparkline import sparkline
from reporter.render.view_facts import facts, value_words
from reporter.render.view_text import (
    NAME_LIMIT,
    clean_unit,
    exact,
    label,
    percent_text,
    prose,
    share_interval,
    value_text,
)
from reporter.render.view_types import ExactView, RowView
from reporter.render.words import BETTER_WORDS, NAMELESS
from reporter.shared.printable import shorten, visible
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.model import Assessment, Change, Comparison, SideSummary


def row_key(index: int) -> str:
    """Return the key of the report's row ``index``, by which charts and page anchors refer to it."""
    return f"row-{index}"


def row_view(
    assessment: Assessment, key: str, name: str, *, detailed: bool = True, again: str = "", saved: str = ""
) -> RowView:
    """Turn one assessment into strings; ``name`` is its display name as it came from outside.

    ``again`` is the command that measures it alone, ``saved`` names the baseline that pairs were compared with too.
    """
    comparison = assessment.comparison
    metric, change = comparison.metric, comparison.change
    (baseline, head), unit = shown_values(comparison), clean_unit(metric.unit)
    since = _since(comparison, unit) if saved else ""
    return RowView(
        key=key,
        name=shorten(visible(name), NAME_LIMIT) or NAMELESS,
        category=label(comparison.category or ""),
        metric=label(metric.name),
        better=BETTER_WORDS[metric.better],
        verdict=assessment.verdict,
        accepted=assessment.accepted is not None,
        state=STATES[group_of(assessment)],
        baseline=value_text(baseline, unit),
        head=value_text(head, unit),
        value_of=value_words(comparison),
        change=change_text(change, unit),
        interval=interval_text(change, unit),
        exact=_exact(comparison, unit),
        reason=prose(assessment.reason),
        cure=prose(assessment.cure or ""),
        seen=_seen(assessment),
        trend=_trend(comparison),
        effort=_effort(comparison),
        detectable=_detectable(assessment),
        since=since,
        write_cause=partial(cause_text.cause_sentence, assessment),
        place=cause_text.place(assessment.cause),
        defined=defined_at(assessment),
        functions=cause_text.rows(assessment.cause),
        tell_flame=partial(flame_view, assessment.cause.flame if assessment.cause else None),
        make_facts=partial(facts, assessment, again, since_named(since, saved)) if detailed else tuple,
    )


def _detectable(assessment: Assessment) -> str:
    return percent_text(assessment.detectable) if assessment.detectable is not None else ""


def _exact(comparison: Comparison, unit: str) -> ExactView:
    change, (baseline, head) = comparison.change, shown_values(comparison)
    size = exact(change.marginal.point, "1" if change.kind == "ratio" else unit) if change else ""
    return ExactView(baseline=exact(baseline, unit), head=exact(head, unit), change=size)


def _trend(comparison: Comparison) -> str:
    return sparkline((*comparison.history, shown_values(comparison)[1])) if comparison.history else ""


def change_text(change: Change | None, unit: str) -> str:
    """Show the change with its sign: ``+12.3%``, or ``+1.5 kB`` for a difference; empty where there is none."""
    if change is None:
        return ""
    point = change.marginal.point
    if change.kind == "ratio":
        return percent_text(point, signed=True)
    return f"+{value_text(point, unit)}" if point > 0 else value_text(point, unit)


def interval_text(change: Change | None, unit: str) -> str:
    """Show the marginal interval: ``9.1 to 15.4%``; empty where there is none."""
    if change is None:
        return ""
    if change.kind == "ratio":
        return share_interval(change.marginal)
    low, high = change.marginal.low, change.marginal.high
    return f"{value_text(low, unit)} to {value_text(high, unit)}" if isfinite(low) or isfinite(high) else ""


def _seen(assessment: Assessment) -> str:
    """Return in how many pairs or runs a change was seen; a report of somebody else may hold impossible numbers."""
    seen, change = assessment.seen, assessment.comparison.change
    if seen is None or change is None or not seen.agreeing <= seen.total <= MOST_PAIRS or not seen.total:
        return ""
    return comment_words.seen_in(seen, comment_words.direction(change.marginal.point, assessment.comparison.metric))


def _since(comparison: Comparison, unit: str) -> str:
    """Show the change since the saved baseline, in the kind of the change since the base."""
    if comparison.change is None or comparison.since is None:
        return ""
    known = comparison.since
    low, high = (nan if end is None else end for end in (known.low, known.high))
    marginal = Estimate(point=known.point, low=low, high=high, confidence=known.confidence)
    since = structs.replace(comparison.change, marginal=marginal)
    return change_since(change_text(since, unit), interval_text(since, unit))


def shown_statistic(comparison: Comparison) -> str:
    """Name the value of a run that people are shown: ``min``, ``median`` or ``max``."""
    if comparison.change:
        return SHOWN_FOR.get(comparison.change.statistic, "median")
    return SHOWN_ALONE[comparison.metric.better]


def shown_values(comparison: Comparison) -> tuple[float | None, float | None]:
    """Return what is shown as before and after: the values that the change lies between, where there is one.

    A report of an older version does not know them; then, and without a change, it is a value of each side.
    """
    change = comparison.change
    if change and change.before is not None and change.after is not None:
        return change.before, change.after
    statistic = shown_statistic(comparison)
    return _value(comparison.baseline, statistic), _value(comparison.head, statistic)


def _value(side: SideSummary | None, statistic: str) -> float | None:
    if side is None:
        return None
    known: float | None = getattr(side, statistic)
    return side.median if known is None else known


def _effort(comparison: Comparison) -> str:
    side = comparison.head or comparison.baseline
    return f"{side.runs:,} × {round(side.rounds / side.runs):,}" if side and side.runs else ""
