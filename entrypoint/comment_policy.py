"""Whether a report is worth a comment: what reviewers asked for, and what they must not miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrypoint.inputs import CommentMode
    from reporter.model import Report


def wants_comment(report: Report, mode: CommentMode) -> bool:
    """Return whether this report starts a comment. One that is there is kept up to date in every mode but ``never``."""
    if mode == "regressions":
        return _is_bad(report)
    return mode == "always" or _is_bad(report) or report.gate.status == "undecided" or _has_changed(report)


def _is_bad(report: Report) -> bool:
    """Return whether something regressed, failed or could not be measured; noise is no regression."""
    failed = report.gate.status == "failed" or report.gate.cause == "not-measured"
    return failed or report.counts()["regressed"] > 0


def _has_changed(report: Report) -> bool:
    """Without a baseline every benchmark is new: that alone changes nothing. With one, comparing nothing does."""
    counts = report.counts()
    came_or_went = report.baseline is not None and counts["new"] + counts["missing"] > 0
    shifted = report.shift is not None and report.shift.verdict in ("regressed", "improved")
    budgets = any(budget.status in ("warning", "critical") for budget in report.budgets)
    blind = report.baseline is not None and not report.compared
    return counts["improved"] + counts["errored"] > 0 or came_or_went or shifted or budgets or blind
