"""The Mann-Whitney U test, two-sided, as the tools that use it have it: exact for few values, normal for many."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import FloatArray

MOST_EXACT = 20
"""Values per side up to which the exact distribution is used when there are no ties."""


def rank_sum(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Give (p, U) for two sorted samples; U counts the pairs in which the second is larger, ties as one half."""
    u = float(np.searchsorted(first, second, "left").sum() + np.searchsorted(first, second, "right").sum()) / 2
    counts = np.unique(np.concatenate([first, second]), return_counts=True)[1]
    if counts.max() == 1 and max(first.size, second.size) <= MOST_EXACT:
        return _exact(u, first.size, second.size), u
    return _normal(u, first.size, second.size, counts), u


def _exact(u: float, first: int, second: int) -> float:
    smaller = int(min(u, first * second - u))
    ways = _ways(first, second)
    return min(1.0, 2 * sum(ways[: smaller + 1]) / math.comb(first + second, first))


@lru_cache(maxsize=64)
def _ways(first: int, second: int) -> tuple[int, ...]:
    """Count the orders of two samples for each U: the coefficients of the Gaussian binomial."""
    if not first or not second:
        return (1,)
    with_largest_second, with_largest_first = _ways(first, second - 1), _ways(first - 1, second)
    counts = [0] * (first * second + 1)
    for u, ways in enumerate(with_largest_second):
        counts[u + first] += ways
    for u, ways in enumerate(with_largest_first):
        counts[u] += ways
    return tuple(counts)


def _normal(u: float, first: int, second: int, counts: np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
    """Approximate by the normal distribution, with the corrections for ties and continuity."""
    total = first + second
    ties = float(np.sum(counts.astype(float) ** 3 - counts)) / (total * (total - 1))
    sd = math.sqrt(first * second / 12 * (total + 1 - ties))
    if sd == 0:
        return 1.0
    z = max(abs(u - first * second / 2) - 0.5, 0.0) / sd
    return math.erfc(z / math.sqrt(2))
