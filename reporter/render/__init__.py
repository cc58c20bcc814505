"""Outputs: pure functions from a report to text. A new one is one module here, one line below and one golden file.

Nothing heavy is imported until an output is asked for: the template engine and matplotlib take longer to load than most
outputs take to write.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Report
    from reporter.render.view_types import ReportView


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where console output goes: columns, and whether colours may be used."""

    width: int = 80
    colour: bool = False


class Shown:
    """A report that is written in several ways; its view is built once, for the first output that needs it."""

    def __init__(self, report: Report) -> None:
        """Take the report as it may be shown, secrets masked."""
        self.report = report

    @cached_property
    def view(self) -> ReportView:
        """The report in words."""
        from reporter.render import view

        return view.build(self.report)


def _console(shown: Shown, terminal: Terminal) -> str:
    from reporter.render import console

    return console.render(shown.view, width=terminal.width, colour=terminal.colour)


def _json(shown: Shown, _: Terminal) -> str:
    from reporter.records import json_v1

    return json_v1.dump(shown.report)


def _html(shown: Shown, _: Terminal) -> str:
    from reporter.render import charts, html

    return html.render(shown.view, charts.draw(shown.report))


def _markdown(shown: Shown, _: Terminal) -> str:
    from reporter.render import markdown

    return markdown.summary(shown.view)


def _junit(shown: Shown, _: Terminal) -> str:
    from reporter.render import junit

    return junit.render(shown.report)


def _openmetrics(shown: Shown, _: Terminal) -> str:
    from reporter.render import openmetrics

    return openmetrics.render(shown.report)


OUTPUTS: dict[str, Callable[[Shown, Terminal], str]] = {
    "console": _console,
    "json": _json,
    "html": _html,
    "markdown": _markdown,
    "junit": _junit,
    "openmetrics": _openmetrics,
}
"""Every output format by its name; the first is the default."""
