"""What each category comes to: verdicts counted, budgets met, the worst of them. Derived from a report, not stored."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from reporter.model import BudgetStatus, Report, Verdict, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import Assessment, BudgetResult

SEVERITIES: tuple[BudgetStatus, ...] = ("critical", "warning", "not_measured", "above_target", "met")
"""From the worst on; a budget that nobody measured is no better than a missed target."""

_PASSING = ("met", "above_target")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySummary:
    """One category; ``name`` is ``None`` for what has none.

    ``severity`` is the worst status of its budgets. ``pass_rate`` is the share of its measured budgets that are beyond
    neither warning nor critical; both are ``None`` where there is no such budget. ``change`` is the median of its
    changes in percent; ``None`` where it has none.
    """

    name: str | None
    counts: dict[Verdict, int]
    budgets_met: int
    budgets: int
    severity: BudgetStatus | None
    pass_rate: float | None
    change: float | None


def summaries(report: Report) -> tuple[CategorySummary, ...]:
    """Sum up every category in the order of first appearance, what has none last; nothing when nothing has one."""
    names = dict.fromkeys(_names(report))
    if not any(names):
        return ()
    rows: dict[str | None, list[Assessment]] = {name: [] for name in names}
    for row in report.assessments:
        rows[row.comparison.category or None].append(row)
    budgets: dict[str | None, list[BudgetResult]] = {name: [] for name in names}
    for result in report.budgets:
        budgets[result.category or None].append(result)
    order = sorted(names, key=lambda name: name is None)
    return tuple(_summary(name, rows[name], budgets[name]) for name in order)


def _names(report: Report) -> Iterator[str | None]:
    for row in report.assessments:
        yield row.comparison.category or None
    for result in report.budgets:
        yield result.category or None


def _summary(name: str | None, rows: list[Assessment], budgets: list[BudgetResult]) -> CategorySummary:
    statuses = [result.status for result in budgets]
    measured = [status for status in statuses if status != "not_measured"]
    passing = sum(status in _PASSING for status in measured)
    changes = [change.marginal.point for row in rows if (change := row.comparison.change) and change.kind == "ratio"]
    return CategorySummary(
        name=name,
        counts=counted(rows),
        budgets_met=statuses.count("met"),
        budgets=len(statuses),
        severity=next((severity for severity in SEVERITIES if severity in statuses), None),
        pass_rate=passing / len(measured) if measured else None,
        change=median(changes) if changes else None,
    )
