"""The headline of a report: one sentence that says what it came to, the most important first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.view_context import short_commit
from reporter.render.view_rows import row_view
from reporter.render.view_text import percent_text
from reporter.verdicts import CHANGED, HEADLINE

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.words import Outcome
    from reporter.verdicts import GroupKey

Groups = dict["GroupKey", list[int]]

_WITHOUT_COMPARISON: frozenset[Outcome] = frozenset(("no_baseline", "saved", "measured"))


def headline(report: Report, groups: Groups, outcome: Outcome) -> tuple[str, str]:
    """Return the headline without and with the counts that outputs may show in another way."""
    if outcome == "undecided":
        return words.HEADLINE_UNDECIDED, words.HEADLINE_UNDECIDED
    if not report.compared and outcome in _WITHOUT_COMPARISON:
        return ("; ".join((_measured(report, groups, outcome), *_budgets_met(report))),) * 2
    counts: dict[GroupKey, int] = {key: len(indexes) for key, indexes in groups.items() if key != "report_only"}
    lead, rest = _counted(report, groups, counts, outcome), words.headline_rest(counts)
    additions = (
        *words.headline_additions(
            shift=_shift(report),
            critical_budgets=sum(result.status == "critical" for result in report.budgets),
            suspects=sum(row.suspect for row in report.assessments) if report.confirm else 0,
            lenient=report.gate.status != "failed" and "regressed" in groups,
        ),
        *(_budgets_met(report) if outcome == "measured" else ()),
    )
    return "; ".join((lead, *additions)), "; ".join((lead, *([rest] if rest else []), *additions))


def suite_changed(report: Report) -> bool:
    """Return whether the suite as a whole regressed or improved."""
    return report.shift is not None and report.shift.verdict in CHANGED


def _shift(report: Report) -> str:
    return percent_text(report.shift.change.point, signed=True) if report.shift and suite_changed(report) else ""


def _counted(report: Report, groups: Groups, counts: dict[GroupKey, int], outcome: Outcome) -> str:
    """Return the most important count, after what makes it less than a verdict, or beside what it is."""
    lead = words.headline_lead(counts, sum(counts.values()), _noun(report, groups), _extreme(report, groups))
    if outcome == "too_noisy":
        return words.headline_after(words.TOO_NOISY, lead)
    if outcome == "not_compared":
        return words.headline_after(words.LITTLE_COMPARED if report.compared else words.NOTHING_COMPARED, lead)
    return lead if outcome == "failed" or not report.saved else f"{_saved(report)}; {words.inside(lead)}"


def _measured(report: Report, groups: Groups, outcome: Outcome) -> str:
    """Return what a run that compared nothing measured, or saved."""
    if outcome == "saved":
        return _saved(report)
    say = words.headline_no_baseline if outcome == "no_baseline" else words.headline_measured
    return say(len(report.assessments), _noun(report, groups), len(groups.get("errored", ())))


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


def _extreme(report: Report, groups: Groups) -> str:
    """Return the largest change of the group that the headline begins with, when that is a group of changes."""
    key = next((key for key in HEADLINE if key in groups), None)
    if key not in CHANGED:
        return ""
    first = report.assessments[groups[key][0]].comparison
    row = row_view(report.assessments[groups[key][0]], "", first.name)
    return words.extreme(row.change, key, several=len(groups[key]) > 1) if first.change else ""
