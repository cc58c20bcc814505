"""Which group of a report a row stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.verdicts import display_key

if TYPE_CHECKING:
    from reporter.model import Assessment
    from reporter.verdicts import GroupKey


def group_of(assessment: Assessment) -> GroupKey:
    """Return the group of a row: one for each display word."""
    comparison = assessment.comparison
    marginal = comparison.change.marginal if comparison.change else None
    return display_key(
        assessment.verdict,
        (marginal.low, marginal.high) if marginal else None,
        assessment.detectable,
        suspect=assessment.suspect,
        has_direction=comparison.metric.better is not None,
    )
