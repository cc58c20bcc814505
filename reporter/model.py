"""What every stage speaks: the terms of the field as frozen types.

Three groups, in the order in which data flows:

* measured: ``Suite`` of ``Benchmark`` s with a ``Sample`` per ``Metric``, the ``Fingerprint`` of the machine (which
  ``reporter.shared.model`` has), and the ``Baseline`` they are compared with. Round values stay in numpy arrays.
* decided: one ``Assessment`` per benchmark and metric, the suite-wide ``Shift``, the ``Gate``.
* reported: ``Report``, which is ``report/v1`` (``schemas/report-v1.json``) as a type. It holds plain numbers only, so
  that every output can be rendered again from ``verdict.json`` alone.

What lies in ``verdict.json`` as it is here is a ``Record``: its types and bounds are those of the file.

What there is one of for every benchmark is a ``Struct``: they are defined and made many times as fast as frozen
dataclasses, and there are a dozen of them for each of 10,000 benchmarks.

All numbers are in base units (s, B, 1/s, 1). Unknown is ``None`` (``nan`` inside arrays), never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from reporter.causes import Cause, MemoryUse  # noqa: TC001 - the types of an assessment are resolved by others
from reporter.failed_side import FailedSide  # noqa: TC001 - as above
from reporter.record import MANY, SOME, Column, Line, Record, Text, Unit, Whole, added
from reporter.shared.model import Fingerprint, MemorySeries, Notice
from reporter.verdicts import CHANGED as CHANGED
from reporter.verdicts import DECIDED as DECIDED
from reporter.verdicts import JUDGED as JUDGED
from reporter.verdicts import VERDICTS as VERDICTS
from reporter.verdicts import Verdict as Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from reporter.counts import Instructions

    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]
    IndexArray = NDArray[np.intp]

Better = Literal["lower", "higher"]
GateStatus = Literal["passed", "failed", "undecided"]
GateCause = Literal["not-measured", "too-noisy", "not-compared"]
CompareKind = Literal["screen", "confirmed", "paired", "none"]
BrokenBy = Literal["failures", "latency", "stalled"]
ResourceUser = Literal["command", "service"]
SinceAbsent = Literal["not-saved", "other-machine", "other-way", "no-row"]
"""Why a head in pairs is not compared with the saved baseline: the baseline has no short runs whose way is known, has
them from another machine or measured in another way, or has none of the head's benchmarks."""
Clock = Literal["wall", "cpu"]
"""Wall time, or the time that the processor worked for the benchmark's own thread."""
BudgetStatus = Literal["met", "above_target", "warning", "critical", "not_measured"]

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
    of what it does; measurings of two known and different ones do not belong together. ``defined`` is where.
    """

    name: str
    params: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    category: str | None = None
    samples: tuple[tuple[Metric, Sample], ...] = ()
    error: str | None = None
    code: str | None = None
    defined: Definition | None = None


def benchmark_label(name: str, params: tuple[tuple[str, str], ...]) -> str:
    """Name a benchmark with its parameters: ``parse (size=10, kind=json)``, but ``test_parse[10-json]`` as it is."""
    if not params or (name.endswith("]") and all(value in name for _, value in params)):
        return name
    return f"{name} ({', '.join(f'{key}={value}' for key, value in params)})"


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


class Estimate(Struct, frozen=True, kw_only=True):
    """A point with its confidence interval, for example of a change (0.05 means 5 % more)."""

    point: float
    low: float
    high: float
    confidence: float = 0.95


class SideSummary(Record, frozen=True, kw_only=True):
    """One side of a row: the lowest value of all its runs, the median of the runs' medians, the highest value.

    ``rounds`` is the number of values over all runs. Mean, standard deviation and percentiles are of all these values
    together; percentiles are known only where there are enough of them.
    """

    min: float | None
    median: float | None
    max: float | None
    runs: Whole
    rounds: Whole
    p95: float | None = None
    p99: float | None = None
    mean: float | None = None
    sd: float | None = None


class Change(Struct, frozen=True, kw_only=True):
    """head/baseline − 1 (``ratio``), or head − baseline where zero is possible (``difference``); never flipped.

    The marginal interval covers this one benchmark; the simultaneous one all benchmarks of the comparison together.
    ``statistic`` is the run statistic that decided (one of ``STATISTICS``). ``before`` and ``after`` are the values of
    that statistic that decided, in base units: what is shown as before → after, and as far apart as the point says.
    Only reports of older versions lack them.
    """

    kind: Literal["ratio", "difference"]
    statistic: str
    marginal: Estimate
    simultaneous: Estimate | None
    p_adjusted: float | None
    before: float | None = None
    after: float | None = None


class ChangeSince(Record, frozen=True, kw_only=True):
    """The change of a head in pairs since the saved baseline, in the kind of its change since the base commit.

    It has no interval where too few sessions are saved to know how much their levels differ.
    """

    point: float
    low: float | None
    high: float | None
    confidence: float


class Seen(Record, frozen=True, kw_only=True):
    """In how many of the pairs, or runs of the head, a change went the way of its estimate."""

    agreeing: Whole
    total: Whole
    unit: Literal["pairs", "runs"]


class Definition(Record, frozen=True, kw_only=True):
    """Where a benchmark is defined: a file by its path from the root of the repository, and the line if it is known."""

    file: Annotated[str, Meta(max_length=300)]
    line: Whole | None


class Noise(Struct, frozen=True, kw_only=True):
    """Where the noise estimate came from (``history``, ``this job``, ``suite``) and its sd of the log between runs.

    ``alignment`` is the sd of what the code of a head adds to it without being at fault, the same in all its runs;
    ``None`` where nothing of the kind was taken into account.
    """

    source: str
    sd: float
    alignment: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides of one benchmark and metric and how far they are apart; a side is ``None`` when it is absent.

    ``distribution`` holds round values per run of (baseline, head), kept only for what changed (it is drawn).
    ``history`` is the value of each of the report's ``sessions``, ``None`` where it was not measured; kept only for
    what changed too. ``clock`` is the one that decided, where pairs in lock-step have both. ``since`` is the change of
    a head in pairs since the last of the ``sessions``.
    """

    suite: str
    name: str
    params: tuple[tuple[str, str], ...]
    category: str | None
    metric: Metric
    baseline: SideSummary | None
    head: SideSummary | None
    change: Change | None = None
    noise: Noise | None = None
    distribution: tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]] | None = None
    history: tuple[float | None, ...] = ()
    clock: Clock | None = None
    since: ChangeSince | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The verdict on one comparison. ``reason`` is one plain sentence; ``cure`` says what would settle or fix it.

    ``accepted`` says until when and why a regression passes the gate. ``seen`` is kept where a change was looked for
    in several pairs or runs, and not ruled out. ``cause`` is what explains that it is slower, ``memory`` what it
    allocates, and ``instructions`` whether it does more work, where that was looked for. ``defined`` is where the head
    defines the benchmark.

    ``detectable`` is the smallest change this comparison could have found with 80 % power (0.03: 3 %); ``threshold`` is
    the smallest change that may be called regressed or improved here, ``margin`` the bound inside which it may be
    called unchanged, both in the kind of the change (0.02: 2 %).
    """

    comparison: Comparison
    verdict: Verdict
    reason: str
    detectable: float | None = None
    cure: str | None = None
    suspect: bool = False
    threshold: float | None = None
    accepted: str | None = None
    margin: float | None = None
    seen: Seen | None = None
    cause: Cause | None = None
    memory: MemoryUse | None = None
    instructions: Instructions | None = None
    defined: Definition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The suite-wide change: a verdict of its own, never subtracted from the benchmarks."""

    change: Estimate
    verdict: Verdict
    reason: str


class BudgetResult(Record, frozen=True, kw_only=True):
    """An absolute bound held against the head's value. ``status`` is ``not_measured`` when there was no value.

    ``rule`` is the glob of the configuration that won; ``reason`` says why nothing was measured.
    """

    benchmark: Text
    metric: Text
    unit: Unit
    value: float | None
    target: float | None
    warning: float | None
    critical: float | None
    status: BudgetStatus
    category: Text | None = added()
    rule: Text | None = added()
    reason: Text | None = added()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The whole job: ``passed``, ``failed`` or ``undecided``, with reasons.

    Only an undecided one has a ``cause``: a side was ``not-measured``, the values are ``too-noisy`` to decide half of
    the timings, or there was nothing to hold them against (``not-compared``).
    """

    status: GateStatus
    reasons: tuple[str, ...] = ()
    cause: GateCause | None = None

    def __post_init__(self) -> None:
        """Raise for a gate that is undecided for no cause, or decided with one.

        Raises:
            ValueError: it is such a gate.
        """
        if (self.status == "undecided") is not (self.cause is not None):
            raise ValueError(f"a gate that is {self.status} has the cause {self.cause}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResources:
    """What the command of one run used, or its service, with all processes; ``None`` where the system does not tell.

    What a service used counts from when it was healthy to the end of the command. ``counts`` are by their metric.
    """

    side: Literal["base", "head"]
    of: ResourceUser = "command"
    wall_seconds: float | None
    cpu_seconds: float | None
    peak_memory_bytes: float | None
    read_bytes: float | None
    written_bytes: float | None
    memory: MemorySeries | None = None
    counts: dict[str, int] = field(default_factory=dict)


MOST_PAIRS = 10_000
MOST_LOOKS = 5
"""Of one comparison: at 8, 16, 32 and 64 pairs, and one at the end where there are more."""
PairCount = Annotated[int, Meta(ge=1, le=MOST_PAIRS)]
PairCounts = Annotated[tuple[PairCount, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
Values = Annotated[tuple[float | None, ...], MANY]


class RowLook(Record, frozen=True, kw_only=True, array_like=True):
    """A look at one row: after ``look`` pairs, of which ``pairs`` have the row, at a family-wise ``level``."""

    look: PairCount
    pairs: Whole
    level: float


class PairValues(Record, frozen=True, kw_only=True):
    """What pairs gave of one row by one ``clock``, in base units, and at which looks (pairs so far) that decided.

    ``None`` is a pair in which a side lacks the row; such pairs at the end are left out. Without a clock the values are
    those of whole runs.
    """

    clock: Clock | None
    looks: PairCounts
    base: Values
    head: Values


class JudgedRow(Struct, frozen=True, kw_only=True):
    """What one row was judged from. ``threshold`` and ``margin`` are shares; ``looks`` end where its verdict was final.

    ``stored`` is the variance of one pair of whole runs that was known before, with its degrees of freedom.
    """

    name: str
    params: tuple[tuple[str, str], ...]
    metric: Metric
    statistic: str
    kind: Literal["ratio", "difference"]
    threshold: float
    margin: float
    stored: tuple[float, float] | None
    looks: tuple[RowLook, ...]
    values: tuple[PairValues, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """All rows that were judged together in pairs, also those that the report does not show.

    ``grows`` says that there could be several looks. ``began`` has a ``b`` or ``h`` for each pair: the side that began;
    it is empty where unknown. ``digest`` is the SHA-256 of what the rows were judged from.
    """

    suite: str
    grows: bool
    began: str
    digest: str
    rows: tuple[JudgedRow, ...]


class PastSession(Record, frozen=True, kw_only=True):
    """One saved session of the history that the head was held against; ``measured_at`` is Unix seconds."""

    commit: Line | None
    measured_at: float | None


class Since(Record, frozen=True, kw_only=True):
    """Whether a head in pairs could be compared with the saved baseline, which is the last of the report's sessions.

    ``absent`` says why it could not. ``left_out`` counts the older sessions of this machine without short runs that
    could be compared: the history breaks off there.
    """

    absent: SinceAbsent | None
    left_out: Whole


class LevelChange(Record, frozen=True, kw_only=True):
    """A new level in a history: the place of its first session, and new/old level − 1."""

    session: Whole
    ratio: float


class Trend(Record, frozen=True, kw_only=True):
    """One benchmark whose level changed: its value in each of the report's ``sessions``, and in the head at the end."""

    benchmark: Text
    metric: Text
    unit: Unit
    values: Column
    changes: Annotated[tuple[LevelChange, ...], SOME]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the head was measured. ``seconds`` is machine time of all runs; ``command`` is what a reader can repeat."""

    base_sha: str | None
    head_sha: str | None
    plan: str
    runs: int
    seconds: float | None
    fingerprint: Fingerprint
    command: str | None = None
    finished_at: float | None = None
    resources: tuple[RunResources, ...] = ()


class Override(Record, frozen=True, kw_only=True):
    """Somebody has accepted the regressions of one ``commit`` by setting a label; ``at`` is Unix seconds."""

    label: Line
    by: Line
    at: float | None
    commit: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything an output may show; ``report/v1`` as a type.

    ``baseline`` is ``None`` with ``baseline_reason`` saying why. ``confirm`` is true while suspects wait for a second
    measurement. ``sessions`` are the saved ones that the head was held against, oldest first. ``override`` is there
    when it let something pass. ``saved`` says that this run was asked to save a baseline and has one to save.
    ``judgings`` are what pairs were judged from, one for each shard. ``since`` is there where a head in pairs had a
    saved baseline beside it. ``failed`` is what kept a side from being measured, also where it went on without.
    """

    suite: str
    gate: Gate
    measured: Measured
    baseline: BaselineSource | None
    baseline_reason: str | None
    compare: CompareKind
    shift: Shift | None
    assessments: tuple[Assessment, ...]
    budgets: tuple[BudgetResult, ...] = ()
    warnings: tuple[Notice, ...] = ()
    confirm: bool = False
    sessions: tuple[PastSession, ...] = ()
    trends: tuple[Trend, ...] = ()
    failures: Failures = NO_FAILURES
    courses: tuple[LoadCourse, ...] = ()
    override: Override | None = None
    saved: bool = False
    judgings: tuple[Judging, ...] = ()
    since: Since | None = None
    failed: FailedSide | None = None

    @property
    def compared(self) -> bool:
        """Return whether any row at all was held against the baseline and judged."""
        return any(assessment.verdict in JUDGED for assessment in self.assessments)

    def counts(self) -> dict[Verdict, int]:
        """Count the rows of each verdict, zeros included, in the order of ``VERDICTS``."""
        return counted(self.assessments)


def counted(assessments: Iterable[Assessment]) -> dict[Verdict, int]:
    """Count the rows of each verdict, zeros included, in the order of ``VERDICTS``."""
    counts = dict.fromkeys(VERDICTS, 0)
    for assessment in assessments:
        counts[assessment.verdict] += 1
    return counts
