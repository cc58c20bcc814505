"""One row of a report as strings: values scaled for people, the change with its interval, the reason."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from reporter.render.plain import shorten, visible
from reporter.render.view_types import RowView
from reporter.render.words import BETTER_WORDS, GROUP_SYMBOLS, GROUP_WORDS, VALUE_WORDS
from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from reporter.model import Assessment, Change, Comparison, Estimate, SideSummary

NAME_LIMIT = 300
PROSE_LIMIT = 2_000
"""Characters of a name and of a sentence that any output may show; most show less."""

_NUMBER_LIMIT = 40
_UNIT_LIMIT = 20

_SHOWN = {"min": "min", "q10": "min", "q25": "min", "max": "max", "q90": "max"}
"""Which value of a side stands for the statistic that decided; the median for all others."""


def row_key(index: int) -> str:
    """Give the key of the report's row ``index``, by which charts and page anchors refer to it."""
    return f"row-{index}"


def row_view(assessment: Assessment, key: str, name: str) -> RowView:
    """Turn one assessment into strings; ``name`` is its display name as it came from outside."""
    comparison = assessment.comparison
    metric = comparison.metric
    change = comparison.change
    unit = clean_unit(metric.unit)
    statistic = shown_statistic(comparison)
    baseline, head = _value(comparison.baseline, statistic), _value(comparison.head, statistic)
    return RowView(
        key=key,
        name=shorten(visible(name), NAME_LIMIT) or "(no name)",
        category=prose(comparison.category or ""),
        better=BETTER_WORDS[metric.better],
        verdict=assessment.verdict,
        symbol=GROUP_SYMBOLS[assessment.verdict],
        word=GROUP_WORDS[assessment.verdict],
        baseline=value_text(baseline, unit),
        head=value_text(head, unit),
        value_of=VALUE_WORDS[statistic],
        change=change_text(change, unit),
        interval=interval_text(change, unit),
        exact_baseline=_exact(baseline),
        exact_head=_exact(head),
        exact_change=_exact(change.marginal.point) if change else "",
        reason=prose(assessment.reason),
        cure=prose(assessment.cure or ""),
        effort=_effort(comparison),
        detectable=percent_text(assessment.detectable) if assessment.detectable is not None else "",
        noise=_noise(comparison),
    )


def prose(text: str) -> str:
    """Make a sentence from outside printable and bounded."""
    return shorten(visible(text), PROSE_LIMIT)


def value_text(value: float | None, unit: str) -> str:
    """Scale a value in base units for people; bounded also for numbers of 300 digits."""
    return shorten(format_value(value, unit), _NUMBER_LIMIT)


def percent_text(share: float | None, *, signed: bool = False) -> str:
    """Show a share in percent; bounded also for numbers of 300 digits."""
    return shorten(format_percent(share, signed=signed), _NUMBER_LIMIT)


def change_text(change: Change | None, unit: str) -> str:
    """Show the change with its sign: ``+12.3 %``, or ``+1.5 kB`` for a difference; empty where there is none."""
    if change is None:
        return ""
    point = change.marginal.point
    if change.kind == "ratio":
        return percent_text(point, signed=True)
    return f"+{value_text(point, unit)}" if point > 0 else value_text(point, unit)


def interval_text(change: Change | None, unit: str) -> str:
    """Show the marginal interval: ``9.1 to 15.4 %``; empty where there is none."""
    if change is None:
        return ""
    if change.kind == "ratio":
        return share_interval(change.marginal)
    low, high = change.marginal.low, change.marginal.high
    return f"{value_text(low, unit)} to {value_text(high, unit)}" if isfinite(low) or isfinite(high) else ""


def share_interval(estimate: Estimate) -> str:
    """Show an interval of shares in percent, the unit once."""
    if not isfinite(estimate.low) and not isfinite(estimate.high):
        return ""
    return f"{percent_text(estimate.low).removesuffix(' %')} to {percent_text(estimate.high)}"


@lru_cache(maxsize=256)
def clean_unit(unit: str) -> str:
    """Make a unit from outside printable and short."""
    return shorten(visible(unit), _UNIT_LIMIT)


def shown_statistic(comparison: Comparison) -> str:
    """Name the value of a side that people are shown: ``min``, ``median`` or ``max``."""
    if comparison.change:
        return _SHOWN.get(comparison.change.statistic, "median")
    return {"lower": "min", "higher": "max", None: "median"}[comparison.metric.better]


def _value(side: SideSummary | None, statistic: str) -> float | None:
    return None if side is None else getattr(side, statistic)


def _exact(value: float | None) -> str:
    return repr(value) if value is not None and isfinite(value) else ""


def _effort(comparison: Comparison) -> str:
    side = comparison.head or comparison.baseline
    return f"{side.runs:,} × {round(side.rounds / side.runs):,}" if side and side.runs else ""


def _noise(comparison: Comparison) -> str:
    noise = comparison.noise
    return f"{percent_text(noise.sd)}, from {prose(noise.source)}" if noise else ""
