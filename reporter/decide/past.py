"""What the saved sessions measured, for people to see where a change came from and how a benchmark usually is."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Protocol

import numpy as np

from reporter.decide.summaries import centre
from reporter.model import COLUMN, SHOWN_ALONE, STATISTICS, PastSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.model import Change, FloatArray, Session

MOST_ROWS = 200
"""Rows whose past is kept, those that changed first; with 50 sessions they are 10,000 numbers in a verdict."""


class Compared(Protocol):
    """A row and its change, as far as it was compared."""

    @property
    def row(self) -> Row:
        """The row, by whose key sessions know it."""

    @property
    def change(self) -> Change | None:
        """The change, which names the statistic that decided."""


def histories(
    found: Sequence[Compared], changed: Sequence[bool], sessions: Sequence[Session]
) -> dict[int, tuple[float | None, ...]]:
    """Return the values of all sessions by the index of the row, changed ones first; one session alone is no past."""
    if len(sessions) < 2:
        return {}
    chosen = sorted(range(len(found)), key=lambda index: not changed[index])[:MOST_ROWS]
    columns = [_values([found[index] for index in chosen], session) for session in sessions]
    return {index: tuple(column[place] for column in columns) for place, index in enumerate(chosen)}


def past_sessions(sessions: Sequence[Session]) -> tuple[PastSession, ...]:
    """Name the sessions as a report does."""
    return tuple(PastSession(commit=session.commit, measured_at=session.measured_at) for session in sessions)


def _values(found: Sequence[Compared], session: Session) -> list[float | None]:
    """Return the session's value of each row as the head's is shown: of the statistic that decided, over its runs."""
    absent = np.full((1, len(STATISTICS)), np.nan)
    return [_value(session.statistics.get(each.row.key, absent), COLUMN[_shown(each)]) for each in found]


def _value(statistics: FloatArray, column: int) -> float | None:
    """Return the mean over runs of a statistic; a tool that does not tell it may tell the mean."""
    values = statistics[:, column]
    chosen = statistics[:, COLUMN["mean"]] if np.isnan(values).all() else values
    found = float(centre(chosen[None])[0])
    return found if isfinite(found) else None


def _shown(found: Compared) -> str:
    return found.change.statistic if found.change else SHOWN_ALONE[found.row.metric.better]
