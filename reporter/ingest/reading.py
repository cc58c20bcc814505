"""What a format hands over: the contents of one result file, in base units, before runs are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from reporter.model import Fingerprint, Metric, Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One benchmark and metric of one file.

    ``values`` are the round values in base units; empty when the tool kept none, then ``known`` maps statistic names
    (``reporter.model.STATISTICS``) to what the tool computed. ``error`` is the reason there is no usable value.
    ``group`` is the tool's own grouping, ``place`` the position in the file (``benchmarks[3]``).
    """

    name: str
    metric: Metric
    place: str
    params: tuple[tuple[str, str], ...] = ()
    group: str | None = None
    values: Sequence[float] = ()
    known: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """Everything one result file says. ``commit`` and ``measured_at`` (Unix seconds) are ``None`` when it is silent."""

    path: Path
    format: str
    readings: tuple[Reading, ...]
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    commit: str | None = None
    measured_at: float | None = None
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A result file opened once for all formats: decoded text, and the JSON value when it is JSON (else ``None``)."""

    path: Path
    text: str
    json: Any = None


class Format(Protocol):
    """One result format: one module in ``reporter/ingest`` and one line in the registry."""

    name: str

    def score(self, document: Document) -> float:
        """Say how surely the content is of this format, 0 (not at all) to 1. Never by file name; never raises."""

    def read(self, document: Document) -> FileReading:
        """Read all benchmarks.

        Raises:
            reporter.errors.InputError: the file is of this format and broken; names the place.
        """
