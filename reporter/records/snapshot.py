"""A saved baseline: ``snapshot/v1`` (``schemas/snapshot-v1.json``), in columns that run beside each other.

Benchmarks are listed once for the suite and the whole history; everything else points into that list, as steps from one
index to the next.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.model import Better
from reporter.record import WHOLE_LIMIT, Record, Text, Whole
from reporter.records.machine import Fingerprint, Notice

SCHEMA = "snapshot/v1"
MAX_RUNS = 100_000
MAX_ROUNDS = 200

_Time = Annotated[float, Meta(le=WHOLE_LIMIT)]
_Runs = Annotated[int, Meta(ge=0, le=MAX_RUNS)]
_Exact = Annotated[int, Meta(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT)]
_Steps = tuple[_Exact, ...]
_Indices = tuple[Whole, ...]
_Exponents = tuple[Annotated[int, Meta(ge=-300, le=100)], ...]
_Column = tuple[_Exact | None, ...]
_Objects = tuple[dict[Text, Text], ...]


class Names(Record, frozen=True):
    """All benchmarks that the suite or the history has."""

    name: tuple[Text, ...]
    params: _Objects


class Metric(Record, frozen=True):
    """What was measured, its unit, and the good direction."""

    name: Text
    unit: Text
    better: Better | None


class Samples(Record, frozen=True):
    """Whose each sample is, and of which metric."""

    of: _Steps
    metric: _Indices


class Statistics(Record, frozen=True):
    """One row per sample and run, in units of the row's power of ten."""

    exponent: _Exponents
    n: tuple[Annotated[int, Meta(ge=1, le=WHOLE_LIMIT)] | None, ...]
    min: _Column
    q10: _Column
    q25: _Column
    median: _Column
    q75: _Column
    q90: _Column
    p95: _Column
    p99: _Column
    max: _Column
    mean: _Column


class Rounds(Record, frozen=True):
    """The rounds of each row, in ascending order, each as the step from the one before."""

    count: tuple[Annotated[int, Meta(ge=0, le=MAX_ROUNDS)], ...]
    exponent: _Exponents
    step: _Steps


class Code(Record, frozen=True):
    """Digests of what the benchmarks do, and which is whose; 0 is unknown."""

    digests: tuple[Text, ...]
    of: _Indices


class Suite(Record, frozen=True, kw_only=True):
    """The suite that was saved."""

    name: Text
    commit: Text | None
    measured_at: _Time | None
    plan: Text
    runs: Annotated[int, Meta(ge=1, le=MAX_RUNS)]
    fingerprint: Fingerprint
    warnings: tuple[Notice, ...]
    benchmark: _Steps
    category: tuple[Text | None, ...]
    details: _Objects
    error: tuple[Text | None, ...]
    code: Code | None = None
    metrics: tuple[Metric, ...]
    samples: Samples
    statistics: Statistics
    rounds: Rounds


class Session(Record, frozen=True, kw_only=True):
    """One session of the history."""

    commit: Text | None
    measured_at: _Time | None
    plan: Text
    runs: _Runs
    fingerprint: Fingerprint
    metrics: tuple[Text, ...]
    code: Code | None = None
    samples: Samples
    statistics: Statistics


class Snapshot(Record, frozen=True):
    """The whole file. The history's last session, when it is the suite's own, is not written twice."""

    schema: Literal["snapshot/v1"]
    benchmarks: Names
    suite: Suite
    history: tuple[Session, ...]
    history_ends_with_suite: bool
