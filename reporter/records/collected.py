"""``collected.json``: ``collected/v1`` (``schemas/collected-v1.json``), what ``collect`` left for ``publish``."""

from __future__ import annotations

from typing import Any, Literal

from reporter.record import Record, Whole
from reporter.records.machine import Notice
from reporter.records.report import Gate


class Collected(Record, frozen=True):
    """The suites that have a report and those that lack one, and what the gate's outputs say of all of them."""

    schema: Literal["collected/v1"]
    suites: tuple[str, ...]
    missing: tuple[str, ...]
    refused: str | None
    notices: tuple[Notice, ...]
    gate: Gate
    counts: dict[str, Whole]
    benchmarks: tuple[dict[str, Any], ...]
    fails_here: bool = False
