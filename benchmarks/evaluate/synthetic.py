"""Our engine in the worlds of known truth: pairs as one final look, pairs that grow, screens, and result files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import worlds
from benchmarks.evaluate.engine import CONFIRM_RUNS, grown_outcome, screened_outcome
from benchmarks.evaluate.figures import Figure, Figures, Progress, row_of, wilson
from benchmarks.evaluate.outcomes import METRICS, compare, of_shards
from benchmarks.evaluate.recorded import percent
from benchmarks.evaluate.several_runs import draw_files, judge_files
from benchmarks.evaluate.suites import MACHINE, baseline_of, slowed, suite_of
from reporter.decide.judge import DEFAULT_POLICY, judge_pairs
from reporter.decide.looks import SHORT_LOOKS
from reporter.store.history import AGAINST_ITSELF, session_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.worlds import Benchmarks, World
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray, Session
    from reporter.shared.model import Fingerprint

_DEAL = 1_000_000


def run(chosen: Iterable[World], counts: Counts, seed: int, progress: Progress) -> Figures:
    """Judge pull requests of every world by all its designs."""
    figures: Figures = {}
    for world in chosen:
        for design in world.designs:
            for level in (0.0, *world.levels):
                figures |= cell(world, design, level, counts.slowed if level else counts.pulls, seed)
            progress.done(f"{world.name}, {design}")
    return figures


def cell(world: World, design: str, level: float, count: int, seed: int) -> Figures:
    """Judge ``count`` pull requests whose slowdown is ``level``; each has its own generator, whatever else is run."""
    place = [seed, *world.name.encode(), *design.encode(), round(level * 1000)]
    outcomes = np.array([row_of(_judged(world, design, level, [*place, _DEAL + pull])) for pull in range(count)])
    name = f"world.{world.name}.{design}.{percent(level) if level else 'harmless'}"
    found: Figures = {}
    for index, metric in enumerate(METRICS):
        known = outcomes[~np.isnan(outcomes[:, index]), index]
        if known.size:
            low, high = _range(known)
            found[f"{name}.{metric}"] = Figure(value=float(known.mean()), low=low, high=high, draws=known.size)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PullRequest:
    """What is judged by one job: which benchmarks are ``slow``, and the true change of each (0 where harmless)."""

    world: World
    design: str
    slow: BoolArray
    truth: FloatArray
    generator: np.random.Generator

    @property
    def names(self) -> list[str]:
        """Name the benchmarks."""
        return [f"b{index}" for index in range(self.world.benchmarks)]

    @property
    def policy(self) -> Policy:
        """Return the numbers that decide, as the product has them for a job of this suite."""
        return DEFAULT_POLICY.of_one_among(self.world.shards)

    @property
    def count(self) -> int:
        """Return the number of pairs of the design."""
        return int(self.design.split("-")[1])


def _judged(world: World, design: str, level: float, place: list[int]) -> dict[str, float]:
    """Judge a pull request; of several shards each is a job of its own, and one of them has the slowdown."""
    generator = np.random.default_rng(place)
    if world.shards == 1:
        return _judged_by_one_job(world, design, level, generator)
    slow = int(generator.integers(world.shards))
    levels = [level if shard == slow else 0.0 for shard in range(world.shards)]
    return of_shards([_judged_by_one_job(world, design, own, generator) for own in levels])


def _judged_by_one_job(world: World, design: str, level: float, generator: np.random.Generator) -> dict[str, float]:
    slow = worlds.slowed_benchmarks(world, generator)
    truth = np.where(slow, level, 0.0)
    pull = PullRequest(world=world, design=design, slow=slow, truth=truth, generator=generator)
    return _JUDGES[design.split("-")[0]](pull)


def _pairs(pull: PullRequest) -> dict[str, float]:
    benchmarks = worlds.draw_benchmarks(pull.world, pull.generator)
    base, head = worlds.draw_pairs(pull.world, benchmarks, pull.count, pull.generator)
    sides = suite_of(pull.names, base), suite_of(pull.names, _changed(pull, head))
    decision = judge_pairs(*sides, stored=_stored(pull, benchmarks), policy=pull.policy)
    return compare(decision, pull.names, pull.truth)


def _stored(pull: PullRequest, benchmarks: Benchmarks) -> tuple[Session, ...] | None:
    """Draw the stored pairs of some of the benchmarks, as a history holds them."""
    world, generator = pull.world, pull.generator
    if not world.stored_pairs:
        return None
    runs = worlds.draw_runs(world, benchmarks, 2 * world.stored_pairs, generator, in_pairs=True)
    known = np.flatnonzero(generator.random(world.benchmarks) < world.stored_share).tolist()
    suite = suite_of([pull.names[index] for index in known], runs[known])
    return (session_of(replace(suite, plan=AGAINST_ITSELF)),)


def _growing(pull: PullRequest) -> dict[str, float]:
    benchmarks = worlds.draw_benchmarks(pull.world, pull.generator)
    base, head = worlds.draw_pairs(pull.world, benchmarks, pull.count, pull.generator)
    return grown_outcome(base, _changed(pull, head), pull.names, pull.truth, pull.policy)


def _timed(pull: PullRequest) -> dict[str, float]:
    """Pairs that grow in the time of ``count`` pairs of all benchmarks; what is undecided goes on alone."""
    benchmarks = worlds.draw_benchmarks(pull.world, pull.generator)
    base, head = worlds.draw_pairs(pull.world, benchmarks, SHORT_LOOKS[-1], pull.generator)
    changed = _changed(pull, head)
    return grown_outcome(base, changed, pull.names, pull.truth, pull.policy, whole_pairs=float(pull.count))


def _screen(pull: PullRequest) -> dict[str, float]:
    """The second look's runs are of the same job as the first's."""
    names, benchmarks = pull.names, worlds.draw_benchmarks(pull.world, pull.generator)
    jobs = worlds.draw_jobs(pull.world, benchmarks, 1 + CONFIRM_RUNS, pull.generator, pull.slow)
    prints = [_fingerprint(model) for model in jobs.machine.tolist()]
    sessions = [suite_of(names, runs, model) for runs, model in zip(jobs.runs[:-1], prints[:-1], strict=True)]
    head = _changed(pull, jobs.runs[-1])
    first, again = (suite_of(names, runs, prints[-1]) for runs in (head[:, :1], head[:, 1:]))
    return screened_outcome(first, baseline_of(sessions), again, names, pull.truth, pull.policy)


def _files(pull: PullRequest) -> dict[str, float]:
    kind, *numbers = pull.design.split("-")
    files, base_runs, head_runs = (int(number) for number in numbers)
    benchmarks = worlds.draw_benchmarks(pull.world, pull.generator)
    base, head = draw_files(pull.world, benchmarks, files, (base_runs, head_runs), pull.truth, pull.generator)
    return compare(judge_files(pull.names, base, head, paired=kind == "files"), pull.names, pull.truth)


_JUDGES = {
    "pairs": _pairs,
    "growing": _growing,
    "timed": _timed,
    "screen": _screen,
    "files": _files,
    "compared": _files,
}


def _changed(pull: PullRequest, statistics: FloatArray) -> FloatArray:
    """Put into the head's runs what its code, and the layout of its code, do to each benchmark."""
    factor = (1 + pull.truth) * worlds.draw_alignment(pull.world, pull.generator)
    return slowed(statistics, np.repeat(factor[:, None], statistics.shape[1], axis=1))


def _fingerprint(model: int) -> Fingerprint:
    return replace(MACHINE, cpu_model=f"model {model}")


def _range(values: FloatArray) -> tuple[float, float]:
    """Pull requests are independent: exact enough for shares of yes and no, normal for others."""
    if np.all((values == 0) | (values == 1)):
        return wilson(float(values.sum()), values.size)
    half = 1.96 * float(values.std(ddof=1)) / np.sqrt(values.size) if values.size > 1 else 0.0
    return max(0.0, float(values.mean() - half)), float(values.mean() + half)
