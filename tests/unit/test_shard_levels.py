"""Shards of one suite share its chance of a false alarm: each fails its own job, and any of them the pull request."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.commands.deciding import Sides, decide, decide_looks
from reporter.config import Config
from reporter.decide.align import Values
from reporter.decide.evidence import adjusted_p
from reporter.decide.judge import DEFAULT_POLICY, Pairs
from reporter.decide.paired import look
from reporter.decide.shards import Shard
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.decide.decision import Decision
    from reporter.decide.policy import Policy
    from reporter.model import Suite

WHOLE = "suite"
EIGHTH = Shard(number=3, count=8).suite(WHOLE)


def _suite(seed: int, name: str, slower: float = 1.0, runs: int = 8, sd: float = 0.02) -> Suite:
    generator = np.random.default_rng(seed)
    rows = {
        row: noisy_runs(generator, level=1e-3 * (slower if row == "a" else 1), sd=sd, runs=runs) for row in "abcdef"
    }
    return replace(suite_of(rows), name=name)


def _paired(name: str, slower: float = 1.0) -> Decision:
    base, head = _suite(1, name), _suite(2, name, slower)
    return decide(Sides(head=head, baseline=baseline_of([base]), paired=True), Config())


def _grown(name: str, slower: float) -> Decision:
    pairs = Pairs(base=_suite(1, name), head=_suite(2, name, slower))
    return decide_looks(pairs, Config(), changed_files=(), stored=())


def _screened(name: str, slower: float) -> Decision:
    known = baseline_of([_suite(10 + job, name, runs=3) for job in range(8)])
    return decide(Sides(head=_suite(2, name, slower, runs=1), baseline=known), Config())


@pytest.mark.parametrize("judge", [_paired, _grown, _screened])
def test_what_a_whole_suite_can_detect_is_more_than_what_one_of_eight_shards_can(judge: object) -> None:
    assert callable(judge)
    whole, shard = (judge(name, 1.0).assessments[0].detectable for name in (WHOLE, EIGHTH))
    assert shard > 1.1 * whole


def test_a_change_that_is_just_sure_enough_for_a_whole_suite_is_not_for_one_of_eight_shards() -> None:
    steps = range(10, 150)
    first = bisect_left(steps, 1, key=lambda step: _verdict(_paired(WHOLE, 1 + step / 1000)) == "regressed")
    assert _verdict(_paired(EIGHTH, 1 + steps[first] / 1000)) == "inconclusive"
    assert _verdict(_paired(EIGHTH, 1.15)) == "regressed"


def _verdict(decision: Decision) -> str:
    return decision.assessments[0].verdict


@pytest.mark.parametrize(("count", "parts"), [(1, 1), (8, 16), (64, 256)])
def test_every_level_of_the_policy_is_divided(count: int, parts: int) -> None:
    divided = DEFAULT_POLICY.of_one_among(count)
    alphas = {name: getattr(DEFAULT_POLICY, name) for name in DEFAULT_POLICY.__slots__ if name.startswith("alpha_")}
    for name in ("alpha_screen", "alpha_confirm"):
        assert getattr(divided, name) == pytest.approx(alphas.pop(name) / parts)
    assert len(alphas) == 3
    for name, whole in alphas.items():
        assert getattr(divided, name) == tuple((fewest, pytest.approx(alpha / parts)) for fewest, alpha in whole)
    for name in ("joint_confidence", "shift_confidence"):
        assert 1 - getattr(divided, name) == pytest.approx((1 - getattr(DEFAULT_POLICY, name)) / parts)
    assert _untouched(divided) == _untouched(DEFAULT_POLICY)


def _untouched(policy: Policy) -> list[float]:
    return [policy.threshold, policy.margin, policy.alignment, policy.confidence, policy.power]


def test_harmless_pull_requests_of_eight_noisy_shards_seldom_alarm() -> None:
    """Every benchmark is noisy, which is where a suite comes closest to its level, and eight of them spend it all."""
    generator = np.random.default_rng(7)
    alarms = np.array([_alarms(generator) for _ in range(30)])
    assert alarms[:, 0].sum() <= 2
    assert alarms[:, 1].sum() > alarms[:, 0].sum(), "levels that are not divided alarm here"


def _alarms(generator: np.random.Generator) -> tuple[bool, bool]:
    """Return whether any of eight shards alarms by its part of the level, and by the whole of it."""
    divided = DEFAULT_POLICY.of_one_among(8)
    alone = [_smallest_p(generator) for _ in range(8)]
    by_part, by_all = (float(policy.alpha_of(np.array(8), grows=False)) for policy in (divided, DEFAULT_POLICY))
    return min(alone) < by_part, min(alone) < by_all


def _smallest_p(generator: np.random.Generator) -> float:
    """Draw eight pairs of twelve benchmarks; return the smallest adjusted p of what the threshold lets pass."""
    sd = generator.uniform(0.03, 0.1, (12, 1))
    values = Values(
        baseline=sd * generator.normal(size=(12, 8)),
        head=sd * generator.normal(size=(12, 8)),
        logarithmic=np.ones(12, dtype=bool),
        statistic=np.ones(12, dtype=np.intp),
        worse=np.ones(12),
        kind=np.zeros(12, dtype=np.intp),
        timed=np.ones(12, dtype=bool),
    )
    evidence = look(values, DEFAULT_POLICY)
    worse, _ = adjusted_p(evidence, values.worse)
    return float(np.min(np.where(evidence.effect > DEFAULT_POLICY.threshold, worse, 1.0)))
