"""The chart of changes: a column of names, and per row its interval over the zones of its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.change_axis import Span, change_scale, directions, span_of
from reporter.render.chart_drawing import RULE, WIDTH, Drawing, Label, Strokes, dots
from reporter.render.chart_scale import percent_tick
from reporter.render.names import common_prefix
from reporter.render.order import display_names, grouped
from reporter.render.plain import fit
from reporter.render.view_rows import row_view
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.model import Metric, Report, Verdict
    from reporter.render.chart_scale import Scale
    from reporter.render.view_types import RowView

MOST_CALLING = 25
MOST_WITH_OTHERS = 12
"""Rows of the chart: of those that ask for attention, and with quiet ones beside them for comparison."""

_HEAD_HEIGHT, _ROW_HEIGHT = 22, 24
_LEFT, _RIGHT = 216, WIDTH - 78
_NAME_COLUMNS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    row: RowView
    metric: Metric
    span: Span
    top: int

    @property
    def middle(self) -> float:
        return float(self.top + _ROW_HEIGHT // 2)


def changes_drawing(report: Report) -> Drawing | None:
    """Plan the chart, or give ``None`` when no row has a change in percent."""
    rows = _rows(report)
    if not rows:
        return None
    scale = change_scale([row.span for row in rows], _LEFT, _RIGHT)
    bottom = _HEAD_HEIGHT + len(rows) * _ROW_HEIGHT
    return Drawing(
        name="changes",
        title=words.CHANGES_TITLE,
        description=words.changes_description([(row.row.name, _spoken(row.row)) for row in rows]),
        height=bottom + 24,
        strokes=(*_zones(rows, scale), *_grid(scale, bottom), *_intervals(rows, scale), *_points(rows, scale)),
        labels=(*_head(rows, scale), *_names(rows), *_ticks(scale, bottom + 17)),
    )


def _rows(report: Report) -> list[_Row]:
    """Choose the rows: everything that calls first, then as many quiet ones as still leave the chart small."""
    names = display_names(report)
    rows: list[_Row] = []
    for key, indexes in grouped(report).items():
        most = MOST_WITH_OTHERS if STATES[key].quiet else MOST_CALLING
        for index in indexes:
            if len(rows) >= most:
                break
            assessment = report.assessments[index]
            span = span_of(assessment)
            if span is not None:
                row, metric = row_view(assessment, "", names[index]), assessment.comparison.metric
                rows.append(_Row(row=row, metric=metric, span=span, top=_HEAD_HEIGHT + len(rows) * _ROW_HEIGHT))
    return rows


def _grid(scale: Scale, bottom: float) -> tuple[Strokes, ...]:
    ticks = tuple((x, float(_HEAD_HEIGHT), x, bottom + 4) for x, _ in scale.ticks(percent_tick))
    zero = scale.position(0.0)
    return (
        Strokes(kind="grid", segments=ticks, colour=RULE, width=1, opacity=0.25),
        Strokes(kind="zero", segments=((zero, float(_HEAD_HEIGHT), zero, bottom + 4),), colour=RULE, width=1),
    )


def _zones(rows: list[_Row], scale: Scale) -> tuple[Strokes, ...]:
    """Draw the equivalence margin of each row, and its minimum change over it."""
    bounds = (
        ("margin", [(row, row.span.margin) for row in rows]),
        ("minimum", [(row, row.span.threshold) for row in rows]),
    )
    return tuple(
        Strokes(
            kind=kind,
            segments=tuple(
                (scale.position(-bound), row.middle, scale.position(bound), row.middle) for row, bound in found if bound
            ),
            colour=RULE,
            width=_ROW_HEIGHT,
            opacity=0.18,
        )
        for kind, found in bounds
        if any(bound for _, bound in found)
    )


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
    y, found = row.middle, row.span.estimate
    segments = [(scale.position(found.low), y, scale.position(found.high), y)]
    if found.high > scale.high:
        segments += [(_RIGHT - 5.0, y + slant, float(_RIGHT), y) for slant in (-5.0, 5.0)]
    if found.low < scale.low:
        segments += [(_LEFT + 5.0, y + slant, float(_LEFT), y) for slant in (-5.0, 5.0)]
    return segments


def _points(rows: list[_Row], scale: Scale) -> tuple[Strokes, ...]:
    """Mark regressed with a dot, improved with a square and everything else with a short line."""
    marks = []
    for verdict, chosen in _by_verdict(rows).items():
        colour = STATES[verdict].drawn
        places = tuple(
            (scale.position(row.span.estimate.point), row.middle)
            for row in chosen
            if scale.holds(row.span.estimate.point)
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


def _head(rows: list[_Row], scale: Scale) -> list[Label]:
    """Write what all names begin with, and which way is good."""
    prefix = _prefix(rows)
    left, right = directions(row.metric for row in rows)
    zero = scale.position(0.0)
    return [
        *([Label(kind="name note", x=0, y=14, text=fit(f"{prefix}…", _NAME_COLUMNS).rstrip())] if prefix else []),
        Label(kind="note", x=zero - 6, y=14, text=f"{left} ←", anchor="right"),
        Label(kind="note", x=zero + 6, y=14, text=f"→ {right}"),
    ]


def _prefix(rows: list[_Row]) -> str:
    return common_prefix([row.row.name for row in rows])


def _names(rows: list[_Row]) -> list[Label]:
    prefix, labels = _prefix(rows), []
    for row in rows:
        y, name = row.middle + 4, row.row.name.removeprefix(prefix)
        labels.append(Label(kind="name", x=0, y=y, text=fit(name, _NAME_COLUMNS).rstrip()))
        labels.append(Label(kind="value", x=WIDTH, y=y, text=f"{row.row.symbol} {row.row.change}", anchor="right"))
    return labels


def _ticks(scale: Scale, y: float) -> list[Label]:
    return [Label(kind="tick", x=x, y=y, text=text, anchor="center") for x, text in scale.ticks(percent_tick)]


def _spoken(row: RowView) -> str:
    return f"{row.change} ({row.interval}), {row.word}"
