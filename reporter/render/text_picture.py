"""One change as a picture of plain text: the interval over threshold and margin, and a dot for every run."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from reporter.decide.run_values import run_changes
from reporter.render import words
from reporter.render.chart_scale import Scale, padded, percent_tick
from reporter.render.view_rows import shown_statistic
from reporter.render.view_text import clean_unit, value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import Assessment, Change

_LABELS = 12
"""Columns in front of the picture."""
NARROWEST = 60
_TICK = 9
"""Columns that one number under the axis needs."""
_DOTS = " ·•●"
"""No run, one, two, and more in the same column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """What is drawn, all in the kind of the change: its three numbers, two bounds, and the runs of both sides."""

    point: float
    low: float
    high: float
    threshold: float
    margin: float
    runs: tuple[tuple[float, ...], tuple[float, ...]]


_WIDEST = 1e15
"""A wider axis has labels longer than its line, and nothing to see."""


def picture(assessment: Assessment, width: int) -> list[str]:
    """Draw a row in lines of at most ``width`` columns (``NARROWEST`` at least); nothing where it has no change."""
    change = assessment.comparison.change
    if change is None or not isfinite(change.marginal.point):
        return []
    drawn = _picture(assessment, change)
    columns = max(width, NARROWEST) - _LABELS
    scale = _scale(drawn, columns)
    if not scale.high - scale.low < _WIDEST:
        return []
    lines = [("", _axis(scale, _label_of(assessment, change), columns))]
    lines += [("", _marks(scale, columns, {0.0: "┆"}))]
    if drawn.margin:
        lines.append((words.MARGIN, _band(scale, columns, drawn.margin, "░")))
    if drawn.threshold:
        marks = {-drawn.threshold: "▏", 0.0: "┆", drawn.threshold: "▏"}
        lines.append((words.THRESHOLD, _marks(scale, columns, marks)))
    lines.append((words.CHANGE, _interval(scale, columns, drawn)))
    for label, runs in zip((words.BASELINE_RUNS, words.HEAD_RUNS), drawn.runs, strict=True):
        if runs:
            lines.append((label, _dots(scale, columns, runs)))
    return [f"{label:<{_LABELS}}{text}".rstrip() for label, text in lines]


def _picture(assessment: Assessment, change: Change) -> _Picture:
    point = change.marginal.point
    low, high = (end if isfinite(end) else point for end in (change.marginal.low, change.marginal.high))
    return _Picture(
        point=point,
        low=low,
        high=high,
        threshold=assessment.threshold or 0.0,
        margin=assessment.margin or 0.0,
        runs=run_changes(assessment.comparison, change, shown_statistic(assessment.comparison)),
    )


def _scale(drawn: _Picture, columns: int) -> Scale:
    bound = max(drawn.threshold, drawn.margin)
    runs = [value for side in drawn.runs for value in side]
    low, high = min(drawn.low, -bound, 0.0, *runs), max(drawn.high, bound, 0.0, *runs)
    return padded(low, high, 0, columns - 1)


def _label_of(assessment: Assessment, change: Change) -> Callable[[float], str]:
    if change.kind == "ratio":
        return percent_tick
    unit = clean_unit(assessment.comparison.metric.unit)
    return lambda value: value_text(value, unit)


def _axis(scale: Scale, label: Callable[[float], str], columns: int) -> str:
    line = [" "] * columns
    for position, text in scale.ticks(label, most=max(2, columns // _TICK)):
        start = min(max(0, round(position) - len(text) // 2), columns - len(text))
        line[start : start + len(text)] = text
    return "".join(line)


def _marks(scale: Scale, columns: int, marks: dict[float, str]) -> str:
    line = [" "] * columns
    for value, mark in marks.items():
        line[_column(scale, value)] = mark
    return "".join(line)


def _band(scale: Scale, columns: int, bound: float, fill: str) -> str:
    first, last = _column(scale, -bound), _column(scale, bound)
    line = " " * first + fill * (last - first + 1) + " " * columns
    return line[:columns]


def _interval(scale: Scale, columns: int, drawn: _Picture) -> str:
    first, last = _column(scale, drawn.low), _column(scale, drawn.high)
    line = [" "] * columns
    line[_column(scale, 0.0)] = "┆"
    if last > first:
        line[first : last + 1] = f"├{'─' * (last - first - 1)}┤"
    line[_column(scale, drawn.point)] = "●"
    return "".join(line)


def _dots(scale: Scale, columns: int, values: Sequence[float]) -> str:
    counts = [0] * columns
    for value in values:
        counts[_column(scale, value)] += 1
    return "".join(_DOTS[min(count, len(_DOTS) - 1)] for count in counts)


def _column(scale: Scale, value: float) -> int:
    return round(scale.position(value))
