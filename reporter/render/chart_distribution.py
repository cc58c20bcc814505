"""The chart of one changed benchmark: every round of every run, baseline above head, on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from reporter.decide.run_values import centre, run_values
from reporter.render import words
from reporter.render.chart_drawing import NEUTRAL, RULE, WIDTH, Drawing, Label, Strokes, dots
from reporter.render.chart_scale import Scale, padded
from reporter.render.view_rows import shown_statistic
from reporter.render.view_text import clean_unit, value_text
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.decide.run_values import Runs
    from reporter.model import Assessment
    from reporter.render.view_types import RowView

_LEFT, _RIGHT = 8, WIDTH - 8
_HEADING_HEIGHT, _HEADING_Y = 22, 14
_GAP = 8
_RUNS_HEIGHT = 60.0
_MOST_SESSIONS = 20
_SESSION_STEP = 5.0
_MOST_ROUNDS = 600
"""Rounds drawn per side; of more than that, evenly spaced ones of every run."""

_SHARE_SHOWN = 0.97
"""Share of all rounds that the axis may hold at most; the tail beyond it is counted instead of drawn."""

_FENCE = 3.0
"""Rounds further out than this many interquartile ranges are beyond the axis too: bursts would flatten the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One half of the chart; each run is a line of strokes, ``step`` pixels high. Values are sorted within a run."""

    kind: str
    heading: str
    runs: Runs
    statistics: tuple[float, ...]
    colour: str
    top: float
    step: float

    @property
    def bottom(self) -> float:
        return self.top + _HEADING_HEIGHT + self.step * len(self.runs)

    def middle(self, run: int) -> float:
        return round(self.top + _HEADING_HEIGHT + self.step * (run + 0.5), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """The saved sessions at the top of the chart, a dot each, the oldest first."""

    values: tuple[float | None, ...]

    @property
    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]

    @property
    def bottom(self) -> float:
        return _HEADING_HEIGHT + _SESSION_STEP * len(self.values)

    def strokes(self, scale: Scale) -> tuple[Strokes, ...]:
        places = tuple(
            (scale.position(value), round(_HEADING_HEIGHT + _SESSION_STEP * (row + 0.5), 1))
            for row, value in enumerate(self.values)
            if value is not None
        )
        return (dots("sessions", places, NEUTRAL, 4.0),) if places else ()

    def headings(self) -> tuple[Label, ...]:
        if not self.values:
            return ()
        return (
            Label(kind="heading", x=_LEFT, y=_HEADING_Y, text=words.saved_sessions(len(self.values))),
            Label(kind="note", x=_RIGHT, y=_HEADING_Y, text=words.OLDEST_ON_TOP, anchor="right"),
        )


def _spoken(past: _Past, unit: str) -> str:
    known = past.known
    if not known:
        return ""
    return words.sessions_description(len(known), value_text(min(known), unit), value_text(max(known), unit))


def distribution_drawing(assessment: Assessment, row: RowView) -> Drawing | None:
    """Plan the chart of a row that carries its round values; ``None`` when a side has none."""
    comparison = assessment.comparison
    if comparison.distribution is None or not all(any(side) for side in comparison.distribution):
        return None
    statistic = shown_statistic(comparison)
    base, head = comparison.distribution
    colour = STATES[row.verdict].drawn
    # The rounds are of whole runs, and the past of a row in lock-step is not.
    past = _Past(values=() if comparison.clock else comparison.history[-_MOST_SESSIONS:])
    top = past.bottom + _GAP if past.values else 0.0
    upper = _side("baseline", f"{words.BASELINE} {row.baseline}", base, statistic, NEUTRAL, top)
    lower = _side(f"head {row.verdict}", f"{words.HEAD} {row.head}", head, statistic, colour, upper.bottom + _GAP)
    scale = _scale((upper, lower), statistic, past.known)
    ticks = scale.ticks(lambda value: value_text(value, clean_unit(comparison.metric.unit)))
    return Drawing(
        name=f"distribution-{row.key}",
        title=words.distribution_title(row.name),
        description=words.distribution_description(
            row.baseline, row.head, len(upper.runs), len(lower.runs), f"{row.change} ({row.interval}), {row.word}"
        )
        + _spoken(past, clean_unit(comparison.metric.unit)),
        height=lower.bottom + 24,
        strokes=(
            _grid([x for x, _ in ticks], lower.bottom + 4),
            *past.strokes(scale),
            *_strokes(upper, scale),
            *_strokes(lower, scale),
            _reference(upper, lower, scale),
        ),
        labels=(
            *past.headings(),
            *_headings(upper, scale),
            *_headings(lower, scale),
            *(Label(kind="tick", x=x, y=lower.bottom + 17, text=text, anchor="center") for x, text in ticks),
        ),
    )


def _grid(places: list[float], bottom: float) -> Strokes:
    segments = tuple((x, 0.0, x, bottom) for x in places)
    return Strokes(kind="grid", segments=segments, colour=RULE, width=1, opacity=0.25)


def _side(kind: str, heading: str, runs: Runs, statistic: str, colour: str, top: float) -> _Side:
    kept = tuple(tuple(sorted(run)) for run in runs if run)
    return _Side(
        kind=kind,
        heading=heading,
        runs=kept,
        statistics=run_values(kept, statistic),
        colour=colour,
        top=top,
        step=min(11.0, max(2.0, _RUNS_HEIGHT / len(kept))),
    )


def _scale(sides: tuple[_Side, _Side], statistic: str, past: list[float]) -> Scale:
    """Choose the axis: every run's and session's statistic and the bulk of the rounds; tails may run out of it."""
    pooled = sorted(value for side in sides for run in side.runs for value in run)
    spare = len(pooled) - ceil(len(pooled) * _SHARE_SHOWN)
    low = pooled[0 if statistic == "min" else spare // (1 if statistic == "max" else 2)]
    high = pooled[-1 - (0 if statistic == "max" else spare // (1 if statistic == "min" else 2))]
    fences = [_fences(side) for side in sides]
    low, high = max(low, min(fence[0] for fence in fences)), min(high, max(fence[1] for fence in fences))
    known = [*past, *(value for side in sides for value in side.statistics)]
    return padded(min(low, *known), max(high, *known), _LEFT, _RIGHT)


def _fences(side: _Side) -> tuple[float, float]:
    values = sorted(value for run in side.runs for value in run)
    lower, upper = values[len(values) // 4], values[len(values) * 3 // 4]
    reach = _FENCE * (upper - lower)
    return lower - reach, upper + reach


def _strokes(side: _Side, scale: Scale) -> tuple[Strokes, Strokes]:
    """Draw all rounds lightly and the statistic that decides, one dot per run, strongly."""
    half = round(side.step * 0.36, 1)
    most = max(2, _MOST_ROUNDS // len(side.runs))
    rounds = tuple(
        (scale.position(value), side.middle(run) - half, scale.position(value), side.middle(run) + half)
        for run, values in enumerate(side.runs)
        for value in _thinned(values, most)
        if scale.holds(value)
    )
    places = tuple((scale.position(value), side.middle(run)) for run, value in enumerate(side.statistics))
    return (
        Strokes(kind=f"rounds {side.kind}", segments=rounds, colour=side.colour, width=1.4, opacity=0.5),
        dots(f"runs {side.kind}", places, side.colour, max(3.0, min(8.0, side.step))),
    )


def _thinned(values: tuple[float, ...], most: int) -> tuple[float, ...]:
    if len(values) <= most:
        return values
    return tuple(values[round(index * (len(values) - 1) / (most - 1))] for index in range(most))


def _reference(upper: _Side, lower: _Side, scale: Scale) -> Strokes:
    """Draw the baseline's centre beside both, so that the distance of the head from it can be seen."""
    x = scale.position(centre(upper.statistics))
    segments = tuple((x, side.top + _HEADING_HEIGHT - 2.0, x, side.bottom + 2.0) for side in (upper, lower))
    return Strokes(kind="reference", segments=segments, colour=NEUTRAL, width=1.5, dashed=True)


def _headings(side: _Side, scale: Scale) -> tuple[Label, Label]:
    beyond = sum(not scale.holds(value) for run in side.runs for value in run)
    rounds = [len(run) for run in side.runs]
    effort = words.runs_and_rounds(len(rounds), min(rounds), max(rounds), paired=False)
    y = side.top + _HEADING_Y
    return (
        Label(kind="heading", x=_LEFT, y=y, text=side.heading),
        Label(kind="note", x=_RIGHT, y=y, text=words.beyond_the_axis(effort, beyond), anchor="right"),
    )
