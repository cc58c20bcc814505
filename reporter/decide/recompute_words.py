"""Sentences about recomputed verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.model import JUDGED

if TYPE_CHECKING:
    from reporter.model import Report

DAMAGED = "the values are not those that were judged: their digest is another"
DIFFERS = "{what} is {now} here and {then} in the report"
NOTHING_JUDGED = "nothing was judged from its values: {reason}"
BY_RULE = "a named rule decided it, which judges no pairs"
BY_SESSIONS = "it was held against saved sessions; their values are in the stored baseline, and not in verdict.json"
NO_VALUES = "this verdict.json has no values of pairs: an older version wrote it, or they were more than it holds"


def why_not(report: Report, index: int) -> str:
    """Return why a row that is not among the judgings of a report cannot be judged again."""
    row = report.assessments[index]
    change = row.comparison.change
    if row.verdict not in JUDGED:
        return NOTHING_JUDGED.format(reason=row.reason)
    if change and change.simultaneous is None:
        return BY_RULE
    return NO_VALUES if report.compare == "paired" else BY_SESSIONS
