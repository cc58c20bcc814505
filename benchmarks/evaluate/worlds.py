"""A generator of pull requests with known truth: run statistics drawn from the worlds of ``worlds.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.evaluate.round_statistics import statistics_of_exponential_rounds
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray, IndexArray

PARAMETERS = Path(__file__).with_name("worlds.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One world. ``worlds.toml`` explains each field."""

    name: str
    title: str
    levels: tuple[float, ...]
    designs: tuple[str, ...]
    benchmarks: int
    rounds: int
    jitter: float
    sd: tuple[float, float]
    tail_df: float
    job_sd: float
    burst_chance: float
    burst_size: float
    burst_jitter: float
    modal_share: float
    modal_gap: tuple[float, float]
    modal_chance: float
    drift_step: float
    own_drift_step: float
    job_drift_step: float
    machines: int
    machine_sd: float
    migration_chance: float
    migration_sd: float
    pair_share: float
    load_share: float
    load_runs: float
    load_size: float
    load_spread: float
    sessions: int
    session_runs: int
    slow_all: bool
    shards: int
    change: tuple[float, float]
    change_share: float
    change_age: tuple[int, int]
    stored_pairs: int
    stored_share: float
    inner_sd: float
    inner_rounds: int
    alignment_sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """First and last seed for development, and for figures that are published."""

    development: tuple[int, int]
    final: tuple[int, int]

    def check(self, seed: int | None, *, final: bool) -> int:
        """Return the seed to use: the first of the range when none is asked for.

        Raises:
            UsageError: the seed is not of the range, so that tuning never sees a final one.
        """
        low, high = self.final if final else self.development
        if seed is None:
            return low
        if not low <= seed <= high:
            raise UsageError(
                "seed-out-of-range",
                f"seed {seed} is not one of {low} to {high}",
                cure="final seeds are for figures that are published: --final",
            )
        return seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmarks:
    """What the benchmarks of one pull request are like: one value each."""

    level: FloatArray
    sd: FloatArray
    gap: FloatArray
    under_load: FloatArray


def read_worlds() -> tuple[dict[str, World], Seeds]:
    """Read the parameters of all worlds and the seeds."""
    table = tomllib.loads(PARAMETERS.read_text(encoding="utf-8"))
    common = table["defaults"] | {"levels": table["levels"], "designs": table["designs"]}
    worlds = {name: _world(name, common | own) for name, own in table["world"].items()}
    seeds = {name: (first, last) for name, (first, last) in table["seeds"].items()}
    return worlds, Seeds(**seeds)


def _world(name: str, values: dict[str, Any]) -> World:
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    known = {field.name for field in fields(World)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UsageError("unknown-parameter", f"world {name!r} has no parameter {unknown[0]!r}", where=str(PARAMETERS))
    return World(name=name, **values | lists)


def draw_benchmarks(world: World, generator: np.random.Generator) -> Benchmarks:
    """Draw what the benchmarks of a pull request are like."""
    count = world.benchmarks
    modal = generator.random(count) < world.modal_share
    return Benchmarks(
        level=np.exp(generator.uniform(np.log(1e-5), np.log(1e-1), count)),
        sd=np.exp(generator.uniform(np.log(world.sd[0]), np.log(world.sd[1]), count)),
        gap=np.where(modal, generator.uniform(*world.modal_gap, count), 0.0),
        under_load=generator.exponential(world.load_size, count) if world.load_share else np.zeros(count),
    )


def draw_runs(
    world: World,
    benchmarks: Benchmarks,
    runs: int,
    generator: np.random.Generator,
    *,
    offset: FloatArray | None = None,
    in_pairs: bool = False,
) -> FloatArray:
    """Draw runs in order of time: benchmarks × runs × ``STATISTICS``; see ``draw_levels``."""
    drawn = draw_levels(world, benchmarks, runs, generator, offset=offset, in_pairs=in_pairs)
    return statistics_of_exponential_rounds(np.exp(drawn.log_level), drawn.jitter, world.rounds, generator)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Log level of each run, and by what share its rounds lie above it on average; benchmarks × runs."""

    log_level: FloatArray
    jitter: FloatArray


def draw_levels(
    world: World,
    benchmarks: Benchmarks,
    runs: int,
    generator: np.random.Generator,
    *,
    offset: FloatArray | None = None,
    in_pairs: bool = False,
) -> Levels:
    """Draw the levels of runs in order of time. ``offset`` is a log effect per benchmark.

    Only runs that are measured ``in_pairs`` share noise two by two, or may have their machine exchanged between them.
    """
    shape = (world.benchmarks, runs)
    burst = generator.random(shape) < world.burst_chance
    log_level = (
        np.log(benchmarks.level)[:, None]
        + benchmarks.sd[:, None] * _run_effects(world, shape, generator, in_pairs=in_pairs)
        + benchmarks.gap[:, None] * (generator.random(shape) < world.modal_chance)
        + burst * generator.exponential(world.burst_size, shape)
        + _drift(world, shape, generator)
    )
    if offset is not None:
        log_level += offset[:, None]
    if world.load_share:
        log_level += benchmarks.under_load[:, None] * _load(world, runs, generator)
    if in_pairs and generator.random() < world.migration_chance:
        log_level += _migration(world, shape, generator)
    jitter = np.where(burst, world.burst_jitter * world.jitter, world.jitter)
    return Levels(log_level=np.asarray(log_level), jitter=jitter)


def draw_pairs(
    world: World, benchmarks: Benchmarks, pairs: int, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw (base, head) of pairs measured in the order base, head, head, base, …"""
    runs = draw_runs(world, benchmarks, 2 * pairs, generator, in_pairs=True)
    base, head = places_in_pairs(pairs)
    return runs[:, base], runs[:, head]


def places_in_pairs(pairs: int) -> tuple[IndexArray, IndexArray]:
    """Return the places of (base, head) among the runs of pairs: base, head, head, base, …"""
    first = np.arange(pairs) % 2
    places = 2 * np.arange(pairs)
    return places + first, places + 1 - first


def draw_alignment(world: World, generator: np.random.Generator) -> FloatArray:
    """Draw by what factor the layout of the head's code moves each benchmark."""
    if not world.alignment_sd:
        return np.ones(world.benchmarks)
    return np.asarray(np.exp(generator.normal(0, world.alignment_sd, world.benchmarks)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """Statistics of each job's runs, oldest first, and the machine model of each."""

    runs: list[FloatArray]
    machine: IndexArray


def draw_jobs(
    world: World,
    benchmarks: Benchmarks,
    head_runs: int,
    generator: np.random.Generator,
    slow: BoolArray | None = None,
) -> Jobs:
    """Draw the earlier jobs and, last, the head's job with ``head_runs`` runs.

    What the default branch accepted at some time also met the benchmarks that the head may make ``slow``.
    """
    count = world.sessions + 1
    machine = generator.integers(world.machines, size=count)
    models = generator.normal(0, world.machine_sd, (world.machines, world.benchmarks))
    together = np.cumsum(generator.normal(0, world.job_drift_step, count))
    own = generator.normal(0, world.job_sd, (count, world.benchmarks)) * benchmarks.sd
    offsets = models[machine] + together[:, None] + own + _accepted(world, count, slow, generator)
    sizes = [world.session_runs] * world.sessions + [head_runs]
    runs = [
        draw_runs(world, benchmarks, size, generator, offset=offset)
        for size, offset in zip(sizes, offsets, strict=True)
    ]
    return Jobs(runs=runs, machine=machine)


def _accepted(world: World, jobs: int, slow: BoolArray | None, generator: np.random.Generator) -> FloatArray | float:
    """Draw when the level changed, and by how much: log effects, jobs × benchmarks; the last job is the head's."""
    if world.change == (0.0, 0.0):
        return 0.0
    size = np.log1p(generator.uniform(*world.change, world.benchmarks))
    changed = generator.random(world.benchmarks) < world.change_share
    if slow is not None:
        changed |= slow
    low, high = world.change_age
    after = np.arange(jobs) >= jobs - 1 - generator.integers(low, high + 1)
    return np.asarray(after[:, None] * (size * changed))


def slowed_benchmarks(world: World, generator: np.random.Generator) -> BoolArray:
    """Draw which benchmarks a slowdown meets: one, or all of them."""
    if world.slow_all:
        return np.ones(world.benchmarks, dtype=bool)
    return np.asarray(np.arange(world.benchmarks) == generator.integers(world.benchmarks))


def _run_effects(world: World, shape: tuple[int, int], generator: np.random.Generator, *, in_pairs: bool) -> FloatArray:
    """Draw effects of unit variance; neighbours in pairs may have a part in common."""
    own = _independent_effects(world, shape, generator)
    if not in_pairs or not world.pair_share:
        return own
    common = np.repeat(_independent_effects(world, (shape[0], shape[1] // 2), generator), 2, axis=1)
    return np.asarray(np.sqrt(1 - world.pair_share) * own + np.sqrt(world.pair_share) * common)


def _independent_effects(world: World, shape: tuple[int, int], generator: np.random.Generator) -> FloatArray:
    if world.tail_df == 0:
        return generator.normal(size=shape)
    return np.asarray(generator.standard_t(world.tail_df, shape) * np.sqrt((world.tail_df - 2) / world.tail_df))


def _drift(world: World, shape: tuple[int, int], generator: np.random.Generator) -> FloatArray:
    """Walk at random from run to run: the whole machine, and each benchmark for itself."""
    together = np.cumsum(generator.normal(0, world.drift_step, shape[1]))
    alone = np.cumsum(generator.normal(0, world.own_drift_step, shape), axis=1)
    return np.asarray(together + alone)


def _load(world: World, runs: int, generator: np.random.Generator) -> FloatArray:
    """Draw how busy the machine is in each run: 0 outside of busy spells, which begin and end at random."""
    ends = 1 / world.load_runs
    begins = ends * world.load_share / (1 - world.load_share)
    chance = generator.random(runs)
    busy = np.empty(runs, dtype=bool)
    busy[0] = chance[0] < world.load_share
    for run in range(1, runs):
        busy[run] = chance[run] >= ends if busy[run - 1] else chance[run] < begins
    return np.asarray(busy * np.exp(generator.normal(0, world.load_spread, runs)))


def _migration(world: World, shape: tuple[int, int], generator: np.random.Generator) -> FloatArray:
    """Shift every benchmark from some run on."""
    after = np.arange(shape[1]) >= generator.integers(1, shape[1])
    return np.asarray(generator.normal(0, world.migration_sd, (shape[0], 1)) * after)
