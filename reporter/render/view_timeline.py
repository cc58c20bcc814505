"""The timeline of one benchmark as people read it: its value at each saved commit, and the head's at the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.render import words
from reporter.render.sparkline import sparkline
from reporter.render.view_rows import row_key, shown_values
from reporter.render.view_text import clean_unit, exact, prose, value_text

if TYPE_CHECKING:
    from reporter.model import Assessment, PastSession, Report
    from reporter.render.links import Links

_SHA_SHOWN = 7
_LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Moment(Struct, frozen=True, kw_only=True):
    """One value in a timeline: its commit in short, where that leads, the day, the value for people and exactly."""

    commit: str
    address: str
    day: str
    value: str
    exact: str


class Timeline(Struct, frozen=True, kw_only=True):
    """The values of one row, the oldest first; ``bars`` are the last of them as a line of bars."""

    moments: tuple[Moment, ...]
    bars: str


def timelines(report: Report, links: Links) -> dict[str, Timeline]:
    """Return the timelines of the rows that carry one, by the key of the row."""
    return {
        row_key(index): _timeline(report, assessment, links)
        for index, assessment in enumerate(report.assessments)
        if assessment.comparison.history and len(assessment.comparison.history) == len(report.sessions)
    }


def _timeline(report: Report, assessment: Assessment, links: Links) -> Timeline:
    comparison = assessment.comparison
    unit, head = clean_unit(comparison.metric.unit), shown_values(comparison)[1]
    sha = report.measured.head_sha
    past = zip(report.sessions, comparison.history, strict=True)
    moments = [_moment(session, links, value, unit) for session, value in past if value is not None]
    now = Moment(
        commit=prose(sha or "")[:_SHA_SHOWN] or words.HEAD,
        address=links.commit(sha),
        day=words.HEAD.lower(),
        value=value_text(head, unit),
        exact=exact(head, unit),
    )
    return Timeline(moments=(*moments, now), bars=sparkline((*comparison.history, head)))


def _moment(session: PastSession, links: Links, value: float, unit: str) -> Moment:
    return Moment(
        commit=prose(session.commit or words.UNKNOWN_COMMIT)[:_SHA_SHOWN],
        address=links.commit(session.commit),
        day=_day(session.measured_at),
        value=value_text(value, unit),
        exact=exact(value, unit),
    )


def _day(seconds: float | None) -> str:
    if seconds is None or not 0 <= seconds < _LAST_SECOND:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
