"""The gate: what the whole job ends with, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.model import Gate

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.model import Assessment, BudgetResult, BudgetStatus

_BUDGETS: dict[str, BudgetStatus] = {
    "budget-critical": "critical",
    "budget-warning": "warning",
    "budget-not-measured": "not_measured",
}


def gate(
    assessments: Sequence[Assessment],
    budgets: Sequence[BudgetResult],
    fail_on: Collection[str],
    undecided: str | None = None,
    passing: str | None = None,
    not_compared: str | None = None,
) -> Gate:
    """Fail for the verdicts and levels of budgets in ``fail_on``, with the count of each as reasons.

    ``undecided`` is why one side could not be measured; then there is no passing, and neither is there where a
    comparison was asked for and ``not_compared`` says why there was none. Metrics without a declared
    direction never gate, and neither do accepted regressions. ``passing`` says who accepted some for this commit.
    """
    judged = [row.verdict for row in assessments if row.comparison.metric.better is not None and not row.accepted]
    counts = [(word, judged.count(word)) for word in dict.fromkeys(judged) if word in fail_on]
    lines = [reasons.gate_line(count, word) for word, count in counts]
    for word, status in _BUDGETS.items():
        count = sum(budget.status == status for budget in budgets)
        if count and word in fail_on:
            lines.append(reasons.budget_line(count, status))
    if undecided:
        return Gate(status="undecided", reasons=(undecided, *lines))
    if not_compared and not lines:
        return Gate(status="undecided", reasons=(reasons.not_compared(not_compared),))
    return Gate(status="failed" if lines else "passed", reasons=(*lines, *((passing,) if passing else ())))
