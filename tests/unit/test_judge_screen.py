"""What a screen holds the head against, and what it shows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.align import Values
from reporter.decide.judge import DEFAULT_POLICY, Decision, judge_pairs, judge_screen
from reporter.decide.screen import look
from reporter.model import STATISTICS, Benchmark, Sample, Suite
from tests.suites import MACHINE, TIME, baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import FloatArray

NAMES = "abcd"


def suite(seed: int, level: float, runs: int = 3) -> Suite:
    generator = np.random.default_rng(seed)
    return suite_of({name: noisy_runs(generator, level=level, sd=0.002, runs=runs) for name in NAMES})


def only(statistic: str, level: float, runs: int = 3) -> Suite:
    """A suite of which a tool reports nothing but one statistic."""
    values = np.full((runs, len(STATISTICS)), np.nan)
    values[:, STATISTICS.index("n")] = 1
    values[:, STATISTICS.index(statistic)] = level * np.array([1.0, 1.01, 0.99])[:runs]
    sample = Sample(statistics=values, rounds=())
    return Suite(
        name="suite",
        benchmarks=tuple(Benchmark(name=name, samples=((TIME, sample),)) for name in NAMES),
        runs=runs,
        fingerprint=MACHINE,
    )


@pytest.mark.parametrize("levels", [[1.0, 1.1, 1.2], [1.0, 1.02, 1.04, 1.06, 1.08, 1.3]])
def test_the_baseline_shown_is_the_one_the_change_is_from(levels: list[float]) -> None:
    """Each session counts once, however many runs it has."""
    sessions = [suite(index, 1e-3 * level, runs=2 + index % 3) for index, level in enumerate(levels)]
    decision = judge_screen(suite(99, 1.05e-3), baseline_of(sessions))
    for row in decision.assessments:
        found = row.comparison
        assert found.baseline is not None
        assert found.head is not None
        assert found.change is not None
        assert found.change.before is not None
        assert found.change.after is not None
        assert found.change.after / found.change.before - 1 == pytest.approx(found.change.marginal.point, abs=1e-9)
        assert found.baseline.runs == sum(session.runs for session in sessions)
        assert found.baseline.rounds == 60 * found.baseline.runs


def test_one_session_is_shown_as_it_is() -> None:
    newest = suite(1, 1e-3)
    row = judge_screen(suite(2, 1e-3), baseline_of([newest])).assessments[0]
    paired = judge_pairs(newest, suite(2, 1e-3)).assessments[0]
    assert row.comparison.baseline == paired.comparison.baseline


def test_sides_without_a_statistic_in_common_are_not_comparable() -> None:
    for decision in (
        judge_screen(only("median", 1e-3), baseline_of([only("mean", 1e-3)] * 6)),
        judge_pairs(only("mean", 1e-3), only("median", 1e-3)),
    ):
        assert {row.verdict for row in decision.assessments} == {"not_comparable"}
        assert all("no value in common" in row.reason for row in decision.assessments)
        assert all(row.cure for row in decision.assessments)
        assert decision.overlap


def test_one_such_row_leaves_the_others_alone() -> None:
    base, head = only("mean", 1e-3), only("mean", 1e-3)
    odd = only("median", 1e-3).benchmarks[0]
    decision = judge_pairs(base, replace(head, benchmarks=(odd, *head.benchmarks[1:])))
    verdicts = _verdicts(decision)
    assert verdicts.pop("a") == "not_comparable"
    assert "not_comparable" not in verdicts.values()


def test_a_head_of_fewer_runs_than_the_sessions_is_taken_as_noisier() -> None:
    generator = np.random.default_rng(3)
    sessions = [generator.normal(0, 0.02, (8, 4)) for _ in range(8)]
    single, several = (
        look(_values(sessions[-1], generator.normal(0, 0.02, (8, runs))), sessions, DEFAULT_POLICY) for runs in (1, 4)
    )
    assert (single.evidence.se > 1.5 * several.evidence.se).all()


@pytest.mark.parametrize(("minimum", "suspects"), [(0.8, 1), (0.93, 0)])
def test_a_burst_over_most_rounds_does_not_hide_a_minimum_that_is_surely_lower(minimum: float, suspects: int) -> None:
    base = {name: noisy_runs(np.random.default_rng(ord(name)), sd=0.015) for name in NAMES}
    fast, disturbed = [1e-3 * minimum] * 15, [1e-3] * 45
    head = {name: [fast + disturbed] if name == "a" else runs[:1] for name, runs in base.items()}
    decision = judge_screen(suite_of(head), baseline_of([suite_of(base)]))
    assert decision.suspects == suspects
    assert decision.assessments[0].suspect == bool(suspects)


def _values(baseline: FloatArray, head: FloatArray) -> Values:
    rows = len(baseline)
    ones = np.ones(rows)
    return Values(
        baseline=baseline,
        head=head,
        logarithmic=ones > 0,
        statistic=ones.astype(np.intp),
        worse=ones,
        kind=np.zeros(rows, dtype=np.intp),
    )


def _verdicts(decision: Decision) -> dict[str, str]:
    return {row.comparison.name: row.verdict for row in decision.assessments}
