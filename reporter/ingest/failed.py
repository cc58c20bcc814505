"""Failures of load tests, counted by status code and by message, however many requests there were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.model import Failure, Failures, StatusCount
from reporter.shared.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    _Kind = tuple[str | None, str, bool]

MOST_KEPT = 50
"""Kinds of failure that a suite keeps, the most frequent."""
MOST_COUNTED = 1_000
"""Kinds of failure, and status codes, that are distinguished; a message with a number in it makes a kind of each."""
LONGEST_MESSAGE = 300
_CUT = "…"


@dataclass(slots=True)
class Tally:
    """Counts answers and failures as they are read."""

    _statuses: dict[str, int] = field(default_factory=dict)
    _kinds: dict[_Kind, Failure] = field(default_factory=dict)
    _left_out: int = 0

    def answer(self, code: str, count: int = 1) -> None:
        """Count answers of one status code."""
        if code in self._statuses:
            self._statuses[code] += count
        elif count and len(self._statuses) < MOST_COUNTED:
            short = _short(code, 20)
            self._statuses[short] = self._statuses.get(short, 0) + count

    def failure(self, failure: Failure) -> None:
        """Count failures of one kind; times are widened."""
        if not failure.count:
            return
        request = None if failure.request is None else _short(failure.request)
        failure = replace(failure, message=_short(failure.message), request=request)
        kind = (failure.request, failure.message, failure.exception)
        known = self._kinds.get(kind)
        if known is not None:
            self._kinds[kind] = _both(known, failure)
        elif len(self._kinds) < MOST_COUNTED:
            self._kinds[kind] = failure
        else:
            self._left_out += 1

    def add(self, other: Failures) -> None:
        """Count what was counted of another file."""
        self._left_out += other.left_out
        for status in other.statuses:
            self.answer(status.code, status.count)
        for kind in other.kinds:
            self.failure(kind)

    def failures(self) -> Failures:
        """Return the counts: status codes in their order, kinds of failure by how often they came."""
        if not self._kinds and not self._statuses:
            return Failures()
        ordered = sorted(
            self._kinds.values(), key=lambda kind: (-kind.count, kind.request or "", kind.message, kind.exception)
        )
        return Failures(
            statuses=tuple(StatusCount(code=code, count=count) for code, count in sorted(self._statuses.items())),
            kinds=tuple(ordered[:MOST_KEPT]),
            left_out=self._left_out + len(ordered[MOST_KEPT:]),
        )


def together(parts: Iterable[Failures]) -> Failures:
    """Count the failures of several files together."""
    tally = Tally()
    for part in parts:
        tally.add(part)
    return tally.failures()


def unix_seconds(text: str) -> float | None:
    """Read a time as ISO 8601 writes it, taken for UTC where no zone is named; ``None`` for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _both(one: Failure, other: Failure) -> Failure:
    firsts = [time for time in (one.first, other.first) if time is not None]
    lasts = [time for time in (one.last, other.last) if time is not None]
    count = one.count + other.count
    return replace(one, count=count, first=min(firsts, default=None), last=max(lasts, default=None))


def _short(text: str, limit: int = LONGEST_MESSAGE) -> str:
    """Make a text from outside one line without credentials and half characters."""
    line = masked(" ".join(text[: 10 * limit].split())).encode("utf-8", "replace").decode()
    return line if len(line) <= limit else line[: limit - 1] + _CUT
