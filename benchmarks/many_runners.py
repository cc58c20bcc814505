"""What a large suite costs and finds on one runner, in shards, and on several runners with one verdict.

200 benchmarks whose noise is that of recorded pairs of equal code (``benchmarks.evaluate record``), measured by the
product's own looks, levels and statistics; only the clock is simulated. Runners differ in speed and in noise, and a
change is not quite the same on each of them. All ways have the same machine time as their limit.

    python -m benchmarks.many_runners --short DIR --harmless 300 --slowed 100
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.recording import read_recording
from reporter.decide.align import Row, absent_sample, arranged
from reporter.decide.family import Design, Family, family_of, no_bounds
from reporter.decide.judge_pairs import judge_values
from reporter.decide.looks import SHORT_LOOKS, is_enough, looks_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.measure.paired.outlook import FEWEST_PAIRS
from reporter.model import COLUMN, Benchmark, Metric, Suite
from reporter.pipeline.split import split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide.policy import Policy
    from reporter.model import Change, FloatArray, IndexArray, Verdict

TIME = Metric(name="time", unit="s", better="lower")
LEVELS = (0.03, 0.05, 0.10)
SLOWED_EACH = 3
"""Benchmarks of a slowed pull request at each of the levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """``speed`` and ``noise`` are standard deviations (in logs) between runners, ``effect`` that of a change.

    ``alignment`` is that of the code's layout, the same on all runners. ``start`` is what a process takes beside its
    benchmarks, in seconds on an ordinary runner.
    """

    rows: int = 200
    speed: float = 0.2
    noise: float = 0.3
    effect: float = 0.003
    alignment: float = 0.004
    start: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PullRequest:
    """Per benchmark: which recorded one it is like, how much noisier, what a run takes, and its true change in logs."""

    like: IndexArray
    scale: FloatArray
    seconds: FloatArray
    change: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """What one job measured: rows × pairs of log values, the seconds it took, and its own verdicts."""

    base: FloatArray
    head: FloatArray
    seconds: float
    verdicts: list[Verdict]


class Simulation:
    """Jobs on drawn runners. ``pairs`` are recorded pairs of equal code: sides × benchmarks × pairs, in logs."""

    def __init__(self, world: World, pairs: FloatArray, random: np.random.Generator) -> None:
        self.world = world
        self.pairs = pairs - np.mean(pairs, axis=(0, 2), keepdims=True)
        self.random = random

    def pull_request(self, *, slowed: bool) -> PullRequest:
        """Draw one; of a slowed one some benchmarks are slower, at each level."""
        random, rows = self.random, self.world.rows
        rounds = np.exp(random.uniform(np.log(1e-6), np.log(1e-2), rows))
        change = random.normal(0, self.world.alignment, rows)
        for index, level in enumerate(LEVELS if slowed else ()):
            change[index * SLOWED_EACH : (index + 1) * SLOWED_EACH] += np.log1p(level)
        return PullRequest(
            like=random.integers(self.pairs.shape[1], size=rows),
            scale=np.exp(random.normal(0, 0.3, rows)),
            seconds=np.maximum(0.05, 50 * rounds),
            change=change,
        )

    def job(self, what: PullRequest, rows: IndexArray, limit: float, policy: Policy, runners: int = 1) -> Job:
        """Measure these rows on a drawn runner as the product does: look after look, then only what is undecided."""
        random, world = self.random, self.world
        slowness, noise = np.exp(random.normal(0, world.speed)), np.exp(random.normal(0, world.noise))
        change = what.change[rows] + random.normal(0, world.effect, rows.size)
        base, head = (np.full((rows.size, SHORT_LOOKS[-1]), np.nan) for _ in range(2))
        going, verdicts = np.ones(rows.size, dtype=bool), _open(rows.size)
        done, spent = 0, 0.0
        for look in looks_of(runners):
            each = 2 * slowness * (world.start + float(np.sum(what.seconds[rows][going])))
            count = min(look - done, int((limit - spent) / each))
            if done + count < FEWEST_PAIRS or not count:
                break
            places = slice(done, done + count)
            drawn = self._drawn(what.like[rows], noise * what.scale[rows], count)
            base[going, places], head[going, places] = drawn[0][going], (drawn[1] + change[:, None])[going]
            done, spent = done + count, spent + count * each
            judged = judged_by(base[:, :done], head[:, :done], Design.GROWING_PAIRS, policy)
            verdicts = [new if goes else old for (new, _), old, goes in zip(judged, verdicts, going, strict=True)]
            going &= [
                verdict == "inconclusive" and not is_enough(change, policy.margin, runners)
                for verdict, change in judged
            ]
            if not going.any() or done < look:
                break
        return Job(base=base[:, :done], head=head[:, :done], seconds=spent, verdicts=verdicts)

    def _drawn(self, like: IndexArray, scale: FloatArray, count: int) -> FloatArray:
        """Draw neighbouring recorded pairs, sides at random: what goes on in a pair meets all of its benchmarks."""
        first = int(self.random.integers(self.pairs.shape[2]))
        places = (first + np.arange(count)) % self.pairs.shape[2]
        found = self.pairs[:, like][:, :, places] * scale[None, :, None]
        turned = self.random.random(count) < 0.5
        return np.asarray(np.where(turned[None, None, :], found[::-1], found))


def _open(rows: int) -> list[Verdict]:
    return ["inconclusive"] * rows


def judged_by(
    base: FloatArray, head: FloatArray, design: Design, policy: Policy, runners: Sequence[int] = ()
) -> list[tuple[Verdict, Change | None]]:
    """Judge pairs by the product's own statistics."""
    family = replace(_family(len(base), design, policy), runners=tuple(runners))
    logarithmic, statistic = np.ones(len(base), dtype=bool), np.full(len(base), COLUMN["min"], dtype=np.intp)
    values = arranged(base, head, [TIME] * len(base), logarithmic, statistic)
    return [(ruling.verdict, found.change) for found, ruling in judge_values(family, values)]


def _family(rows: int, design: Design, policy: Policy) -> Family:
    nothing = absent_sample(1)
    known = [Row(benchmark=Benchmark(name=f"b{i}"), metric=TIME, baseline=nothing, head=nothing) for i in range(rows)]
    return family_of(known, design, Suite(name="suite", benchmarks=(), runs=1), policy, no_bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Verdicts of all benchmarks, and what they took: the longest job, and all jobs together."""

    verdicts: list[Verdict]
    wall: float
    machine: float


def on_one(found: Simulation, what: PullRequest, limit: float) -> Outcome:
    """Measure everything on one runner."""
    job = found.job(what, np.arange(found.world.rows), limit, DEFAULT_POLICY)
    return Outcome(verdicts=job.verdicts, wall=job.seconds, machine=job.seconds)


def in_shards(found: Simulation, what: PullRequest, limit: float, count: int) -> Outcome:
    """Split by known cost; each shard has its part of the time and of every level."""
    cost = {f"b{index}": 2 * seconds for index, seconds in enumerate(what.seconds.tolist())}
    parts = split(cost, count, {})
    verdicts = _open(found.world.rows)
    jobs = []
    for number in range(1, count + 1):
        rows = np.array([index for index in range(found.world.rows) if parts.shard[f"b{index}"] == number])
        job = found.job(what, rows, limit / count, DEFAULT_POLICY.of_one_among(count))
        for row, verdict in zip(rows.tolist(), job.verdicts, strict=True):
            verdicts[row] = verdict
        jobs.append(job.seconds)
    return Outcome(verdicts=verdicts, wall=max(jobs), machine=sum(jobs))


def on_many(found: Simulation, what: PullRequest, limit: float, count: int, lost: int = 0) -> Outcome:
    """Measure everything on each of several runners for its part of the time, and judge all pairs together."""
    policy, rows = DEFAULT_POLICY.of_one_among(count), np.arange(found.world.rows)
    jobs = [found.job(what, rows, limit / count, policy, count) for _ in range(count)]
    there = [job for job in jobs[lost:] if job.base.shape[1] >= FEWEST_PAIRS]
    seconds = [job.seconds for job in jobs]
    if not there:
        return Outcome(verdicts=_open(rows.size), wall=max(seconds), machine=sum(seconds))
    base, head = (np.concatenate([getattr(job, side) for job in there], axis=1) for side in ("base", "head"))
    sizes = [job.base.shape[1] for job in there]
    verdicts = [verdict for verdict, _ in judged_by(base, head, Design.PAIRS, DEFAULT_POLICY, sizes)]
    return Outcome(verdicts=verdicts, wall=max(seconds), machine=sum(seconds))


WAYS: dict[str, Callable[[Simulation, PullRequest, float], Outcome]] = {
    "one runner": on_one,
    "4 shards": lambda found, what, limit: in_shards(found, what, limit, 4),
    "10 shards": lambda found, what, limit: in_shards(found, what, limit, 10),
    "2 runners": lambda found, what, limit: on_many(found, what, limit, 2),
    "4 runners": lambda found, what, limit: on_many(found, what, limit, 4),
    "10 runners": lambda found, what, limit: on_many(found, what, limit, 10),
    "4 runners, 1 lost": lambda found, what, limit: on_many(found, what, limit, 4, 1),
}


def main() -> None:
    """Print one row for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", type=Path, required=True, help="a recording of short pairs")
    parser.add_argument("--harmless", type=int, default=100, help="harmless pull requests")
    parser.add_argument("--slowed", type=int, default=30, help="slowed pull requests")
    parser.add_argument("--minutes", type=float, default=30.0, help="machine time that a pull request may take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effect", type=float, default=World().effect, help="how far runners are apart, in logs")
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=list(WAYS))
    asked = parser.parse_args()
    world, pairs = World(effect=asked.effect), _recorded(asked.short)
    print(f"{asked.harmless} harmless and {asked.slowed} slowed pull requests, seed {asked.seed}, {world}")
    print(f"load {os.getloadavg()[0]:.1f}, {pairs.shape[2]} recorded pairs of {pairs.shape[1]} benchmarks")
    print("| way | wall time | machine time | alarmed | found at +3/+5/+10% | undecided | 'unchanged' at +3/+5% |")
    print("|---|---|---|---|---|---|---|")
    for name in asked.ways:
        began = time.monotonic()
        print(_row(name, asked, world, pairs), flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _recorded(folder: Path) -> FloatArray:
    """Return the log minima of the recorded pairs of equal code: sides × benchmarks × pairs."""
    recording = read_recording(folder)
    equal = [
        pair
        for pair in recording.pairs()
        if not any(recording.runs[run].level or recording.runs[run].neutral for run in pair)
    ]
    lowest = np.log(recording.statistics[:, :, COLUMN["min"]])
    return np.stack([lowest[:, [pair[side] for pair in equal]] for side in (0, 1)])


def _row(name: str, asked: argparse.Namespace, world: World, pairs: FloatArray) -> str:
    """Draw the same pull requests for every way, and runners for each."""

    def outcome(number: int, *, slowed: bool) -> Outcome:
        found = Simulation(world, pairs, np.random.default_rng([asked.seed, number, slowed]))
        return WAYS[name](found, found.pull_request(slowed=slowed), 60 * asked.minutes)

    harmless = [outcome(number, slowed=False) for number in range(asked.harmless)]
    slowed = [outcome(number, slowed=True) for number in range(asked.slowed)]
    wall, machine = (np.mean([getattr(each, of) for each in harmless]) / 60 for of in ("wall", "machine"))
    alarmed = sum("regressed" in each.verdicts for each in harmless)
    undecided = np.mean([each.verdicts.count("inconclusive") / len(each.verdicts) for each in harmless])
    power = [_share(slowed, index, "regressed") for index in range(len(LEVELS))]
    missed = [_share(slowed, index, "unchanged") for index in range(2)]
    return (
        f"| {name} | {wall:.1f} min | {machine:.1f} min | {alarmed} of {asked.harmless} | "
        f"{'/'.join(f'{100 * each:.0f}' for each in power)} | {100 * undecided:.0f}% | "
        f"{'/'.join(f'{100 * each:.1f}' for each in missed)} |"
    )


def _share(slowed: Sequence[Outcome], index: int, verdict: Verdict) -> float:
    first = index * SLOWED_EACH
    seen = [each for outcome in slowed for each in outcome.verdicts[first : first + SLOWED_EACH]]
    return seen.count(verdict) / max(1, len(seen))


if __name__ == "__main__":
    main()
