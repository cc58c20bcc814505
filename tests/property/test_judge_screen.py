"""What a screen holds the head against, and what it shows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.align import Values
from reporter.decide.evidence import Criteria
from reporter.decide.findings import flag
from reporter.decide.judge import DEFAULT_POLICY, Decision, judge_pairs, judge_screen
from reporter.decide.levels import noise_between
from reporter.decide.screen import look, suspects
from reporter.model import STATISTICS, Benchmark, Sample, Suite
from tests.suites import MACHINE, TIME, baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Baseline, FloatArray

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
    """It is the newest session, of whose level the head may be expected to be."""
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
        assert found.baseline.runs == sessions[-1].runs
        assert found.baseline.rounds == 60 * found.baseline.runs


def history(*levels: float, sd: float = 0.004) -> Baseline:
    """Sessions of these levels, oldest first, with the noise of a job on each benchmark."""
    generator = np.random.default_rng(11)
    jobs = 1e-3 * np.array(levels)[:, None] * np.exp(generator.normal(0, sd, (len(levels), len(NAMES))))
    runs = [[noisy_runs(generator, level=level, sd=0.002, runs=3) for level in job] for job in jobs.tolist()]
    return baseline_of([suite_of(dict(zip(NAMES, job, strict=True))) for job in runs])


@pytest.mark.parametrize("ways", [(1.0, 1.1), (1.1, 1.0)], ids=["slower", "faster"])
@pytest.mark.parametrize("since", [1, 2, 4, 12])
def test_after_an_accepted_change_of_level_harmless_pull_requests_have_no_suspect(
    ways: tuple[float, float], since: int
) -> None:
    known = history(*([ways[0]] * 20), *([ways[1]] * since))
    decision = judge_screen(suite(99, 1e-3 * ways[1]), known)
    assert decision.suspects == 0
    assert {row.verdict for row in decision.assessments} <= {"unchanged", "inconclusive"}
    assert decision.shift is not None
    assert decision.shift.verdict in {"unchanged", "inconclusive"}


def test_a_burst_in_one_run_of_the_newest_session_makes_no_head_look_better() -> None:
    known = history(*([1.0] * 20))
    key = known.suite.benchmarks[0].name, (), "time"
    known.history[-1].statistics[key][1, 1:] *= 1.3
    assert judge_screen(suite(99, 1e-3), known).suspects == 0


def test_who_gives_a_gain_back_is_a_suspect() -> None:
    decision = judge_screen(suite(99, 1.1e-3), history(*([1.1] * 20), *([1.0] * 8)))
    assert decision.suspects == len(NAMES)
    for row in decision.assessments:
        assert row.comparison.change is not None
        assert row.comparison.change.marginal.point == pytest.approx(0.1, abs=0.02)
    assert decision.shift is not None
    assert decision.shift.verdict == "regressed"


def test_the_noise_is_that_inside_the_levels() -> None:
    """As large as without any change of level, and not what the change makes of it."""
    still, moved = (
        judge_screen(suite(99, 1e-3), history(*([level] * 15), *([1.0] * 15))).assessments for level in (1.0, 1.3)
    )
    for quiet, other in zip(still, moved, strict=True):
        assert quiet.comparison.noise is not None
        assert other.comparison.noise is not None
        assert other.comparison.noise.sd == pytest.approx(quiet.comparison.noise.sd, rel=0.25)


@pytest.mark.parametrize("step", [-0.1, -0.015, 0.015, 0.1])
def test_harmless_pull_requests_seldom_alarm_whenever_the_level_changed(step: float) -> None:
    """The second look's runs are of the head's job; 2 % of 60 are hardly more than 1."""
    generator = np.random.default_rng(17)
    alarms = sum(_alarms(step, generator) for _ in range(60))
    assert alarms <= 3


def _alarms(step: float, generator: np.random.Generator) -> bool:
    """Draw sessions whose level changes somewhere, and a harmless head; say whether it is called changed in the end."""
    sessions, rows, age = 14, 12, generator.integers(1, 14)
    sd = np.exp(generator.uniform(np.log(0.004), np.log(0.05), rows))[:, None]
    jobs = sd * generator.normal(size=(rows, sessions + 1))
    jobs[:, : sessions - age] -= np.log1p(step)
    runs = [jobs[:, [job]] + sd * generator.normal(size=(rows, 3)) for job in range(sessions + 1)]
    first = _values(runs[-2], runs[-1][:, :1])
    seen = look(first, runs[:-1], DEFAULT_POLICY)
    every, bound = runs[-1][:, :, None] * np.ones(len(STATISTICS)), np.full(rows, DEFAULT_POLICY.threshold)
    worse, better = (suspects(seen, (np.exp(every), np.exp(every)), bound, DEFAULT_POLICY, way) for way in (1, -1))
    again = _values(runs[-2], runs[-1][:, 1:])
    second = look(again, runs[:-1], DEFAULT_POLICY).evidence.only(worse | better)
    flags = flag(second, again, Criteria(alpha=DEFAULT_POLICY.alpha_confirm, threshold=bound), DEFAULT_POLICY)
    return bool((flags.regressed & worse | flags.improved & better).any())


def test_what_never_differs_between_sessions_is_exact_beside_rows_that_do() -> None:
    """Other counts know nothing of one that is always the same."""
    generator = np.random.default_rng(4)
    counts = {name: generator.integers(90, 110, 8) for name in "abcde"} | {"exact": np.full(8, 12)}
    sessions = [suite_of({name: [[float(row[job])]] for name, row in counts.items()}, unit="1") for job in range(8)]
    head = suite_of({name: [[float(row[-1] + (name == "exact"))]] for name, row in counts.items()}, unit="1")
    decision = judge_screen(head, baseline_of(sessions))
    assert {row.comparison.name for row in decision.assessments if row.suspect} == {"exact"}


def test_the_noise_of_sessions_before_a_gap_is_not_of_the_level_after_it() -> None:
    generator = np.random.default_rng(5)
    quiet = generator.normal(0, 0.01, (1, 12))
    with_gap = np.concatenate([quiet[:, :3] + 0.5, np.full((1, 1), np.nan), quiet[:, 3:]], axis=1)
    found = noise_between(with_gap)
    assert found.variance[0] == pytest.approx(0.01**2, rel=0.9)
    assert found.df[0] == 2 + 6, "the last two are no level yet"


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
