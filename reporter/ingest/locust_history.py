"""The history table of Locust (``…_stats_history.csv``): how load, requests, failures and times went over the test."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from reporter.ingest import table
from reporter.ingest.reading import LoadPoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.ingest.reading import Document

_MS = 1e-3


def points(document: Document) -> Iterator[LoadPoint]:
    """Yield every row of all requests together whose counts are numbers, in the order of the file.

    Raises:
        InputError: a row has fewer or more cells than the header; the last one is then usually cut.
    """
    for _, row in table.records(document):
        if row.get("Name") != "Aggregated":
            continue
        point = LoadPoint(
            at=_number(row, "Timestamp"),
            users=_number(row, "User Count"),
            requests=_number(row, "Total Request Count"),
            failures=_number(row, "Total Failure Count"),
            p50=_number(row, "50%") * _MS,
            p99=_number(row, "99%") * _MS,
        )
        if all(isfinite(value) for value in (point.at, point.users, point.requests, point.failures)):
            yield point


def _number(row: Mapping[str, str], column: str) -> float:
    """Return a number; nan for what is none, as before the first request."""
    value: Any = table.number(row.get(column, ""))
    return float(value) if isinstance(value, float) else nan
