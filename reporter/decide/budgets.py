"""Budgets: absolute bounds held against what was measured, with or without a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from reporter.config.globs import Names
from reporter.decide import reasons
from reporter.decide.pooled import ENOUGH, pooled
from reporter.model import COLUMN, Benchmark, BudgetResult, Metric, Sample, Suite, benchmark_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.config.budget_rules import Bound, BudgetRule
    from reporter.model import BudgetStatus

STATISTIC_OF = {
    "p50": "median",
    "p90": "q90",
    "p95": "p95",
    "p99": "p99",
    "mean": "mean",
    "median": "median",
    "min": "min",
    "max": "max",
}
"""What a budget may name instead of a metric, for the main metric of the benchmark."""

SHORTENED_PLAN = "paired"
"""The plan whose runs are cut short, so that many pairs fit into the time."""

_FAR_OUT = frozenset(("q90", "p95", "p99", "max"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """One benchmark and the budget that won for it; without a sample the metric is missing."""

    rule: BudgetRule
    benchmark: Benchmark
    metric: Metric | None = None
    sample: Sample | None = None
    statistic: str = "median"


def budget_results(suite: Suite, rules: Sequence[BudgetRule]) -> tuple[BudgetResult, ...]:
    """Hold every budget against the benchmarks it wins, in the order of the budgets.

    Where several budgets match one benchmark and speak of the same metric, the most specific wins. A budget that
    matches nothing is a result too, not measured.
    """
    names = Names([benchmark.name for benchmark in suite.benchmarks])
    cases = list(_cases(suite, names, rules))
    sampled = [case for case in cases if case.sample is not None]
    rows = iter(pooled([case.sample for case in sampled if case.sample is not None]).tolist())
    shortened = suite.plan == SHORTENED_PLAN
    results = [(case.rule, _result(case, next(rows) if case.sample else None, shortened=shortened)) for case in cases]
    results += [(rule, _unmatched(rule)) for rule in _without_benchmark(names, rules, cases)]
    place = {id(rule): index for index, rule in enumerate(rules)}
    return tuple(result for _, result in sorted(results, key=lambda pair: place[id(pair[0])]))


def _cases(suite: Suite, names: Names, rules: Sequence[BudgetRule]) -> Iterator[_Case]:
    by_metric: dict[str, list[BudgetRule]] = {}
    for budget in rules:
        by_metric.setdefault(STATISTIC_OF.get(budget.metric, budget.metric), []).append(budget)
    winners = [names.most_specific(of_metric) for of_metric in by_metric.values()]
    for benchmark, *won in zip(suite.benchmarks, *winners, strict=True):
        for rule in won:
            if rule is not None:
                yield _case(rule, benchmark)


def _case(rule: BudgetRule, benchmark: Benchmark) -> _Case:
    """Find the metric by its name first: a tool that reports a ``p95`` of its own is believed."""
    for named, values in benchmark.samples:
        if named.name in rule.metrics:
            return _Case(rule=rule, benchmark=benchmark, metric=named, sample=values)
    if rule.metric in STATISTIC_OF and benchmark.samples:
        metric, sample = benchmark.samples[0]
        statistic = STATISTIC_OF[rule.metric]
        return _Case(rule=rule, benchmark=benchmark, metric=metric, sample=sample, statistic=statistic)
    return _Case(rule=rule, benchmark=benchmark)


def _without_benchmark(names: Names, rules: Sequence[BudgetRule], cases: Sequence[_Case]) -> list[BudgetRule]:
    """Return the budgets that match nothing, apart from those that only lost to a more specific one."""
    won = {id(case.rule) for case in cases}
    return [rule for rule in rules if id(rule) not in won and next(names.matching(rule.match), None) is None]


def _unmatched(rule: BudgetRule) -> BudgetResult:
    return _filled(rule, rule.match, None, None, "not_measured", reasons.BUDGET_MATCHES_NOTHING)


def _result(case: _Case, row: list[float] | None, *, shortened: bool) -> BudgetResult:
    label = benchmark_label(case.benchmark.name, case.benchmark.params)
    value, why = _value(case, row, shortened=shortened)
    bound = _bound(case.rule, case.metric) if case.metric is not None else None
    if value is not None and bound is None:
        why = reasons.BUDGET_WITHOUT_DIRECTION
    elif value is not None and case.rule.ordered not in (None, bound):
        why = reasons.BUDGET_AGAINST_DIRECTION.format(better=case.metric.better if case.metric else None)
    if value is None or bound is None or why:
        return _filled(case.rule, label, case.benchmark.category, value, "not_measured", why)
    return _filled(case.rule, label, case.benchmark.category, value, status_of(value, case.rule, bound), None)


def _bound(rule: BudgetRule, metric: Metric) -> Bound | None:
    if rule.bound is not None:
        return rule.bound
    if metric.better is None:
        return rule.ordered
    return "at-most" if metric.better == "lower" else "at-least"


def status_of(value: float, rule: BudgetRule | BudgetResult, bound: Bound) -> BudgetStatus:
    """Return which level a value went beyond; a value right on a level keeps it."""
    sign = 1.0 if bound == "at-most" else -1.0
    levels: tuple[tuple[BudgetStatus, float | None], ...] = (
        ("critical", rule.critical),
        ("warning", rule.warning),
        ("above_target", rule.target),
    )
    return next((status for status, level in levels if level is not None and sign * (value - level) > 0), "met")


def _value(case: _Case, row: list[float] | None, *, shortened: bool) -> tuple[float | None, str | None]:
    """Return the value, or why there is none."""
    if case.metric is None or row is None:
        return None, _why_no_metric(case)
    if case.metric.unit != case.rule.unit:
        return None, reasons.unit_mismatch(case.metric.name, case.metric.unit, case.rule.unit)
    if shortened and case.statistic in _FAR_OUT:
        return None, reasons.BUDGET_ON_SHORT_RUNS
    count, needed = row[COLUMN["n"]], ENOUGH.get(case.statistic, 0)
    if count < needed:
        return None, reasons.too_few_rounds(case.rule.metric, int(count), needed)
    value = row[COLUMN[case.statistic]]
    if isnan(value) and case.metric.name in case.rule.metrics:
        value = row[COLUMN["mean"]]
    return (None, reasons.BUDGET_NO_STATISTIC.format(statistic=case.rule.metric)) if isnan(value) else (value, None)


def _why_no_metric(case: _Case) -> str:
    if case.benchmark.error is not None:
        return case.benchmark.error
    names = ", ".join(metric.name for metric, _ in case.benchmark.samples)
    return reasons.BUDGET_METRIC_MISSING.format(metric=case.rule.metric, known=names)


def _filled(
    rule: BudgetRule,
    benchmark: str,
    category: str | None,
    value: float | None,
    status: BudgetStatus,
    reason: str | None,
) -> BudgetResult:
    return BudgetResult(
        benchmark=benchmark,
        metric=rule.metric,
        unit=rule.unit,
        value=value,
        target=rule.target,
        warning=rule.warning,
        critical=rule.critical,
        status=status,
        category=category,
        rule=rule.match,
        reason=reason,
    )
