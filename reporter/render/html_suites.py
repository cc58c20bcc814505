"""The first page of a collected report: how every suite is, side by side, with links to the report of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter import __version__
from reporter.render import words
from reporter.render.html import policy
from reporter.render.templates import environment, read

if TYPE_CHECKING:
    from reporter.render.view_suites import SuitesView

MOST_ROWS = 500
"""Benchmarks side by side; the report of each suite has all of its own."""


def render(view: SuitesView, *, title: str) -> str:
    """Write the page; the report of a suite lies in ``suites/SUITE/report.html`` beside it."""
    from markupsafe import Markup

    style = read("report.css")
    rows = view.table.rows if view.table else ()
    return (
        environment()
        .get_template("suites.html.j2")
        .render(
            view=view,
            title=title,
            policy=policy(style),
            style=Markup(style),  # noqa: S704  # our own file
            symbol=words.OUTCOME_SYMBOLS[view.outcome],
            outcome_word=words.OUTCOME_WORDS[view.outcome],
            columns=view.table.suites if view.table else (),
            rows=rows[:MOST_ROWS],
            more_rows=words.more_rows(len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else "",
            generator=f"Benchverdict {__version__}",
        )
    )
