"""What the saved sessions measured, for people to see where a change came from and how a benchmark usually is."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.summaries import centre
from reporter.model import COLUMN, SHOWN_ALONE, STATISTICS, PastSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.model import Assessment, FloatArray, Session

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
    """Return the session's value of each row as the head's is shown: of the statistic that decided, over its runs."""
    absent = np.full((1, len(STATISTICS)), np.nan)
    tables = [session.statistics.get(row.key, absent) for row in rows]
    both = zip(tables, assessments, strict=True)
    return [_value(table, COLUMN[_shown(assessment)]) for table, assessment in both]


def _value(statistics: FloatArray, column: int) -> float | None:
    """Return the mean over runs of a statistic; a tool that does not tell it may tell the mean."""
    values = statistics[:, column]
    chosen = statistics[:, COLUMN["mean"]] if np.isnan(values).all() else values
    found = float(centre(chosen[None])[0])
    return found if isfinite(found) else None


def _shown(assessment: Assessment) -> str:
    compared = assessment.comparison
    return compared.change.statistic if compared.change else SHOWN_ALONE[compared.metric.better]
