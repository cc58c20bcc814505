"""What the saved history cannot judge is no suspect of a screen, and its reason leads to pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.judge import DEFAULT_POLICY, Decision, judge_screen
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Baseline, Suite

NOISE = {"loud": 0.2} | dict.fromkeys("abcd", 0.003)
"""How much the jobs of each benchmark differ."""
WAITS = "the saved history cannot judge it: "


def _jobs(seed: int, runs: int = 3, slower: float = 1.0) -> Suite:
    """Measure one job, in which ``loud`` is so many times slower than before."""
    generator = np.random.default_rng(seed)
    levels = {name: 1e-3 * np.exp(generator.normal(0.0, sd)) for name, sd in NOISE.items()}
    levels["loud"] *= slower
    return suite_of({name: noisy_runs(generator, level=level, sd=0.002, runs=runs) for name, level in levels.items()})


def _known() -> Baseline:
    return baseline_of([_jobs(job) for job in range(8)])


def _loud(decision: Decision) -> Assessment:
    return next(row for row in decision.assessments if row.comparison.name == "loud")


def test_a_row_that_the_history_cannot_judge_leads_to_pairs_and_is_no_suspect() -> None:
    decision = judge_screen(_jobs(50, runs=1, slower=1.2), _known())
    row = _loud(decision)
    assert decision.suspects == 0
    assert (row.verdict, row.suspect) == ("inconclusive", False)
    assert row.detectable is not None
    assert row.detectable > DEFAULT_POLICY.judges_within
    assert row.reason.startswith(WAITS)
    assert "pairs" in (row.cure or "")
    assert not any(other.reason.startswith(WAITS) for other in decision.assessments if other is not row)


def test_one_run_against_one_run_judges_nothing() -> None:
    decision = judge_screen(_jobs(50, runs=1), baseline_of([_jobs(1, runs=1)]))
    left = {row.comparison.name for row in decision.assessments if row.verdict == "inconclusive"}
    assert left
    assert all(row.reason.startswith(WAITS) for row in decision.assessments if row.comparison.name in left)


def test_further_runs_of_the_head_judge_nothing_that_the_history_cannot() -> None:
    """What is not known is the noise between jobs, of which they say nothing."""
    decision = judge_screen(_jobs(50, runs=1, slower=1.2), _known(), _jobs(50, runs=3, slower=1.2))
    assert _loud(decision).verdict == "inconclusive"
