"""``verdict.json``: ``report/v1`` (``schemas/report-v1.json``). In a later job it comes from an artifact of a fork.

The format is frozen and outlives releases. What we write stays far below the bounds: 10,000 rows at most are promised
to work, and hundreds of the others.
"""

# Without postponed annotations: the types are read when something is written, and texts of them take twice as long.

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, structs

from reporter import model
from reporter.causes import Cause
from reporter.counts import Instructions
from reporter.model import (
    MOST_LOOKS,
    MOST_PAIRS,
    Better,
    BrokenBy,
    BudgetStatus,
    Clock,
    CompareKind,
    GateCause,
    GateStatus,
    PairValues,
    ResourceUser,
    RowLook,
    SideSummary,
    Verdict,
)
from reporter.record import (
    MANY,
    ONE_LINE,
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
from reporter.records.machine import Fingerprint, Memory, Notice

SCHEMA = "report/v1"
MOST_SHARDS = 256
"""As many jobs as GitHub makes of one matrix."""
MOST_VALUES = 1_500_000
"""Of a report, where every row is counted as long as the longest: 10,000 benchmarks in 64 pairs have 1,280,000, which
are 31 MB of JSON (12 MB compressed)."""
COLUMNS = ("seconds", "users", "rate", "failed", "p50", "p99")
"""Of a load test, in the order of ``LoadMoment``."""

_Numbers = Annotated[tuple[float, ...], MANY]
_Kind = Literal["ratio", "difference"]


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

    regressed: Whole
    improved: Whole
    unchanged: Whole
    inconclusive: Whole
    not_comparable: Whole
    new: Whole
    missing: Whole
    errored: Whole


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

    kind: _Kind
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
    cause: Cause | None = None
    instructions: Instructions | None = None


class Stored(Record, frozen=True):
    """The variance of one pair of whole runs that was known before."""

    variance: Amount
    df: Amount


class JudgedRow(Record, frozen=True, kw_only=True):
    """What one row was judged from."""

    name: Text
    params: Texts
    metric: Text
    unit: Unit
    better: Better
    statistic: Literal["min", "q10", "q25", "median", "q75", "q90", "p95", "p99", "max", "mean"]
    kind: _Kind
    threshold: Amount
    margin: Amount
    stored: Stored | None = None
    looks: Annotated[tuple[RowLook, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
    values: Annotated[tuple[PairValues, ...], SOME]

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for looks and values that cannot be judged."""
        _check_growing("looks", [look.look for look in self.looks])
        for index, each in enumerate(self.values):
            place = f"values[{index}]"
            _check_growing(f"{place}.looks", each.looks)
            if len(each.base) != len(each.head) or len(each.base) > each.looks[-1]:
                raise ValueError(f"{place}.base has not as many values as the head, or more than there were pairs")
            if self.kind == "ratio" and any(value is not None and value <= 0 for value in (*each.base, *each.head)):
                raise ValueError(f"{place}.base and head have a ratio, and not all values are above zero")


def _check_growing(place: str, looks: Sequence[int]) -> None:
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise ValueError(f"{place} do not grow")


class Judging(Record, frozen=True):
    """All rows that were judged together in pairs. All of them are judged at each look."""

    suite: Line
    grows: bool
    began: Annotated[str, Meta(max_length=MOST_PAIRS, pattern=r"^[bh]*\Z")]
    digest: Annotated[str, Meta(max_length=64, pattern=ONE_LINE)]
    rows: Annotated[tuple[JudgedRow, ...], ROWS]

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for rows that cannot be judged together."""
        if len({look.look for row in self.rows for look in row.looks}) > MOST_LOOKS:
            raise ValueError(f"rows have more than {MOST_LOOKS} looks between them")
        stops = {row.looks[-1].look for row in self.rows}
        for index, row in enumerate(self.rows):
            if not stops <= {look for values in row.values for look in values.looks}:
                raise ValueError(f"rows[{index}].values lacks a look at which the rows were judged")


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


class Course(Record, frozen=True, kw_only=True):
    """How a load test went over time, one list for each quantity."""

    broke_at: float | None
    broken_by: BrokenBy | None = None
    seconds: Column
    users: Column
    rate: Column
    failed: Column
    p50: Column
    p99: Column

    def columns(self) -> tuple[Sequence[float | None], ...]:
        """Return the lists, as the model orders them."""
        return tuple(getattr(self, name) for name in COLUMNS)

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for lists of different lengths."""
        if len(set(map(len, self.columns()))) > 1:
            raise ValueError("seconds does not have as many entries as the others")


class StatusCount(Record, frozen=True):
    """How many answers had a status code."""

    code: Line
    count: Whole


class Failure(Record, frozen=True):
    """One kind of failure, and how often."""

    message: Text
    request: Text | None
    count: Whole
    first: float | None
    last: float | None
    exception: bool


class Failures(Record, frozen=True):
    """What failed in a load test."""

    statuses: Annotated[tuple[StatusCount, ...], SOME]
    kinds: Annotated[tuple[Failure, ...], SOME]
    left_out: Whole


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
    sessions: Annotated[tuple[model.PastSession, ...], SOME] = added(())
    benchmarks: Annotated[tuple[Row, ...], ROWS]
    judgings: Annotated[tuple[Judging, ...], Meta(max_length=MOST_SHARDS)] = ()
    budgets: Annotated[tuple[model.BudgetResult, ...], ROWS]
    trends: Annotated[tuple[model.Trend, ...], ROWS] = added(())
    categories: Annotated[tuple[Category, ...], ROWS] = added(())
    load: Annotated[tuple[Course, ...], SOME] = ()
    failures: Failures | None = None
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


def size_of(judgings: Iterable[Judging | model.Judging]) -> int:
    """Return how many values there are, with every row as long as the longest that it is judged with."""
    lengths = [[len(each.base) for row in judging.rows for each in row.values] for judging in judgings]
    return sum(2 * len(each) * max(each, default=0) for each in lengths)
