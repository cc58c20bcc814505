"""Sections of a report beside the rows: the machines of both sides, and what has no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.view_context import fingerprint_texts
from reporter.render.view_types import EnvironmentView
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.verdicts import GroupKey


def environment(report: Report) -> tuple[EnvironmentView, ...]:
    """Put the machines of both sides next to each other; empty when the baseline's is not known."""
    before = report.baseline.fingerprint if report.baseline else None
    if before is None:
        return ()
    left, right = fingerprint_texts(before), fingerprint_texts(report.measured.fingerprint)
    labels = dict.fromkeys((*right, *left))
    return tuple(_line(label, left.get(label, ""), right.get(label, "")) for label in labels)


def not_measured(report: Report, groups: dict[GroupKey, list[int]]) -> tuple[str, ...]:
    """Return what has no value or no verdict, a sentence for each reason; nothing when all was compared."""
    if report.compare == "none":
        return ()
    rows = [words.not_measured(len(groups[key]), key) for key in STATES if key in groups and STATES[key].lacks]
    absent = [result for result in report.budgets if result.status == "not_measured"]
    budgets = [f"{words.count_of(len(absent), 'budget')} {words.BUDGETS_NOT_MEASURED}."] if absent else []
    return (*rows, *budgets)


def _line(label: str, baseline: str, head: str) -> EnvironmentView:
    differs = bool(baseline and head and baseline != head)
    return EnvironmentView(label=label, baseline=baseline or "–", head=head or "–", differs=differs)
