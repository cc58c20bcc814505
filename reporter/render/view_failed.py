"""The side that failed, as people read it: which one, at which commit, why, and what it printed last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render.view_context import short_commit
from reporter.render.view_text import prose
from reporter.render.view_types import FailedView
from reporter.shared.failed_side import last_lines
from reporter.shared.model import FULL_COMMIT
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.links import Links


def failed_view(report: Report, links: Links) -> FailedView | None:
    """Put it into words; ``None`` where nothing failed."""
    failed = report.failed
    if failed is None:
        return None
    is_known = bool(failed.commit and FULL_COMMIT.fullmatch(failed.commit))
    return FailedView(
        side=failed.side or "",
        commit=short_commit(failed.commit) if is_known else "",
        url=links.commit(failed.commit) if is_known else "",
        what=prose(failed.what),
        lines=tuple(map(visible, last_lines(failed.lines))),
    )
