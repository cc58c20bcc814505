"""Where the level of a history changed: the partition into levels that explains the values best, many series at once.

Each further level has to reduce the squared error, in units of the noise, by more than a penalty that grows with the
length of the history (optimal partitioning with a penalty like that of Schwarz). The noise is taken from neighbouring
values, which a change of level hardly touches, and single outliers are pulled to their neighbours first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray, IndexArray

FEWEST = 3
"""Values of a level."""

PENALTY = 12.0
"""Chosen on the annotated series that ``benchmarks/change_points.py`` reads."""

_OUTLIER = 3.0
_WINDOW = 5
DISTANCES = (1, 2, 4, 8)
_NORMAL = 1.4826
_SMALLEST_NOISE = 1e-9


def change_points(
    values: FloatArray, penalty: float = PENALTY, distances: Sequence[int] = DISTANCES
) -> list[tuple[int, ...]]:
    """Return for each row (series × time, all known) the places at which a new level begins.

    The noise is estimated from values so far from each other.
    """
    series, length = values.shape
    if length < 2 * FEWEST or not series:
        return [()] * series
    noise = _noise(values, distances)[:, None]
    scaled = (_without_outliers(values, noise) - np.median(values, axis=1, keepdims=True)) / noise
    return _places(_last_levels(scaled, penalty * np.log(length)), length)


def _noise(values: FloatArray, wanted: Sequence[int]) -> FloatArray:
    """Estimate the spread of single values from steps between near ones: the largest of several distances.

    Where values wander, near ones are alike and far ones are not, and the larger spread keeps a slope from being cut
    into many levels. Of equal values there is next to no noise.
    """
    steps = np.abs(np.diff(values, axis=1))
    distances = [distance for distance in wanted if values.shape[1] > 4 * distance]
    spreads = [np.median(np.abs(values[:, far:] - values[:, :-far]), axis=1) for far in distances]
    spread = _NORMAL * np.max(spreads, axis=0) / np.sqrt(2.0)
    spread = np.where(spread > 0, spread, steps.mean(axis=1) / 2.0)
    return np.asarray(np.maximum(spread, _SMALLEST_NOISE * np.maximum(np.abs(values).max(axis=1), _SMALLEST_NOISE)))


def _without_outliers(values: FloatArray, noise: FloatArray) -> FloatArray:
    side = _WINDOW // 2
    padded = np.pad(values, ((0, 0), (side, side)), mode="edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, _WINDOW, axis=1), axis=2)
    return np.clip(values, middle - _OUTLIER * noise, middle + _OUTLIER * noise)


def _last_levels(values: FloatArray, penalty: float) -> IndexArray:
    """Return for each row and end of a part where the last level of its best partition begins (series × ends)."""
    series, length = values.shape
    total, squares = (np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for part in (values, values**2))
    best = np.full((series, length + 1), np.inf)
    best[:, 0] = -penalty
    begins = np.zeros((series, length + 1), dtype=np.intp)
    for end in range(FEWEST, length + 1):
        starts = np.arange(end - FEWEST + 1)
        inside = total[:, end, None] - total[:, starts]
        error = squares[:, end, None] - squares[:, starts] - inside**2 / (end - starts)
        cost = best[:, starts] + error + penalty
        begins[:, end] = np.argmin(cost, axis=1)
        best[:, end] = np.take_along_axis(cost, begins[:, end, None], axis=1)[:, 0]
    return begins


def _places(begins: IndexArray, length: int) -> list[tuple[int, ...]]:
    found = []
    for row in begins.tolist():
        places = []
        end = row[length]
        while end > 0:
            places.append(end)
            end = row[end]
        found.append(tuple(reversed(places)))
    return found
