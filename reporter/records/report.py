"""``verdict.json``: ``report/v1`` (``schemas/report-v1.json``). In a later job it comes from an artifact of a fork.

The format is frozen and outlives releases. What we write stays far below the bounds: 10,000 rows at most are promised
to work, and hundreds of the others.
"""

# Without postponed annotations: the types are read when something is written, and texts of them take twice as long.

from typing import Annotated, Literal

from msgspec import Meta, structs

from reporter import model
from reporter.causes import Cause, MemoryUse
from reporter.counts import Instructions
from reporter.failed_side import FailedSide
from reporter.model import (
    VERDICTS,
    Better,
    BudgetStatus,
    Clock,
    CompareKind,
    GateCause,
    GateStatus,
    ResourceUser,
    SideSummary,
    Verdict,
)
from reporter.record import (
    MANY,
    ROWS,
    SOME,
    Amount,
    Column,
    Line,
    Record,
    Text,
    Texts,
    Unit,
    Whole,
    added,
)
from reporter.records.judging import MOST_VALUES, Judging, Kind, size_of
from reporter.records.load_tests import Course, Failures
from reporter.records.machine import Fingerprint, Memory, Notice

SCHEMA = "report/v1"
MOST_SHARDS = 256
"""As many jobs as GitHub makes of one matrix."""

_Numbers = Annotated[tuple[float, ...], MANY]


class Gate(Record, frozen=True):
    """The whole job. Files of before there were causes have none."""

    status: GateStatus
    reasons: Annotated[tuple[Text, ...], MANY]
    cause: GateCause | None = added()

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a decided gate with a cause."""
        if self.cause and self.status != "undecided":
            raise ValueError("cause is given, and the gate is decided")


class Counts(Record, frozen=True):
    """The rows of each verdict."""

    __annotations__ = dict.fromkeys(VERDICTS, Whole)


class Resources(Record, frozen=True, kw_only=True):
    """What the command of one run used, or its service."""

    side: Literal["base", "head"]
    of: ResourceUser = "command"
    wall_seconds: float | None
    cpu_seconds: float | None
    peak_memory_bytes: float | None
    read_bytes: float | None
    written_bytes: float | None
    memory: Memory | None = None


class Measured(Record, frozen=True):
    """How the head was measured."""

    base_sha: Line | None
    head_sha: Line | None
    plan: Line
    runs: Whole
    seconds: float | None
    fingerprint: Fingerprint
    command: Text | None
    finished_at: float | None
    resources: Annotated[tuple[Resources, ...], MANY] = added(())
    explained_seconds: Amount | None = None


class Source(Record, frozen=True):
    """Where the baseline came from."""

    commit: Line | None
    run_id: Whole | None
    age_seconds: float | None
    distance: Whole | None
    fingerprint_match: bool | None
    fingerprint: Fingerprint | None = added()


class Estimate(Record, frozen=True):
    """A point with its interval; null is unknown."""

    point: float | None
    low: float | None
    high: float | None
    confidence: float


class Shift(Estimate, frozen=True):
    """The change of the whole suite."""

    verdict: Verdict
    reason: Text


class Change(Record, frozen=True):
    """How far both sides are apart, with the interval of this row and that of all rows together."""

    kind: Kind
    statistic: Line
    point: float | None
    low: float | None
    high: float | None
    confidence: float
    simultaneous: Estimate | None
    p_adjusted: float | None
    before: float | None = None
    after: float | None = None


class Noise(Record, frozen=True):
    """Where the noise estimate came from, and what it is."""

    source: Text
    sd: float | None
    alignment: float | None = None


class Distribution(Record, frozen=True):
    """Round values of each run, of what changed."""

    baseline: Annotated[tuple[_Numbers, ...], MANY]
    head: Annotated[tuple[_Numbers, ...], MANY]


class Row(Record, frozen=True, kw_only=True):
    """The verdict on one benchmark and metric."""

    suite: Line
    name: Text
    params: Texts
    category: Text | None
    metric: Text
    unit: Unit
    better: Better | None
    baseline: SideSummary | None
    head: SideSummary | None
    change: Change | None
    verdict: Verdict
    reason: Text
    detectable: float | None
    threshold: float | None = added()
    margin: float | None = added()
    noise: Noise | None
    cure: Text | None
    suspect: bool
    accepted: Text | None = None
    distribution: Distribution | None
    history: Column = ()
    clock: Clock | None = None
    since: model.ChangeSince | None = None
    seen: model.Seen | None = None
    cause: Cause | None = None
    memory: MemoryUse | None = None
    instructions: Instructions | None = None
    defined: model.Definition | None = None


class Met(Record, frozen=True):
    """How many budgets were met."""

    met: Whole
    total: Whole


class Category(Record, frozen=True):
    """What a category comes to: derived from the rows and budgets, so it is written and not read."""

    category: Text | None
    counts: Counts
    budgets: Met
    severity: BudgetStatus | None
    pass_rate: float | None


class Report(Record, frozen=True, kw_only=True):
    """The whole file, its members in the order in which they are written."""

    schema: Literal["report/v1"]
    generator: Line
    suite: Line
    gate: Gate
    counts: Counts
    measured: Measured
    baseline: Source | None
    baseline_reason: Text | None
    compare: CompareKind
    confirm: bool
    shift: Shift | None
    override: model.Override | None = None
    saved: bool = False
    since: model.Since | None = None
    selection: model.Selection | None = None
    runners: Annotated[tuple[model.RunnerPart, ...], Meta(max_length=model.MOST_RUNNERS)] = ()
    split: Line | None = None
    sessions: Annotated[tuple[model.PastSession, ...], SOME] = added(())
    benchmarks: Annotated[tuple[Row, ...], ROWS]
    judgings: Annotated[tuple[Judging, ...], Meta(max_length=MOST_SHARDS)] = ()
    budgets: Annotated[tuple[model.BudgetResult, ...], ROWS]
    trends: Annotated[tuple[model.Trend, ...], ROWS] = added(())
    categories: Annotated[tuple[Category, ...], ROWS] = added(())
    load: Annotated[tuple[Course, ...], SOME] = ()
    failures: Failures | None = None
    failed: FailedSide | None = None
    warnings: Annotated[tuple[Notice, ...], MANY]

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for counts that the rows deny, changes in no session, or too many values."""
        verdicts: list[str] = [row.verdict for row in self.benchmarks]
        for verdict, count in structs.asdict(self.counts).items():
            if verdicts.count(verdict) != count:
                raise ValueError(f"counts.{verdict} is not {verdicts.count(verdict)}, the number of such rows")
        for index, trend in enumerate(self.trends):
            if any(change.session > len(trend.values) for change in trend.changes):
                raise ValueError(f"trends[{index}].changes name a session that there is not")
        if size_of(self.judgings) > MOST_VALUES:
            raise ValueError(f"judgings has more than {MOST_VALUES} values")
