"""The chart of one changed benchmark: the rounds of both sides over each other, and the value of every run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from reporter.decide.run_values import centre, run_values
from reporter.render import words
from reporter.render.chart_drawing import NEUTRAL, RULE, WIDTH, Drawing, Label, Strokes, dots
from reporter.render.chart_scale import Scale, padded
from reporter.render.density import BINS, FEWEST, curve
from reporter.render.view_rows import shown_statistic
from reporter.render.view_text import clean_unit, value_text
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.decide.run_values import Runs
    from reporter.model import Assessment
    from reporter.render.view_types import RowView

_LEFT, _RIGHT = 8, WIDTH - 8
_HEADING_Y, _HILLS_TOP = 14, 40
"""Of the second heading the text is a line lower."""
_LINE_HEIGHT = 18
_BIN_PLACES = [round(_LEFT + (_RIGHT - _LEFT) * (place + 0.5) / BINS, 1) for place in range(BINS)]
_HILLS_HEIGHT = 96.0
_DOTS_HEIGHT = 16
_MOST_DOTS = 200
"""Values of a side that are drawn one by one; of more than that, evenly spaced ones."""

_SHARE_SHOWN = 0.97
"""Share of all rounds that the axis may hold at most; the tail beyond it is counted instead of drawn."""

_FENCE = 2.0
"""Rounds further out than this many interquartile ranges are beyond the axis too: bursts would flatten the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of the chart: all its rounds in order, the value of each run, and the place of its dots."""

    kind: str
    heading: str
    effort: str
    rounds: tuple[float, ...]
    statistics: tuple[float, ...]
    colour: str
    line: int

    @property
    def has_hill(self) -> bool:
        return len(self.rounds) >= FEWEST

    @property
    def dots(self) -> tuple[float, ...]:
        """The values drawn one by one: every run's, or all rounds where they are few."""
        values = self.statistics if self.has_hill else self.rounds
        step = max(1, ceil(len(values) / _MOST_DOTS))
        return values[::step]


def distribution_drawing(assessment: Assessment, row: RowView) -> Drawing | None:
    """Plan the chart of a row that carries its round values; ``None`` when a side has none."""
    comparison = assessment.comparison
    if comparison.distribution is None or not all(any(side) for side in comparison.distribution):
        return None
    statistic = shown_statistic(comparison)
    base, head = comparison.distribution
    colour = STATES[row.verdict].drawn
    sides = (
        _side("baseline", f"{words.BASELINE} {row.baseline}", base, statistic, NEUTRAL, 0),
        _side(f"head {row.verdict}", f"{words.HEAD} {row.head}", head, statistic, colour, 1),
    )
    scale = _scale(sides, statistic)
    ticks = scale.ticks(lambda value: value_text(value, clean_unit(comparison.metric.unit)))
    ground = _HILLS_TOP + (_HILLS_HEIGHT if any(side.has_hill for side in sides) else 4.0)
    bottom = ground + 2 * _DOTS_HEIGHT + 4
    return Drawing(
        name=f"distribution-{row.key}",
        title=words.distribution_title(row.name),
        description=words.distribution_description(
            row.baseline, row.head, len(base), len(head), f"{row.change} ({row.interval}), {row.word}"
        ),
        height=bottom + 24,
        strokes=(
            _grid([x for x, _ in ticks], ground, bottom + 4),
            *_hills(sides, scale, ground),
            *(stroke for side in sides for stroke in _values(side, scale, ground)),
        ),
        labels=(
            *(label for side in sides for label in _headings(side, scale)),
            *(Label(kind="tick", x=x, y=bottom + 17, text=text, anchor="center") for x, text in ticks),
        ),
    )


def _grid(places: list[float], ground: float, bottom: float) -> Strokes:
    lines = tuple((x, float(_HILLS_TOP), x, bottom) for x in places)
    return Strokes(kind="grid", segments=(*lines, (_LEFT, ground, _RIGHT, ground)), colour=RULE, width=1, opacity=0.25)


def _side(kind: str, heading: str, runs: Runs, statistic: str, colour: str, line: int) -> _Side:
    kept = tuple(tuple(sorted(run)) for run in runs if run)
    counts = [len(run) for run in kept]
    return _Side(
        kind=kind,
        heading=heading,
        effort=words.runs_and_rounds(len(kept), min(counts), max(counts), paired=False),
        rounds=tuple(sorted(value for run in kept for value in run)),
        statistics=run_values(kept, statistic),
        colour=colour,
        line=line,
    )


def _scale(sides: tuple[_Side, _Side], statistic: str) -> Scale:
    """Choose the axis: the value of every run and the bulk of the rounds; tails may run out of it."""
    pooled = sorted(value for side in sides for value in side.rounds)
    spare = len(pooled) - ceil(len(pooled) * _SHARE_SHOWN)
    low = pooled[0 if statistic == "min" else spare // (1 if statistic == "max" else 2)]
    high = pooled[-1 - (0 if statistic == "max" else spare // (1 if statistic == "min" else 2))]
    fences = [_fences(side.rounds) for side in sides]
    low, high = max(low, min(fence[0] for fence in fences)), min(high, max(fence[1] for fence in fences))
    known = [value for side in sides for value in side.statistics]
    return padded(min(low, *known), max(high, *known), _LEFT, _RIGHT)


def _fences(rounds: tuple[float, ...]) -> tuple[float, float]:
    lower, upper = rounds[len(rounds) // 4], rounds[len(rounds) * 3 // 4]
    reach = _FENCE * (upper - lower)
    return lower - reach, upper + reach


def _hills(sides: tuple[_Side, _Side], scale: Scale, ground: float) -> list[Strokes]:
    """Draw how the rounds of both sides lie, one over the other, in one measure."""
    curves = [(side, curve(side.rounds, scale)) for side in sides if side.has_hill]
    highest = max((max(shares) for _, shares in curves), default=0.0)
    if not highest:
        return []
    strokes = []
    for side, shares in curves:
        heights = [round(ground - _HILLS_HEIGHT * share / highest, 1) for share in shares]
        edge = tuple((*one, *other) for one, other in pairwise(zip(_BIN_PLACES, heights, strict=True)))
        left, right, kind = _BIN_PLACES[0], _BIN_PLACES[-1], side.kind
        closed = (*edge, (right, heights[-1], right, ground), (right, ground, left, ground))
        strokes += [
            Strokes(kind=f"area {kind}", segments=closed, colour=side.colour, width=0, opacity=0.25, filled=True),
            Strokes(kind=f"edge {kind}", segments=edge, colour=side.colour, width=1.6),
        ]
    return strokes


def _values(side: _Side, scale: Scale, ground: float) -> tuple[Strokes, Strokes]:
    """Draw a dot for the value of every run, and a line where the middle of them is."""
    y = ground + 4 + _DOTS_HEIGHT * (side.line + 0.5)
    places = tuple((scale.position(value), y) for value in side.dots)
    x = scale.position(centre(side.statistics))
    line = Strokes(
        kind=f"middle {side.kind}",
        segments=((x, float(_HILLS_TOP), x, y),),
        colour=side.colour,
        width=1.5,
        dashed=True,
    )
    return line, dots(f"runs {side.kind}", places, side.colour, 6.0, 0.75)


def _headings(side: _Side, scale: Scale) -> tuple[Label, Label]:
    beyond = sum(not scale.holds(value) for value in side.rounds)
    y = _HEADING_Y + _LINE_HEIGHT * side.line
    return (
        Label(kind=f"heading {side.kind}", x=_LEFT, y=y, text=side.heading),
        Label(kind="note", x=_RIGHT, y=y, text=words.beyond_the_axis(side.effort, beyond), anchor="right"),
    )
