"""What load tests tell beside their timings: what failed, and how it went over time. It is reported and not stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BrokenBy = Literal["failures", "latency", "stalled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """How many answers of a load test had one status code, as far as its tool tells."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One kind of failure: its message, and how often. ``first`` and ``last`` are Unix seconds.

    ``request`` is what failed; an ``exception`` was raised by the code of the load test itself.
    """

    message: str
    request: str | None
    count: int
    first: float | None = None
    last: float | None = None
    exception: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """What failed in a load test: answers per status code, and the kinds of failure, the most frequent first.

    ``left_out`` counts the kinds that are not among ``kinds``.
    """

    statuses: tuple[StatusCount, ...] = ()
    kinds: tuple[Failure, ...] = ()
    left_out: int = 0


NO_FAILURES = Failures()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadMoment:
    """A stretch of a load test: users at its end, requests per second, share of failed ones, usual and long times.

    ``seconds`` are since the beginning of the test; ``None`` is what the tool could not tell, as before any request.
    """

    seconds: float
    users: float
    rate: float
    failed: float | None
    p50: float | None
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCourse:
    """How a load test went over time. ``broke_at`` is the second at which the level began that was too much.

    ``broken_by`` is what it was beyond; ``None`` too in reports of versions that did not keep it.
    """

    moments: tuple[LoadMoment, ...]
    broke_at: float | None = None
    broken_by: BrokenBy | None = None
