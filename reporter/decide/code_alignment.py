"""By how much the code of a head moves its timings without being at fault.

A new layout of the code meets other cache lines and branch predictors. That moves each benchmark a little, by the
same amount in every pair, so more pairs do not average it out: it is noise between heads. How large it is differs from
head to head, and the spread of this head's effects tells. Benchmarks that nobody slowed lie about their centre as far
as the noise of their pairs and the alignment of their code put them (the random effects of a meta-analysis); how many
were really changed is not known, and what is surely more than alignment hardly counts. Before any benchmark is seen,
the size is taken to be that of usual heads.

The posterior of the size is worked out on a grid. Each benchmark is judged by what all others say of it, so that a
change does not hide itself, and a larger one is never less sure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.stats.variance import Variance

if TYPE_CHECKING:
    from reporter.decide.evidence import Evidence
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray

SIZES = np.geomspace(0.001, 0.03, 48)
"""Standard deviations of alignment that are possible, in logs."""
REALLY_CHANGED = (0.01, 0.1, 0.3)
"""Shares of the benchmarks that may really have changed: each is thought as likely as the others."""
SIZE_OF_CHANGES = 0.05
"""Standard deviation of real changes."""
MOST_ASKED = 1000
"""Benchmarks whose effects are asked, evenly spread: more of them say the same."""


def with_alignment(of_pairs: Evidence, timed: BoolArray | bool, policy: Policy) -> Evidence:
    """Return the evidence of pairs with what alignment adds to the noise of ``timed`` rows, unless they are exact.

    Degrees of freedom of the sum are those of Welch and Satterthwaite, which are too many far out in the tails where a
    few pairs tell most of it: those are never more than the pairs have by themselves.
    """
    noise, moved = of_pairs.se**2, of_pairs.noisy & timed
    of_head = of_others(of_pairs.effect, noise, moved, policy)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = noise + of_head.variance
        df = total**2 / (noise**2 / of_pairs.df + of_head.variance**2 / of_head.df)
    df = np.where(of_pairs.looks < policy.pairs_that_suffice, np.minimum(df, of_pairs.df), df)
    return replace(
        of_pairs,
        se=np.where(moved, np.sqrt(total), of_pairs.se),
        df=np.where(moved, df, of_pairs.df),
        alignment=np.sqrt(of_head.variance),
    )


def of_others(effect: FloatArray, noise: FloatArray, moved: BoolArray, policy: Policy) -> Variance:
    """Return the variance that alignment adds to each effect, as all other rows tell it; 0 where it moves none.

    ``effect`` is in logs, and ``noise`` the variance of each by its pairs. Rows that are not ``moved`` say nothing.
    """
    rows = np.flatnonzero(moved)
    asked = rows[:: -(-rows.size // MOST_ASKED) or 1]
    evidence = _log_likelihood(_apart(effect[asked], noise[asked], policy), noise[asked])
    of_all = _log_prior(policy) + np.sum(evidence, axis=0)
    common, own = _matched(of_all[None]), _matched(of_all - evidence)
    variance, df = np.where(moved, common.variance, 0.0), np.full(len(effect), common.df)
    variance[asked], df[asked] = own.variance, own.df
    return Variance(variance=variance, df=df)


def _matched(log_posterior: FloatArray) -> Variance:
    """Return the scaled inverse chi-squared variance whose precision has the mean and variance of each posterior."""
    weight = np.exp(log_posterior - np.max(log_posterior, axis=1, keepdims=True))
    weight /= np.sum(weight, axis=1, keepdims=True)
    precision = np.tile(SIZES, len(REALLY_CHANGED)) ** -2
    mean = weight @ precision
    spread = np.maximum(weight @ precision**2 - mean**2, 1e-4 * mean**2)
    return Variance(variance=1 / mean, df=2 * mean**2 / spread)


def _log_prior(policy: Policy) -> FloatArray:
    """Return what is thought of usual heads, as if so many rows had been seen with their spread."""
    of_sizes = -policy.alignment_rows * (np.log(SIZES) + (policy.alignment / SIZES) ** 2 / 2)
    return np.tile(of_sizes, len(REALLY_CHANGED))


def _log_likelihood(apart: FloatArray, noise: FloatArray) -> FloatArray:
    """Return the log likelihood of each row (rows × shares and sizes): moved by alignment, or really changed."""
    square, noise = apart[:, None] ** 2, noise[:, None]
    usual, changed = (_log_normal(square, noise + sizes**2) for sizes in (SIZES, SIZE_OF_CHANGES))
    mixed = [np.logaddexp(np.log(1 - share) + usual, np.log(share) + changed) for share in REALLY_CHANGED]
    return np.concatenate(mixed, axis=1)


def _log_normal(square: FloatArray, variance: FloatArray) -> FloatArray:
    return np.asarray(-(np.log(variance) + square / variance) / 2)


def _apart(effect: FloatArray, noise: FloatArray, policy: Policy) -> FloatArray:
    """Return how far each effect is from their weighted median, which is nearer to them than the truth (Bessel).

    What moves everything is no spread, and what moves a few does not move a median.
    """
    if not effect.size:
        return effect
    order = np.argsort(effect)
    weight = np.cumsum(1 / (noise[order] + policy.alignment**2))
    centre = effect[order][np.searchsorted(weight, weight[-1] / 2)]
    return np.asarray((effect - centre) * np.sqrt(effect.size / max(1, effect.size - 1)))
