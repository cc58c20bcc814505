"""Refuse verdicts that do not follow from the numbers beside them: what a file says of itself proves nothing."""

from __future__ import annotations

from collections import Counter
from math import isnan
from typing import TYPE_CHECKING

from reporter.decide.budgets import status_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.model import DECIDED, JUDGED, STATISTICS, benchmark_label
from reporter.shared.errors import InputError
from reporter.shared.model import COMMIT
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.config.budget_rules import Bound
    from reporter.model import Assessment, BudgetResult, Change, Estimate, Report, Shift

_CURE = "run the job that measures again; where this comes back, look at what the pull request changes in its workflow"
_FAR = 1e-6
"""How far a point may be from after/before, as a share: both were rounded when they were written."""


def refuse_contradictions(report: Report, where: str) -> None:
    """Raise for a report that its own numbers contradict: a verdict against its interval, a row that is there twice.

    Raises:
        InputError: it is such a report (``verdict-contradicts``).
    """
    found = next(_contradictions(report), None)
    if found:
        raise InputError("verdict-contradicts", found, where=where, cure=_CURE)


def _contradictions(report: Report) -> Iterator[str]:
    yield from _of_commits(report)
    yield from _doubled(report)
    for row in report.assessments:
        found = _of_row(row, compared=report.compare != "none")
        if found:
            yield f"the benchmark {_label(row)!r} is called {row.verdict}, and {found}"
    if report.shift and _shift_contradicts(report.shift):
        yield f"the suite as a whole is called {report.shift.verdict}, and its interval says something else"
    for budget in report.budgets:
        if not _budget_follows(budget):
            yield f"a budget of {budget.benchmark!r} is called {budget.status}, and its value says something else"


def _of_commits(report: Report) -> Iterator[str]:
    sessions = [session.commit for session in report.sessions]
    baseline = report.baseline.commit if report.baseline else None
    for commit in (report.measured.base_sha, report.measured.head_sha, baseline, *sessions):
        if commit is not None and not COMMIT.fullmatch(commit):
            yield f"{commit!r} stands where a commit belongs"


def _doubled(report: Report) -> Iterator[str]:
    counts = Counter(
        (row.comparison.name, frozenset(row.comparison.params), row.comparison.metric.name)
        for row in report.assessments
    )
    for (name, _, metric), count in counts.items():
        if count > 1:
            yield f"the benchmark {name!r} has its {metric!r} {count} times"


def _of_row(row: Assessment, *, compared: bool) -> str | None:
    """Return what contradicts the verdict of a row; ``None`` where nothing does."""
    before, after, change = row.comparison.baseline, row.comparison.head, row.comparison.change
    if row.verdict in ("new", "missing", "errored"):
        absent = {"new": before, "missing": after, "errored": None}[row.verdict]
        return "both sides were measured" if absent or change else None
    if row.verdict == "not_comparable":
        return "a change is given" if change and row.comparison.metric.better else None
    if row.verdict in JUDGED and not compared:
        return "nothing was compared"
    if row.verdict in DECIDED and (change is None or before is None or after is None):
        return "a side is missing"
    return _of_change(row, change) if change else None


def _of_change(row: Assessment, change: Change) -> str | None:
    if change.statistic not in STATISTICS:
        return "no known statistic decided"
    if not _is_ordered(change.marginal) or (change.simultaneous and not _is_ordered(change.simultaneous)):
        return "its interval does not hold its change"
    if not _is_apart(change):
        return "its two values are not as far apart as its change says"
    if row.verdict in CHANGED:
        return None if _is_surely(row, change) else "its interval does not lie on that side of no change"
    if row.verdict == "unchanged":
        return None if _is_inside(row, change) else "its interval is not inside its margin"
    return None


def _is_ordered(estimate: Estimate) -> bool:
    """Return whether an interval holds its point; ends that are not known contradict nothing."""
    return not (estimate.low > estimate.point or estimate.point > estimate.high or estimate.low > estimate.high)


def _is_apart(change: Change) -> bool:
    """Return whether both values are as far apart as the change says, where they are known."""
    if change.before is None or change.after is None or isnan(change.marginal.point):
        return True
    point = change.marginal.point
    expected = change.before * (1 + point) if change.kind == "ratio" else change.before + point
    return abs(expected - change.after) <= _FAR * max(abs(expected), abs(change.after), abs(change.before))


def _is_surely(row: Assessment, change: Change) -> bool:
    """Return whether a change went the way of its verdict: with its whole interval, or where it has none its point."""
    better = row.comparison.metric.better
    if better is None:
        return False
    sign = 1.0 if (row.verdict == "regressed") is (better == "lower") else -1.0
    near = change.marginal.low if sign > 0 else change.marginal.high
    return sign * (change.marginal.point if is_without_interval(change) else near) > 0


def _is_inside(row: Assessment, change: Change) -> bool:
    """Return whether a change is inside the margin of its row, or without an interval not beyond its threshold."""
    if is_without_interval(change):
        return row.threshold is None or abs(change.marginal.point) <= row.threshold
    margin = margin_of(row, change)
    return -margin <= change.marginal.low and change.marginal.high <= margin


def margin_of(row: Assessment, change: Change) -> float:
    """Return the margin of a row, in the kind of its change; older reports do not tell it."""
    default = DEFAULT_POLICY.margin if change.kind == "ratio" else 0.0
    return default if row.margin is None else row.margin


def is_open_and_worse(row: Assessment) -> bool:
    """Return whether a row is not called regressed although its whole interval is worse than its threshold.

    An honest comparison may end so, where its test asks for more than the interval. Where the numbers are a claim, it
    is how a regression would be hidden.
    """
    change, better = row.comparison.change, row.comparison.metric.better
    if change is None or better is None or row.verdict == "regressed":
        return False
    low, high = change.marginal.low, change.marginal.high
    if is_without_interval(change):
        low = high = change.marginal.point
    default = DEFAULT_POLICY.threshold if change.kind == "ratio" else 0.0
    threshold = default if row.threshold is None else row.threshold
    return (low if better == "lower" else -high) > max(0.0, threshold)


def is_without_interval(change: Change) -> bool:
    """Return whether a named rule decided: it knows nothing of uncertainty."""
    return isnan(change.marginal.low) and isnan(change.marginal.high)


def _shift_contradicts(shift: Shift) -> bool:
    low, high, margin = shift.change.low, shift.change.high, DEFAULT_POLICY.margin
    follows = {"regressed": low > 0, "improved": high < 0, "unchanged": -margin <= low and high <= margin}
    return not follows.get(shift.verdict, shift.verdict == "inconclusive")


def _budget_follows(budget: BudgetResult) -> bool:
    """Return whether a budget's status is that of its value. One level alone does not tell which way is worse."""
    if budget.status == "not_measured":
        return True
    levels = [level for level in (budget.target, budget.warning, budget.critical) if level is not None]
    if budget.value is None or not levels:
        return False
    bounds: tuple[Bound, ...] = ("at-most", "at-least")
    if levels[0] != levels[-1]:
        bounds = ("at-most",) if levels[0] < levels[-1] else ("at-least",)
    return any(status_of(budget.value, budget, bound) == budget.status for bound in bounds)


def _label(row: Assessment) -> str:
    return benchmark_label(row.comparison.name, row.comparison.params)
