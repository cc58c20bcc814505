"""The gate: what the whole job ends with, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reporter.config import NOT_COMPARED
from reporter.decide import reasons
from reporter.decide.decided import asked, cause_of, decided
from reporter.model import Gate
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.model import Assessment, BudgetResult, BudgetStatus, GateCause

Wanted = Literal["verdict", "advice", "nothing"]
"""What a comparison is for: it may fail the gate, it may only advise while budgets decide, or none was asked for."""

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
    *,
    wanted: Wanted = "verdict",
    absent: str | None = None,
    cure: str | None = None,
    not_compared: str | None = None,
) -> Gate:
    """Fail for the verdicts and levels of budgets in ``fail_on``, with the count of each as reasons.

    ``undecided`` is why one side could not be measured; then there is no passing, and neither is there where a
    comparison was ``wanted`` and came to no answer: ``not_compared`` says why there was none, ``absent`` why there was
    no baseline, ``cure`` what would decide it. Metrics without a declared direction never gate, and neither do accepted
    regressions. ``passing`` says who accepted some for this commit.
    """
    cause: GateCause | None = "not-compared" if not_compared else _cause(assessments, budgets, wanted)
    lines = [*_of_rows(assessments, fail_on), *_of_budgets(budgets, fail_on)]
    why = reasons.NO_BUDGET_MEASURED if wanted == "nothing" else _why(assessments, cause, not_compared or absent)
    if cause == NOT_COMPARED and NOT_COMPARED in fail_on:
        lines.append(why)
    if undecided:
        return Gate(status="undecided", reasons=(undecided, *lines), cause="not-measured")
    if lines:
        return Gate(status="failed", reasons=(*lines, *((passing,) if passing else ())))
    if cause:
        return Gate(status="undecided", reasons=tuple(filter(None, (why, cure, passing))), cause=cause)
    return Gate(status="passed", reasons=(passing,) if passing else ())


def _of_rows(assessments: Sequence[Assessment], fail_on: Collection[str]) -> list[str]:
    judged = [row.verdict for row in assessments if row.comparison.metric.better is not None and not row.accepted]
    return [reasons.gate_line(judged.count(word), word) for word in dict.fromkeys(judged) if word in fail_on]


def _of_budgets(budgets: Sequence[BudgetResult], fail_on: Collection[str]) -> list[str]:
    counts = {word: sum(budget.status == status for budget in budgets) for word, status in _BUDGETS.items()}
    return [reasons.budget_line(count, _BUDGETS[word]) for word, count in counts.items() if count and word in fail_on]


def _cause(assessments: Sequence[Assessment], budgets: Sequence[BudgetResult], wanted: Wanted) -> GateCause | None:
    """Return why nothing was decided. Budgets that were measured decide where no comparison may."""
    held = any(budget.status != "not_measured" for budget in budgets)
    if wanted == "nothing":
        return "not-compared" if budgets and not held else None
    return None if wanted == "advice" and held else cause_of(assessments)


def _why(assessments: Sequence[Assessment], cause: GateCause | None, absent: str | None) -> str:
    if absent:
        return reasons.not_compared(absent)
    rows = asked(assessments)
    if not rows:
        return reasons.NOTHING_COMPARED
    noun = "timing" if is_timing(rows[0].comparison.metric.unit) else "value"
    return reasons.little(decided(rows), len(rows), noun, "decided" if cause == "too-noisy" else "compared")
