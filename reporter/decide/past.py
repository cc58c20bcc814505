"""What the saved sessions measured, for people to see where a change came from and how a benchmark usually is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.summaries import side_summaries
from reporter.model import SHOWN_FOR, PastSession, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.model import Assessment, Session

MOST_ROWS = 200
"""Rows whose past is kept, those that changed first; with 50 sessions they are 10,000 numbers in a verdict."""


def with_past(
    assessments: Sequence[Assessment], rows: Sequence[Row], sessions: Sequence[Session]
) -> tuple[Assessment, ...]:
    """Give rows the values of all sessions, the changed ones first; one session alone is no past to show."""
    if len(sessions) < 2:
        return tuple(assessments)
    kept = list(assessments)
    chosen = sorted(range(len(kept)), key=lambda index: not _is_changed(kept[index]))[:MOST_ROWS]
    columns = [_values([kept[index] for index in chosen], [rows[index] for index in chosen], one) for one in sessions]
    for place, index in enumerate(chosen):
        history = tuple(column[place] for column in columns)
        kept[index] = replace(kept[index], comparison=replace(kept[index].comparison, history=history))
    return tuple(kept)


def _is_changed(row: Assessment) -> bool:
    return row.suspect or row.verdict in ("regressed", "improved")


def past_sessions(sessions: Sequence[Session]) -> tuple[PastSession, ...]:
    """Name the sessions as a report does."""
    return tuple(PastSession(commit=session.commit, measured_at=session.measured_at) for session in sessions)


def _values(assessments: Sequence[Assessment], rows: Sequence[Row], session: Session) -> list[float | None]:
    """Give the session's value of each row as a side of the row would show it."""
    tables = [session.statistics.get(row.key) for row in rows]
    samples = [None if table is None else Sample(statistics=table, rounds=()) for table in tables]
    return [
        None if summary is None else getattr(summary, _shown(assessment))
        for summary, assessment in zip(side_summaries(samples, shortened=True), assessments, strict=True)
    ]


def _shown(assessment: Assessment) -> str:
    change = assessment.comparison.change
    return SHOWN_FOR.get(change.statistic, "median") if change else "median"
