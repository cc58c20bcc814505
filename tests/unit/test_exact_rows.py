"""Rows without any noise, such as allocations, are tested by themselves and cost the noisy rows nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.judge import Decision, judge_pairs, judge_screen
from reporter.model import Benchmark, Metric
from tests.suites import TIME, baseline_of, noisy_runs, sample_of, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Suite

ALLOCATIONS = Metric(name="allocations", unit="1", better="lower")
NAMES = [f"b{index}" for index in range(6)]


def _suite(seed: int, runs: int, *, exact: int, slower: float = 1.0, more: int = 0) -> Suite:
    """Make six noisy times, and some counts that are the same in every run; the first of each may be worse."""
    generator = np.random.default_rng(seed)
    times = {
        name: noisy_runs(generator, level=slower if name == "b0" else 1.0, sd=0.01, runs=runs, rounds=30)
        for name in NAMES
    }
    counts = {f"count {index}": [[float(100 + (more if index == 0 else 0))]] * runs for index in range(exact)}

    whole = suite_of({**times, **counts})
    kept = [
        Benchmark(name=name, samples=((TIME if name in times else ALLOCATIONS, sample_of(values)),))
        for name, values in (times | counts).items()
    ]
    return replace(whole, benchmarks=tuple(kept))


def _pairs(exact: int, **changes: float) -> Decision:
    more = int(changes.pop("more", 0))
    slower = changes.pop("slower", 1.0)
    return judge_pairs(_suite(1, 8, exact=exact), _suite(2, 8, exact=exact, slower=slower, more=more))


def _row(decision: Decision, name: str) -> Assessment:
    return next(row for row in decision.assessments if row.comparison.name == name)


def _screen(exact: int) -> Decision:
    sessions = [_suite(seed, 3, exact=exact) for seed in range(8)]
    return judge_screen(_suite(99, 1, exact=exact, slower=1.02), baseline_of(sessions))


@pytest.mark.parametrize("judge", [lambda exact: _pairs(exact, slower=1.03), _screen])
def test_exact_rows_change_nothing_of_the_noisy_ones(judge: object) -> None:
    assert callable(judge)
    alone, among = judge(0), judge(200)
    for name in NAMES:
        one, other = _row(alone, name), _row(among, name)
        assert one.verdict == other.verdict
        assert one.comparison.change == other.comparison.change
        assert one.detectable == other.detectable


def test_an_exact_row_that_changed_is_certain() -> None:
    decision = _pairs(50, more=3)
    changed, other = _row(decision, "count 0"), _row(decision, "count 1")
    assert (changed.verdict, other.verdict) == ("regressed", "unchanged")
    assert changed.comparison.change is not None
    assert changed.comparison.change.p_adjusted == 0.0
    assert changed.comparison.change.marginal.low == pytest.approx(0.03)
    assert changed.detectable == pytest.approx(0.02)


def test_noisy_rows_of_two_units_are_one_family() -> None:
    """A second unit is no second chance: the adjusted p is that of all noisy rows."""
    generator = np.random.default_rng(3)

    base, head = _suite(1, 8, exact=0), _suite(2, 8, exact=0, slower=1.03)
    sizes = [
        tuple(
            Benchmark(
                name=f"size {index}",
                samples=(
                    (
                        Metric(name="size", unit="B", better="lower"),
                        sample_of(generator.normal(1e6, 1e4, (8, 1)).tolist()),
                    ),
                ),
            )
            for index in range(6)
        )
        for _ in range(2)
    ]
    both = [replace(side, benchmarks=(*side.benchmarks, *more)) for side, more in zip((base, head), sizes, strict=True)]
    alone, among = _row(judge_pairs(base, head), "b0"), _row(judge_pairs(*both), "b0")
    assert alone.comparison.change is not None
    assert among.comparison.change is not None
    p_alone, p_among = alone.comparison.change.p_adjusted, among.comparison.change.p_adjusted
    assert p_alone is not None
    assert p_among == pytest.approx(2 * p_alone)
