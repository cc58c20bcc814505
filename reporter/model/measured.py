"""What was measured: a ``Suite`` of ``Benchmark`` s with a ``Sample`` per ``Metric``, and its ``Baseline``.

Round values stay in numpy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from reporter.model.load import NO_FAILURES, Failures, LoadCourse
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]
    IndexArray = NDArray[np.intp]

Better = Literal["lower", "higher"]
STATISTICS = ("n", "min", "q10", "q25", "median", "q75", "q90", "p95", "p99", "max", "mean")
"""Columns of ``Sample.statistics``: what is kept of every run. q90 and max are the mirror of q10 and min for metrics
where higher is better."""
COLUMN = {name: index for index, name in enumerate(STATISTICS)}
SHOWN_FOR = {"min": "min", "q10": "min", "q25": "min", "max": "max", "q90": "max"}
"""Which value of a run is drawn for the statistic that decided; for all others it is the median."""
SHOWN_ALONE: dict[Better | None, str] = {"lower": "min", "higher": "max", None: "median"}
"""Which value of a side is shown where there is no change."""


class Metric(Struct, frozen=True, kw_only=True):
    """What is measured. ``better`` is ``None`` when nobody declared the good direction.

    Such a metric is report-only: it is shown, its verdict is ``not_comparable`` with that reason, and it never gates.
    """

    name: str
    unit: str
    better: Better | None


IN_STEP = ("wall", "processor", "share")
"""Columns of a run in lock-step: its value by either clock, in base units, and processor time over wall time.

The value of the base is the median of its slices; that of the head is the base's times the median ratio of neighbours.
"""


class Sample(Struct, frozen=True, kw_only=True, eq=False):
    """All values of one benchmark and metric, grouped by run (the unit of replication).

    ``statistics`` has one row per run of the suite and the columns ``STATISTICS``; a run in which the benchmark is
    absent or errored is a row of nan, so row i always belongs to run (and pair) i. ``rounds`` holds the values of each
    run, thinned when they came from a store and empty when the tool kept none. ``in_step`` has one row per run and the
    columns ``IN_STEP``: what neighbouring slices of both sides of a pair say, nan where it was not in lock-step.
    """

    statistics: FloatArray
    rounds: tuple[FloatArray, ...]
    in_step: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """One named thing measured. Identity within a suite is ``(name, params)``.

    ``details`` are shown and not compared: the parameters of tools whose names contain them already.
    ``error`` is the reason when it ran and gave no usable value; such a benchmark has no samples. ``code`` is a digest
    of what it does; measurings of two known and different ones do not belong together.
    """

    name: str
    params: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    category: str | None = None
    samples: tuple[tuple[Metric, Sample], ...] = ()
    error: str | None = None
    code: str | None = None


def benchmark_label(name: str, params: tuple[tuple[str, str], ...]) -> str:
    """Name a benchmark with its parameters: ``parse (size=10, kind=json)``, but ``test_parse[10-json]`` as it is."""
    if not params or (name.endswith("]") and all(value in name for _, value in params)):
        return name
    return f"{name} ({', '.join(f'{key}={value}' for key, value in params)})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suite:
    """All benchmarks of one invocation: one side of a comparison. ``runs`` is the number of fresh processes.

    ``plan`` names how it was measured; runs of different plans are not comparable. ``measured_at`` is Unix seconds.
    ``failures`` and ``courses`` tell of its load tests; they are reported and not stored. Neither are ``formats``,
    those of its result files.
    """

    name: str
    benchmarks: tuple[Benchmark, ...]
    runs: int
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    commit: str | None = None
    measured_at: float | None = None
    plan: str = "whole"
    warnings: tuple[Notice, ...] = ()
    failures: Failures = NO_FAILURES
    courses: tuple[LoadCourse, ...] = ()
    formats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConditions:
    """What went on in the machine during one run; seconds of work are summed over all cores, ``None`` where unknown.

    ``cpu_seconds`` is the run's own work, ``busy_seconds`` that of anybody, ``steal_seconds`` what other guests of the
    host were given while a core here wanted to work.
    """

    wall_seconds: float | None = None
    cpu_seconds: float | None = None
    busy_seconds: float | None = None
    steal_seconds: float | None = None
    frequency_before_hz: float | None = None
    frequency_after_hz: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Session:
    """One job's past measurement in the history: run statistics per benchmark and metric, without rounds.

    ``statistics`` maps ``(benchmark name, params, metric name)`` to an array of runs × ``STATISTICS``. Runs of one
    job count as one session, because noise between jobs is larger than within one. ``codes`` are the digests of what
    the benchmarks did, by name, as far as they are known.
    """

    commit: str | None
    measured_at: float | None
    fingerprint: Fingerprint
    plan: str
    statistics: dict[tuple[str, tuple[tuple[str, str], ...], str], FloatArray]
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSource:
    """Where a baseline came from. ``distance`` is commits between it and the base commit (0: made at it).

    ``run_id`` is the workflow run that saved it; ``age_seconds`` counts up to the head's measuring. ``fingerprint`` is
    the machine it was measured on.
    """

    commit: str | None
    run_id: int | None = None
    age_seconds: float | None = None
    distance: int | None = None
    fingerprint_match: bool | None = None
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """What the head is compared with. ``history`` is oldest first and ends with the baseline's own session."""

    suite: Suite
    history: tuple[Session, ...]
    source: BaselineSource
