"""How much of what a comparison was asked was decided: what tells a pass from having seen nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.model import DECIDED, JUDGED
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Assessment, GateCause


BARRIERS = frozenset(("only-in-head", "not-paired", "base-not-here", "time-limit-too-short", "not-counted"))
"""Codes of the notices that say what kept base and head from being compared in pairs."""


def asked(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Return the rows that a comparison had to decide: the timings, or everything where nothing is one.

    Both sides measured them, and one of two directions is declared good. Counts and sizes hardly have noise; that they
    are decided says nothing of the timings beside them.
    """
    rows = [row for row in assessments if row.comparison.metric.better is not None and has_both_sides(row)]
    return [row for row in rows if is_timing(row.comparison.metric.unit)] or rows


def decided(assessments: Sequence[Assessment]) -> int:
    """Return how many of the rows have a verdict that answers the question."""
    return sum(row.verdict in DECIDED for row in assessments)


def cause_of(assessments: Sequence[Assessment]) -> GateCause | None:
    """Return why a comparison came to no answer; ``None`` where at least half of what was asked is decided."""
    rows = asked(assessments)
    if rows and 2 * decided(rows) >= len(rows):
        return None
    inconclusive = sum(row.verdict == "inconclusive" for row in rows)
    return "too-noisy" if inconclusive and 2 * inconclusive >= len(rows) - decided(rows) else "not-compared"


def has_both_sides(row: Assessment) -> bool:
    """Return whether a row is of both sides, also where they cannot be compared."""
    return row.verdict in JUDGED or row.verdict == "not_comparable"
