"""The report of another run in words of ours: verdicts held against numbers, gate and sentences made here.

Its file may be anybody's. What stays of it are numbers, names and codes; what its text says of them does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.config import NOT_COMPARED
from reporter.counts import word_of
from reporter.decide import foreign_words, reasons
from reporter.decide.accept import accept, let_pass
from reporter.decide.consistent import is_open_and_worse, is_without_interval, margin_of, refuse_contradictions
from reporter.decide.counted_rows import missing_rows
from reporter.decide.gate import PASSED_UNMEASURED, Circumstances, gate
from reporter.decide.needed import is_beyond_pairs, what_would_decide
from reporter.decide.rulings import Ruling, not_confirmed, waiting
from reporter.decide.shift import words_of
from reporter.model import JUDGED, Gate
from reporter.shared.next_step import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from reporter.config import AcceptRule
    from reporter.decide.gate import Wanted
    from reporter.model import Assessment, BudgetResult, Change, Comparison, Noise, Override, Report

_EXPLAINED = ("regressed", "inconclusive")
"""Rows that may have a cause: it explains why something is slower."""
_PLANS = ("whole", "paired")
_SOURCE = re.compile(
    "this job( and (the whole suite|stored pairs))?|runs within the jobs|[0-9]{1,6} saved sessions|[0-9]{1,3} runners?"
)
_ELSEWHERE = "the run that measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What decides about the report of another run: what its reader knows, and nothing of the report.

    ``accepts`` are reviewed rules, held against ``today``; ``override`` is who is known to have accepted its
    regressions. Only a run that ``may_save`` is believed that it saves a baseline, and only
    with ``may_select`` one passes that had nothing to measure.
    """

    fail_on: Collection[str]
    today: date
    accepts: tuple[AcceptRule, ...] = ()
    override: Override | None = None
    may_save: bool = False
    may_select: bool = False


def rebuild(report: Report, reader: Reader, where: str) -> Report:
    """Return the report with its verdicts confirmed by its numbers, and its gate and all its sentences made here.

    Raises:
        InputError: a verdict contradicts its numbers, or a row is there twice (``verdict-contradicts``).
    """
    refuse_contradictions(report, where)
    rows, expired = accept(tuple(_row(row, report) for row in report.assessments), reader.accepts, reader.today)
    rows, passing = let_pass(rows, reader.override)
    plan = report.measured.plan if report.measured.plan in _PLANS else _ELSEWHERE
    made = replace(
        report,
        measured=replace(report.measured, command=None, plan=plan),
        baseline_reason=None if report.baseline else foreign_words.NO_BASELINE,
        shift=report.shift and replace(report.shift, reason=words_of(report.shift.verdict, report.shift.change)),
        assessments=rows,
        budgets=tuple(map(_budget, report.budgets)),
        warnings=(*foreign_words.warned(report.warnings), *expired),
        override=reader.override if passing else None,
        saved=report.saved and reader.may_save,
        failed=report.failed and structs.replace(report.failed, what=foreign_words.SIDE_FAILED),
    )
    return replace(made, gate=_held_open(_gate(made, reader, passing), rows, reader.fail_on))


def _gate(report: Report, reader: Reader, passing: str | None) -> Gate:
    if report.nothing_affected and reader.may_select:
        return PASSED_UNMEASURED
    not_measured = report.gate.cause == "not-measured"
    barrier, paired = _not_compared(report), report.compare == "paired"
    return gate(
        report.assessments,
        report.budgets,
        reader.fail_on,
        Circumstances(
            wanted=_wanted(report),
            undecided=_why_not_measured(report) if not_measured else None,
            not_compared=barrier,
            not_counted=_not_counted(report, reader.fail_on),
            absent=report.baseline_reason,
            cure=None if barrier else what_would_decide(report.assessments, report.measured, paired=paired),
            passing=passing,
        ),
    )


def _why_not_measured(report: Report) -> str:
    return report.failed.what if report.failed else foreign_words.SIDE_NOT_MEASURED


def _held_open(made: Gate, rows: Sequence[Assessment], fail_on: Collection[str]) -> Gate:
    """Return a gate that passes over no row which only its own word keeps from having regressed."""
    count = sum(map(is_open_and_worse, rows))
    if made.status != "passed" or not count or "regressed" not in fail_on:
        return made
    return Gate(status="undecided", reasons=(foreign_words.looks_worse(count), *made.reasons), cause="too-noisy")


def _wanted(report: Report) -> Wanted:
    """Return what the comparison is taken to have been for; a report that says that it is undecided is believed.

    A screen alone may only advise. Where nothing was compared, only measured budgets or a saved baseline let it pass.
    """
    if report.saved:
        return "nothing"
    if report.gate.cause:
        return "verdict"
    return "advice" if report.compare in ("none", "screen") else "verdict"


def _not_compared(report: Report) -> str | None:
    """Return what kept base and head from being compared; ``None`` where they were, or where it is not known."""
    return foreign_words.not_compared(report.warnings) if report.gate.cause == NOT_COMPARED else None


def _not_counted(report: Report, fail_on: Collection[str]) -> str | None:
    """Return what the gate of the reader is to look at and was not counted, whatever the report says of its gate.

    Its own configuration may have asked for less.
    """
    if report.saved:
        return None
    words = [word for word in COUNTED if word in fail_on]
    missing = missing_rows(report.assessments, words, foreign_words.NOT_ASKED)
    return missing or foreign_words.not_counted(report.warnings)


def _row(row: Assessment, report: Report) -> Assessment:
    compared = replace(row.comparison, suite=report.suite, noise=_noise(row.comparison.noise))
    ruling = _ruling(row, compared, report)
    explained = ruling.verdict in _EXPLAINED
    return replace(
        row,
        comparison=compared,
        verdict=ruling.verdict,
        reason=ruling.reason,
        cure=ruling.cure,
        accepted=None,
        detectable=_detectable(row),
        cause=row.cause if explained else None,
        memory=row.memory if explained else None,
        instructions=row.instructions if explained else None,
    )


def _detectable(row: Assessment) -> float | None:
    """Return the smallest detectable change, unless the interval is too wide for it."""
    change, least = row.comparison.change, row.detectable
    if least is None or row.verdict != "inconclusive":
        return least
    if change is None or change.kind != "ratio":
        return None
    return least if change.marginal.high - change.marginal.low <= 2 * least else None


def _ruling(row: Assessment, compared: Comparison, report: Report) -> Ruling:
    change, metric, noise = compared.change, compared.metric, compared.noise
    if change is None or row.verdict not in JUDGED:
        reason, cure = foreign_words.repeated(row.verdict, row.reason)
        return Ruling(verdict=row.verdict, reason=reason, cure=cure)
    if is_without_interval(change):
        return _of_count(row, change) if word_of(metric.name, metric.unit) else _of_rule(row, change)
    if row.verdict == "inconclusive":
        return _open(row, change, noise, report)
    if row.verdict == "unchanged":
        reason = reasons.inside(change, metric, noise, margin_of(row, change))
    else:
        reason = reasons.changed(change, metric, noise, None)
    return Ruling(verdict=row.verdict, reason=reason)


def _noise(noise: Noise | None) -> Noise | None:
    if noise is None or _SOURCE.fullmatch(noise.source):
        return noise
    return structs.replace(noise, source=_ELSEWHERE)


def _of_rule(row: Assessment, change: Change) -> Ruling:
    """Return what a named rule has decided; unchanged a row is only where the bound of the rule is known."""
    if row.verdict == "unchanged" and row.threshold is None:
        return Ruling(verdict="inconclusive", reason=foreign_words.NO_INTERVAL)
    if row.verdict == "inconclusive":
        return Ruling(verdict=row.verdict, reason=foreign_words.UNCHECKED)
    return Ruling(verdict=row.verdict, reason=foreign_words.without_interval(change, row.comparison.metric))


def _of_count(row: Assessment, change: Change) -> Ruling:
    """Return what a count has decided by its own bound."""
    if row.threshold is None or row.verdict == "inconclusive":
        return _of_rule(row, change)
    moved = row.verdict != "unchanged"
    return Ruling(
        verdict=row.verdict, reason=reasons.by_count(change, row.comparison.metric, row.threshold, moved=moved)
    )


def _open(row: Assessment, change: Change, noise: Noise | None, report: Report) -> Ruling:
    """Return why a row is open: a second look has to come, did not confirm the first, or was not enough."""
    metric, paired = row.comparison.metric, report.compare == "paired"
    if row.suspect:
        return waiting(change, metric) if report.confirm else not_confirmed(reasons.spoken(change, metric))
    hopeless = noise is not None and is_beyond_pairs(noise, change, row.margin)
    cure = reasons.undecided_cure("pairs" if paired else "runs", hopeless=hopeless)
    reason = reasons.settled("inconclusive", change, metric, noise, 0.0)
    return Ruling(verdict="inconclusive", reason=reason, cure=cure)


def _budget(budget: BudgetResult) -> BudgetResult:
    return structs.replace(budget, reason=foreign_words.BUDGET_NO_VALUE if budget.status == "not_measured" else None)
