"""The headline of a report: one sentence that says what it came to, the most important first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.render import comment_words, words
from reporter.render.names import last_part
from reporter.render.view_context import short_commit
from reporter.render.view_rows import change_text
from reporter.render.view_text import clean_unit, percent_text
from reporter.shared.printable import shorten
from reporter.units import brief_percent, is_timing
from reporter.verdicts import CHANGED, HEADLINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Assessment, Report
    from reporter.render.words import Outcome
    from reporter.verdicts import GroupKey

Groups = dict["GroupKey", list[int]]

_WITHOUT_COMPARISON: frozenset[Outcome] = frozenset(("no_baseline", "saved", "measured"))
_WITHOUT_CHANGE: frozenset[GroupKey | None] = frozenset(("possible", "unchanged"))
"""Leading groups over which a suite that moved as a whole goes."""
_NAME_SHOWN = 60
_SEVERAL = 3
"""Regressions from which on a suite that moved as a whole is the headline, and not the largest of them."""


def headline(report: Report, groups: Groups, outcome: Outcome, names: Sequence[str]) -> tuple[str, str]:
    """Return the headline without and with the counts that outputs may show in another way; ``names`` are short."""
    if outcome == "undecided":
        failed = report.failed
        return (words.headline_undecided((failed.side or "") if failed else None),) * 2
    if report.nothing_affected and report.selection and outcome == "passed":
        return (words.nothing_affected(len(report.selection.left_out)),) * 2
    if not report.compared and outcome in _WITHOUT_COMPARISON:
        return ("; ".join((_measured(report, groups, outcome), *_budgets_met(report))),) * 2
    counts: dict[GroupKey, int] = {key: len(indexes) for key, indexes in groups.items() if key != "report_only"}
    key = next((key for key in HEADLINE if key in counts), None)
    found = "" if key == "inconclusive" else _lead(report, groups, counts, key, names)
    named = key in CHANGED and counts[key] == 1
    lead = _framed(report, found or comment_words.too_noisy(counts["inconclusive"]), outcome, named=named)
    rest = words.headline_rest(counts, None if comment_words.WHOLE_SUITE in found else key)
    additions = _additions(report, groups, outcome, lead)
    return "; ".join((lead, *additions)), "; ".join((lead, *([rest] if rest else []), *additions))


def around_name(lead: str, groups: Groups, names: Sequence[str]) -> tuple[str, str, str]:
    """Divide a headline into what stands before a benchmark's name, the name, and what follows; no name is empty."""
    key = next((key for key in HEADLINE if key in groups), None)
    shown = shorten(last_part(names[groups[key][0]]), _NAME_SHOWN) if key in CHANGED else ""
    found = re.search(rf"(?:\A|: |; |, )({re.escape(shown)})(?= is | most \()", lead) if shown.strip() else None
    return (lead[: found.start(1)], shown, lead[found.end(1) :]) if found else (lead, "", "")


def suite_changed(report: Report) -> bool:
    """Return whether the suite as a whole regressed or improved."""
    return report.shift is not None and report.shift.verdict in CHANGED


def moved_together(report: Report, groups: Groups) -> bool:
    """Return whether the suite as a whole became slower and several benchmarks show it."""
    slower = report.shift is not None and report.shift.verdict == "regressed"
    return slower and len(groups.get("regressed", ())) >= _SEVERAL


def _lead(
    report: Report, groups: Groups, counts: dict[GroupKey, int], key: GroupKey | None, names: Sequence[str]
) -> str:
    """Return the most important finding."""
    if key is None:
        return words.NOTHING_COMPARED
    total, noun = sum(counts.values()), _noun(report, groups)
    share = comment_words.share_of(counts[key], total, noun)
    if suite_changed(report) and report.shift and (key in _WITHOUT_CHANGE or moved_together(report, groups)):
        way = "slower" if report.shift.verdict == "regressed" else "faster"
        return comment_words.suite_changed(brief_percent(report.shift.change.point), way)
    if key == "unchanged":
        return comment_words.no_change(counts[key], total, noun)
    if key not in CHANGED:
        return comment_words.some(share, counts[key], key)
    return _changed([report.assessments[index] for index in groups[key]], share, names[groups[key][0]])


def _changed(rows: Sequence[Assessment], share: str, name: str) -> str:
    """Return the headline of rows that changed, largest first."""
    first = rows[0]
    shown, change = shorten(last_part(name), _NAME_SHOWN), first.comparison.change
    if len(rows) > 1:
        timed = all(is_timing(row.comparison.metric.unit) for row in rows)
        worse = first.verdict == "regressed"
        way = ("slower" if worse else "faster") if timed else ("worse" if worse else "better")
        size = change_text(change, clean_unit(first.comparison.metric.unit))
        return comment_words.several_changed(share, len(rows), way, shown, size)
    metric = first.comparison.metric
    if change is None:
        return comment_words.one_changed(shown, words.state_word(first.verdict, 1))
    if change.kind == "difference":
        return comment_words.one_changed(shown, change_text(change, clean_unit(metric.unit)))
    return comment_words.one_changed(shown, comment_words.spoken_change(change.marginal.point, metric))


def _framed(report: Report, lead: str, outcome: Outcome, *, named: bool) -> str:
    """Return the finding after what makes it less than a verdict, or beside what it is; ``named``: it begins so."""
    if outcome == "too_noisy":
        only_noise = report.counts()["inconclusive"] == len(report.assessments)
        return words.TOO_NOISY if only_noise else words.headline_after(words.TOO_NOISY, lead, named=named)
    if outcome == "not_compared":
        return words.headline_after(
            words.LITTLE_COMPARED if report.compared else words.NOTHING_COMPARED, lead, named=named
        )
    critical = _critical(report)
    if critical and outcome == "failed" and not report.counts()["regressed"]:
        return f"{comment_words.critical_budgets(critical)}; {words.inside(lead, named=named)}"
    return lead if outcome == "failed" or not report.saved else f"{_saved(report)}; {words.inside(lead, named=named)}"


def _additions(report: Report, groups: Groups, outcome: Outcome, lead: str) -> tuple[str, ...]:
    whole = "" if comment_words.WHOLE_SUITE.lower() in lead.lower() else _shift(report)
    critical = 0 if lead.startswith(comment_words.critical_budgets(_critical(report))) else _critical(report)
    return (
        *words.headline_additions(
            shift=whole,
            critical_budgets=critical,
            suspects=sum(row.suspect for row in report.assessments) if report.confirm else 0,
            lenient=report.gate.status != "failed" and "regressed" in groups,
        ),
        *([words.not_reached(len(report.selection.left_out))] if report.selection else []),
        *(_budgets_met(report) if outcome == "measured" else ()),
    )


def _critical(report: Report) -> int:
    return sum(result.status == "critical" for result in report.budgets)


def _shift(report: Report) -> str:
    return percent_text(report.shift.change.point, signed=True) if report.shift and suite_changed(report) else ""


def _measured(report: Report, groups: Groups, outcome: Outcome) -> str:
    """Return what a run that compared nothing measured, or saved."""
    if outcome == "saved":
        return _saved(report)
    measured = words.headline_measured(len(report.assessments), _noun(report, groups), len(groups.get("errored", ())))
    return comment_words.set_up(measured) if outcome == "no_baseline" else measured


def _saved(report: Report) -> str:
    measured = [row.comparison for row in report.assessments if row.comparison.head is not None]
    benchmarks = {(comparison.name, comparison.params) for comparison in measured}
    return words.headline_saved(len(benchmarks), short_commit(report.measured.head_sha))


def _budgets_met(report: Report) -> tuple[str, ...]:
    met = sum(result.status == "met" for result in report.budgets)
    return (words.headline_budgets(met, len(report.budgets)),) if report.budgets else ()


def _noun(report: Report, groups: Groups) -> str:
    judged = [report.assessments[i].comparison for key, group in groups.items() if key != "report_only" for i in group]
    benchmarks = {(comparison.suite, comparison.name, comparison.params) for comparison in judged}
    return "benchmark" if len(benchmarks) == len(judged) else "benchmark metric"
