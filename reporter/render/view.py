"""A report as people read it: plain strings, computed once, before any output or template runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import structs

from reporter import __version__
from reporter.render import view_context, view_since, words
from reporter.render.comment_words import GLOSSARY_PAGE
from reporter.render.links import NO_LINKS, checked
from reporter.render.names import cut_apart, without_prefix
from reporter.render.order import display_names, grouped
from reporter.render.outcome import outcome_of
from reporter.render.strips import strips
from reporter.render.view_again import pytest_of, repeat, repeat_one
from reporter.render.view_budgets import budget_view
from reporter.render.view_context import fingerprint_texts
from reporter.render.view_failed import failed_view
from reporter.render.view_failures import failures_view
from reporter.render.view_found import least_found, note
from reporter.render.view_headline import around_name, headline, moved_together, suite_changed
from reporter.render.view_place import place
from reporter.render.view_rows import row_key, row_view
from reporter.render.view_tables import categories, resources
from reporter.render.view_text import NAME_LIMIT, percent_text, prose
from reporter.render.view_timeline import timelines
from reporter.render.view_trends import trend_table
from reporter.render.view_types import (
    CountView,
    EnvironmentView,
    GroupView,
    NotReachedView,
    ReportView,
    SetupView,
    WarningView,
)
from reporter.shared.printable import shorten, visible
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.model import Report
    from reporter.render.links import Links
    from reporter.render.view_types import RowView
    from reporter.render.words import Outcome
    from reporter.shared.model import Notice
    from reporter.verdicts import GroupKey

__all__ = ["build"]

_CODE = re.compile(r"[a-z][a-z0-9-]{1,60}")
_HOME = re.compile(r"https://github\.com/[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")

MOST_DETAILED = 1_000
"""Rows that carry their raw numbers, the most important first; ``verdict.json`` has those of all. Without this bound
they would be two thirds of a page of 10,000 rows."""

SHORT_NAME = 72
"""Columns of a short name, in every table."""

Groups = dict["GroupKey", list[int]]

MOST_NOT_REACHED = 1000
"""Names of benchmarks that the change does not reach, as the page shows them."""


def build(
    report: Report, *, artifact_url: str | None = None, home: str | None = None, links: Links = NO_LINKS
) -> ReportView:
    """Put the report into words; ``artifact_url`` is where a reader finds the whole report, if anywhere.

    Messages are explained in the repository at ``home``, and ``links`` lead to the one that was measured.
    """
    groups, outcome, names = grouped(report), outcome_of(report), _Names.of(report)
    lead, whole = headline(report, groups, outcome, names.short)
    return ReportView(
        suite=prose(report.suite),
        outcome=outcome,
        lead=lead,
        headline=whole,
        lead_parts=around_name(lead, groups, names.short),
        reasons=_reasons(report, groups, outcome),
        quiet=_is_quiet(report, groups, outcome),
        counts=tuple(_count_view(key, len(indexes)) for key, indexes in groups.items()),
        groups=_group_views(report, groups, names, links),
        categories=categories(report, groups),
        trends=trend_table(report, links),
        failures=failures_view(report.failures),
        failed=failed_view(report, links),
        budgets=tuple(map(budget_view, report.budgets)),
        warnings=tuple(_warning_view(notice, home) for notice in report.warnings),
        setup=_setup(report, links),
        not_measured=_not_measured(report, groups),
        not_reached=_not_reached(report),
        note=words.HOW_TO_GET_A_BASELINE if outcome == "no_baseline" else note(report, groups),
        shift=words.sentence(prose(report.shift.reason)) if report.shift else "",
        interval_label=_interval_label(report),
        prefix=names.prefix,
        place=place(report, links, _guide(home)),
        together=moved_together(report, groups),
        since=view_since.saved_baseline(report),
        artifact_url=checked(artifact_url),
        generator=f"Benchverdict {__version__}",
        make_strips=partial(strips, report),
        make_timelines=partial(timelines, report, links),
    )


def _guide(home: str | None) -> str:
    return f"{home}/{GLOSSARY_PAGE}" if home and _HOME.fullmatch(home) else ""


def _setup(report: Report, links: Links) -> SetupView:
    return SetupView(
        context=view_context.context(report),
        facts=view_context.facts(report, links),
        measured=view_context.measured(report),
        addresses=view_context.addresses(report, links),
        environment=_environment(report),
        resources=resources(report.measured.resources),
        repeat=repeat(report.measured),
    )


def _is_quiet(report: Report, groups: Groups, outcome: Outcome) -> bool:
    kept = all(result.status == "met" for result in report.budgets)
    return outcome == "passed" and all(STATES[key].quiet for key in groups) and kept and not suite_changed(report)


def _reasons(report: Report, groups: Groups, outcome: Outcome) -> tuple[str, ...]:
    """Return the gate's reasons unless the headline or the line about what failed names the only one."""
    known = len(report.gate.reasons) == 1 and report.gate.status == "failed" and "regressed" in groups
    known = known or (report.failed is not None and report.gate.reasons == (report.failed.what,))
    if outcome == "no_baseline":
        return tuple(filter(None, (words.inside(prose(report.baseline_reason or "")).removesuffix("."),)))
    return () if known else tuple(map(prose, report.gate.reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What the rows are called: in full as they came from outside, and short, different from each other."""

    full: Sequence[str]
    short: Sequence[str]
    prefix: str

    @classmethod
    def of(cls, report: Report) -> _Names:
        """Take what all names begin with off them."""
        full = display_names(report)
        prefix, rest = without_prefix([shorten(visible(name), NAME_LIMIT) for name in full])
        return cls(full=full, short=cut_apart(rest, SHORT_NAME), prefix=prefix)


def _group_views(report: Report, groups: Groups, names: _Names, links: Links) -> tuple[GroupView, ...]:
    rows = _row_views(report, [index for indexes in groups.values() for index in indexes], names, links)
    return tuple(
        GroupView(
            key=key,
            title=STATES[key].title,
            symbol=STATES[key].symbol,
            calls=STATES[key].calls,
            least=least_found(report, indexes),
            rows=tuple(islice(rows, len(indexes))),
        )
        for key, indexes in groups.items()
    )


def _row_views(report: Report, order: list[int], names: _Names, links: Links) -> Iterator[RowView]:
    pytest, saved = pytest_of(report.measured.command), view_since.saved_baseline(report)
    for rank, index in enumerate(order):
        assessment, detailed = report.assessments[index], rank < MOST_DETAILED
        name = assessment.comparison.name
        again = repeat_one(pytest, name) if detailed else ""
        row = row_view(assessment, row_key(index), names.full[index], detailed=detailed, again=again, saved=saved)
        url = links.source(assessment, report.measured.head_sha)
        yield structs.replace(row, short=names.short[index] or row.name, url=url)


def _count_view(key: GroupKey, count: int) -> CountView:
    return CountView(key=key, symbol=STATES[key].symbol, word=words.state_word(key, count), count=f"{count:,}")


def _warning_view(notice: Notice, home: str | None) -> WarningView:
    has_page = home and _HOME.fullmatch(home) and _CODE.fullmatch(notice.code)
    url = f"{home}/{words.MESSAGES_PAGE}#{notice.code}" if has_page else ""
    return WarningView(code=prose(notice.code), text=prose(notice.text), url=url)


def _interval_label(report: Report) -> str:
    levels = {a.comparison.change.marginal.confidence for a in report.assessments if a.comparison.change}
    return f"{percent_text(levels.pop()).replace('.0', '')} interval" if len(levels) == 1 else "interval"


def _environment(report: Report) -> tuple[EnvironmentView, ...]:
    """Put the machines of both sides next to each other; empty when the baseline's is not known."""
    before = report.baseline.fingerprint if report.baseline else None
    if before is None:
        return ()
    left, right = fingerprint_texts(before), fingerprint_texts(report.measured.fingerprint)
    labels = dict.fromkeys((*right, *left))
    return tuple(_environment_line(label, left.get(label, ""), right.get(label, "")) for label in labels)


def _not_measured(report: Report, groups: dict[GroupKey, list[int]]) -> tuple[str, ...]:
    """Return what has no value or no verdict, a sentence for each reason; nothing when all was compared."""
    if report.compare == "none":
        return ()
    rows = [words.not_measured(len(groups[key]), key) for key in STATES if key in groups and STATES[key].lacks]
    absent = [result for result in report.budgets if result.status == "not_measured"]
    budgets = [f"{words.count_of(len(absent), 'budget')} {words.BUDGETS_NOT_MEASURED}."] if absent else []
    return (*rows, *budgets)


def _not_reached(report: Report) -> NotReachedView | None:
    found = report.selection
    if not found or not found.left_out:
        return None
    names = tuple(shorten(visible(name), NAME_LIMIT) for name in found.left_out[:MOST_NOT_REACHED])
    title = words.left_out_title(len(found.left_out), found.measured)
    return NotReachedView(title, names, len(found.left_out) - len(names))


def _environment_line(label: str, baseline: str, head: str) -> EnvironmentView:
    differs = bool(baseline and head and baseline != head)
    return EnvironmentView(label=label, baseline=baseline or "–", head=head or "–", differs=differs)
