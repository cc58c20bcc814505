"""Rules of other tools, written anew from what their documentation and sources say they do.

A rule gets a recording, the runs of the baseline and the runs of the head, and says which benchmarks it calls slower.
``README.md`` tells where each rule is documented, and which reading of it reproduces the published figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from reporter.decide.named_rules import RATIOS, beyond, parse_rule, pooled_larger, ranked_larger, z_score
from reporter.decide.rule_rates import RATES
from reporter.stats.student_t import quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.evaluate.recording import Recording
    from reporter.model import BoolArray, FloatArray, IndexArray

    Rule = Callable[[Recording, IndexArray, IndexArray], BoolArray]

Design = Literal["single", "history", "pairs-3", "pairs-5"]
RESAMPLES = 2000
RESAMPLING_SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A rule by name. ``design`` says which runs it is given, ``used`` how that is called in a table."""

    key: str
    title: str
    design: Design
    rule: Rule

    @property
    def used(self) -> str:
        """Return which runs the rule uses."""
        return {"single": "1 v 1", "history": "history 10", "pairs-3": "3 + 3", "pairs-5": "5 + 5"}[self.design]


def above(recording: Recording, baseline: IndexArray, head: IndexArray, *, statistic: str, factor: float) -> BoolArray:
    """One run against one run: the statistic grew beyond a factor (github-action-benchmark, pytest-benchmark)."""
    values = recording.column(statistic)
    return beyond(values[:, baseline[0]], values[:, head[0]], factor - 1)


def rounds_ranked(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """Mann-Whitney on the rounds of two runs; slower when U and the medians both point that way."""
    medians = recording.column("median")
    return rounds_ranked_by_u(recording, baseline, head) & (medians[:, head[0]] > medians[:, baseline[0]])


def rounds_ranked_by_u(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """The same, slower when U alone points that way."""
    return np.array([ranked_larger(rounds[baseline[0]], rounds[head[0]], 0.05)[0] for rounds in recording.rounds])


def criterion_medians(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """Bootstrap of the change of medians: its 95% interval lies beyond the noise threshold of 1%."""
    resampled = _resampled_medians(recording)
    change = resampled[:, head[0]] / resampled[:, baseline[0]] - 1
    return np.asarray(np.quantile(change, 0.025, axis=1) > 0.01)


def criterion_means(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """The same of means, as criterion's source has it; for hundreds of rounds the bootstrap is its normal limit."""
    mean, error = _means(recording)
    before, after = mean[:, baseline[0]], mean[:, head[0]]
    ratio = after / before
    spread = ratio * np.hypot(error[:, baseline[0]] / before, error[:, head[0]] / after)
    return np.asarray(ratio - 1 - 1.96 * spread > 0.01)


def bencher(recording: Recording, baseline: IndexArray, head: IndexArray, *, boundary: float = 0.99) -> BoolArray:
    """Bencher's t-test threshold: the head's mean is above the prediction bound of the history's means."""
    history = recording.column("mean")[:, baseline]
    count = history.shape[1]
    scale = history.std(axis=1, ddof=1) * np.sqrt(1 + 1 / count)
    limit = history.mean(axis=1) + quantile(1 - boundary, count - 1) * scale
    return np.asarray(recording.column("mean")[:, head[0]] > limit)


def conbench(
    recording: Recording, baseline: IndexArray, head: IndexArray, *, statistic: str = "mean", bound: float = 5.0
) -> BoolArray:
    """conbench's lookback z-score: distance to the history's mean in its sds."""
    values = recording.column(statistic)
    return np.asarray(z_score(values[:, baseline], values[:, head[0]]) > bound)


def conbench_residuals(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """The same in sds of the residuals from the rolling mean, which its source takes."""
    history = recording.column("mean")[:, baseline]
    before = np.cumsum(history, axis=1) / np.arange(1, history.shape[1] + 1)
    residuals = history - np.concatenate([history[:, :1], before[:, :-1]], axis=1)
    z = (recording.column("mean")[:, head[0]] - history.mean(axis=1)) / residuals.std(axis=1, ddof=1)
    return np.asarray(z > 5.0)


def rustc_fence(recording: Recording, baseline: IndexArray, head: IndexArray, *, halves: bool = False) -> BoolArray:
    """rustc-perf: the change from the last run is beyond Q3 + 3 IQR of the history's changes from run to run.

    ``halves`` takes the quartiles as medians of the lower and upper half (its source), else interpolated.
    """
    history = recording.column("mean")[:, baseline]
    steps = np.sort(np.abs(np.diff(history, axis=1)) / history[:, :-1], axis=1)
    q1, q3 = _quartiles_of_halves(steps) if halves else np.quantile(steps, [0.25, 0.75], axis=1)
    change = recording.column("mean")[:, head[0]] / history[:, -1] - 1
    return np.asarray(change >= q3 + 3 * (q3 - q1))


def asv_continuous(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """asv continuous: median of all rounds pooled beyond the factor, and Mann-Whitney on them significant.

    Its fallback to intervals is for samples too small to be significant; pooled rounds never are.
    """
    return np.array([pooled_larger(_pooled(rounds, baseline), _pooled(rounds, head))[0] for rounds in recording.rounds])


def benchstat(recording: Recording, baseline: IndexArray, head: IndexArray) -> BoolArray:
    """benchstat: Mann-Whitney on one value per run, here the run's median."""
    medians = recording.column("median")
    return np.array(
        [ranked_larger(one, other)[0] for one, other in zip(medians[:, baseline], medians[:, head], strict=True)]
    )


def _pooled(rounds: tuple[FloatArray, ...], runs: IndexArray) -> FloatArray:
    return np.concatenate([rounds[run] for run in runs])


def _quartiles_of_halves(ordered: FloatArray) -> tuple[FloatArray, FloatArray]:
    half = ordered.shape[1] // 2
    return np.median(ordered[:, :half], axis=1), np.median(ordered[:, -half:], axis=1)


@lru_cache(maxsize=4)
def _means(recording: Recording) -> tuple[FloatArray, FloatArray]:
    """Mean of the rounds and its standard error, benchmarks × runs."""
    errors = [[run.std(ddof=1) / np.sqrt(run.size) for run in rounds] for rounds in recording.rounds]
    return recording.column("mean"), np.array(errors)


@lru_cache(maxsize=4)
def _resampled_medians(recording: Recording) -> FloatArray:
    """Medians of resamples of each run's rounds: benchmarks × runs × ``RESAMPLES``."""
    generator = np.random.default_rng(RESAMPLING_SEED)
    return np.array([[resampled_medians(run, RESAMPLES, generator) for run in rounds] for rounds in recording.rounds])


def resampled_medians(ordered: FloatArray, count: int, generator: np.random.Generator) -> FloatArray:
    """Draw medians of bootstrap samples without drawing the samples.

    The k-th smallest of n values drawn with replacement is the sorted value at the quantile of the k-th smallest of
    n uniform numbers, which is Beta(k, n − k + 1); the next one lies above it by Beta(1, n − k) of what is left.
    """
    size = ordered.size
    lower = (size + 1) // 2
    first = generator.beta(lower, size - lower + 1, count)
    if size % 2:
        return np.asarray(ordered[_place(first, size)])
    second = first + (1 - first) * generator.beta(1, size - lower, count)
    return np.asarray((ordered[_place(first, size)] + ordered[_place(second, size)]) / 2)


def _place(quantiles: FloatArray, size: int) -> IndexArray:
    return np.minimum((quantiles * size).astype(np.intp), size - 1)


def _peer(key: str, title: str, design: Design, rule: Rule) -> Peer:
    return Peer(key=key, title=title, design=design, rule=rule)


PEERS = (
    _peer("mean-1.10", "mean > 1.10", "single", partial(above, statistic="mean", factor=1.10)),
    _peer("mean-2", "mean > 2.0 (github-action-benchmark)", "single", partial(above, statistic="mean", factor=2.0)),
    _peer("min-1.05", "min > 1.05 (pytest-benchmark min:5%)", "single", partial(above, statistic="min", factor=1.05)),
    _peer("mann-whitney", "Mann-Whitney on raw rounds, p < .05", "single", rounds_ranked),
    _peer("criterion", "criterion-like", "single", criterion_medians),
    _peer("bencher", "Bencher t-test .99", "history", bencher),
    _peer("conbench", "conbench z > 5", "history", conbench),
    _peer("rustc", "rustc-perf fence", "history", rustc_fence),
    _peer("asv-3", "asv continuous", "pairs-3", asv_continuous),
    _peer("benchstat", "benchstat U p < .05 on run medians", "pairs-5", benchstat),
    _peer("asv-5", "asv continuous", "pairs-5", asv_continuous),
)
"""The rules of the published table, in its order."""


def _named(text: str) -> Peer:
    """Take a rule that the product knows by name; benchstat and asv are among the peers already."""
    rule = parse_rule(text, text)
    key = f"named-{rule.kind}-{round(100 * rule.bound) if rule.kind in RATIOS else rule.bound:g}"
    if rule.kind in RATIOS:
        return _peer(key, str(rule), "single", partial(above, statistic=rule.kind, factor=1 + rule.bound))
    return _peer(key, str(rule), "history", partial(conbench, bound=rule.bound))


NAMED = {rate.rule: _named(rate.rule) for rate in RATES if ">" in rate.rule}
"""Rules people choose by name, by their text. Their documented figures are those of the product."""

OTHER_READINGS = (
    _peer("mann-whitney-u", "Mann-Whitney on raw rounds, direction by U alone", "single", rounds_ranked_by_u),
    _peer("criterion-means", "criterion, means as in its source", "single", criterion_means),
    _peer("conbench-residuals", "conbench z > 5, sd as in its source", "history", conbench_residuals),
    _peer("conbench-best", "conbench z > 5 of the best round", "history", partial(conbench, statistic="min")),
    _peer("rustc-halves", "rustc-perf fence, quartiles as in its source", "history", partial(rustc_fence, halves=True)),
)
"""Other readings of the published rules; they have no published figures."""
