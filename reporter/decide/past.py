"""What the saved sessions measured of the rows that changed, for people to see where a change came from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.summaries import side_summaries
from reporter.model import SHOWN_FOR, PastSession, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.model import Assessment, Session

MOST_ROWS = 50
"""Rows whose past is kept; with 50 sessions they are 2,500 numbers in a verdict."""


def with_past(
    assessments: Sequence[Assessment], rows: Sequence[Row], sessions: Sequence[Session]
) -> tuple[Assessment, ...]:
    """Give the first changed rows the values of all sessions; with one session alone there is no past to show."""
    if len(sessions) < 2:
        return tuple(assessments)
    kept = list(assessments)
    changed = (i for i, row in enumerate(assessments) if row.suspect or row.verdict in ("regressed", "improved"))
    for index, _ in zip(changed, range(MOST_ROWS), strict=False):
        assessment = kept[index]
        history = _values(assessment, rows[index], sessions)
        kept[index] = replace(assessment, comparison=replace(assessment.comparison, history=history))
    return tuple(kept)


def past_sessions(sessions: Sequence[Session]) -> tuple[PastSession, ...]:
    """Name the sessions as a report does."""
    return tuple(PastSession(commit=session.commit, measured_at=session.measured_at) for session in sessions)


def _values(assessment: Assessment, row: Row, sessions: Sequence[Session]) -> tuple[float | None, ...]:
    """Give each session's value as a side of the row would show it."""
    change = assessment.comparison.change
    shown = SHOWN_FOR.get(change.statistic, "median") if change else "median"
    found = [session.statistics.get(row.key) for session in sessions]
    samples = [None if table is None else Sample(statistics=table, rounds=()) for table in found]
    summaries = [side_summaries([sample])[0] for sample in samples]
    return tuple(None if summary is None else getattr(summary, shown) for summary in summaries)
