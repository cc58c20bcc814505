"""The chart of changes: per benchmark the change with its interval, over the band that its threshold leaves."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.chart_drawing import RULE, WIDTH, Drawing, Label, Strokes, dots
from reporter.render.chart_scale import Scale, padded, percent_tick
from reporter.render.order import display_names, grouped
from reporter.render.plain import fit
from reporter.render.view_rows import row_view
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.model import Estimate, Report, Verdict
    from reporter.render.view_types import RowView

MOST_CALLING = 25
MOST_WITH_OTHERS = 12
"""Rows of the chart: of those that ask for attention, and with quiet ones beside them for comparison."""

_ROW_HEIGHT = 42
_TEXT_Y, _BAR_Y = 16, 29
_LEFT, _RIGHT = 8, WIDTH - 8
_NAME_COLUMNS = 44
_OUTLIER = 4.0
"""An interval that reaches further than this times the median reach is cut at the edge; it would squeeze the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    row: RowView
    estimate: Estimate
    threshold: float | None
    quiet: bool
    top: int


def changes_drawing(report: Report) -> Drawing | None:
    """Plan the chart, or give ``None`` when no row has a change in percent."""
    rows = _rows(report)
    if not rows:
        return None
    scale = _scale(rows)
    bottom = len(rows) * _ROW_HEIGHT
    return Drawing(
        name="changes",
        title=words.CHANGES_TITLE,
        description=words.changes_description([(row.row.name, _spoken(row.row)) for row in rows]),
        height=bottom + 24,
        strokes=(*_grid(scale, bottom), *_bands(rows, scale), *_intervals(rows, scale), *_points(rows, scale)),
        labels=(*_names(rows), *_ticks(scale, bottom + 17)),
    )


def _rows(report: Report) -> list[_Row]:
    """Choose the rows: everything that calls first, then as many quiet ones as still leave the chart small."""
    names = display_names(report)
    rows: list[_Row] = []
    for key, indexes in grouped(report).items():
        quiet = STATES[key].quiet
        for index in indexes:
            if len(rows) >= (MOST_WITH_OTHERS if quiet else MOST_CALLING):
                break
            assessment = report.assessments[index]
            change = assessment.comparison.change
            if change is None or change.kind != "ratio" or not _is_known(change.marginal):
                continue
            rows.append(
                _Row(
                    row=row_view(assessment, "", names[index]),
                    estimate=change.marginal,
                    threshold=assessment.threshold,
                    quiet=quiet,
                    top=len(rows) * _ROW_HEIGHT,
                )
            )
    return rows


def _is_known(estimate: Estimate) -> bool:
    return all(map(isfinite, (estimate.point, estimate.low, estimate.high)))


def _scale(rows: list[_Row]) -> Scale:
    """Choose the axis: zero and every threshold on it, and the typical interval of what changed not squeezed."""
    shown = [row for row in rows if not row.quiet] or rows
    furthest = _OUTLIER * median(max(abs(row.estimate.low), abs(row.estimate.high)) for row in shown)
    band = max((row.threshold or 0.0 for row in rows), default=0.0)
    low = max(min(row.estimate.low for row in rows), -furthest)
    high = min(max(row.estimate.high for row in rows), furthest)
    return padded(min(low, -band, 0.0), max(high, band, 0.0), _LEFT, _RIGHT)


def _grid(scale: Scale, bottom: float) -> tuple[Strokes, ...]:
    ticks = tuple((x, 0.0, x, bottom + 4) for x, _ in scale.ticks(percent_tick))
    zero = scale.position(0.0)
    return (
        Strokes(kind="grid", segments=ticks, colour=RULE, width=1, opacity=0.25),
        Strokes(kind="zero", segments=((zero, 0.0, zero, bottom + 4),), colour=RULE, width=1),
    )


def _bands(rows: list[_Row], scale: Scale) -> tuple[Strokes, ...]:
    segments = tuple(
        (scale.position(-row.threshold), row.top + _BAR_Y, scale.position(row.threshold), row.top + _BAR_Y)
        for row in rows
        if row.threshold
    )
    return (Strokes(kind="band", segments=segments, colour=RULE, width=14, opacity=0.25),) if segments else ()


def _intervals(rows: list[_Row], scale: Scale) -> tuple[Strokes, ...]:
    return tuple(
        Strokes(
            kind=f"interval {verdict}",
            segments=tuple(segment for row in chosen for segment in _interval(row, scale)),
            colour=STATES[verdict].drawn,
            width=2.5,
        )
        for verdict, chosen in _by_verdict(rows).items()
    )


def _interval(row: _Row, scale: Scale) -> list[tuple[float, float, float, float]]:
    """Draw the interval, with an arrow head where it goes on beyond the edge."""
    y = float(row.top + _BAR_Y)
    segments = [(scale.position(row.estimate.low), y, scale.position(row.estimate.high), y)]
    if row.estimate.high > scale.high:
        segments += [(_RIGHT - 5.0, y + slant, float(_RIGHT), y) for slant in (-5.0, 5.0)]
    if row.estimate.low < scale.low:
        segments += [(_LEFT + 5.0, y + slant, float(_LEFT), y) for slant in (-5.0, 5.0)]
    return segments


def _points(rows: list[_Row], scale: Scale) -> tuple[Strokes, ...]:
    """Mark regressed with a dot, improved with a square and everything else with a short line."""
    marks = []
    for verdict, chosen in _by_verdict(rows).items():
        colour = STATES[verdict].drawn
        places = tuple(
            (scale.position(row.estimate.point), float(row.top + _BAR_Y))
            for row in chosen
            if scale.holds(row.estimate.point)
        )
        kind = f"point {verdict}"
        if verdict == "regressed":
            marks.append(dots(kind, places, colour, 10))
        else:
            half, width = (4.5, 9.0) if verdict == "improved" else (6.0, 3.0)
            segments = tuple((x, y - half, x, y + half) for x, y in places)
            marks.append(Strokes(kind=kind, segments=segments, colour=colour, width=width))
    return tuple(marks)


def _by_verdict(rows: list[_Row]) -> dict[Verdict, list[_Row]]:
    chosen: dict[Verdict, list[_Row]] = {}
    for row in rows:
        chosen.setdefault(row.row.verdict, []).append(row)
    return chosen


_HALF_TICK = 26
"""Half the width of a number under the axis."""


def _names(rows: list[_Row]) -> list[Label]:
    labels = []
    for row in rows:
        y = row.top + _TEXT_Y
        labels.append(Label(kind="name", x=_LEFT, y=y, text=fit(row.row.name, _NAME_COLUMNS).rstrip()))
        labels.append(Label(kind="value", x=_RIGHT, y=y, text=f"{row.row.symbol} {row.row.change}", anchor="right"))
    return labels


def _ticks(scale: Scale, y: float) -> list[Label]:
    """Write the axis; a number that would stand half outside of the picture ends at its edge."""
    ticks = scale.ticks(percent_tick)
    inside = [Label(kind="tick", x=x, y=y, text=text, anchor="center") for x, text in ticks if x <= _RIGHT - _HALF_TICK]
    outside = [
        Label(kind="tick", x=_RIGHT, y=y, text=text, anchor="right") for x, text in ticks if x > _RIGHT - _HALF_TICK
    ]
    return inside + outside


def _spoken(row: RowView) -> str:
    return f"{row.change} ({row.interval}), {row.word}"
