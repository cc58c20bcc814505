"""How noisy each benchmark is between runs, and what the other benchmarks of the suite know about it.

With few runs a benchmark's own variance is a poor guess: by luck tiny (a false alarm) or large (a missed change). The
suite's benchmarks together tell which variances are plausible; the empirical-Bayes estimate of Smyth (2004, "Linear
models and empirical Bayes methods", section 6.2) joins both, and its degrees of freedom tell how much was learnt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import FloatArray, IndexArray

FEWEST_BENCHMARKS_FOR_A_PRIOR = 4
MOST_PRIOR_DF = 1e3
"""What a suite knows where all its benchmarks seem equally noisy."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variance:
    """Variance between runs (of the deciding values) with its degrees of freedom, one per row; nan where unknown."""

    variance: FloatArray
    df: FloatArray


def within(*groups: FloatArray) -> Variance:
    """Pool the variance inside each group of runs (rows × runs); runs that lack the benchmark are nan."""
    squares = np.zeros(groups[0].shape[0])
    df = np.zeros(groups[0].shape[0])
    for group in groups:
        count = np.sum(~np.isnan(group), axis=1)
        with np.errstate(invalid="ignore"):
            squares += np.nansum((group - row_mean(group)[:, None]) ** 2, axis=1)
        df += np.maximum(count - 1, 0)
    return Variance(variance=np.where(df > 0, squares / np.maximum(df, 1), np.nan), df=df)


def of_one_pair(*sides: FloatArray) -> Variance:
    """Return the variance of one pair as far as the runs of each side (rows × runs) tell it."""
    run = within(*sides)
    return Variance(variance=2 * run.variance, df=run.df)


def pool(first: Variance, second: Variance) -> Variance:
    """Join two independent estimates of the same variance, each weighted with its degrees of freedom."""
    squares = np.nan_to_num(first.variance) * first.df + np.nan_to_num(second.variance) * second.df
    df = first.df + second.df
    return Variance(variance=np.where(df > 0, squares / np.maximum(df, 1e-12), np.nan), df=df)


def moderate(own: Variance, kind: IndexArray) -> Variance:
    """Shrink each variance towards those of the same ``kind`` in the suite (empirical Bayes).

    Times, memory and counts know nothing of each other's noise. Of a kind with few benchmarks, variances are given back
    as they are.
    """
    variance, df = own.variance.copy(), own.df.astype(float)
    for one in sorted(set(kind.tolist())):
        rows = np.flatnonzero(kind == one)
        usable = rows[(own.df[rows] > 0) & (own.variance[rows] > 0)]
        if usable.size < FEWEST_BENCHMARKS_FOR_A_PRIOR:
            continue
        prior_df, prior_variance = _prior(own.variance[usable], own.df[usable])
        prior_df = min(prior_df, MOST_PRIOR_DF)
        df[rows] = own.df[rows] + prior_df
        squares = np.nan_to_num(own.variance[rows]) * own.df[rows] + prior_variance * prior_df
        variance[rows] = squares / df[rows]
    return Variance(variance=variance, df=df)


def moderate_inexact(own: Variance, kind: IndexArray) -> Variance:
    """Return the same for many values a row: of one without any noise in so many the others know nothing."""
    known, exact = moderate(own, kind), own.variance == 0
    return Variance(variance=np.where(exact, 0.0, known.variance), df=np.where(exact, own.df, known.df))


def row_mean(values: FloatArray) -> FloatArray:
    """Mean over runs, ignoring the runs that lack the benchmark; nan where all do."""
    count = np.sum(~np.isnan(values), axis=1)
    return np.asarray(np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan))


def row_centre(values: FloatArray) -> FloatArray:
    """Return the median over the runs of each row: a burst in one of them does not move it. nan where all lack it."""
    known = np.any(~np.isnan(values), axis=1)
    centre = np.full(len(values), np.nan)
    centre[known] = column_median(values[known].T)
    return centre


def column_median(values: FloatArray) -> FloatArray:
    """Median of each column's known values; every column has at least one.

    As ``numpy.nanmedian`` does it, which loads numpy's masked arrays and takes longer for that than all of deciding.
    """
    count = np.sum(~np.isnan(values), axis=0)
    ordered = np.sort(values, axis=0)  # nan comes last
    columns = np.arange(values.shape[1])
    return np.asarray((ordered[(count - 1) // 2, columns] + ordered[count // 2, columns]) / 2)


def _prior(variance: FloatArray, df: FloatArray) -> tuple[float, float]:
    """Fit the scaled F distribution of Smyth (2004) by the moments of log variance."""
    half = df / 2
    excess = np.log(variance) - _digamma(half) + np.log(half)
    centre = float(np.mean(excess))
    spread = float(np.mean((excess - centre) ** 2) * excess.size / (excess.size - 1) - np.mean(_trigamma(half)))
    if spread <= 0:
        return math.inf, math.exp(centre)
    prior_half = _inverse_trigamma(spread)
    shift = float(_digamma(np.array([prior_half]))[0]) - math.log(prior_half)
    return 2 * prior_half, math.exp(centre + shift)


def _digamma(x: FloatArray) -> FloatArray:
    """Recurrence up to 6, then the asymptotic series (Abramowitz & Stegun 6.3.18)."""
    result = np.zeros_like(x)
    for _ in range(6):
        result -= 1 / x
        x = x + 1
    inverse = 1 / (x * x)
    return result + np.log(x) - 0.5 / x - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252))


def _trigamma(x: FloatArray) -> FloatArray:
    """Recurrence up to 6, then the asymptotic series (Abramowitz & Stegun 6.4.12)."""
    result = np.zeros_like(x)
    for _ in range(6):
        result += 1 / (x * x)
        x = x + 1
    inverse = 1 / (x * x)
    return result + 1 / x + inverse / 2 + inverse / x * (1 / 6 - inverse * (1 / 30 - inverse / 42))


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value: it falls from infinity to 0, so a bisection of log x cannot fail."""
    low, high = math.log(1e-8), math.log(1e8)
    for _ in range(60):
        middle = (low + high) / 2
        if _trigamma_of(math.exp(middle)) > value:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _trigamma_of(x: float) -> float:
    """Return the same as ``_trigamma`` for a single number, many times faster."""
    result = 0.0
    while x < 6:
        result += 1 / (x * x)
        x += 1
    inverse = 1 / (x * x)
    return result + 1 / x + inverse / 2 + inverse / x * (1 / 6 - inverse * (1 / 30 - inverse / 42))
