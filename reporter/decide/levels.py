"""The levels of a saved history: how noisy sessions are between each other, wherever their level changed on the way.

A history is a source of noise and not of location. After an accepted change its mean is the level of nothing that
exists any more, so the noise is that inside the levels that can be distinguished; what cannot makes it look larger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.stats.change_points import FEWEST, change_points
from reporter.stats.variance import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import FloatArray, IndexArray
    from reporter.stats.variance import Variance

FEWEST_SESSIONS = 8
"""Sessions below which nobody can tell a level from luck."""


def noise_between(history: FloatArray) -> Variance:
    """Return the variance of one session around its level, from the history of each row (rows × sessions)."""
    level = _levels(history)
    return within(*(np.where(level == one, history, np.nan) for one in range(int(level.max(initial=0)) + 1)))


def by_start(history: FloatArray) -> Iterator[tuple[int, IndexArray]]:
    """Return the rows that have enough sessions without a gap up to now, together with those that begin where they do.

    A benchmark may be new, or its code may.
    """
    known = np.isfinite(history)
    sessions = history.shape[1]
    gaps = np.where(known, 0, np.arange(1, sessions + 1))
    starts = gaps.max(axis=1, initial=0)
    for start in sorted(set(starts[sessions - starts >= FEWEST_SESSIONS].tolist())):
        yield start, np.flatnonzero(starts == start)


def _levels(history: FloatArray) -> IndexArray:
    """Return the number of the level that each session of a row is of; what lies before a gap is one of its own.

    The last sessions are too few to be seen as a level, and the likeliest to be one: each of them stands alone.
    """
    level = np.zeros(history.shape, dtype=np.intp)
    for start, rows in by_start(history):
        level[rows, start:] += 1
        for row, places in zip(rows.tolist(), change_points(history[rows, start:]), strict=True):
            for place in (*places, *range(history.shape[1] - start - FEWEST + 1, history.shape[1] - start)):
                level[row, start + place :] += 1
    return level
