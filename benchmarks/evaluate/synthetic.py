"""Our engine in the worlds of known truth: pairs as one final look, pairs that grow, and screens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import worlds
from benchmarks.evaluate.engine import CONFIRM_RUNS, grown_outcome, screened_outcome
from benchmarks.evaluate.figures import Figure, Figures, Progress, row_of, wilson
from benchmarks.evaluate.outcomes import METRICS, compare
from benchmarks.evaluate.recorded import percent
from benchmarks.evaluate.suites import MACHINE, baseline_of, slowed, suite_of
from reporter.decide.judge import judge_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.worlds import World
    from reporter.model import Fingerprint, FloatArray

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


def _judged(world: World, design: str, level: float, place: list[int]) -> dict[str, float]:
    generator = np.random.default_rng(place)
    truth = np.where(worlds.slowed_benchmarks(world, generator), level, 0.0)
    kind = design.split("-")[0]
    judge = {"screen": _screen, "pairs": _pairs, "growing": _growing}[kind]
    return judge(world, design, truth, generator)


def _pairs(world: World, design: str, truth: FloatArray, generator: np.random.Generator) -> dict[str, float]:
    names = _names(world)
    benchmarks = worlds.draw_benchmarks(world, generator)
    base, head = worlds.draw_pairs(world, benchmarks, int(design.removeprefix("pairs-")), generator)
    decision = judge_pairs(suite_of(names, base), suite_of(names, _with(truth, head)))
    return compare(decision, names, truth)


def _growing(world: World, design: str, truth: FloatArray, generator: np.random.Generator) -> dict[str, float]:
    benchmarks = worlds.draw_benchmarks(world, generator)
    base, head = worlds.draw_pairs(world, benchmarks, int(design.removeprefix("growing-")), generator)
    return grown_outcome(base, _with(truth, head), _names(world), truth)


def _screen(world: World, _design: str, truth: FloatArray, generator: np.random.Generator) -> dict[str, float]:
    """The second look's runs are of the same job as the first's."""
    names = _names(world)
    jobs = worlds.draw_jobs(world, worlds.draw_benchmarks(world, generator), 1 + CONFIRM_RUNS, generator)
    prints = [_fingerprint(model) for model in jobs.machine.tolist()]
    sessions = [suite_of(names, runs, model) for runs, model in zip(jobs.runs[:-1], prints[:-1], strict=True)]
    head = _with(truth, jobs.runs[-1])
    first, again = (suite_of(names, runs, prints[-1]) for runs in (head[:, :1], head[:, 1:]))
    return screened_outcome(first, baseline_of(sessions), again, names, truth)


def _names(world: World) -> list[str]:
    return [f"b{index}" for index in range(world.benchmarks)]


def _with(truth: FloatArray, statistics: FloatArray) -> FloatArray:
    return slowed(statistics, np.repeat(1 + truth[:, None], statistics.shape[1], axis=1))


def _fingerprint(model: int) -> Fingerprint:
    return replace(MACHINE, cpu_model=f"model {model}")


def _range(values: FloatArray) -> tuple[float, float]:
    """Pull requests are independent: exact enough for shares of yes and no, normal for others."""
    if np.all((values == 0) | (values == 1)):
        return wilson(float(values.sum()), values.size)
    half = 1.96 * float(values.std(ddof=1)) / np.sqrt(values.size) if values.size > 1 else 0.0
    return max(0.0, float(values.mean() - half)), float(values.mean() + half)
