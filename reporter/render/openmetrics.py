"""The verdict as OpenMetrics text, for monitoring systems: values, changes, verdicts and budgets as gauges.

https://prometheus.io/docs/specs/om/open_metrics_spec/ describes the format. Unknown numbers are left out, for no value
means unknown.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from reporter.model import benchmark_label
from reporter.records.categories import SEVERITIES, summaries
from reporter.render.view_text import LABEL_LIMIT, NAME_LIMIT
from reporter.shared.printable import openmetrics_label, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reporter.model import Assessment, BudgetResult, Report

    Labels = tuple[tuple[str, str], ...]
    Point = tuple[Labels, float | None]

_LEVEL = {status: len(SEVERITIES) - 1 - place for place, status in enumerate(SEVERITIES)}


def render(report: Report) -> str:
    """Write the text; it ends with ``# EOF``."""
    rows, budgets = report.assessments, report.budgets
    suite = ("suite", report.suite)
    families = (
        _family("gate_passed", "1 where the gate passed, else 0", [((suite,), float(report.gate.status == "passed"))]),
        _family("verdicts", "Rows with each verdict", _counts(report, suite)),
        _family("value", "Median of the head in the base unit of its metric", _values(rows)),
        _family("value_p95", "95th percentile of the head in the base unit", _percentiles(rows, "p95")),
        _family("value_p99", "99th percentile of the head in the base unit", _percentiles(rows, "p99")),
        _family("compared_baseline", "Value of the baseline that the change starts at", _compared(rows, "before")),
        _family("compared_head", "Value of the head that the change ends at", _compared(rows, "after")),
        _family("change_ratio", "head/baseline - 1", _changes(rows)),
        _family("budget_value", "Value that a budget is held against, in the base unit", _budget_values(budgets)),
        _family("budget_level", "0 met, 1 target missed, 2 not measured, 3 warning, 4 critical", _levels(budgets)),
        _family("category_verdicts", "Rows of a category with each verdict", _category_counts(report, suite)),
        _family("category_pass_rate", "Share of measured budgets that are kept", _pass_rates(report, suite)),
        _family("answers", "Answers of load tests with each status code, as far as told", _answers(report, suite)),
    )
    return "".join(line for family in families for line in family) + "# EOF\n"


def _family(name: str, about: str, points: Iterable[Point]) -> Iterator[str]:
    """Write one gauge; two points with the same labels are an error of the format, so only the first is kept."""
    known: dict[str, float] = {}
    for labels, value in points:
        if value is not None and isfinite(value):
            known.setdefault(",".join(_label(*label) for label in labels), value)
    if known:
        yield f"# TYPE benchverdict_{name} gauge\n"
        yield f"# HELP benchverdict_{name} {about}.\n"
    yield from (f"benchverdict_{name}{{{written}}} {float(value)!r}\n" for written, value in known.items())


def _label(name: str, value: str) -> str:
    limit = NAME_LIMIT if name == "benchmark" else LABEL_LIMIT
    return openmetrics_label(name, shorten(visible(value), limit))


def _identity(row: Assessment) -> Labels:
    comparison = row.comparison
    return (
        ("suite", comparison.suite),
        ("benchmark", benchmark_label(comparison.name, comparison.params)),
        ("metric", comparison.metric.name),
        ("unit", comparison.metric.unit),
        ("category", comparison.category or ""),
    )


def _counts(report: Report, suite: tuple[str, str]) -> Iterator[Point]:
    return (((suite, ("verdict", verdict)), float(count)) for verdict, count in report.counts().items())


def _values(rows: Iterable[Assessment]) -> Iterator[Point]:
    return ((_identity(row), row.comparison.head.median) for row in rows if row.comparison.head)


def _percentiles(rows: Iterable[Assessment], name: str) -> Iterator[Point]:
    return ((_identity(row), getattr(row.comparison.head, name)) for row in rows if row.comparison.head)


def _compared(rows: Iterable[Assessment], end: str) -> Iterator[Point]:
    return ((_identity(row), getattr(row.comparison.change, end)) for row in rows if row.comparison.change)


def _changes(rows: Iterable[Assessment]) -> Iterator[Point]:
    for row in rows:
        change = row.comparison.change
        if change and change.kind == "ratio":
            yield (*_identity(row), ("verdict", row.verdict)), change.marginal.point


def _budget_identity(result: BudgetResult) -> Labels:
    return (
        ("benchmark", result.benchmark),
        ("metric", result.metric),
        ("unit", result.unit),
        ("category", result.category or ""),
    )


def _budget_values(budgets: Iterable[BudgetResult]) -> Iterator[Point]:
    return ((_budget_identity(result), result.value) for result in budgets)


def _levels(budgets: Iterable[BudgetResult]) -> Iterator[Point]:
    return ((_budget_identity(result), float(_LEVEL[result.status])) for result in budgets)


def _category_counts(report: Report, suite: tuple[str, str]) -> Iterator[Point]:
    for entry in summaries(report):
        for verdict, count in entry.counts.items():
            if count:
                yield (suite, ("category", entry.name or ""), ("verdict", verdict)), float(count)


def _answers(report: Report, suite: tuple[str, str]) -> Iterator[Point]:
    return (((suite, ("status", status.code)), float(status.count)) for status in report.failures.statuses)


def _pass_rates(report: Report, suite: tuple[str, str]) -> Iterator[Point]:
    return (((suite, ("category", entry.name or "")), entry.pass_rate) for entry in summaries(report))
