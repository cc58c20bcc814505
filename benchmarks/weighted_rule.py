"""Whether counts should guide the tests of times: ``python -m benchmarks.weighted_rule --short DIR [--worlds NAME …]``.

The plain rule shares a job's level among all benchmarks by Holm's method. The weighted one gives those whose count
moved 80% of it; the others share 20%, and have to be slower by more than 1%. Both judge the same pairs, by the
product's evidence. Counts are drawn: moved for 97% of what does more work and 0.3% of what does not, and not known
of what waits, which stays with those that moved. A slowdown may also be one that no count sees (a cache, a lock).
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import designs, engine, worlds
from benchmarks.evaluate.figures import wilson
from benchmarks.evaluate.recorded import percent
from benchmarks.evaluate.recording import IN_TURN, read_recording
from benchmarks.evaluate.suites import slowed, suite_of
from reporter.decide import paired
from reporter.decide.align import align
from reporter.decide.evidence import Criteria
from reporter.decide.family import Design, family_of, no_bounds
from reporter.decide.findings import flag
from reporter.decide.judge_pairs import values_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.stats import student_t

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.evaluate.recording import Recording
    from benchmarks.evaluate.worlds import World
    from reporter.model import BoolArray, FloatArray, Suite

    Generator = np.random.Generator
    Drawn = tuple[Suite, Suite, FloatArray, BoolArray]
    """Base, head, the true change of each benchmark, and which of them can be counted."""

SHARE = 0.8
"""Of the level, for benchmarks whose count moved."""
SLACK = np.log(1.01)
SEEN, MISTAKEN = 0.97, 0.003
COUNTABLE = 0.75
"""Of the benchmarks of a world; those of the recording are known."""
WAITING = ("test_fileio", "test_threads")
SIZES = (8, 18, 54)
LEVELS = (0.03, 0.05, 0.10)


@dataclass(frozen=True)
class Called:
    """Which benchmarks are called regressed, by the plain rule and by the weighted one without and with the slack."""

    plain: BoolArray
    weighted: BoolArray
    slack: BoolArray


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", type=Path, required=True, metavar="DIR", help="a recording of short pairs")
    parser.add_argument("--worlds", nargs="*", default=["ordinary", "all-noisy"], metavar="NAME")
    parser.add_argument("--draws", type=int, default=600, metavar="N", help="pull requests of each figure")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    arguments = parser.parse_args()
    recording, known = read_recording(arguments.short, IN_TURN), worlds.read_worlds()[0]
    print(f"{'':<22}{'plain':>22}{'weighted':>22}{'and beyond 1%':>22}")
    for size in SIZES:
        _table("recording", partial(_of_recording, recording), size, arguments.draws, arguments.seed)
    for name in arguments.worlds:
        _table(name, partial(_of_world, known[name]), SIZES[0], arguments.draws, arguments.seed)
    print(f"{arguments.draws} draws a figure, load {os.getloadavg()[0]:.1f}")
    return 0


def _table(name: str, draw: Callable[..., Drawn], size: int, draws: int, seed: int) -> None:
    print(f"{name}, {size} pairs")
    for level in (0.0, *LEVELS):
        for sees in (True, False) if level else (True,):
            generator = np.random.default_rng([seed, size, round(level * 1000)])
            count = draws if level else 4 * draws
            found = np.array([_worth(draw, size, level, generator, number, sees=sees) for number in range(count)])
            cell = f"{percent(level)}, {'count moved' if sees else 'count equal'}" if level else "harmless: alarmed"
            print(f"  {cell:<20}{''.join(f'{_range(column):>22}' for column in found.T)}", flush=True)


def _range(column: FloatArray) -> str:
    low, high = wilson(float(column.sum()), column.size)
    return f"{column.mean():.1%} [{low:.1%}–{high:.1%}]"


def _worth(
    draw: Callable[..., Drawn], size: int, level: float, generator: Generator, number: int, *, sees: bool
) -> list[float]:
    """Return whether each rule finds the slow benchmark, or alarms where there is none."""
    base, head, truth, countable = draw(size, level, generator, number)
    called = _called(base, head, _moved(truth > 0, countable, generator, sees=sees))
    slow = truth > 0 if level else np.ones(truth.size, dtype=bool)
    return [float(rule[slow].any()) for rule in (called.plain, called.weighted, called.slack)]


def _moved(slow: BoolArray, countable: BoolArray, generator: Generator, *, sees: bool) -> BoolArray:
    chance = np.where(slow & sees, SEEN, MISTAKEN)
    return (generator.random(slow.size) < chance) | ~countable


def _of_recording(recording: Recording, size: int, level: float, generator: Generator, number: int) -> Drawn:
    pairs = designs.pairs_of(recording)
    countable = np.array([name not in WAITING for name in recording.benchmarks])
    of = np.flatnonzero(countable)
    slow = int(of[number % of.size]) if level else None
    draw = designs.short_pairs(pairs, level, size, generator, neutral=False)
    base, head = engine.paired_of(recording, draw, slow, level)
    return base, head, engine.truth_of(recording, slow, level), countable


def _of_world(world: World, size: int, level: float, generator: Generator, _number: int) -> Drawn:
    countable = generator.random(world.benchmarks) < COUNTABLE
    countable[0] = True
    truth = np.where(np.arange(world.benchmarks) == 0, level, 0.0)
    base, head = worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), size, generator)
    names, factor = [f"b{index}" for index in range(world.benchmarks)], np.repeat(1 + truth[:, None], size, axis=1)
    return suite_of(names, base), suite_of(names, slowed(head, factor)), truth, countable


def _called(base: Suite, head: Suite, moved: BoolArray) -> Called:
    rows = align(base, head).common
    family = family_of(rows, Design.PAIRS, head, DEFAULT_POLICY, no_bounds)
    values = values_of(rows, DEFAULT_POLICY)
    evidence = paired.look(values, DEFAULT_POLICY, None)
    alpha = family.alpha(evidence.looks, None)
    at_no_level, plain = (
        flag(evidence, values, Criteria(alpha=level, threshold=family.bounds.threshold), DEFAULT_POLICY).regressed
        for level in (2.0, alpha)
    )
    places = {row.benchmark.name: place for place, row in enumerate(rows)}
    order = np.array([places[each.name] for each in head.benchmarks])
    moved = moved[np.argsort(order)]

    def weighted(slack: float) -> BoolArray:
        t = (evidence.effect * values.worse - np.where(moved, 0.0, slack)) / evidence.se
        p = np.where(t > 0, student_t.upper_tail(np.maximum(t, 0.0), evidence.df), 1.0)
        return np.asarray(at_no_level & (weighted_holm(p, _weights(moved)) < alpha))

    return Called(*(each[order] for each in (plain, weighted(0.0), weighted(SLACK))))


def _weights(moved: BoolArray) -> FloatArray:
    """Return the part of the level that each row has."""
    weights = np.empty(moved.size)
    for group, share in ((moved, SHARE), (~moved, 1 - SHARE)):
        weights[group] = share / max(1, int(group.sum()))
    return weights


def weighted_holm(p_values: FloatArray, weights: FloatArray) -> FloatArray:
    """Adjust p-values so that each row gets its part of the level, and what is rejected leaves its part to the rest."""
    order = np.argsort(p_values / weights, kind="stable")
    left = np.cumsum(weights[order][::-1])[::-1]
    adjusted = np.empty(p_values.size)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] / weights[order] * left))
    return adjusted


if __name__ == "__main__":
    sys.exit(main())
