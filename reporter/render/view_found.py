"""How small a change would have been found: what tells "no change" from not having looked."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from reporter.render import comment_words
from reporter.units import is_timing
from reporter.verdicts import TELLS_WITHIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Report
    from reporter.verdicts import GroupKey


def least_found(report: Report, indexes: Sequence[int]) -> float | None:
    """Return the smallest change that would have been found in every row, where that still tells something."""
    known = [report.assessments[index].detectable for index in indexes]
    if not known or any(least is None or not isfinite(least) for least in known):
        return None
    largest = max(least or 0.0 for least in known)
    return largest if 0 < largest <= TELLS_WITHIN else None


def note(report: Report, groups: dict[GroupKey, list[int]]) -> str:
    """Return what no change being detected means here, in sentences; empty where no row says so."""
    quiet = groups.get("unchanged", [])
    if not quiet:
        return ""
    least = least_found(report, quiet)
    timed = all(is_timing(report.assessments[index].comparison.metric.unit) for index in quiet)
    noisy = len(groups.get("inconclusive", ()))
    sentences = (
        _quiet(report, quiet),
        comment_words.would_be_caught(least, timed=timed) if least is not None else "",
        comment_words.too_noisy(noisy) if noisy else "",
    )
    return " ".join(filter(None, sentences))


def _quiet(report: Report, quiet: Sequence[int]) -> str:
    """Return how many rows did not change: within one margin, where all are."""
    rows = [report.assessments[index] for index in quiet]
    margins = {row.margin for row in rows}
    margin = next(iter(margins)) if len(margins) == 1 else None
    shares = all(row.comparison.change and row.comparison.change.kind == "ratio" for row in rows)
    every = len(rows) == len(report.assessments) and all(row.verdict == "unchanged" for row in rows)
    if every and shares and margin is not None:
        return comment_words.stayed_within(len(rows), margin)
    return comment_words.none_found(len(rows))
