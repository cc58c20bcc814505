"""The pictures of a report as SVG: all changes with their intervals, and the distributions of what changed.

The only module that knows matplotlib, and only when it draws. What to draw is planned as plain data first; here every
series becomes one path in pixels for matplotlib's SVG renderer, which takes a millisecond where a figure with axes
takes tens, and spares loading all that figures are made of. The same report gives the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any

from reporter.render.chart_changes import changes_drawing
from reporter.render.chart_course import course_drawing
from reporter.render.chart_distribution import distribution_drawing
from reporter.render.chart_drawing import WIDTH, stacked
from reporter.render.chart_memory import memory_drawing
from reporter.render.chart_trend import trend_drawing
from reporter.render.order import display_names, grouped
from reporter.render.svg import finish
from reporter.render.view_rows import row_key, row_view
from reporter.render.view_trends import commits_of, trend_table

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from reporter.model import Report
    from reporter.render.chart_drawing import Drawing, Strokes

MOST_CHARTS = 12
MOST_TRENDS, MOST_COURSES = 12, 8
"""Charts beside those of the rows: of benchmarks whose level changed, and of load tests over time."""

_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "benchverdict",
    "path.simplify": False,
    "path.snap": False,
    "text.usetex": False,
    "text.parse_math": False,
}
_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


_NAME = re.compile(r"changes|memory|(?:distribution-row|trend|load)-\d{1,6}")


def can_draw() -> bool:
    """Return whether there is matplotlib: an extra of the package, of which it would be most of the size."""
    return find_spec("matplotlib") is not None


def is_ours(path: Path) -> bool:
    """Return whether a file is a chart that an earlier report drew: by its name, and by the name that it has inside."""
    if path.is_symlink() or not path.is_file() or not _NAME.fullmatch(path.stem):
        return False
    with path.open("rb") as file:
        return f'id="{path.stem}-title"'.encode() in file.read(4_096)


def draw(report: Report, *, most: int = MOST_CHARTS) -> dict[str, str]:
    """Draw up to ``most`` charts: ``changes``, and ``distribution-row-17`` for row 17, largest change first.

    Beside them ``memory`` where memory over time was kept, ``trend-1`` … for benchmarks whose level changed, and
    ``load-1`` … for load tests over time. Returns the text of each SVG by its name; nothing when there is nothing to
    show, or nothing to draw with.
    """
    if not can_draw():
        return {}
    memory = memory_drawing(report)
    drawings = [*_drawings(report, most), *([memory] if memory else []), *_over_time(report)]
    if not drawings:
        return {}
    with _own_settings():
        return {drawing.name: _render(drawing) for drawing in drawings}


def _own_settings() -> AbstractContextManager[None]:
    """Set matplotlib to its defaults first: a matplotlibrc in the working folder must not change the picture."""
    import matplotlib as mpl

    defaults: Any = {key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"}
    return mpl.rc_context({**defaults, **_SETTINGS})


def draw_row(report: Report, index: int) -> str | None:
    """Draw one row alone: its interval above its distribution, where it has one; ``None`` when there is no interval."""
    assessment = report.assessments[index]
    name = display_names(report)[index]
    alone = replace(report, assessments=(assessment,))
    changes = changes_drawing(alone)
    if changes is None:
        return None
    below = distribution_drawing(assessment, row_view(assessment, row_key(index), name))
    with _own_settings():
        return _render(stacked(changes, below) if below else changes)


def _drawings(report: Report, most: int) -> list[Drawing]:
    changes = changes_drawing(report)
    drawings = [changes] if changes else []
    names = display_names(report)
    for indexes in grouped(report).values():
        for index in indexes:
            if len(drawings) >= most:
                return drawings
            assessment = report.assessments[index]
            if assessment.comparison.distribution is None:
                continue
            drawing = distribution_drawing(assessment, row_view(assessment, row_key(index), names[index]))
            drawings += [drawing] if drawing else []
    return drawings


def _over_time(report: Report) -> list[Drawing]:
    commits = commits_of(report)
    shown = [trend for trend in report.trends if len(trend.values) == len(commits)]
    trends = zip(shown[:MOST_TRENDS], trend_table(report).rows, strict=False)
    several = len(report.courses) > 1
    drawings = [
        *(trend_drawing(trend, row, commits, number) for number, (trend, row) in enumerate(trends, 1)),
        *(course_drawing(course, n, several=several) for n, course in enumerate(report.courses[:MOST_COURSES], 1)),
    ]
    return [drawing for drawing in drawings if drawing is not None]


def _render(drawing: Drawing) -> str:
    """Draw with matplotlib in pixels (72 per inch, y downwards); labels go in as numbers and come out as words."""
    import matplotlib.backends.backend_svg as svg
    from matplotlib.transforms import Affine2D

    pixels = Affine2D().scale(1, -1).translate(0, drawing.height)
    buffer = StringIO()
    make: Any = svg.RendererSVG  # matplotlib gives it no types
    renderer = make(WIDTH, drawing.height, buffer, image_dpi=72, metadata=_METADATA)
    for strokes in drawing.strokes:
        if strokes.segments:
            _draw(strokes, renderer, pixels)
    renderer.finalize()
    return finish(buffer.getvalue(), drawing)


def _draw(strokes: Strokes, renderer: Any, pixels: Any) -> None:
    """Make one path of all strokes of a series: the pen is lifted between them, unless they go round an area."""
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path

    pen = renderer.new_gc()
    pen.set_foreground(to_rgba(strokes.colour, strokes.opacity), isRGBA=True)
    pen.set_linewidth(strokes.width)
    if strokes.dashed:
        pen.set_dashes(0, [4 * strokes.width, 3 * strokes.width])
    pen.set_capstyle("round" if strokes.round_ends else "butt")
    pen.set_joinstyle("round")
    renderer.open_group(strokes.kind, gid=strokes.kind)
    if strokes.filled:
        (x, y, *_), *_ = strokes.segments
        outline = Path([(x, y), *((x2, y2) for _, _, x2, y2 in strokes.segments)], closed=False)
        renderer.draw_path(pen, outline, pixels, to_rgba(strokes.colour, strokes.opacity))
    else:
        points = [point for x1, y1, x2, y2 in strokes.segments for point in ((x1, y1), (x2, y2))]
        renderer.draw_path(pen, Path(points, [Path.MOVETO, Path.LINETO] * len(strokes.segments)), pixels)
    renderer.close_group(strokes.kind)
