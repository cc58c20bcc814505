"""What the saved history cannot judge is left to pairs, beside the suspects of a screen and not as one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.commands.composing import Sides, decide
from reporter.config import parse
from reporter.decide.judge import DEFAULT_POLICY, Decision, Pairs, judge_screen
from reporter.model import JUDGED
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


def _pairs(slower: float, names: str = "", sd: float = 0.005, pairs: int = 8) -> Pairs:
    """Measure pairs, by default of ``loud`` alone: two runs side by side are as noisy as ``sd``."""
    base, head = (
        suite_of(
            {
                name: noisy_runs(np.random.default_rng([seed, len(name)]), level=level * 1e-3, sd=sd, runs=pairs)
                for name in ("loud", *names)
                for level in [slower if seed == 2 and name == "loud" else 1.0]
            }
        )
        for seed in (1, 2)
    )
    return Pairs(base=base, head=head)


def _loud(decision: Decision) -> Assessment:
    return next(row for row in decision.assessments if row.comparison.name == "loud")


def test_a_row_that_the_history_cannot_judge_is_left_to_pairs_and_is_no_suspect() -> None:
    decision = judge_screen(_jobs(50, runs=1, slower=1.2), _known())
    row = _loud(decision)
    assert (decision.unsettled, decision.suspects) == (("loud",), 0)
    assert (row.verdict, row.suspect) == ("inconclusive", False)
    assert row.detectable is not None
    assert row.detectable > DEFAULT_POLICY.judges_within
    assert row.reason.startswith(WAITS)
    assert "pairs" in (row.cure or "")
    assert not any(other.reason.startswith(WAITS) for other in decision.assessments if other is not row)


def test_one_run_against_one_run_is_left_to_pairs_as_a_whole() -> None:
    decision = judge_screen(_jobs(50, runs=1), baseline_of([_jobs(1, runs=1)]))
    left = {row.comparison.name for row in decision.assessments if row.verdict == "inconclusive"}
    assert left
    assert set(decision.unsettled) == left
    assert all(row.reason.startswith(WAITS) for row in decision.assessments if row.comparison.name in left)


@pytest.mark.parametrize(
    ("slower", "verdict"), [(1.2, "regressed"), (0.8, "improved"), (1.0, "unchanged")], ids=lambda one: str(one)
)
def test_after_pairs_it_has_their_verdict_and_numbers(slower: float, verdict: str) -> None:
    decision = judge_screen(_jobs(50, runs=1, slower=slower), _known(), _pairs(slower))
    row = _loud(decision)
    assert (row.verdict, decision.unsettled) == (verdict, ())
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(slower - 1, abs=0.02)
    assert row.comparison.head is not None
    assert row.comparison.head.runs == 8


def test_what_pairs_cannot_decide_goes_on_with_the_numbers_of_the_pairs() -> None:
    decision = judge_screen(_jobs(50, runs=1), _known(), _pairs(1.0, sd=0.2))
    row = _loud(decision)
    assert (row.verdict, row.suspect, decision.unsettled) == ("inconclusive", False, ("loud",))
    assert row.comparison.head is not None
    assert row.comparison.head.runs == 8
    assert not row.reason.startswith(WAITS)


def test_what_the_pairs_have_not_measured_stays_left_to_pairs() -> None:
    pairs = _pairs(1.0, "a")
    base, head = (replace(side, benchmarks=side.benchmarks[1:]) for side in (pairs.base, pairs.head))
    decision = judge_screen(_jobs(50, runs=1), _known(), Pairs(base=base, head=head))
    assert decision.unsettled == ("loud",)
    assert _loud(decision).reason.startswith(WAITS)


def test_further_runs_of_the_head_judge_nothing_that_the_history_cannot() -> None:
    """What is not known is the noise between jobs, of which they say nothing."""
    decision = judge_screen(_jobs(50, runs=1, slower=1.2), _known(), _jobs(50, runs=3, slower=1.2))
    assert _loud(decision).verdict == "inconclusive"


def test_how_small_a_change_the_history_must_be_able_to_find_is_configured() -> None:
    head, known = _jobs(50, runs=1), _known()
    assert parse({}, "here").measure.pairs_beyond == DEFAULT_POLICY.judges_within
    for beyond, left in (("10 %", ("loud",)), ("1000 %", ())):
        config = parse({"measure": {"pairs-beyond": beyond}}, "here")
        assert decide(Sides(head=head, baseline=known), config).unsettled == left


def test_harmless_rows_that_pairs_judge_first_seldom_alarm() -> None:
    """Nothing was suspected of them, so no first look stands before the test of their pairs."""
    generator = np.random.default_rng(23)
    known = baseline_of([_jobs(1, runs=1)])
    alarms = 0
    for _ in range(40):
        head, base, pair = (
            suite_of({name: noisy_runs(generator, sd=0.05, runs=runs) for name in NOISE}) for runs in (1, 8, 8)
        )
        decision = judge_screen(head, known, Pairs(base=base, head=pair))
        alarms += any(row.verdict == "regressed" for row in decision.assessments)
        assert {row.verdict for row in decision.assessments} <= JUDGED
    assert alarms <= 1
