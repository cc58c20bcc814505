"""What ``benchverdict profile`` found as one HTML file: the sentence and the flame graph of each benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter import __version__
from reporter.masking import without_secrets
from reporter.render import cause_text
from reporter.render.flame import flame_view
from reporter.render.html import policy, style_and_script
from reporter.render.templates import environment
from reporter.render.view_text import NAME_LIMIT
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.causes import Cause
    from reporter.render.flame import FlameView

MOST_GRAPHS = 20
"""On one page; ``profile.json`` has all benchmarks."""


def render(found: Sequence[tuple[str, Cause]]) -> str:
    """Write the page of some benchmarks with their causes."""
    from markupsafe import Markup

    shown = [_shown(*each) for each in without_secrets(tuple(found[:MOST_GRAPHS]))]
    style, script = style_and_script(graphs=any(graph for _, _, graph in shown))
    return (
        environment()
        .get_template("profile.html.j2")
        .render(
            found=shown,
            left_out=len(found) - len(shown),
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  # our own file
            script=Markup(script),  # noqa: S704  # our own file
            counted=cause_text.COUNTED,
            generator=f"Benchverdict {__version__}",
        )
    )


def _shown(name: str, cause: Cause) -> tuple[str, str, FlameView | None]:
    return shorten(visible(name), NAME_LIMIT), cause_text.sentence(cause), flame_view(cause.flame)
