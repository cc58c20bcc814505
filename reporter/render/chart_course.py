"""The chart of a load test over time: users, requests per second, response times and failures, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reporter.render import load_words
from reporter.render.chart_drawing import IMPROVED, NEUTRAL, REGRESSED, Drawing, Label
from reporter.render.chart_lines import (
    GAP,
    HEADING_HEIGHT,
    LEFT,
    RIGHT,
    STRIP_HEIGHT,
    Line,
    Strip,
    height_of,
    known,
    strip_parts,
)
from reporter.render.chart_scale import padded
from reporter.render.view_text import percent_text, value_text
from reporter.units import format_duration

if TYPE_CHECKING:
    from reporter.model import LoadCourse, LoadMoment

_AXIS_HEIGHT = 24


def course_drawing(course: LoadCourse, number: int, *, several: bool = False) -> Drawing | None:
    """Plan the chart of the load test of this ``number``; ``None`` for less than two moments."""
    moments = tuple(sorted(course.moments, key=lambda moment: moment.seconds))
    if len(moments) < 2 or moments[-1].seconds <= moments[0].seconds:
        return None
    scale = padded(min(0.0, moments[0].seconds), moments[-1].seconds, LEFT, RIGHT, margin=0)
    places = [scale.position(moment.seconds) for moment in moments]
    broke_at = course.broke_at
    marks = [scale.position(broke_at)] if broke_at is not None and scale.holds(broke_at) else []
    strips = _strips(moments)
    bottom = height_of(len(strips))
    tops = [index * (HEADING_HEIGHT + STRIP_HEIGHT + GAP) for index in range(len(strips))]
    parts = [strip_parts(strip, places, marks, top) for strip, top in zip(strips, tops, strict=True)]
    ticks = scale.ticks(format_duration)
    return Drawing(
        name=f"load-{number}",
        title=load_words.course_title(number if several else None),
        description=load_words.course_description(
            format_duration(scale.high - scale.low),
            [(strip.heading, strip.note) for strip in strips],
            format_duration(broke_at) if marks and broke_at is not None else "",
        ),
        height=bottom + _AXIS_HEIGHT,
        strokes=tuple(stroke for strokes, _ in parts for stroke in strokes),
        labels=(
            *(label for _, labels in parts for label in labels),
            *(Label(kind="tick", x=x, y=bottom + 17, text=text, anchor=_anchored(x)) for x, text in ticks),
        ),
    )


def _anchored(x: float) -> Literal["left", "center", "right"]:
    return "left" if x < LEFT + 20 else "right" if x > RIGHT - 20 else "center"


def _strips(moments: tuple[LoadMoment, ...]) -> tuple[Strip, ...]:
    users = tuple(moment.users for moment in moments)
    rate = tuple(moment.rate for moment in moments)
    p50, p99 = (tuple(getattr(moment, name) for moment in moments) for name in ("p50", "p99"))
    failed = tuple(moment.failed for moment in moments)
    times = load_words.course_times(*(value_text(max(known(values), default=None), "s") for values in (p50, p99)))
    most = load_words.up_to(f"{max(known(users), default=0.0):,.0f}")
    return (
        _strip(load_words.COURSE_USERS, most, _line("users", users, NEUTRAL)),
        _strip(
            load_words.COURSE_RATE,
            load_words.up_to(value_text(max(known(rate), default=None), "1/s")),
            _line("rate", rate, IMPROVED),
        ),
        _strip(load_words.COURSE_TIMES, times, _line("p50", p50, IMPROVED, 2.6), _line("p99", p99, REGRESSED, 1.2)),
        _strip(
            load_words.COURSE_FAILED,
            load_words.up_to(percent_text(max(known(failed), default=0.0))),
            _line("failed", failed, REGRESSED),
        ),
    )


def _strip(heading: str, note: str, *lines: Line) -> Strip:
    high = max((value for line in lines for value in known(line.values)), default=0.0)
    return Strip(heading=heading, note=note, lines=lines, low=0.0, high=high)


def _line(kind: str, values: tuple[float | None, ...], colour: str, width: float = 1.8) -> Line:
    return Line(kind=kind, values=values, colour=colour, width=width)
