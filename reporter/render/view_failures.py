"""What failed in load tests, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.render import load_words
from reporter.render.view_text import NAME_LIMIT, percent_text
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from reporter.model import Failure, Failures, StatusCount

_LATEST = 1e11
_CODE_LIMIT = 20
_GOOD = ("1", "2", "3")
MOST_SHOWN = 100
_MOST_STATUSES = 5
"""Status codes in the one line that sums up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """How often a status code was the answer; ``failed`` marks those that are no success.

    The share is unknown where the tool counts only those that failed.
    """

    code: str
    word: str
    count: str
    share: str
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """One kind of failure. ``request`` is what failed, or says that the load test itself raised it.

    ``first`` and ``last`` are empty where the tool does not tell.
    """

    request: str
    message: str
    count: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresView:
    """The section of errors; ``more`` is empty or the number of kinds that are not listed.

    ``story`` is its one line: how many ``errors``, and of the statuses those that are ``shown``.
    """

    statuses: tuple[StatusView, ...]
    kinds: tuple[FailureView, ...]
    more: str
    errors: str
    shown: tuple[StatusView, ...]

    @property
    def story(self) -> str:
        """Return both as one text."""
        statuses = (load_words.status_text(status.code, status.count) for status in self.shown)
        return load_words.failures_text(self.errors, statuses)


def failures_view(failures: Failures) -> FailuresView | None:
    """Put failures into words; ``None`` when no tool lists any, and no status code."""
    if not failures.kinds and not failures.statuses:
        return None
    worked = any(status.code.startswith(_GOOD) for status in failures.statuses)
    total = sum(status.count for status in failures.statuses) if worked else 0
    statuses = tuple(_status(status, total) for status in failures.statuses[:MOST_SHOWN])
    bad = [status for status in statuses if status.failed]
    return FailuresView(
        statuses=statuses,
        kinds=tuple(map(_kind, failures.kinds[:MOST_SHOWN])),
        more=load_words.more_kinds(failures.left_out) if failures.left_out else "",
        errors=load_words.errors_counted(
            sum(kind.count for kind in failures.kinds), len(failures.kinds) + failures.left_out
        ),
        shown=tuple(bad[:_MOST_STATUSES]),
    )


def _status(status: StatusCount, total: int) -> StatusView:
    code = shorten(visible(status.code), _CODE_LIMIT)
    return StatusView(
        code=code,
        word=load_words.status_word(code),
        count=f"{status.count:,}",
        share=percent_text(status.count / total) if total else "–",
        failed=not code.startswith(_GOOD),
    )


def _kind(kind: Failure) -> FailureView:
    request = load_words.RAISED if kind.exception else kind.request or "–"
    return FailureView(
        request=shorten(visible(request), NAME_LIMIT),
        message=shorten(visible(kind.message), NAME_LIMIT) or "–",
        count=f"{kind.count:,}",
        first=_moment(kind.first),
        last=_moment(kind.last),
    )


def _moment(seconds: float | None) -> str:
    if seconds is None or not 0 <= seconds < _LATEST:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
