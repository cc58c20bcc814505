"""Which group of a report a row stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.model import Assessment, Change
    from reporter.verdicts import GroupKey


def group_of(assessment: Assessment) -> GroupKey:
    """Return the group of a row: its verdict, but for what is only shown and for what looks changed without a verdict.

    The latter are suspects and rows whose interval excludes zero: they are never folded away as inconclusive.
    """
    verdict = assessment.verdict
    if assessment.comparison.metric.better is None and verdict == "not_comparable":
        return "report_only"
    if verdict != "inconclusive":
        return verdict
    return "suspect" if assessment.suspect else "possible" if _excludes_zero(assessment.comparison.change) else verdict


def _excludes_zero(change: Change | None) -> bool:
    return change is not None and (change.marginal.low > 0 or change.marginal.high < 0)
