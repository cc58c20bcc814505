"""Outputs: pure functions from a report to text. A new one is one module here, one line below and one golden file.

Nothing heavy is imported until an output is asked for: the template engine and matplotlib take longer to load than most
outputs take to write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where console output goes: columns, and whether colours may be used."""

    width: int = 80
    colour: bool = False


def _console(report: Report, terminal: Terminal) -> str:
    from reporter.render import console, view

    return console.render(view.build(report), width=terminal.width, colour=terminal.colour)


def _json(report: Report, _: Terminal) -> str:
    from reporter.render import json_v1

    return json_v1.dump(report)


def _html(report: Report, _: Terminal) -> str:
    from reporter.render import charts, html, view

    return html.render(view.build(report), charts.draw(report))


def _markdown(report: Report, _: Terminal) -> str:
    from reporter.render import markdown, view

    return markdown.summary(view.build(report))


def _junit(report: Report, _: Terminal) -> str:
    from reporter.render import junit

    return junit.render(report)


def _openmetrics(report: Report, _: Terminal) -> str:
    from reporter.render import openmetrics

    return openmetrics.render(report)


OUTPUTS: dict[str, Callable[[Report, Terminal], str]] = {
    "console": _console,
    "json": _json,
    "html": _html,
    "markdown": _markdown,
    "junit": _junit,
    "openmetrics": _openmetrics,
}
"""Every output format by its name; the first is the default."""
