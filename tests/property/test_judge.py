"""What must hold of every verdict, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.decide.judge import Decision, judge_pairs, judge_screen
from reporter.stats.holm import holm
from tests.suites import MACHINE, baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.shared.model import Fingerprint

seeds = st.integers(0, 2**32 - 1)
RunsOf = dict[str, list[list[float]]]


def _benchmarks(generator: np.random.Generator, count: int, runs: int, factor: float = 1.0) -> RunsOf:
    return {
        f"b{i}": noisy_runs(generator, level=factor * 1e-3 * (i + 1), sd=0.004 * (1 + i % 4), runs=runs)
        for i in range(count)
    }


def _verdicts(decision: Decision) -> dict[str, str]:
    return {row.comparison.name: row.verdict for row in decision.assessments}


@settings(max_examples=30)
@given(seeds, st.integers(1, 8), st.integers(1, 10))
def test_identical_input_is_never_a_change(seed: int, count: int, runs: int) -> None:
    suite = suite_of(_benchmarks(np.random.default_rng(seed), count, runs))
    for decision in (judge_pairs(suite, suite), judge_screen(suite, baseline_of([suite]), suite)):
        assert not {"regressed", "improved"} & set(_verdicts(decision).values())


@settings(max_examples=30)
@given(seeds, st.sampled_from([1e-6, 0.001, 7.0, 1e6]))
def test_scale_changes_no_verdict(seed: int, scale: float) -> None:
    generator = np.random.default_rng(seed)
    base, head = _benchmarks(generator, 5, 8), _benchmarks(generator, 5, 8, factor=1.03)
    scaled = [
        {name: [[value * scale for value in run] for run in runs] for name, runs in side.items()}
        for side in (base, head)
    ]
    plain = judge_pairs(suite_of(base), suite_of(head))
    assert _verdicts(plain) == _verdicts(judge_pairs(suite_of(scaled[0]), suite_of(scaled[1])))


@settings(max_examples=30)
@given(seeds)
def test_order_of_benchmarks_and_pairs_changes_no_verdict(seed: int) -> None:
    generator = np.random.default_rng(seed)
    base, head = _benchmarks(generator, 6, 8), _benchmarks(generator, 6, 8, factor=1.04)
    names = generator.permutation(list(base)).tolist()
    order = generator.permutation(8)
    mixed = [{name: [side[name][i] for i in order] for name in names} for side in (base, head)]
    assert _verdicts(judge_pairs(suite_of(base), suite_of(head))) == _verdicts(
        judge_pairs(suite_of(mixed[0]), suite_of(mixed[1]))
    )


@settings(max_examples=30)
@given(seeds)
def test_swapping_the_sides_swaps_the_verdicts(seed: int) -> None:
    generator = np.random.default_rng(seed)
    base, head = suite_of(_benchmarks(generator, 6, 9)), suite_of(_benchmarks(generator, 6, 9, factor=1.04))
    there, back = _verdicts(judge_pairs(base, head)), _verdicts(judge_pairs(head, base))
    swap = {"regressed": "improved", "improved": "regressed"}
    # A ratio just above the threshold one way is just below it the other way (1.02 against 1/1.02).
    edge = {"inconclusive", "unchanged"}
    assert all(back[name] == swap.get(word, word) or {back[name], word} & edge for name, word in there.items())


@settings(max_examples=20)
@given(
    seeds,
    st.sampled_from(
        [
            ("cpu_model", replace(MACHINE, cpu_model="another")),
            ("cores", replace(MACHINE, cores=99)),
            ("architecture", replace(MACHINE, architecture="another")),
            ("os", replace(MACHINE, os="macos 14")),
            ("language", replace(MACHINE, language="another")),
        ]
    ),
)
def test_another_machine_is_never_compared(seed: int, difference: tuple[str, Fingerprint]) -> None:
    generator = np.random.default_rng(seed)
    field, other = difference
    base = suite_of(_benchmarks(generator, 3, 5))
    head = suite_of(_benchmarks(generator, 3, 5, factor=2), fingerprint=other)
    for decision in (judge_pairs(base, head), judge_screen(head, baseline_of([base]), head)):
        assert set(_verdicts(decision).values()) == {"not_comparable"}
        assert all(field in row.reason and row.cure for row in decision.assessments)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_the_step_down_rule(p_values: list[float]) -> None:
    level = 0.05
    remaining = sorted(p_values)
    rejected = 0
    for step, p_value in enumerate(remaining):
        if p_value > level / (len(remaining) - step):
            break
        rejected += 1
    assert int(np.count_nonzero(holm(np.array(p_values)) <= level)) == pytest.approx(rejected, abs=0)


@settings(max_examples=20, derandomize=True)
@given(seeds)
def test_a_large_slowdown_waits_for_the_second_look_and_is_then_found(seed: int) -> None:
    generator = np.random.default_rng(seed)
    history = [suite_of(_benchmarks(generator, 6, 1)) for _ in range(8)]
    slowed = _benchmarks(generator, 6, 1) | {"b0": noisy_runs(generator, level=1.4e-3, sd=0.004, runs=1)}
    again = _benchmarks(generator, 6, 2) | {"b0": noisy_runs(generator, level=1.4e-3, sd=0.004, runs=2)}
    first = judge_screen(suite_of(slowed), baseline_of(history))
    assert first.suspects >= 1
    assert "regressed" not in _verdicts(first).values()
    confirmed = judge_screen(suite_of(slowed), baseline_of(history), suite_of(again))
    assert _verdicts(confirmed)["b0"] == "regressed"
