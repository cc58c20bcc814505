"""The gate: what the whole job ends with, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reporter.config import NOT_COMPARED
from reporter.counts import word_of
from reporter.decide import reasons
from reporter.decide.decided import asked, cause_of, decided, has_both_sides
from reporter.decide.shards import split_name
from reporter.model import Gate
from reporter.shared.next_step import COUNTED
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reporter.model import Assessment, BudgetResult, BudgetStatus, GateCause

Wanted = Literal["verdict", "advice", "nothing"]
"""What a comparison is for: it may fail the gate, it may only advise while budgets decide, or none was asked for."""

_BUDGETS: dict[str, BudgetStatus] = {
    "budget-critical": "critical",
    "budget-warning": "warning",
    "budget-not-measured": "not_measured",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a gate depends on beside rows and budgets: what the comparison was for, and what stood in its way.

    ``undecided`` is why one side could not be measured; ``not_compared`` why there was no comparison, ``absent`` why
    there was no baseline, ``cure`` what would decide. ``not_counted`` says what the gate is to look at and was not
    counted. ``passing`` says who accepted some regressions of this commit.
    """

    wanted: Wanted = "verdict"
    undecided: str | None = None
    not_compared: str | None = None
    not_counted: str | None = None
    absent: str | None = None
    cure: str | None = None
    passing: str | None = None


ORDINARY = Circumstances()


PASSED_UNMEASURED = Gate(status="passed", reasons=())
"""Where nothing was measured because the change reaches no benchmark, and only those that it reaches were asked for."""


def gate(
    assessments: Sequence[Assessment],
    budgets: Sequence[BudgetResult],
    fail_on: Collection[str],
    given: Circumstances = ORDINARY,
) -> Gate:
    """Fail for the verdicts and levels of budgets in ``fail_on``, with the count of each as reasons.

    Where a side could not be measured there is no passing, and neither is there where a comparison was wanted and came
    to no answer. Metrics without a declared direction never gate, and neither do accepted regressions.
    """
    found = _cause(assessments, budgets, fail_on, given.wanted)
    cause: GateCause | None = "not-compared" if given.not_compared or given.not_counted else found
    lines = [*_of_rows(assessments, fail_on), *_of_budgets(budgets, fail_on)]
    why = _why(assessments, cause, given)
    if cause == NOT_COMPARED and NOT_COMPARED in fail_on:
        lines.append(why)
    if given.undecided:
        return Gate(status="undecided", reasons=(given.undecided, *lines), cause="not-measured")
    passing = (given.passing,) if given.passing else ()
    if lines:
        return Gate(status="failed", reasons=(*lines, *passing))
    if cause:
        return Gate(status="undecided", reasons=(why, *filter(None, (given.cure,)), *passing), cause=cause)
    return Gate(status="passed", reasons=passing)


def one_of_many(alone: Gate, suite: str) -> Gate:
    """Return the gate of a job that is one of several runners: it decides nothing alone, and failed only to measure."""
    _, runner = split_name(suite)
    if runner is None or runner.kind != "runner" or alone.cause == "not-measured":
        return alone
    return Gate(status="undecided", reasons=(reasons.ONE_OF_MANY.format(runner=runner),), cause="not-compared")


def failed_by_all(together: Gate, alone: Sequence[Gate]) -> Gate:
    """Return the gate of several runners: failed where their values are not there and each of them failed by itself."""
    if together.cause != "not-measured" or len(alone) < 2 or any(gate.status != "failed" for gate in alone):
        return together
    return Gate(status="failed", reasons=together.reasons[1:] or together.reasons)


def _of_rows(assessments: Sequence[Assessment], fail_on: Collection[str]) -> list[str]:
    """Count the rows that fail. What instruments counted has words of its own, unless there is nothing else."""
    gating = [row for row in assessments if row.comparison.metric.better is not None and not row.accepted]
    alone = _are_counts(row for row in assessments if has_both_sides(row))
    judged = [row.verdict for row in gating if alone or not _word(row)]
    worse = [_word(row) for row in gating if row.verdict == "regressed"]
    lines = [reasons.gate_line(judged.count(word), word) for word in dict.fromkeys(judged) if word in fail_on]
    own = [] if alone and "regressed" in fail_on else [word for word in COUNTED if word in fail_on and word in worse]
    return [*lines, *(reasons.counted_line(worse.count(word), word) for word in own)]


def _are_counts(rows: Iterable[Assessment]) -> bool:
    """Return whether there are rows, and all are of what instruments counted."""
    words = [_word(row) for row in rows]
    return bool(words) and all(words)


def _word(row: Assessment) -> str | None:
    metric = row.comparison.metric
    return word_of(metric.name, metric.unit)


def _of_budgets(budgets: Sequence[BudgetResult], fail_on: Collection[str]) -> list[str]:
    counts = {word: sum(budget.status == status for budget in budgets) for word, status in _BUDGETS.items()}
    return [reasons.budget_line(count, _BUDGETS[word]) for word, count in counts.items() if count and word in fail_on]


def _cause(
    assessments: Sequence[Assessment], budgets: Sequence[BudgetResult], fail_on: Collection[str], wanted: Wanted
) -> GateCause | None:
    """Return why nothing was decided. Budgets that were measured decide where no comparison may."""
    held = any(budget.status != "not_measured" for budget in budgets)
    if wanted == "nothing":
        return "not-compared" if budgets and not held else None
    if wanted == "advice" and held:
        return None
    return cause_of(assessments) or _of_counts(assessments, fail_on)


def _of_counts(assessments: Sequence[Assessment], fail_on: Collection[str]) -> GateCause | None:
    """Return why counts that the gate is to look at decide nothing."""
    found = [[row for row in assessments if _word(row) == word] for word in COUNTED if word in fail_on]
    return next((cause for rows in found if rows and (cause := cause_of(rows))), None)


def _why(assessments: Sequence[Assessment], cause: GateCause | None, given: Circumstances) -> str:
    if given.wanted == "nothing":
        return reasons.NO_BUDGET_MEASURED
    if given.not_counted and not given.not_compared:
        return given.not_counted
    absent = given.not_compared or given.absent
    if absent:
        return reasons.not_compared(absent)
    rows = asked(assessments)
    if not rows:
        return reasons.NOTHING_COMPARED
    noun = "timing" if is_timing(rows[0].comparison.metric.unit) else "value"
    return reasons.little(decided(rows), len(rows), noun, "decided" if cause == "too-noisy" else "compared")
