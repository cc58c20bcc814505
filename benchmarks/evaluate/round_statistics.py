"""Statistics of a run's rounds without its rounds: the order statistics of exponential jitter, drawn directly.

The gaps between ordered exponential values are independent and exponential again (Rényi 1953), so the distance from one
quantile to the next is a sum of such gaps. The first gap is drawn exactly; longer sums by the gamma distribution of
the same mean and variance. With few rounds the rounds themselves are drawn.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import STATISTICS

if TYPE_CHECKING:
    from reporter.model import FloatArray

FEW = 20
"""Below this many rounds they are drawn one by one."""
_QUANTILES = {
    "min": 0.0,
    "q10": 0.1,
    "q25": 0.25,
    "median": 0.5,
    "q75": 0.75,
    "q90": 0.9,
    "p95": 0.95,
    "p99": 0.99,
    "max": 1.0,
}
_COLUMNS = [STATISTICS.index(name) for name in _QUANTILES]


def statistics_of_exponential_rounds(
    level: FloatArray, jitter: FloatArray, rounds: int, generator: np.random.Generator
) -> FloatArray:
    """Return ``STATISTICS`` (last axis) of runs: rounds are level × (1 + jitter × a standard exponential value)."""
    excess, mean = _few(level.shape, rounds, generator) if rounds < FEW else _many(level.shape, rounds, generator)
    table = np.empty((*level.shape, len(STATISTICS)))
    table[..., STATISTICS.index("n")] = rounds
    table[..., _COLUMNS] = level[..., None] * (1 + jitter[..., None] * excess)
    table[..., STATISTICS.index("mean")] = level * (1 + jitter * mean)
    return table


def _few(shape: tuple[int, ...], rounds: int, generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    values = generator.exponential(size=(*shape, rounds))
    quantiles = np.quantile(values, list(_QUANTILES.values()), axis=-1)
    return np.moveaxis(quantiles, 0, -1), values.mean(axis=-1)


def _many(shape: tuple[int, ...], rounds: int, generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """The mean is drawn apart from the quantiles: nothing here decides on it."""
    means, variances = _gaps(rounds)
    apart = means > 0
    steps = np.zeros((*shape, means.size))
    shapes, scales = means[apart] ** 2 / variances[apart], variances[apart] / means[apart]
    steps[..., apart] = generator.gamma(shapes, scales, size=(*shape, shapes.size))
    return np.cumsum(steps, axis=-1), generator.normal(1, 1 / np.sqrt(rounds), shape)


@lru_cache(maxsize=16)
def _gaps(rounds: int) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the distance from each quantile to the next, the first from zero; 0 for the same rank."""
    rates = 1.0 / np.arange(rounds, 0, -1)
    ranks = [0, *(1 + round((rounds - 1) * share) for share in _QUANTILES.values())]
    parts = [rates[before:after] for before, after in pairwise(ranks)]
    return np.array([part.sum() for part in parts]), np.array([(part**2).sum() for part in parts])
