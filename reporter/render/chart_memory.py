"""The chart of memory over time: a line for each run, of the service where there is one, else of the command."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.chart_drawing import IMPROVED, NEUTRAL, RULE, WIDTH, Drawing, Label, Strokes
from reporter.render.chart_scale import Scale, padded
from reporter.render.view_text import value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Report, RunResources
    from reporter.shared.model import MemorySeries

NAME = "memory"
_LEFT, _RIGHT = 78, WIDTH - 8
_TOP, _BOTTOM = 30, 170
_HEIGHT = 196
_HEADING_Y = 14


def memory_drawing(report: Report) -> Drawing | None:
    """Plan the chart; ``None`` where no memory over time was kept."""
    runs = [run for run in report.measured.resources if run.memory and len(run.memory.seconds) > 1]
    services = [run for run in runs if run.of == "service"]
    drawn = services or runs
    return _drawing(drawn) if drawn else None


def _drawing(runs: Sequence[RunResources]) -> Drawing:
    series = [run.memory for run in runs if run.memory]
    seconds = Scale(low=0.0, high=max(one.seconds[-1] for one in series) or 1.0, left=_LEFT, right=_RIGHT)
    amounts = [amount for one in series for amount in one.bytes]
    levels = padded(min(amounts), max(amounts), _BOTTOM, _TOP)
    across = seconds.ticks(lambda value: value_text(value, "s"))
    upwards = levels.ticks(lambda value: value_text(value, "B"), most=4)
    title = words.memory_title(runs[0].of)
    return Drawing(
        name=NAME,
        title=title,
        description=words.memory_description(
            len(runs), *(value_text(value, "B") for value in (min(amounts), max(amounts)))
        ),
        height=_HEIGHT,
        strokes=(
            _grid([(x, _TOP, x, _BOTTOM) for x, _ in across] + [(_LEFT, y, _RIGHT, y) for y, _ in upwards]),
            _side("base", runs, seconds, levels),
            _side("head", runs, seconds, levels),
        ),
        labels=(
            Label(kind="heading", x=_LEFT, y=_HEADING_Y, text=title),
            Label(kind="note", x=_RIGHT, y=_HEADING_Y, text=words.memory_effort(runs), anchor="right"),
            *(Label(kind="tick", x=x, y=_BOTTOM + 17, text=text, anchor="center") for x, text in across),
            *(Label(kind="tick", x=_LEFT - 6, y=y + 4, text=text, anchor="right") for y, text in upwards),
        ),
    )


def _side(side: str, runs: Sequence[RunResources], seconds: Scale, levels: Scale) -> Strokes:
    series = [run.memory for run in runs if run.side == side and run.memory]
    return Strokes(
        kind=f"memory {side}",
        segments=tuple(segment for one in series for segment in _line(one, seconds, levels)),
        colour=NEUTRAL if side == "base" else IMPROVED,
        width=1.5,
        opacity=0.8,
        round_ends=True,
    )


def _grid(segments: Sequence[tuple[float, float, float, float]]) -> Strokes:
    return Strokes(kind="grid", segments=tuple(segments), colour=RULE, width=1, opacity=0.25)


def _line(memory: MemorySeries, seconds: Scale, levels: Scale) -> list[tuple[float, float, float, float]]:
    points = [
        (seconds.position(at), levels.position(amount)) for at, amount in zip(memory.seconds, memory.bytes, strict=True)
    ]
    return [(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(points)]
