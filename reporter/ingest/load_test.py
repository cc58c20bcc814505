"""What load tests have in common: requests that worked or failed, and their times.

The time of requests that all failed is no measurement, and of none there is nothing to tell.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from reporter.ingest.metrics import FAILURES, THROUGHPUT, TIME
from reporter.ingest.reading import Reading
from reporter.ingest.run_statistics import statistics_of_counts
from reporter.ingest.shape import broken
from reporter.ingest.validity import LARGEST, fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.ingest.reading import Document

ALL_REQUESTS = "all requests"
"""Name of the one benchmark of tools that do not say in their results what they called."""

MOST_REQUESTS = 10**15
MOST_KEPT = 1_000_000
"""Times of one label kept one by one."""

_LOOPBACK = re.compile(r"^([a-z]+://(?:localhost|127\.0\.0\.1|\[::1\])):\d+(?=/|$)")


class Counted(NamedTuple):
    """How many requests were made and failed, and how many a second were answered, where that is known."""

    made: int
    failed: int
    throughput: Any = None


def address(url: str) -> str:
    """Return the address without the port on this machine, which is often another one in every run."""
    return _LOOPBACK.sub(r"\1", url)


def count(value: Any, document: Document, place: str) -> int:
    """Return a number of requests or raise an ``InputError``."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value < MOST_REQUESTS
        or value != int(value)
    ):
        raise broken(document, place, "a number of requests is not a whole number")
    return int(value)


def requests(
    label: str,
    place: str,
    known: Mapping[str, Any],
    counted: Counted,
    details: tuple[tuple[str, str], ...] = (),
) -> Iterator[Reading]:
    """Yield the readings of one kind of request: time (``known``, in seconds), share of failures, throughput."""
    made, failed, throughput = counted
    if made > MOST_REQUESTS:
        yield Reading(name=label, metric=TIME, place=place, error="the number of requests cannot be")
        return
    error = "no request was made or answered" if not made else None
    if made and failed >= made:
        error = f"all {made} requests failed"
    yield Reading(name=label, metric=TIME, place=place, known=known, error=error, details=details)
    if made:
        yield Reading(name=label, metric=FAILURES, place=place, values=(min(failed, made) / made,))
    if error is None and throughput is not None:
        yield Reading(name=label, metric=THROUGHPUT, place=place, values=(throughput,))


class Samples:
    """Single samples of one label. Of very many is kept how often each time occurred, so that they fit into memory."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._times: array[float] = array("d")
        self._counts: Counter[float] = Counter()
        self._fault: str | None = None
        self._worked = self._failed = 0

    def add(self, seconds: Any, *, worked: bool) -> None:
        """Add one; the time of a failed one does not count."""
        if not worked:
            self._failed += 1
            return
        self._worked += 1
        if not isinstance(seconds, float) or not 0 <= seconds <= LARGEST:
            self._fault = self._fault or fault((seconds,), signed=False)
            return
        self._times.append(seconds)
        if len(self._times) >= MOST_KEPT:
            self._counts.update(self._times)
            self._times = array("d")
        if len(self._counts) > MOST_KEPT:
            self._fault, self._counts = "there are too many different times", Counter()

    def readings(self, label: str) -> Iterator[Reading]:
        """Yield the readings of the label."""
        total = self._worked + self._failed
        error = self._fault if self._worked else f"all {total} samples failed"
        if self._counts:
            self._counts.update(self._times)
            known = statistics_of_counts(self._counts)
            yield Reading(name=label, metric=TIME, place=self._place, known=known, error=error)
        else:
            yield Reading(name=label, metric=TIME, place=self._place, values=self._times, error=error)
        yield Reading(name=label, metric=FAILURES, place=self._place, values=(self._failed / total,))
