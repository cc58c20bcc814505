"""The whole report as one HTML file that asks nothing of any network: style, script and charts are inside."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from reporter.render import comment_words, terms, words
from reporter.render.cause_text import COUNTED
from reporter.render.html_rows import Filters, common_facts, rows_html
from reporter.render.templates import environment, read
from reporter.render.zones import zones_style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from reporter.render.flame import FlameView
    from reporter.render.view_types import ReportView, RowView

MOST_PANELS = 12
"""Rows shown with all their details and their chart; the table has every row."""


def render(view: ReportView, charts: Mapping[str, str]) -> str:
    """Write the report; ``charts`` are SVG texts by name, as ``charts.draw`` gives them.

    The page forbids itself everything but its own style and script, which its content security policy names by their
    hashes.
    """
    from markupsafe import Markup

    strips = view.make_strips()
    graphs = {row.key: graph for row in _shown(view) if (graph := row.tell_flame())}
    style, script = style_and_script("report", graphs=bool(graphs))
    style += zones_style(strips)
    pictures = {name: Markup(svg) for name, svg in charts.items()}  # noqa: S704  # escaped where they were drawn
    filters, common = _filters(view), common_facts(view)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            view=view,
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  # our own file
            script=Markup(script),  # noqa: S704  # our own file
            filters=filters,
            rows=Markup(rows_html(view, filters, _panels(view, pictures, graphs), common)),  # noqa: S704  # escaped there
            common=common,
            some_without_facts=any(not row.facts for row in view.rows()),
            strips=strips,
            machines=words.machines_differ(tuple(line.label for line in view.setup.environment if line.differs)),
            trends=_numbered(pictures, "trend"),
            courses=_numbered(pictures, "load"),
            broke=any('class="mark"' in picture for picture in _numbered(pictures, "load")),
            memory=pictures.get("memory"),
            has_pictures=any(name.startswith("distribution-") for name in pictures),
            because=words.because(view.reasons) if view.reasons else "",
            next=_next(view),
        )
    )


def style_and_script(*scripts: str, graphs: bool) -> tuple[str, str]:
    """Return those of a page; only pages with flame graphs have theirs."""
    styles = ["report", *(["flame"] if graphs else [])]
    # Graphs are found before rows leave the page that are not shown.
    before = ["flame"] if graphs else []
    return "".join(read(f"{name}.css") for name in styles), "".join(read(f"{name}.js") for name in [*before, *scripts])


def _shown(view: ReportView) -> list[RowView]:
    """Return the first rows that call for attention or have a cause, which show more than their raw numbers."""
    return [row for group in view.groups for row in group.rows if group.calls or row.cause][:MOST_PANELS]


def _panels(view: ReportView, pictures: Mapping[str, Markup], graphs: Mapping[str, FlameView]) -> dict[str, str]:
    """Return what rows show beside their raw numbers, by key."""
    timelines = view.make_timelines()
    layout = environment().get_template("partials/panel.html.j2").render
    return {
        row.key: layout(
            row=row,
            picture=pictures.get(f"distribution-{row.key}"),
            timeline=timelines.get(row.key),
            graph=graphs.get(row.key),
            counted=COUNTED,
        )
        for row in _shown(view)
    }


def _next(view: ReportView) -> tuple[str, str, str]:
    """Return what a reader can do next: a sentence, or the two ends of one with a command between them."""
    if view.outcome == "undecided":
        return comment_words.after_failure(view.failed.side if view.failed else ""), "", ""
    if any(group.key == "regressed" for group in view.groups) and view.place.command:
        return *terms.REPRODUCE, view.place.command
    return "", "", ""


def _numbered(pictures: Mapping[str, Markup], kind: str) -> list[Markup]:
    """Return the pictures ``kind-1``, ``kind-2`` … in their order."""
    numbers = (int(name.removeprefix(f"{kind}-")) for name in pictures if name.startswith(f"{kind}-"))
    return [pictures[f"{kind}-{number}"] for number in sorted(numbers)]


def _filters(view: ReportView) -> Filters:
    """Return the categories and metrics of the rows a number each, where there are several to choose from."""
    rows = view.rows()
    found = {"category": {row.category for row in rows}, "metric": {row.metric for row in rows}}
    return {
        name: {value: number for number, value in enumerate(sorted(values - {""}))}
        for name, values in found.items()
        if len(values) > 1
    }


def policy(style: str, script: str = "") -> str:
    """Allow a page its own style and script, by their hashes, and nothing else."""
    scripts = f" script-src {_source(script)};" if script else ""
    allowed = f"style-src {_source(style)};{scripts} img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _source(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
