"""Values over time in a strip of a chart: a line per series above one ground, with a heading and what it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from reporter.render.chart_drawing import NEUTRAL, RULE, WIDTH, Label, Strokes
from reporter.render.chart_scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT, RIGHT = 8, WIDTH - 8
HEADING_HEIGHT, _HEADING_Y = 22, 14
STRIP_HEIGHT = 66
"""Pixels of a strip below its heading."""
GAP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series: a value for each place, ``None`` where there is none."""

    kind: str
    values: tuple[float | None, ...]
    colour: str
    width: float = 1.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Series on one vertical axis from ``low`` to ``high``; ``note`` says what they reach."""

    heading: str
    note: str
    lines: tuple[Line, ...]
    low: float
    high: float


def known(values: Sequence[float | None]) -> list[float]:
    """Return the values that are there and can be drawn."""
    return [value for value in values if value is not None and isfinite(value)]


def height_of(strips: int) -> int:
    """Return the height of so many strips with the gaps between them."""
    return strips * (HEADING_HEIGHT + STRIP_HEIGHT) + (strips - 1) * GAP


def strip_parts(
    strip: Strip, places: Sequence[float], marks: Sequence[float], top: float
) -> tuple[tuple[Strokes, ...], tuple[Label, ...]]:
    """Draw a strip from ``top`` on: its ground, a dashed line at each of the ``marks``, and its series."""
    ceiling, ground = top + HEADING_HEIGHT, top + HEADING_HEIGHT + STRIP_HEIGHT
    high = strip.high if strip.high > strip.low else strip.low + 1.0
    scale = Scale(low=strip.low, high=high, left=ground, right=ceiling)
    rule = Strokes(kind="grid", segments=((LEFT, ground, RIGHT, ground),), colour=RULE, width=1, opacity=0.5)
    upright = tuple((x, ceiling, x, ground) for x in marks)
    marked = Strokes(kind="mark", segments=upright, colour=NEUTRAL, width=1.2, dashed=True)
    labels = (
        Label(kind="heading", x=LEFT, y=top + _HEADING_Y, text=strip.heading),
        Label(kind="note", x=RIGHT, y=top + _HEADING_Y, text=strip.note, anchor="right"),
    )
    return (rule, marked, *(_stroke(line, places, scale) for line in strip.lines)), labels


def _stroke(line: Line, places: Sequence[float], scale: Scale) -> Strokes:
    """Draw a series; the pen is lifted where a value is missing, and a value alone is a dot."""
    points = [
        None if value is None or not isfinite(value) else (x, scale.position(value))
        for x, value in zip(places, line.values, strict=True)
    ]
    joined = [(*one, *other) for one, other in pairwise(points) if one and other]
    alone = [
        (*point, *point)
        for before, point, after in zip([None, *points], points, [*points[1:], None], strict=False)
        if point and not before and not after
    ]
    return Strokes(kind=line.kind, segments=(*joined, *alone), colour=line.colour, width=line.width, round_ends=True)
