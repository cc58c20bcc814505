"""What can go wrong with a request to GitHub, and how long to go on after it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDARY_PAUSE = 60.0
"""Seconds to wait after a secondary rate limit that does not say how long: GitHub asks for a minute at least."""


class ApiError(Exception):
    """A request that failed for good. ``status`` is ``None`` when there was no usable answer at all.

    ``limited`` tells a rate limit, which GitHub answers with 403 as well, from a permission that is lacking;
    ``permission`` is the one that the request needs, as a workflow writes it. ``headers`` are those of the answer, in
    lower case. ``passing`` says that the same request may work a moment later.
    """

    def __init__(
        self,
        status: int | None,
        message: str,
        *,
        limited: bool = False,
        passing: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"HTTP {status}: {message}" if status else message)
        self.status = status
        self.limited = limited
        self.passing = passing
        self.permission: str | None = None
        self.headers = headers or {}

    @property
    def refused(self) -> bool:
        """Whether the token lacks a permission."""
        return self.status == 403 and not self.limited

    @property
    def cure(self) -> str:
        """What to do where a permission is lacking, as the end of a sentence; else empty."""
        if not self.refused or not self.permission:
            return ""
        if "via a GitHub App" in str(self):
            return "; only the workflow's own token and that of a GitHub App can do that, not a person's"
        if "personal access token" in str(self):
            return f"; the token that the input 'token' gives needs `{self.permission}` for this repository"
        return f"; add this to the job: `permissions: {self.permission}` (beside the permissions it has)"

    @property
    def may_have_worked(self) -> bool:
        """Whether the request may have been carried out although its answer was lost."""
        return self.status is None or self.status >= 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on after failures. Times are seconds; ``sleep`` and ``now`` (Unix time) are the only clocks.

    ``settling`` is how long another job that publishes at the same time gets before we look at what it did.
    """

    repeats: int = 4
    first_pause: float = 1.0
    longest_pause: float = 90.0
    settling: float = 2.0
    timeout: int = 20
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def pause_after(self, problem: ApiError, attempt: int) -> float | None:
        """Return how long to wait before the request is sent again; ``None``: not again, or it would take too long.

        ``attempt`` counts from 0.
        """
        if attempt >= self.repeats:
            return None
        if not problem.limited:
            return min(self.first_pause * 2**attempt, self.longest_pause) if problem.passing else None
        pause = self._limit(problem, attempt)
        return pause if pause <= self.longest_pause else None

    def _limit(self, problem: ApiError, attempt: int) -> float:
        delay = problem.headers.get("retry-after", "")
        if delay.isdecimal():
            return float(delay)
        reset = problem.headers.get("x-ratelimit-reset", "")
        if problem.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
            return max(1.0, float(reset) - self.now() + 1)
        return SECONDARY_PAUSE * 2.0**attempt
