"""Base and head measured next to each other, many times: the test of the pairs' log ratios.

The effect is the mean over pairs with the highest and lowest left out, because bursts hit single pairs; its standard
error uses the variance of all pairs, because the variance of the trimmed ones would be too small and alarm too often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import noise
from reporter.decide.evidence import Evidence

if TYPE_CHECKING:
    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray

FEWEST_PAIRS_TO_TRIM = 4


def look(values: Values, policy: Policy, stored: noise.Variance | None = None) -> Evidence:
    """Test pair i = run i of both sides; a pair that lacks the row on either side is lost for that row.

    ``stored`` is the variance of one pair known from stored base-against-base pairs of the same machine and plan.
    """
    ratios = values.head - values.baseline
    pairs = np.sum(~np.isnan(ratios), axis=1)
    job = noise.within(ratios)
    shared = _with_stored(job, stored) if stored is not None else noise.moderate(job)
    alone = pairs >= policy.pairs_that_speak_alone
    variance = np.where(alone, job.variance, shared.variance)
    enough = pairs >= policy.fewest_pairs
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance / pairs)
    sources = ("this job", "this job and stored pairs" if stored is not None else "this job and the whole suite")
    return Evidence(
        effect=np.where(enough, _trimmed_mean(ratios, pairs), np.nan),
        se=se,
        df=np.where(alone, job.df, shared.df),
        sd=np.sqrt(variance),
        looks=pairs.astype(float),
        source=tuple(sources[0] if speaks_alone else sources[1] for speaks_alone in alone),
    )


def _with_stored(job: noise.Variance, stored: noise.Variance) -> noise.Variance:
    """History may at most outvote the job two to one: the machine of today counts."""
    capped = noise.Variance(variance=stored.variance, df=np.minimum(stored.df, 2 * job.df))
    return noise.pool(job, capped)


def _trimmed_mean(ratios: FloatArray, pairs: FloatArray) -> FloatArray:
    total = np.nansum(ratios, axis=1)
    trim = pairs >= FEWEST_PAIRS_TO_TRIM
    filled_high = np.where(np.isnan(ratios), -np.inf, ratios).max(axis=1, initial=-np.inf)
    filled_low = np.where(np.isnan(ratios), np.inf, ratios).min(axis=1, initial=np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        trimmed = (total - filled_high - filled_low) / (pairs - 2)
        plain = total / pairs
    return np.asarray(np.where(trim, trimmed, plain))
