"""A chart before it is drawn: strokes and labels in pixels, y downwards, as plain data that tests can look into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reporter.verdicts import GREY, STATES

WIDTH = 600
"""Pixels of every chart; pages scale it. The height follows from what is drawn."""

REGRESSED, IMPROVED, NEUTRAL, RULE = STATES["regressed"].drawn, STATES["improved"].drawn, GREY, "#9aa1a9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """Straight lines of one series, each ``(x1, y1, x2, y2)``. ``kind`` becomes the class of the group in the SVG.

    Round ends make a dot of a line of no length. Lines that follow each other round an area may be ``filled``.
    """

    kind: str
    segments: tuple[tuple[float, float, float, float], ...]
    colour: str
    width: float
    opacity: float = 1.0
    round_ends: bool = False
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One text, with its baseline at ``y``. ``kind`` becomes the class of the group in the SVG."""

    kind: str
    x: float
    y: float
    text: str
    anchor: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One chart; ``description`` is its alternative text and says what the picture shows."""

    name: str
    title: str
    description: str
    height: float
    strokes: tuple[Strokes, ...]
    labels: tuple[Label, ...]


def stacked(upper: Drawing, lower: Drawing) -> Drawing:
    """Put one chart below another."""
    down = upper.height
    return Drawing(
        name=f"{upper.name}-{lower.name}",
        title=lower.title,
        description=f"{upper.description} {lower.description}",
        height=upper.height + lower.height,
        strokes=(*upper.strokes, *(_lowered(strokes, down) for strokes in lower.strokes)),
        labels=(*upper.labels, *(replace(label, y=label.y + down) for label in lower.labels)),
    )


def _lowered(strokes: Strokes, down: float) -> Strokes:
    return replace(strokes, segments=tuple((x1, y1 + down, x2, y2 + down) for x1, y1, x2, y2 in strokes.segments))


def dots(
    kind: str, places: tuple[tuple[float, float], ...], colour: str, diameter: float, opacity: float = 1.0
) -> Strokes:
    """Make a series of round dots."""
    segments = tuple((x, y, x, y) for x, y in places)
    return Strokes(kind=kind, segments=segments, colour=colour, width=diameter, opacity=opacity, round_ends=True)
