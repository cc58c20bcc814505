"""Base and head measured next to each other, many times: what the pairs say of each row.

Bursts hit single runs. So each side's mean leaves out its highest and lowest fifth of runs, and the noise is that of
the runs with those drawn in to their neighbours (Yuen 1974, "The two-sample trimmed t for unequal population
variances"). For most benchmarks the two runs of a pair have no more in common than any other two; then the runs of each
side tell twice as much about the noise as the differences of the pairs do. Where runs that were neighbours clearly move
together, as with a drift of the machine, the differences of the pairs are what is tested, trimmed in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import noise
from reporter.decide.evidence import Evidence

if TYPE_CHECKING:
    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray

FEWEST_PAIRS_TO_TRIM = 4
TRIMMED_SHARE = 0.2
"""Of the runs on either end, at least one: with fewer left out, two bursts among eight pairs hide a change."""
TOGETHER = 2.33
"""How surely runs of a pair must move together before it is used: one benchmark in a hundred seems to by chance."""


def look(values: Values, policy: Policy, stored: noise.Variance | None = None) -> Evidence:
    """Test pair i = run i of both sides; a pair that lacks the row on either side is lost for that row.

    ``stored`` is the variance of one pair known from stored base-against-base pairs of the same machine and plan.
    """
    base, head = _complete(values)
    pairs = np.sum(~np.isnan(base), axis=1)
    effect, variance, df = _of_this_job(base, head, pairs)
    alone = pairs >= policy.pairs_that_speak_alone
    if not alone.all():
        few = _of_few_pairs(base, head, values, stored, pairs < policy.pairs_that_know)
        variance = np.where(alone, variance, few.variance)
        df = np.where(alone, df, few.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance / pairs)
    sources = ("this job", "this job and stored pairs" if stored is not None else "this job and the whole suite")
    return Evidence(
        effect=np.where(pairs >= policy.fewest_pairs, effect, np.nan),
        se=se,
        df=df,
        sd=np.sqrt(variance),
        looks=pairs.astype(float),
        source=tuple(sources[0] if speaks_alone else sources[1] for speaks_alone in alone),
    )


def _complete(values: Values) -> tuple[FloatArray, FloatArray]:
    lost = np.isnan(values.baseline) | np.isnan(values.head)
    return np.where(lost, np.nan, values.baseline), np.where(lost, np.nan, values.head)


def _of_this_job(base: FloatArray, head: FloatArray, pairs: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give effect, variance of one pair, and degrees of freedom of each row, known from its own runs alone."""
    before, after, difference = _trimmed(base), _trimmed(head), _trimmed(head - base)
    together = _move_together(base, head, pairs)
    effect = np.where(together, difference.centre, after.centre - before.centre)
    squares = np.where(together, difference.squares, before.squares + after.squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = pairs * squares / (difference.kept * (difference.kept - 1))
    return effect, variance, (difference.kept - 1) * np.where(together, 1.0, 2.0)


def _of_few_pairs(
    base: FloatArray, head: FloatArray, values: Values, stored: noise.Variance | None, very_few: BoolArray
) -> noise.Variance:
    """Give the variance of one pair, with what other benchmarks or stored pairs know of it.

    Where ``very_few`` pairs are all that is known, it is the larger one of what runs and pairs tell: three quiet runs
    on either side may be the two modes of a benchmark.
    """
    job = noise.of_one_pair(base, head)
    if stored is not None:
        return _with_stored(job, stored)
    runs, pairs = noise.moderate(job, values.kind), noise.moderate(noise.within(head - base), values.kind)
    by_pairs = very_few & (pairs.variance > runs.variance)
    return noise.Variance(
        variance=np.where(by_pairs, pairs.variance, runs.variance), df=np.where(by_pairs, pairs.df, runs.df)
    )


def _with_stored(job: noise.Variance, stored: noise.Variance) -> noise.Variance:
    """History may at most outvote the job two to one: the machine of today counts."""
    capped = noise.Variance(variance=stored.variance, df=np.minimum(stored.df, 2 * job.df))
    return noise.pool(job, capped)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trimmed:
    """Per row: the mean of the ``kept`` runs, and the sum of squares when the others are drawn in to the kept ones."""

    centre: FloatArray
    squares: FloatArray
    kept: FloatArray


def _trimmed(runs: FloatArray) -> _Trimmed:
    """Trim rows × runs; nan is no run. Where the drawn-in runs are all equal and the runs are not, none is drawn in."""
    ordered = np.sort(runs, axis=1)
    count = np.sum(~np.isnan(runs), axis=1)
    ends = np.where(count >= FEWEST_PAIRS_TO_TRIM, np.maximum(1, (TRIMMED_SHARE * count).astype(int)), 0)
    rank = np.arange(runs.shape[1])
    inner = (rank >= ends[:, None]) & (rank < (count - ends)[:, None])
    kept = np.sum(inner, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.sum(np.where(inner, ordered, 0.0), axis=1) / kept
    low, high = (_at(ordered, place) for place in (ends, count - ends - 1))
    drawn_in, plain = (_squares(values) for values in (np.clip(runs, low, high), runs))
    return _Trimmed(centre=centre, squares=np.where(drawn_in > 0, drawn_in, plain), kept=kept.astype(float))


def _at(ordered: FloatArray, place: FloatArray) -> FloatArray:
    """Give the value of each row at its own place, as a column; nan in a row without any."""
    if not ordered.shape[1]:
        return np.full((len(ordered), 1), np.nan)
    return np.take_along_axis(ordered, np.maximum(place, 0).astype(np.intp)[:, None], axis=1)


def _squares(runs: FloatArray) -> FloatArray:
    return np.asarray(np.nansum((runs - noise.row_mean(runs)[:, None]) ** 2, axis=1))


def _move_together(base: FloatArray, head: FloatArray, pairs: FloatArray) -> BoolArray:
    """Say where the correlation of base and head over the pairs is beyond chance (Fisher's z)."""
    before, after = (side - noise.row_mean(side)[:, None] for side in (base, head))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(np.nansum(before**2, axis=1) * np.nansum(after**2, axis=1))
        correlation = np.nansum(before * after, axis=1) / scale
        bound = np.tanh(TOGETHER / np.sqrt(np.maximum(pairs - 3, 0)))
    return np.asarray(correlation > bound)
