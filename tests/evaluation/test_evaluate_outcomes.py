"""Outcomes count what the verdicts say, and figures have honest ranges."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate.designs import Timeline
from benchmarks.evaluate.engine import screened_outcome
from benchmarks.evaluate.figures import Counts, Sampled, row_of, sample, wilson
from benchmarks.evaluate.outcomes import METRICS, compare, scores
from benchmarks.evaluate.suites import baseline_of, slowed, suite_of
from reporter.decide.judge import judge_pairs
from reporter.model import STATISTICS
from tests.evaluate_recordings import recording_of, rounds_of

if TYPE_CHECKING:
    from reporter.model import FloatArray

NAMES = tuple(f"b{index}" for index in range(6))


def _statistics(generator: np.random.Generator, runs: int) -> FloatArray:
    rounds = [[rounds_of(generator, 1e-3, 0.003).tolist() for _ in range(runs)] for _ in NAMES]
    return recording_of(rounds).statistics


def _truth(*values: float) -> FloatArray:
    return np.array([*values, *[0.0] * (len(NAMES) - len(values))])


def test_a_found_slowdown_is_not_a_false_alarm() -> None:
    generator = np.random.default_rng(1)
    base, head = _statistics(generator, 12), _statistics(generator, 12)
    truth = _truth(0.10)
    head = slowed(head, np.repeat(1 + truth[:, None], 12, axis=1))
    assert (head[:, :, STATISTICS.index("n")] == 60).all()
    decision = judge_pairs(suite_of(NAMES, base), suite_of(NAMES, head))
    outcome = compare(decision, NAMES, truth)
    assert (outcome["found"], outcome["missed"], outcome["alarmed"], outcome["slowed covered"]) == (1, 0, 0, 1)
    blamed = compare(decision, NAMES, _truth())
    assert (blamed["alarmed"], blamed["alarms"]) == pytest.approx((1, 1 / 6))
    assert blamed["covered"] == pytest.approx(outcome["covered"] - 1 / 6)
    assert math.isnan(blamed["found"])
    sure, change = scores(decision, NAMES).T
    assert int(np.argmax(sure)) == 0
    assert change[0] == pytest.approx(0.10, abs=0.01)


def test_an_improvement_is_counted_apart() -> None:
    generator = np.random.default_rng(2)
    base, head = _statistics(generator, 12), _statistics(generator, 12)
    head = slowed(head, np.repeat(1 / (1 + _truth(0.10)[:, None]), 12, axis=1))
    outcome = compare(judge_pairs(suite_of(NAMES, base), suite_of(NAMES, head)), NAMES, _truth())
    assert (outcome["praised"], outcome["alarmed"]) == (1, 0)
    assert outcome["improved"] == pytest.approx(1 / 6)


def test_a_screen_costs_its_second_look_only_when_there_are_suspects() -> None:
    generator = np.random.default_rng(3)
    baseline = baseline_of([suite_of(NAMES, _statistics(generator, 1)) for _ in range(10)])
    again = _statistics(generator, 2)
    head = suite_of(NAMES, np.median(_statistics(generator, 9), axis=1, keepdims=True))
    quiet = screened_outcome(head, baseline, suite_of(NAMES, again), NAMES, _truth())
    assert (quiet["suspected"], quiet["cost"]) == (0, 1)
    truth = _truth(0.30)
    slow = [
        suite_of(NAMES, slowed(side, np.repeat(1 + truth[:, None], side.shape[1], axis=1)))
        for side in (_statistics(generator, 1), again)
    ]
    outcome = screened_outcome(slow[0], baseline, slow[1], NAMES, truth)
    assert (outcome["suspected"], outcome["seen"], outcome["cost"], outcome["found"]) == (1, 1, 3, 1)


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"), [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (40, 2000, 0.0147, 0.0271)]
)
def test_wilson_has_the_published_ends(successes: int, count: int, low: float, high: float) -> None:
    assert wilson(successes, count) == pytest.approx((low, high), abs=1e-4)


def _timeline(size: int) -> Timeline:
    return Timeline(runs=np.arange(size), base=np.ones(size, dtype=bool), level=np.zeros(size))


def _share_of_marked(
    marked: FloatArray, timeline: Timeline, generator: np.random.Generator, _stratum: int
) -> dict[str, float]:
    return {"found": float(marked[generator.choice(timeline.runs)])}


def test_ranges_follow_the_blocks_and_not_the_number_of_draws() -> None:
    counts = Counts(draws=20_000, replicates=300, inner=60)
    alone = (np.arange(80) % 2).astype(float)
    in_blocks = (np.arange(80) // 8 % 2).astype(float)
    figures = [
        sample(partial(_share_of_marked, marked), _timeline(80), counts, np.random.default_rng(4)).figure("found")
        for marked in (alone, in_blocks)
    ]
    for figure in figures:
        assert figure.value == pytest.approx(0.5, abs=0.02)
    spread = [(figure.high or 0) - (figure.low or 0) for figure in figures]
    # Blocks that are all alike vary like ten independent units: 2 · 1.96 · √(.25 / 10) = 0.62.
    assert spread[1] == pytest.approx(0.62, abs=0.08)
    assert spread[0] < 0.15


def test_strata_count_alike_and_nan_does_not_count() -> None:
    point = np.full((2, 4, len(METRICS)), np.nan)
    column = METRICS.index("found")
    point[0, :2, column] = [1, 1]
    point[1, :, column] = [0, 0, 0, 1]
    sampled = Sampled(point=point, replicates=np.empty(0))
    assert sampled.figure("found").value == pytest.approx((1 + 0.25) / 2)
    assert sampled.figure("found", [1]).value == 0.25
    assert math.isnan(sampled.figure("shift").value)
    assert row_of({"found": 1.0})[column] == 1.0
