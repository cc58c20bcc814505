"""A report as people read it: plain strings, computed once, before any output or template runs."""

from __future__ import annotations

import re
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING

from reporter import __version__
from reporter.render import view_context, words
from reporter.render.order import display_names, grouped
from reporter.render.view_again import pytest_of, repeat, repeat_one
from reporter.render.view_budgets import budget_view
from reporter.render.view_failures import failures_view
from reporter.render.view_rows import row_key, row_view
from reporter.render.view_sections import environment, not_measured
from reporter.render.view_tables import categories, resources
from reporter.render.view_text import percent_text, prose, smallest_change
from reporter.render.view_trends import trend_table
from reporter.render.view_types import CountView, GroupView, ReportView, WarningView
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import Notice, Report
    from reporter.render.view_types import RowView
    from reporter.render.words import GroupKey, Outcome

__all__ = ["build"]

_CALLING: frozenset[GroupKey] = frozenset(("regressed", "errored", "missing", "improved", "suspect"))
_QUIET: frozenset[GroupKey] = frozenset(("unchanged", "inconclusive", "report_only"))
_CODE = re.compile(r"[a-z][a-z0-9-]{1,60}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,2000}")

MOST_DETAILED = 1_000
"""Rows that carry their raw numbers, the most important first; ``verdict.json`` has those of all. Without this bound
they would be two thirds of a page of 10,000 rows."""

Groups = dict["GroupKey", list[int]]


def build(report: Report, *, artifact_url: str | None = None) -> ReportView:
    """Put the report into words; ``artifact_url`` is where a reader finds the whole report, if anywhere."""
    groups = grouped(report)
    outcome = _outcome(report)
    budgets = tuple(map(budget_view, report.budgets))
    lead, headline = _headline(report, groups, outcome)
    return ReportView(
        suite=prose(report.suite),
        outcome=outcome,
        symbol=words.OUTCOME_SYMBOLS[outcome],
        outcome_word=words.OUTCOME_WORDS[outcome],
        lead=lead,
        headline=headline,
        reasons=_reasons(report, groups),
        quiet=_is_quiet(report, groups, outcome),
        counts=tuple(_count_view(key, len(indexes)) for key, indexes in groups.items()),
        groups=_group_views(report, groups),
        categories=categories(report, groups),
        trends=trend_table(report),
        failures=failures_view(report.failures),
        budgets=budgets,
        warnings=tuple(map(_warning_view, report.warnings)),
        context=view_context.context(report),
        measured=view_context.measured(report),
        resources=resources(report.measured.resources),
        environment=environment(report),
        not_measured=not_measured(report, groups),
        repeat=repeat(report.measured),
        note=words.HOW_TO_GET_A_BASELINE if outcome == "no_baseline" else _detectable(report),
        shift=words.sentence(prose(report.shift.reason)) if report.shift else "",
        interval_label=_interval_label(report),
        artifact_url=artifact_url if artifact_url and _ADDRESS.fullmatch(artifact_url) else "",
        generator=f"Benchverdict {__version__}",
    )


def _outcome(report: Report) -> Outcome:
    """Tell what passed because nothing regressed from what passed because nothing could be seen."""
    if report.gate.status != "passed":
        return report.gate.status
    if not report.compared:
        return "no_baseline" if report.baseline is None else "not_compared"
    return "incomplete" if report.counts()["errored"] else "passed"


def _is_quiet(report: Report, groups: Groups, outcome: Outcome) -> bool:
    kept = all(result.status == "met" for result in report.budgets)
    return outcome == "passed" and groups.keys() <= _QUIET and kept and not _suite_changed(report)


def _suite_changed(report: Report) -> bool:
    return report.shift is not None and report.shift.verdict in ("regressed", "improved")


def _reasons(report: Report, groups: Groups) -> tuple[str, ...]:
    """Give the gate's reasons unless the headline begins with the only one."""
    said = len(report.gate.reasons) == 1 and report.gate.status == "failed" and "regressed" in groups
    return () if said else tuple(map(prose, report.gate.reasons))


def _headline(report: Report, groups: Groups, outcome: Outcome) -> tuple[str, str]:
    """Give the headline without and with the counts that outputs may show in another way."""
    total = sum(len(indexes) for key, indexes in groups.items() if key != "report_only")
    noun = _noun(report, groups)
    if outcome == "no_baseline":
        errored = len(groups.get("errored", ()))
        met = sum(result.status == "met" for result in report.budgets)
        kept = words.headline_budgets(met, len(report.budgets)) if report.budgets else ""
        return (words.headline_no_baseline(len(report.assessments), noun, errored) + kept,) * 2
    if outcome == "undecided":
        return words.HEADLINE_UNDECIDED, words.HEADLINE_UNDECIDED
    counts: dict[GroupKey, int] = {key: len(indexes) for key, indexes in groups.items() if key != "report_only"}
    if outcome == "not_compared":
        return (words.headline_not_compared(counts, total, noun),) * 2
    lead = words.headline_lead(counts, total, noun, _extreme(report, groups))
    rest = words.headline_rest(counts)
    additions = words.headline_additions(
        shift=percent_text(report.shift.change.point, signed=True) if report.shift and _suite_changed(report) else "",
        critical_budgets=sum(result.status == "critical" for result in report.budgets),
        suspects=counts.get("suspect", 0) if report.confirm else 0,
        lenient=report.gate.status == "passed" and "regressed" in groups,
    )
    return "; ".join((lead, *additions)), "; ".join((lead, *([rest] if rest else []), *additions))


def _noun(report: Report, groups: Groups) -> str:
    judged = [report.assessments[i].comparison for key, group in groups.items() if key != "report_only" for i in group]
    benchmarks = {(comparison.suite, comparison.name, comparison.params) for comparison in judged}
    return "benchmark" if len(benchmarks) == len(judged) else "benchmark metric"


def _extreme(report: Report, groups: Groups) -> str:
    """Give the largest change of the group that the headline begins with, when that is a group of changes."""
    key = next((key for key in ("regressed", "errored", "missing", "improved") if key in groups), None)
    if key not in ("regressed", "improved"):
        return ""
    first = report.assessments[groups[key][0]].comparison
    row = row_view(report.assessments[groups[key][0]], "", first.name)
    return words.extreme(row.change, key, several=len(groups[key]) > 1) if first.change else ""


def _group_views(report: Report, groups: Groups) -> tuple[GroupView, ...]:
    rows = _row_views(report, [index for indexes in groups.values() for index in indexes])
    return tuple(
        GroupView(
            key=key,
            title=words.GROUP_TITLES[key],
            symbol=words.GROUP_SYMBOLS[key],
            calls=key in _CALLING,
            rows=tuple(islice(rows, len(indexes))),
        )
        for key, indexes in groups.items()
    )


def _row_views(report: Report, order: list[int]) -> Iterator[RowView]:
    names, pytest = display_names(report), pytest_of(report.measured.command)
    for place, index in enumerate(order):
        assessment, detailed = report.assessments[index], place < MOST_DETAILED
        again = repeat_one(pytest, assessment.comparison.name) if detailed else ""
        yield row_view(assessment, row_key(index), names[index], detailed=detailed, again=again)


def _count_view(key: GroupKey, count: int) -> CountView:
    return CountView(key=key, symbol=words.GROUP_SYMBOLS[key], word=words.GROUP_WORDS[key], count=f"{count:,}")


def _warning_view(notice: Notice) -> WarningView:
    code = notice.code if _CODE.fullmatch(notice.code) else ""
    return WarningView(
        code=prose(notice.code), text=prose(notice.text), url=f"{words.MESSAGES_PAGE}#{code}" if code else ""
    )


def _detectable(report: Report) -> str:
    """Say how small a change half of the timings would have shown, or of what there is where nothing is timed."""
    rows = [row for row in report.assessments if row.detectable is not None and isfinite(row.detectable)]
    timed = [row for row in rows if is_timing(row.comparison.metric.unit)]
    known = sorted(row.detectable or 0.0 for row in timed or rows)
    return words.detectable(smallest_change(known[len(known) // 2])) if known else ""


def _interval_label(report: Report) -> str:
    levels = {a.comparison.change.marginal.confidence for a in report.assessments if a.comparison.change}
    return f"{percent_text(levels.pop()).replace('.0', '')} interval" if len(levels) == 1 else "interval"
