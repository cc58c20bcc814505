"""The trend as people read it: benchmarks whose level changed, a column for each of the last sessions and the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.links import NO_LINKS
from reporter.render.sparkline import sparkline
from reporter.render.view_text import NAME_LIMIT, clean_unit, percent_text, value_text
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from reporter.model import PastSession, Report, Trend
    from reporter.render.links import Links

COLUMNS = 8
"""Sessions in the table, the head being the last; the sentence beside names every change of level."""

_SHA_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """One benchmark: a bar for each session, its last values with whether a new level begins there, and all changes."""

    name: str
    bars: str
    cells: tuple[tuple[str, bool], ...]
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTable:
    """Commits in columns with where they lead, benchmarks in rows; empty when no level changed."""

    commits: tuple[tuple[str, str], ...]
    rows: tuple[TrendView, ...]


def trend_table(report: Report, links: Links = NO_LINKS) -> TrendTable:
    """Put the trends into words; values that belong to no session of the report are left out."""
    commits = commits_of(report)
    rows = tuple(_view(trend, commits) for trend in report.trends if len(trend.values) == len(commits))
    shas = (*(session.commit for session in report.sessions), report.measured.head_sha)
    columns = tuple(zip(commits, map(links.commit, shas), strict=True))
    return TrendTable(commits=columns[-COLUMNS:] if rows else (), rows=rows)


def commits_of(report: Report) -> tuple[str, ...]:
    """Name the sessions in their order, and the head at the end."""
    return (*(_commit(session) for session in report.sessions), words.HEAD)


def _commit(session: PastSession) -> str:
    return shorten(visible(session.commit or words.UNKNOWN_COMMIT), NAME_LIMIT)[:_SHA_SHOWN]


def _view(trend: Trend, commits: tuple[str, ...]) -> TrendView:
    unit = clean_unit(trend.unit)
    begins = {change.session for change in trend.changes}
    cells = [(value_text(value, unit), place in begins) for place, value in enumerate(trend.values)]
    changes = [
        words.level_changed(commits[change.session], percent_text(change.ratio, signed=True))
        for change in trend.changes
        if change.session < len(commits)
    ]
    return TrendView(
        name=shorten(visible(f"{trend.benchmark} · {trend.metric}"), NAME_LIMIT),
        bars=sparkline(trend.values),
        cells=tuple(cells[-COLUMNS:]),
        story=", ".join(changes),
    )
