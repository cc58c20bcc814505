"""Which benchmarks each shard measures with ``shard: auto``: known cost in equal parts, the same in every job.

Every job computes it from the same saved baselines, and none asks another. A benchmark stays in the shard that measured
it last while the parts are nearly equal, because its baseline is there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.looks import SHORT_LOOKS
from reporter.decide.needed import ENDS
from reporter.decide.policy import DEFAULT_POLICY
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.share import Share
from reporter.model import COLUMN
from reporter.stats.variance import Variance, moderate
from reporter.store.history import AGAINST_ITSELF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.decide.shards import Shard
    from reporter.model import Baseline, Session

BALANCED = 1.1
"""So many times the mean a part may cost before benchmarks move."""
FEWEST_ROUNDS, FEWEST_SLOW_ROUNDS, MOST_SECONDS = 50, 5, 1.0
"""Of a short run, as ``reporter/measure/pytest_plugin`` has them."""
TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is known of every benchmark: its cost in seconds, and the number of the shard that measures it."""

    cost: Mapping[str, float]
    shard: Mapping[str, int]

    def load(self, number: int) -> float:
        """Return the known cost of one shard."""
        return sum(self.cost[name] for name, owner in self.shard.items() if owner == number)


def share_of(shard: Shard, baselines: Mapping[int, Baseline]) -> tuple[Share, Parts]:
    """Return what one shard measures by the newest baselines of all shards, each by its number."""
    cost, before = _known(baselines)
    parts = split(cost, shard.count, before)
    names = sorted(parts.shard)
    digest = hashlib.sha256(json.dumps([shard.count, sorted(parts.shard.items())]).encode()).hexdigest()[:16]
    share = Share(
        number=shard.number,
        count=shard.count,
        here=tuple(name for name in names if parts.shard[name] == shard.number),
        elsewhere=tuple(name for name in names if parts.shard[name] != shard.number),
        digest=digest,
    )
    return share, parts


def split(cost: Mapping[str, float], count: int, before: Mapping[str, int]) -> Parts:
    """Return the shard of each benchmark: as ``before`` while that is nearly equal, else longest first to the emptiest.

    The longest first is at most a third above the best split there is (Graham 1969, "Bounds on multiprocessing timing
    anomalies").
    """
    kept = Parts(cost=cost, shard={name: before[name] for name in sorted(cost) if name in before})
    loads = [kept.load(number) for number in range(1, count + 1)]
    if len(kept.shard) == len(cost) and max(loads, default=0.0) <= BALANCED * sum(loads) / count:
        return kept
    loads, shard = [0.0] * count, {}
    for name in sorted(cost, key=lambda name: (-cost[name], name)):
        emptiest = min(range(count), key=lambda index: (loads[index], index))
        shard[name] = emptiest + 1
        loads[emptiest] += cost[name]
    return Parts(cost=cost, shard=shard)


def _known(baselines: Mapping[int, Baseline]) -> tuple[dict[str, float], dict[str, int]]:
    """Return what each benchmark costs and where it was measured, by the baseline of the lowest shard that has it."""
    seconds: dict[str, float] = {}
    before: dict[str, int] = {}
    noise: dict[str, tuple[float, int]] = {}
    for number in sorted(baselines):
        baseline = baselines[number]
        for name, round_seconds in _rounds(baseline).items():
            if name not in seconds:
                seconds[name], before[name] = _pair_seconds(round_seconds), number
        noise = {**_noise(baseline.history), **noise}
    pairs = _pairs(list(seconds), noise)
    return {name: seconds[name] * pairs[name] for name in seconds}, before


def _rounds(baseline: Baseline) -> dict[str, float]:
    """Return the median round of each benchmark that gives times, in seconds."""
    found = {}
    for benchmark in baseline.suite.benchmarks:
        for metric, sample in benchmark.samples:
            medians = sample.statistics[:, COLUMN["median"]]
            known = medians[medians > 0]
            if metric.name == TIME and metric.unit == "s" and known.size:
                found[benchmark.name] = float(np.median(known))
    return found


def _pair_seconds(round_seconds: float) -> float:
    """Return what one pair of a benchmark takes: two short runs."""
    usual = max(PairPlan(base_sha="HEAD").seconds, min(MOST_SECONDS, FEWEST_ROUNDS * round_seconds))
    return 2 * max(usual, FEWEST_SLOW_ROUNDS * round_seconds)


def _noise(history: Sequence[Session]) -> dict[str, tuple[float, int]]:
    """Return the variance of one pair as the saved pairs of a commit and itself tell it, and of how many."""
    squares: dict[str, list[float]] = {}
    for session in history:
        if session.plan != AGAINST_ITSELF:
            continue
        for (name, _, metric), statistics in session.statistics.items():
            lowest = statistics[:, COLUMN["min"]]
            usable = lowest.size // 2 * 2
            if metric == TIME and usable and np.all(lowest[:usable] > 0):
                apart = np.diff(np.log(lowest[:usable]).reshape(-1, 2), axis=1)
                squares.setdefault(name, []).extend((apart[:, 0] ** 2).tolist())
    return {name: (float(np.mean(values)), len(values)) for name, values in squares.items()}


def _pairs(names: Sequence[str], noise: Mapping[str, tuple[float, int]]) -> dict[str, int]:
    """Return at which look each benchmark is expected to be decided; the usual noise of the others where none is known.

    The variances of few pairs are drawn towards each other.
    """
    own = np.array([noise.get(name, (np.nan, 0)) for name in names]).reshape(-1, 2)
    known = moderate(Variance(variance=own[:, 0], df=own[:, 1]), np.zeros(len(names), dtype=np.intp)).variance
    usual = float(np.nanmedian(known)) if np.any(~np.isnan(known)) else 0.0
    return {name: _look(usual if value != value else value) for name, value in zip(names, known.tolist(), strict=True)}


def _look(variance: float) -> int:
    needed = ENDS**2 * variance / log1p(DEFAULT_POLICY.margin) ** 2
    return next((look for look in SHORT_LOOKS if look >= needed), SHORT_LOOKS[-1])
