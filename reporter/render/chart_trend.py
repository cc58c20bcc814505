"""The chart of a benchmark whose level changed: its value in each saved session and the head, oldest first."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from reporter.render import load_words
from reporter.render.chart_drawing import IMPROVED, Drawing, Label, dots
from reporter.render.chart_lines import HEADING_HEIGHT, LEFT, RIGHT, STRIP_HEIGHT, Line, Strip, known, strip_parts
from reporter.render.chart_scale import Scale, padded
from reporter.render.view_text import clean_unit, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Trend
    from reporter.render.view_trends import TrendView

_AXIS_HEIGHT = 24
_ROOM = 0.15
"""Share of the range that is left free above and below."""


def trend_drawing(trend: Trend, view: TrendView, commits: Sequence[str], number: int) -> Drawing | None:
    """Plan the chart of the report's trend ``number``; ``None`` where fewer than two values are known."""
    values = known(trend.values)
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    across = padded(low, high, HEADING_HEIGHT + STRIP_HEIGHT, HEADING_HEIGHT, margin=_ROOM)
    scale = Scale(low=0, high=len(trend.values) - 1, left=LEFT + 4, right=RIGHT - 4)
    places = [scale.position(index) for index in range(len(trend.values))]
    marks = [places[change.session] for change in trend.changes if change.session < len(places)]
    unit = clean_unit(trend.unit)
    reach = load_words.from_to(value_text(low, unit), value_text(high, unit))
    strip = Strip(
        heading=view.name,
        note=reach,
        lines=(Line(kind="levels", values=trend.values, colour=IMPROVED, width=1.2),),
        low=across.low,
        high=across.high,
    )
    strokes, labels = strip_parts(strip, places, marks, 0)
    spots = tuple(
        (x, across.position(value))
        for x, value in zip(places, trend.values, strict=True)
        if value is not None and isfinite(value)
    )
    bottom = HEADING_HEIGHT + STRIP_HEIGHT
    return Drawing(
        name=f"trend-{number}",
        title=load_words.trend_title(view.name),
        description=load_words.trend_description(len(values), reach, view.story),
        height=bottom + _AXIS_HEIGHT,
        strokes=(*strokes, dots("sessions", spots, IMPROVED, 5.0)),
        labels=(
            *labels,
            Label(kind="tick", x=LEFT, y=bottom + 17, text=commits[0]),
            Label(kind="tick", x=RIGHT, y=bottom + 17, text=commits[-1], anchor="right"),
        ),
    )
