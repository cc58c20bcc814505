"""A report as people read it: plain strings, computed once, before any output or template runs."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING

from reporter import __version__
from reporter.render import view_context, view_since, words
from reporter.render.links import NO_LINKS
from reporter.render.names import common_prefix
from reporter.render.order import display_names, grouped
from reporter.render.outcome import outcome_of
from reporter.render.strips import strips
from reporter.render.view_again import pytest_of, repeat, repeat_one
from reporter.render.view_budgets import budget_view
from reporter.render.view_failures import failures_view
from reporter.render.view_headline import headline, suite_changed
from reporter.render.view_rows import row_key, row_name, row_view
from reporter.render.view_sections import environment, not_measured
from reporter.render.view_tables import categories, resources
from reporter.render.view_text import percent_text, prose, smallest_change
from reporter.render.view_timeline import sources, timelines
from reporter.render.view_trends import trend_table
from reporter.render.view_types import CountView, GroupView, ReportView, WarningView
from reporter.units import is_timing
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import Report
    from reporter.render.links import Links
    from reporter.render.view_types import RowView
    from reporter.render.words import Outcome
    from reporter.shared.model import Notice
    from reporter.verdicts import GroupKey

__all__ = ["build"]

_CODE = re.compile(r"[a-z][a-z0-9-]{1,60}")
_HOME = re.compile(r"https://github\.com/[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,2000}")

MOST_DETAILED = 1_000
"""Rows that carry their raw numbers, the most important first; ``verdict.json`` has those of all. Without this bound
they would be two thirds of a page of 10,000 rows."""

Groups = dict["GroupKey", list[int]]


def build(
    report: Report, *, artifact_url: str | None = None, home: str | None = None, links: Links = NO_LINKS
) -> ReportView:
    """Put the report into words; ``artifact_url`` is where a reader finds the whole report, if anywhere.

    ``home`` is the address of Benchverdict's own repository, where its messages are explained, and ``links`` lead to
    the commits and runs of the project that was measured. Without them there are no links: one that leads nowhere is
    worse.
    """
    groups = grouped(report)
    names = display_names(report)
    outcome = outcome_of(report)
    budgets = tuple(map(budget_view, report.budgets))
    lead, whole = headline(report, groups, outcome)
    return ReportView(
        suite=prose(report.suite),
        outcome=outcome,
        symbol=words.OUTCOME_SYMBOLS[outcome],
        outcome_word=words.OUTCOME_WORDS[outcome],
        lead=lead,
        headline=whole,
        reasons=_reasons(report, groups, outcome),
        quiet=_is_quiet(report, groups, outcome),
        counts=tuple(_count_view(key, len(indexes)) for key, indexes in groups.items()),
        groups=_group_views(report, groups, names),
        categories=categories(report, groups),
        trends=trend_table(report, links),
        failures=failures_view(report.failures),
        budgets=budgets,
        warnings=tuple(_warning_view(notice, home) for notice in report.warnings),
        context=view_context.context(report),
        facts=view_context.facts(report, links),
        measured=view_context.measured(report),
        resources=resources(report.measured.resources),
        environment=environment(report),
        not_measured=not_measured(report, groups),
        repeat=repeat(report.measured),
        note=words.HOW_TO_GET_A_BASELINE if outcome == "no_baseline" else _detectable(report),
        shift=words.sentence(prose(report.shift.reason)) if report.shift else "",
        interval_label=_interval_label(report),
        since=view_since.saved_baseline(report),
        artifact_url=artifact_url if artifact_url and _ADDRESS.fullmatch(artifact_url) else "",
        generator=f"Benchverdict {__version__}",
        prefix=common_prefix([row_name(name) for name in names]) if len(names) > 1 else "",
        addresses=view_context.addresses(report, links),
        tell_sources=partial(sources, report, names, links),
        tell_strips=partial(strips, report),
        tell_timelines=partial(timelines, report, links),
    )


def _is_quiet(report: Report, groups: Groups, outcome: Outcome) -> bool:
    kept = all(result.status == "met" for result in report.budgets)
    return outcome == "passed" and all(STATES[key].quiet for key in groups) and kept and not suite_changed(report)


def _reasons(report: Report, groups: Groups, outcome: Outcome) -> tuple[str, ...]:
    """Return the gate's reasons unless the headline begins with the only one, or the line below it names it."""
    said = len(report.gate.reasons) == 1 and report.gate.status == "failed" and "regressed" in groups
    return () if said or outcome == "no_baseline" else tuple(map(prose, report.gate.reasons))


def _group_views(report: Report, groups: Groups, names: list[str]) -> tuple[GroupView, ...]:
    rows = _row_views(report, [index for indexes in groups.values() for index in indexes], names)
    return tuple(
        GroupView(
            key=key,
            title=STATES[key].title,
            symbol=STATES[key].symbol,
            calls=STATES[key].calls,
            rows=tuple(islice(rows, len(indexes))),
        )
        for key, indexes in groups.items()
    )


def _row_views(report: Report, order: list[int], names: list[str]) -> Iterator[RowView]:
    pytest = pytest_of(report.measured.command)
    saved = view_since.saved_baseline(report)
    for place, index in enumerate(order):
        assessment, detailed = report.assessments[index], place < MOST_DETAILED
        again = repeat_one(pytest, assessment.comparison.name) if detailed else ""
        yield row_view(assessment, row_key(index), names[index], detailed=detailed, again=again, saved=saved)


def _count_view(key: GroupKey, count: int) -> CountView:
    return CountView(key=key, symbol=STATES[key].symbol, word=words.state_word(key, count), count=f"{count:,}")


def _warning_view(notice: Notice, home: str | None) -> WarningView:
    has_page = home and _HOME.fullmatch(home) and _CODE.fullmatch(notice.code)
    url = f"{home}/{words.MESSAGES_PAGE}#{notice.code}" if has_page else ""
    return WarningView(code=prose(notice.code), text=prose(notice.text), url=url)


def _detectable(report: Report) -> str:
    """Return how small a change half of the timings would have shown, or of what there is where nothing is timed."""
    rows = [row for row in report.assessments if row.detectable is not None and isfinite(row.detectable)]
    timed = [row for row in rows if is_timing(row.comparison.metric.unit)]
    known = sorted(row.detectable or 0.0 for row in timed or rows)
    return words.detectable(smallest_change(known[len(known) // 2])) if known else ""


def _interval_label(report: Report) -> str:
    levels = {a.comparison.change.marginal.confidence for a in report.assessments if a.comparison.change}
    return f"{percent_text(levels.pop()).replace('.0', '')} interval" if len(levels) == 1 else "interval"
