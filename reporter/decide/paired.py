"""Base and head measured next to each other, many times: what the pairs say of each row.

Bursts hit single runs. So means leave out the highest and lowest fifth, and the noise is that of the values with those
drawn in to their neighbours (Yuen 1974, "The two-sample trimmed t for unequal population variances"). Two such means
estimate a change: the difference of the sides' means, and the mean of the pairs' differences. Where the runs of a pair
have no more in common than any other two, the sides tell twice as much about the noise; where they move together, as
under a load that comes and goes, the differences are quieter. The differences have half the weight, and more the more
the pairs of the suite have in common: what moves one of the means by chance, such as two modes, seldom moves both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.code_alignment import with_alignment
from reporter.decide.evidence import Evidence
from reporter.stats.pair_correlation import pair_correlation
from reporter.stats.variance import Variance, moderate, moderate_inexact, of_one_pair, pool, row_mean, within

if TYPE_CHECKING:
    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray
    from reporter.stats.pair_correlation import PairCorrelation

FEWEST_PAIRS_TO_TRIM = 4
TRIMMED_SHARE = 0.2
"""Of the runs on either end, at least one: with fewer left out, two bursts among eight pairs hide a change."""
ALL_BY_PAIRS = 0.7
"""Correlation of the runs of a pair from which on the pairs' differences have all the weight."""
FEW_BY_PAIRS = 0.5
"""The same for a few pairs, whose noise is known from runs or from pairs but not by both."""


def look(values: Values, policy: Policy, stored: Variance | None = None) -> Evidence:
    """Return what the pairs of one machine say of each row, with what the code of the head adds to their noise."""
    return with_alignment(of_pairs(values, policy, stored), values.timed, policy)


def of_pairs(values: Values, policy: Policy, stored: Variance | None = None) -> Evidence:
    """Test pair i = run i of both sides; a pair that lacks the row on either side is lost for that row.

    ``stored`` is the variance of one pair known from stored base-against-base pairs of the same machine and plan; rows
    that they do not cover (no degrees of freedom) are judged as without any.
    """
    base, head = _complete(values)
    pairs = np.sum(~np.isnan(base), axis=1)
    shared = pair_correlation(base, head, values.kind)
    effect, own, centre = _of_this_job(base, head, pairs, shared)
    known, many = moderate_inexact(own, values.kind), pairs >= policy.pairs_that_suffice
    variance, df = known.variance, known.df
    if not many.all():
        few = _of_few_pairs(base, head, values, stored, shared, pairs < policy.pairs_that_know)
        variance, df = np.where(many, variance, few.variance), np.where(many, df, few.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance / pairs)
    others = np.where(many, known.df > own.df, True if stored is None else stored.df == 0)
    sources = np.where(others, "this job and the whole suite", np.where(many, "this job", "this job and stored pairs"))
    return Evidence(
        effect=np.where(pairs >= policy.fewest_pairs, effect, np.nan),
        before=centre,
        se=se,
        df=df,
        sd=np.sqrt(variance),
        looks=pairs.astype(float),
        source=tuple(sources.tolist()),
    )


def _complete(values: Values) -> tuple[FloatArray, FloatArray]:
    lost = np.isnan(values.baseline) | np.isnan(values.head)
    return np.where(lost, np.nan, values.baseline), np.where(lost, np.nan, values.head)


def _weight_of_pairs(shared: PairCorrelation) -> FloatArray:
    return np.clip(shared.correlation / ALL_BY_PAIRS, 0.5, 1.0)


def _of_this_job(
    base: FloatArray, head: FloatArray, pairs: FloatArray, shared: PairCorrelation
) -> tuple[FloatArray, Variance, FloatArray]:
    """Return the effect, the variance of one pair and the base's centre of each row, known from its own runs alone.

    The variance of a weighted mean of two estimates is at most the weighted mean of theirs.
    """
    before, after, difference = _trimmed(base), _trimmed(head), _trimmed(head - base)
    weight = _weight_of_pairs(shared)
    effect = weight * difference.centre + (1 - weight) * (after.centre - before.centre)
    common = 2 * shared.correlation * np.sqrt(before.squares * after.squares)
    squares = weight * difference.squares + (1 - weight) * (before.squares + after.squares - common)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = pairs * squares / (difference.kept * (difference.kept - 1))
        df = 1 / (weight / (difference.kept - 1) + (1 - weight) / _df_of_sides(difference.kept, shared))
    return effect, Variance(variance=variance, df=np.where(difference.kept > 1, df, 0.0)), before.centre


def _df_of_sides(kept: FloatArray, shared: PairCorrelation) -> FloatArray:
    """Twice those of the pairs, less what runs that move together repeat, and what is not known of how much they do."""
    correlation, doubt = shared.correlation, shared.doubt
    return np.asarray(2 / ((1 + correlation**2) / (kept - 1) + doubt * (1 + correlation) ** 2))


def _of_few_pairs(
    base: FloatArray,
    head: FloatArray,
    values: Values,
    stored: Variance | None,
    shared: PairCorrelation,
    very_few: BoolArray,
) -> Variance:
    """Return the variance of one pair, with what other benchmarks or stored pairs know of it.

    Where ``very_few`` pairs are all that is known, it is the larger one of what runs and pairs tell: three quiet runs
    on either side may be the two modes of a benchmark.
    """
    job = of_one_pair(base, head)
    runs, pairs = moderate(job, values.kind), moderate(within(head - base), values.kind)
    by_pairs = np.where(very_few, pairs.variance > runs.variance, shared.correlation > FEW_BY_PAIRS)
    alone = _chosen(by_pairs, pairs, runs)
    return alone if stored is None else _chosen(stored.df > 0, _with_stored(job, stored), alone)


def _chosen(which: BoolArray, one: Variance, other: Variance) -> Variance:
    return Variance(variance=np.where(which, one.variance, other.variance), df=np.where(which, one.df, other.df))


def _with_stored(job: Variance, stored: Variance) -> Variance:
    """History may at most outvote the job two to one: the machine of today counts."""
    capped = Variance(variance=stored.variance, df=np.minimum(stored.df, 2 * job.df))
    return pool(job, capped)


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
    """Return the value of each row at its own place, as a column; nan in a row without any."""
    if not ordered.shape[1]:
        return np.full((len(ordered), 1), np.nan)
    return np.take_along_axis(ordered, np.maximum(place, 0).astype(np.intp)[:, None], axis=1)


def _squares(runs: FloatArray) -> FloatArray:
    return np.asarray(np.nansum((runs - row_mean(runs)[:, None]) ** 2, axis=1))
