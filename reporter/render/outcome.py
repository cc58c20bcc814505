"""What a report comes to in one word: the icon, the check and the words of every output follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.decided import BARRIERS, cause_of

if TYPE_CHECKING:
    from reporter.model import GateCause, Report
    from reporter.render.words import Outcome

_UNDECIDED: dict[GateCause, Outcome] = {
    "not-measured": "undecided",
    "too-noisy": "too_noisy",
    "not-compared": "not_compared",
}


def outcome_of(report: Report) -> Outcome:
    """Return the outcome: a gate that passed because nothing was decided has no tick either."""
    if report.gate.status == "failed":
        return "failed"
    if report.gate.cause == "not-measured":
        return "undecided"
    if report.nothing_affected and report.gate.status == "passed":
        return "passed"
    if report.saved and cause_of(report.assessments):
        return "saved"
    if report.gate.cause:
        return "no_baseline" if _lacks_baseline(report) else _UNDECIDED[report.gate.cause]
    if cause_of(report.assessments):
        return "measured"
    return "incomplete" if report.counts()["errored"] else "passed"


def _lacks_baseline(report: Report) -> bool:
    """Return whether a baseline is all that is missing. Pairs need none; a barrier to them is the reason."""
    if report.baseline is not None or report.compare != "none":
        return False
    return not any(notice.code in BARRIERS for notice in report.warnings)
