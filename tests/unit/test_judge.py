"""Every verdict with its reason and cure, on numbers small enough to follow by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.gate import Circumstances, gate
from reporter.decide.judge import Decision, judge_alone, judge_pairs, judge_screen
from reporter.model import Assessment, Benchmark
from tests.suites import MACHINE, baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Suite


def _steady(level: float, runs: int, jitter: float = 0.002) -> list[list[float]]:
    """Runs that differ by a known, repeating jitter."""
    return [[level * (1 + jitter * (-1) ** run + 1e-4 * value) for value in range(60)] for run in range(runs)]


def _suite(levels: dict[str, float], runs: int, jitter: float = 0.002) -> Suite:
    return suite_of({name: _steady(level, runs, jitter) for name, level in levels.items()})


def _row(decision: Decision, name: str) -> Assessment:
    return next(row for row in decision.assessments if row.comparison.name == name)


LEVELS = {"a": 1e-3, "b": 2e-3, "c": 3e-3, "d": 4e-3}


def test_pairs_regressed_improved_unchanged() -> None:
    decision = judge_pairs(_suite(LEVELS, 8), _suite(LEVELS | {"a": 1.1e-3, "b": 1.8e-3}, 8, jitter=0.001))
    assert [row.verdict for row in decision.assessments] == ["regressed", "improved", "unchanged", "unchanged"]
    slower = _row(decision, "a")
    change = slower.comparison.change
    assert change is not None
    assert change.marginal.point == pytest.approx(0.1, abs=0.001)
    assert change.simultaneous is not None
    assert change.simultaneous.low <= change.marginal.low <= 0.1 <= change.marginal.high <= change.simultaneous.high
    assert "10.0% slower" in slower.reason
    assert ", probably 8." in slower.reason
    assert ", seen in 8 of 8 pairs; run-to-run noise ±0." in slower.reason
    assert slower.comparison.distribution is not None
    assert _row(decision, "c").comparison.distribution is None
    assert slower.detectable is not None
    assert slower.detectable > 0


def test_higher_is_better_turns_the_words_not_the_number() -> None:
    levels = {name: _steady(1000.0 * (index + 1), 8) for index, name in enumerate(LEVELS)}
    fewer = levels | {"a": _steady(900.0, 8)}
    decision = judge_pairs(suite_of(levels, better="higher", unit="1/s"), suite_of(fewer, better="higher", unit="1/s"))
    row = _row(decision, "a")
    assert row.verdict == "regressed"
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(-0.1, abs=0.001)
    assert row.comparison.change.statistic == "max"
    assert "10.0% less" in row.reason


def test_a_change_below_the_threshold_is_not_called_regressed() -> None:
    decision = judge_pairs(_suite(LEVELS, 10), _suite(LEVELS | {"a": 1.015e-3}, 10))
    assert _row(decision, "a").verdict == "unchanged"
    lax = judge_pairs(_suite(LEVELS, 10), _suite(LEVELS | {"a": 1.015e-3}, 10), bounds_of=lambda _: (0.01, None))
    assert _row(lax, "a").verdict == "regressed"


def test_two_pairs_are_too_few() -> None:
    decision = judge_pairs(_suite(LEVELS, 2), _suite(LEVELS | {"a": 2e-3}, 2))
    row = _row(decision, "a")
    assert row.verdict == "inconclusive"
    assert "2 usable pairs" in row.reason
    assert row.cure is not None
    assert "at least 3 pairs" in row.cure


def test_a_benchmark_missing_in_a_pair_loses_that_pair() -> None:
    head = {name: _steady(level, 8) for name, level in (LEVELS | {"a": 1.1e-3}).items()}
    head["a"][3] = []
    row = _row(judge_pairs(_suite(LEVELS, 8), suite_of(head)), "a")
    assert row.verdict == "regressed"
    assert "seen in 7 of 7 pairs" in row.reason


def test_new_missing_and_errored() -> None:
    head = _suite({"a": 1e-3, "fresh": 1e-3}, 3)
    broken = Benchmark(name="b", error="it raised ValueError")
    decision = judge_screen(replace(head, benchmarks=(*head.benchmarks, broken)), baseline_of([_suite(LEVELS, 3)]))
    words = {row.comparison.name: row.verdict for row in decision.assessments}
    assert words == {"a": words["a"], "fresh": "new", "b": "errored", "c": "missing", "d": "missing"}
    assert _row(decision, "b").reason == "it raised ValueError"
    assert _row(decision, "c").cure


def test_undeclared_direction_is_never_judged_and_never_gates() -> None:
    base, head = (suite_of({"a": _steady(level, 8)}, better=None) for level in (1.0, 9.0))
    decision = judge_pairs(base, head)
    row = _row(decision, "a")
    assert row.verdict == "not_comparable"
    assert row.cure is not None
    assert "[[metric]]" in row.cure
    assert gate(decision.assessments, (), ("regressed", "not_comparable")).status != "failed"


def test_a_single_run_never_decides() -> None:
    baseline = baseline_of([_suite(LEVELS, 5)])
    first = judge_screen(_suite(LEVELS | {"a": 1.4e-3}, 1), baseline)
    row = _row(first, "a")
    assert (row.verdict, row.suspect, first.suspects) == ("inconclusive", True, 1)
    assert "a second measurement has to confirm it" in row.reason


def test_a_confirmed_suspect_is_decided_by_the_second_look_alone() -> None:
    baseline = baseline_of([_suite(LEVELS, 5)])
    decision = judge_screen(_suite(LEVELS | {"a": 1.8e-3}, 1), baseline, _suite(LEVELS | {"a": 1.4e-3}, 2))
    row = _row(decision, "a")
    assert row.verdict == "regressed"
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("second", [1e-3, 0.7e-3])
def test_a_suspect_that_is_not_seen_again_is_inconclusive(second: float) -> None:
    baseline = baseline_of([_suite(LEVELS, 5)])
    decision = judge_screen(_suite(LEVELS | {"a": 1.8e-3}, 1), baseline, _suite(LEVELS | {"a": second}, 2))
    row = _row(decision, "a")
    assert row.verdict == "inconclusive"
    assert "did not confirm" in row.reason


def test_a_suspect_that_the_second_look_lacks_keeps_its_first_number() -> None:
    baseline = baseline_of([_suite(LEVELS, 5)])
    decision = judge_screen(_suite(LEVELS | {"a": 1.8e-3}, 1), baseline, _suite({"b": 2e-3}, 2))
    row = _row(decision, "a")
    assert (row.verdict, row.suspect) == ("inconclusive", True)
    assert row.comparison.head is not None
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(0.8, abs=0.01)
    assert "80.0% slower" in row.reason
    assert "the second one lacks this benchmark" in row.reason
    assert row.comparison.distribution is not None


def test_history_of_sessions_knows_noise_between_jobs() -> None:
    generator = np.random.default_rng(5)
    history = [
        suite_of({name: noisy_runs(generator, level=level, sd=0.004, runs=1) for name, level in LEVELS.items()})
        for _ in range(8)
    ]
    head = suite_of({name: noisy_runs(generator, level=level, sd=0.004, runs=1) for name, level in LEVELS.items()})
    decision = judge_screen(head, baseline_of(history))
    noise = _row(decision, "a").comparison.noise
    assert noise is not None
    assert noise.source == "8 saved sessions"
    assert 0.001 < noise.sd < 0.02


def test_an_older_baseline_of_this_machine_serves_when_the_newest_is_foreign() -> None:
    other = replace(_suite(LEVELS, 5), fingerprint=replace(MACHINE, cpu_model="other"), commit="b" * 40)
    mine = replace(_suite(LEVELS, 5), commit="a" * 40)
    decision = judge_screen(_suite(LEVELS, 1), baseline_of([mine, other]))
    assert {row.verdict for row in decision.assessments} <= {"unchanged", "inconclusive"}
    assert [notice.code for notice in decision.notices] == ["older-baseline"]
    assert "aaaaaaaaaa" in decision.notices[0].text


def test_a_history_of_which_nothing_can_be_used_is_told() -> None:
    foreign = [replace(_suite(LEVELS, 5), fingerprint=replace(MACHINE, cores=96), commit=f"{n:040x}") for n in range(3)]
    baseline = baseline_of([*foreign, _suite(LEVELS, 5)])
    decision = judge_screen(_suite(LEVELS, 1), baseline)
    assert [notice.code for notice in decision.notices] == ["history-not-comparable"]
    assert "none of the 3 earlier sessions" in decision.notices[0].text
    assert "cores: 2, was 96" in decision.notices[0].text
    one_of_ours = baseline_of([_suite(LEVELS, 5), *foreign, _suite(LEVELS, 5)])
    assert not judge_screen(_suite(LEVELS, 1), one_of_ours).notices
    assert not judge_screen(_suite(LEVELS, 1), baseline_of([_suite(LEVELS, 5)])).notices


def test_another_plan_is_not_comparable() -> None:
    decision = judge_screen(replace(_suite(LEVELS, 1), plan="short"), baseline_of([_suite(LEVELS, 5)]))
    assert {row.verdict for row in decision.assessments} == {"not_comparable"}
    assert "in another way" in decision.assessments[0].reason


def test_everything_slower_is_a_shift_and_is_not_subtracted() -> None:
    slower = {name: level * 1.04 for name, level in LEVELS.items()}
    decision = judge_pairs(_suite(LEVELS, 8), _suite(slower, 8))
    assert decision.shift is not None
    assert decision.shift.verdict == "regressed"
    assert decision.shift.change.point == pytest.approx(0.04, abs=0.005)
    assert {row.verdict for row in decision.assessments} == {"regressed"}


def test_zeros_are_compared_as_differences() -> None:
    base = suite_of({"errors": [[0.0], [0.0], [0.0], [0.0]]}, unit="1")
    head = suite_of({"errors": [[3.0], [3.0], [3.0], [3.0]]}, unit="1")
    row = _row(judge_pairs(base, head), "errors")
    assert row.comparison.change is not None
    assert row.comparison.change.kind == "difference"
    assert row.comparison.change.marginal.point == 3.0
    assert row.verdict == "regressed"


def test_nothing_in_common_is_said() -> None:
    decision = judge_screen(_suite({"x": 1e-3}, 1), baseline_of([_suite(LEVELS, 5)]))
    assert not decision.overlap


def test_no_baseline_lists_what_was_measured() -> None:
    decision = judge_alone(_suite(LEVELS, 1), "there is no baseline yet")
    assert {row.verdict for row in decision.assessments} == {"new"}
    assert decision.assessments[0].reason == "there is no baseline yet"


@pytest.mark.parametrize(
    ("fail_on", "undecided", "status"),
    [
        (("regressed",), None, "failed"),
        ((), None, "passed"),
        (("missing",), None, "passed"),
        (("improved",), None, "failed"),
        ((), "the benchmark command failed", "undecided"),
        (("regressed",), "the benchmark command failed", "undecided"),
    ],
)
def test_gate(fail_on: tuple[str, ...], undecided: str | None, status: str) -> None:
    decision = judge_pairs(_suite(LEVELS, 8), _suite(LEVELS | {"a": 1.1e-3, "b": 1.8e-3}, 8))
    result = gate(decision.assessments, (), fail_on, Circumstances(undecided=undecided))
    assert result.status == status
    assert bool(result.reasons) is (status != "passed")
