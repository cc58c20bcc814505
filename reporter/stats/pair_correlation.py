"""How much noise the two runs of a pair have in common, asked of the whole suite.

On a machine whose load comes and goes, runs that were neighbours are slow together. Eight pairs of one benchmark can
hardly tell that from chance; the benchmarks of a suite together can. Each one's correlation of base and head over the
pairs (Fisher's z, whose variance is known) is drawn towards the mean of its kind, the more the less they differ by more
than chance (empirical Bayes). Where a kind has too few benchmarks for that, each one has to be sure by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.stats.variance import FEWEST_BENCHMARKS_FOR_A_PRIOR, row_mean

if TYPE_CHECKING:
    from reporter.model import FloatArray, IndexArray

MOST = 0.999
"""Closer to one a correlation is a matter of rounding."""
SURELY = 2.33
"""How many standard deviations a lone benchmark's z must be beyond chance: one in a hundred is by chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairCorrelation:
    """Per row: the correlation of the runs of a pair, never below 0, and the variance of its Fisher's z.

    Both are 0 where nothing is known: with fewer than four pairs, or of a side that does not vary.
    """

    correlation: FloatArray
    doubt: FloatArray


def pair_correlation(base: FloatArray, head: FloatArray, kind: IndexArray) -> PairCorrelation:
    """Estimate from rows × pairs what the runs of a pair share; a lost pair is nan on both sides."""
    count = np.sum(~np.isnan(base), axis=1)
    z = np.arctanh(np.clip(_own(base, head), -MOST, MOST))
    known = ~np.isnan(z) & (count > 3)
    shared, doubt = np.zeros(len(base)), np.zeros(len(base))
    for one in sorted(set(kind.tolist())):
        rows = np.flatnonzero(known & (kind == one))
        variance = 1 / (count[rows] - 3)
        enough = rows.size >= FEWEST_BENCHMARKS_FOR_A_PRIOR
        shared[rows], doubt[rows] = _of_suite(z[rows], variance) if enough else _of_lone(z[rows], variance)
    apart = shared <= 0
    return PairCorrelation(correlation=np.where(apart, 0.0, np.tanh(shared)), doubt=np.where(apart, 0.0, doubt))


def _own(base: FloatArray, head: FloatArray) -> FloatArray:
    before, after = (side - row_mean(side)[:, None] for side in (base, head))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(np.nansum(before**2, axis=1) * np.nansum(after**2, axis=1))
        return np.asarray(np.nansum(before * after, axis=1) / scale)


def _of_suite(z: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Draw each z to the mean, as far as its variance by chance is of the variance seen between them."""
    mean = np.average(z, weights=1 / variance)
    between = max(0.0, float(np.var(z, ddof=1) - variance.mean()))
    own = between / (between + variance)
    doubt_of_mean = float((between + variance).mean()) / z.size
    return mean + (z - mean) * own, own * variance + (1 - own) ** 2 * doubt_of_mean


def _of_lone(z: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.where(z > SURELY * np.sqrt(variance), z, 0.0), variance
