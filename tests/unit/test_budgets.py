"""Budgets: levels in both directions, percentiles only from enough values, and a reason where nothing was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reporter.config.budget_rules import BudgetRule, budget_rule
from reporter.decide.budgets import budget_results
from reporter.decide.gate import Circumstances, gate
from reporter.model import STATISTICS, Benchmark, Metric, Sample
from tests.suites import sample_of, suite_of

if TYPE_CHECKING:
    from reporter.model import BudgetResult, Suite

HIT_RATE = Metric(name="hit_rate", unit="1", better="higher")
UNDECLARED = Metric(name="tokens", unit="1", better=None)


def _rule(match: str = "test_a", metric: str = "p95", **levels: Any) -> BudgetRule:
    known = {key: levels.pop(key) for key in ("bound",) if key in levels}
    return budget_rule(levels, match=match, metric=metric, **known)


def _one(suite: Suite, *rules: BudgetRule) -> BudgetResult:
    (result,) = budget_results(suite, rules)
    return result


def _with(metric: Metric, value: float) -> Suite:
    suite = suite_of({"test_a": [[0.01] * 20]})
    main = suite.benchmarks[0]
    return replace(
        suite,
        benchmarks=(replace(main, samples=(*main.samples, (metric, sample_of([[value]])))),),
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (0.05, "met"),
        (0.051, "above_target"),
        (0.08, "above_target"),
        (0.09, "warning"),
        (0.1, "warning"),
        (0.11, "critical"),
    ],
)
def test_lower_is_better(value: float, status: str) -> None:
    suite = suite_of({"test_a": [[value] * 20]})
    assert _one(suite, _rule(target="50 ms", warning="80 ms", critical="100 ms")).status == status


@pytest.mark.parametrize(("value", "status"), [(0.95, "met"), (0.9, "met"), (0.85, "above_target"), (0.7, "critical")])
def test_higher_is_better(value: float, status: str) -> None:
    rule = _rule(metric="hit_rate", target="90 %", critical="80 %")
    result = _one(_with(HIT_RATE, value), rule)
    assert (result.status, result.value) == (status, value)


def test_a_single_level_takes_its_direction_from_the_metric() -> None:
    assert _one(_with(HIT_RATE, 0.7), _rule(metric="hit_rate", critical="80 %")).status == "critical"
    throughput = suite_of({"test_a": [[900.0] * 20]}, unit="1/s", better="higher")
    assert _one(throughput, _rule(metric="mean", critical="1000/s")).status == "critical"


def test_an_undeclared_metric_needs_a_direction_from_the_budget() -> None:
    suite = _with(UNDECLARED, 120.0)
    silent = _one(suite, _rule(metric="tokens", critical=100))
    assert silent.status == "not_measured"
    assert "at-most" in str(silent.reason)
    assert _one(suite, _rule(metric="tokens", critical=100, bound="at-most")).status == "critical"
    assert _one(suite, _rule(metric="tokens", critical=100, bound="at-least")).status == "met"
    assert _one(suite, _rule(metric="tokens", warning=50, critical=100)).status == "critical"


def test_levels_that_run_against_the_metric_are_said() -> None:
    result = _one(_with(HIT_RATE, 0.7), _rule(metric="hit_rate", warning="80 %", critical="90 %"))
    assert result.status == "not_measured"
    assert "higher is better" in str(result.reason)


@pytest.mark.parametrize(
    ("metric", "rounds", "measured"),
    [
        ("p95", 19, False),
        ("p95", 20, True),
        ("p99", 99, False),
        ("p99", 100, True),
        ("p90", 10, True),
        ("p50", 1, True),
    ],
)
def test_percentiles_need_enough_values(metric: str, rounds: int, measured: bool) -> None:
    result = _one(suite_of({"test_a": [[0.01] * rounds]}), _rule(metric=metric, critical="1 s"))
    assert (result.status == "met") == measured
    assert measured or f"there are {rounds}" in str(result.reason)


def test_the_values_of_all_runs_count_together() -> None:
    result = _one(suite_of({"test_a": [[0.01] * 10, [0.02] * 10]}), _rule(metric="p95", critical="1 s"))
    assert result.value == pytest.approx(0.02)


def test_percentiles_never_come_from_shortened_runs() -> None:
    suite = suite_of({"test_a": [[0.01] * 200]}, plan="paired")
    result = _one(suite, _rule(metric="p95", critical="1 s"))
    assert (result.status, result.value) == ("not_measured", None)
    assert "cut short" in str(result.reason)
    assert _one(suite, _rule(metric="median", critical="1 s")).status == "met"


def test_percentiles_of_the_tool_are_believed_where_it_kept_no_rounds() -> None:
    statistics = np.full((2, len(STATISTICS)), np.nan)
    statistics[:, STATISTICS.index("p95")] = (0.2, 0.4)
    sample = Sample(statistics=statistics, rounds=(np.empty(0), np.empty(0)))
    metric = Metric(name="time", unit="s", better="lower")
    suite = replace(suite_of({}), benchmarks=(Benchmark(name="test_a", samples=((metric, sample),)),), runs=2)
    assert _one(suite, _rule(metric="p95", critical="1 s")).value == pytest.approx(0.3)
    missing = _one(suite, _rule(metric="p99", critical="1 s"))
    assert "gave no p99" in str(missing.reason)
    statistics[:, STATISTICS.index("n")] = 8
    assert "there are 16" in str(_one(suite, _rule(metric="p95", critical="1 s")).reason)


def test_missing_metric_and_other_unit_are_said() -> None:
    suite = suite_of({"test_a": [[0.01] * 20]})
    assert "no metric 'hit_rate' (it has time)" in str(_one(suite, _rule(metric="hit_rate", critical="80 %")).reason)
    assert "in 'B', the metric 'time' in 's'" in str(_one(suite, _rule(metric="mean", critical="50 MB")).reason)
    assert "plain numbers" in str(_one(suite, _rule(metric="mean", critical=50)).reason)


def test_an_errored_benchmark_tells_its_error() -> None:
    suite = replace(suite_of({}), benchmarks=(Benchmark(name="test_a", error="it crashed"),))
    assert _one(suite, _rule(critical="1 s")).reason == "it crashed"


def test_the_most_specific_glob_wins_and_is_named() -> None:
    suite = suite_of({"GET /health": [[0.2] * 20], "GET /search": [[0.2] * 20]})
    wide, narrow = _rule("GET *", critical="1 s"), _rule("GET /h*", critical="100 ms")
    results = budget_results(suite, (wide, narrow))
    assert [(result.benchmark, result.rule, result.status) for result in results] == [
        ("GET /search", "GET *", "met"),
        ("GET /health", "GET /h*", "critical"),
    ]


def test_budgets_of_different_metrics_do_not_compete() -> None:
    suite = suite_of({"test_a": [[0.2] * 100]})
    results = budget_results(suite, (_rule("test_*", "p95", critical="1 s"), _rule("test_a", "p99", critical="1 s")))
    assert [result.metric for result in results] == ["p95", "p99"]


def test_a_budget_that_matches_nothing_is_a_result_and_one_that_lost_is_not() -> None:
    suite = suite_of({"test_a": [[0.2] * 20]})
    results = budget_results(
        suite, (_rule("test_*", critical="1 s"), _rule("test_b*", critical="1 s"), _rule(critical="1 s"))
    )
    assert [(result.benchmark, result.status) for result in results] == [("test_b*", "not_measured"), ("test_a", "met")]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "needs one of"),
        ({"warning": "80 ms", "critical": "1 MB"}, "different units (B, s)"),
        ({"target": 1, "warning": 3, "critical": 2}, "neither rising nor falling"),
        ({"critical": "fast"}, "not a number"),
        ({"critical": True}, "not a number"),
        ({"critical": ["1 s"]}, "not a number"),
        ({"warning": 1, "critical": 2, "bound": "at-least"}, "ordered at-most"),
    ],
)
def test_what_makes_no_budget(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as caught:
        _rule(**given)
    assert says in str(caught.value)


def test_the_gate_fails_for_the_levels_asked_for() -> None:
    suite = suite_of({"test_a": [[0.2] * 20]})
    warning = budget_results(suite, (_rule(warning="100 ms", critical="1 s"),))
    assert gate((), warning, ("budget-critical",), Circumstances(wanted="nothing")).status == "passed"
    assert gate((), warning, ("budget-warning",)).reasons == ("1 budget warning",)
    unmeasured = budget_results(suite, (_rule("other", critical="1 s"), _rule("more", critical="1 s")))
    assert gate((), unmeasured, ("budget-critical", "budget-warning")).status == "undecided"
    assert gate((), unmeasured, ("budget-not-measured",)).reasons == ("2 budgets not measured",)
