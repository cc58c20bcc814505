"""The Mann-Whitney U test, two-sided, with the limits of benchstat: exact for few values, normal for many."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import FloatArray

MOST_EXACT, MOST_EXACT_TIED = 50, 25
"""Values per side up to which the exact distribution is used: all different, and with ties."""


def rank_sum(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Return (p, U) for two sorted samples; U counts the pairs in which the second is larger, ties as one half."""
    u = float(np.searchsorted(first, second, "left").sum() + np.searchsorted(first, second, "right").sum()) / 2
    counts = np.unique(np.concatenate([first, second]), return_counts=True)[1]
    most = MOST_EXACT if counts.max() == 1 else MOST_EXACT_TIED
    if max(first.size, second.size) <= most:
        return _exact(u, first.size, second.size, tuple(counts.tolist())), u
    return _normal(u, first.size, second.size, counts), u


def _exact(u: float, first: int, second: int, counts: tuple[int, ...]) -> float:
    """Return twice the probability of the tail in which U lies; it is not symmetric with ties and unequal sizes."""
    ways = _ways(first, counts)
    ranks = 2 * first * second - round(2 * u) + first * (first + 1)
    return min(1.0, 2 * float(min(ways[: ranks + 1].sum(), ways[ranks:].sum()) / ways.sum()))


@lru_cache(maxsize=64)
def _ways(first: int, counts: tuple[int, ...]) -> FloatArray:
    """Count the choices of ``first`` values for each sum of their ranks, doubled because ties share a half rank.

    ``counts`` says how many values are equal, in ascending order.
    """
    total = sum(counts)
    ways = np.zeros((first + 1, first * (2 * total - first + 1) + 1))
    ways[0, 0] = 1.0
    smaller = 0
    for equal in counts:
        ways = _with_group(ways, equal, 2 * smaller + equal + 1)
        smaller += equal
    return np.asarray(ways[first])


def _with_group(ways: FloatArray, equal: int, rank: int) -> FloatArray:
    """Choose none to all of some equal values; ``ways`` is values chosen × doubled sum of ranks."""
    found = ways.copy()
    for chosen in range(1, min(equal + 1, len(ways))):
        found[chosen:, chosen * rank :] += math.comb(equal, chosen) * ways[:-chosen, : -chosen * rank]
    return found


def _normal(u: float, first: int, second: int, counts: np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
    """Approximate by the normal distribution, with the corrections for ties and continuity."""
    total = first + second
    ties = float(np.sum(counts.astype(float) ** 3 - counts)) / (total * (total - 1))
    sd = math.sqrt(first * second / 12 * (total + 1 - ties))
    if sd == 0:
        return 1.0
    z = max(abs(u - first * second / 2) - 0.5, 0.0) / sd
    return math.erfc(z / math.sqrt(2))
