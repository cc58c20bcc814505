"""The saved baseline that a head in pairs is compared with beside the base commit, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.render import since_words, words
from reporter.render.view_text import prose

if TYPE_CHECKING:
    from reporter.model import Report

_SHA_SHOWN = 10
_LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


def saved_baseline(report: Report) -> str:
    """Name the saved baseline by commit and day; empty where pairs were not compared with it."""
    if report.since is None or report.since.absent or not report.sessions:
        return ""
    last = report.sessions[-1]
    commit = prose(last.commit or "")[:_SHA_SHOWN] or words.UNKNOWN_COMMIT
    return since_words.baseline_named(commit, _day(last.measured_at), is_older=report.since.is_older)


def since(report: Report) -> str:
    """Return what the changes since the saved baseline rest on, or why there are none; empty without one."""
    if report.since is None:
        return ""
    if report.since.absent:
        return since_words.not_compared_since(report.since.absent)
    from reporter.decide.policy import DEFAULT_POLICY  # numpy comes with it, which light outputs do without

    named = saved_baseline(report)
    needed = DEFAULT_POLICY.few_sessions
    return since_words.compared_since(named, len(report.sessions), needed, report.since.left_out) if named else ""


def _day(seconds: float | None) -> str:
    if seconds is None or not 0 <= seconds < _LAST_SECOND:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
