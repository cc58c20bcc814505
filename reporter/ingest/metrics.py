"""Metrics that many tools measure, and the units of time they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.model import Metric

if TYPE_CHECKING:
    from reporter.ingest.reading import Document

TIME = Metric(name="time", unit="s", better="lower")
MEMORY = Metric(name="memory", unit="B", better="lower")
ALLOCATIONS = Metric(name="allocations", unit="1", better="lower")
FAILURES = Metric(name="failures", unit="1", better="lower")
THROUGHPUT = Metric(name="throughput", unit="1/s", better="higher")

SECONDS = {
    "ps": 1e-12,
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}

ROUNDED = "rounded to"
"""Key of the detail that tells the step in which a tool prints its times."""


def step_of(number: str, unit: str) -> tuple[tuple[str, str], ...]:
    """Return the detail that says in which steps this number can change: ``47.90`` and ``ms`` change by 0.01 ms."""
    decimals = min(len(number.partition(".")[2]), 12)
    return ((ROUNDED, f"{10.0**-decimals:.{decimals}f} {unit}"),)


def root_dict(document: Document) -> dict[str, object]:
    """Return the JSON object that is the whole document, or an empty one; for recognition, which never raises."""
    return document.json if isinstance(document.json, dict) else {}
