"""``verdict.json``: ``report/v1`` (``schemas/report-v1.json``). In a later job it comes from an artifact of a fork.

The format is frozen and outlives releases. What we write stays far below the bounds: 10,000 rows at most are promised
to work, and hundreds of the others.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, structs

from reporter.model import (
    Better,
    BrokenBy,
    BudgetStatus,
    Clock,
    CompareKind,
    GateCause,
    GateStatus,
    ResourceUser,
    Verdict,
)
from reporter.records.base import (
    ONE_LINE,
    Amount,
    Line,
    Lined,
    Record,
    Text,
    Texts,
    Unit,
    Whole,
    since,
)
from reporter.records.machine import Fingerprint, Memory, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter import model

SCHEMA = "report/v1"
MOST_SHARDS = 256
"""As many jobs as GitHub makes of one matrix."""
MOST_PAIRS = 10_000
MOST_LOOKS = 5
"""Of one comparison: at 8, 16, 32 and 64 pairs, and one at the end where there are more."""
MOST_VALUES = 1_500_000
"""Of a report, where every row is counted as long as the longest: 10,000 benchmarks in 64 pairs have 1,280,000, which
are 31 MB of JSON (12 MB compressed)."""
_ROWS = Meta(max_length=20_000)
_MANY = Meta(max_length=10_000)
_SOME = Meta(max_length=1_000)

_Numbers = Annotated[tuple[float, ...], _MANY]
_Column = Annotated[tuple[float | None, ...], _SOME]
_Values = Annotated[tuple[float | None, ...], _MANY]
_PairCount = Annotated[int, Meta(ge=1, le=MOST_PAIRS)]
_Kind = Literal["ratio", "difference"]


class Gate(Record, frozen=True):
    """The whole job. Files of before there were causes have none."""

    status: GateStatus
    reasons: Annotated[tuple[Text, ...], _MANY]
    cause: GateCause | None = since()

    def __post_init__(self) -> None:
        """Raise for a decided gate with a cause.

        Raises:
            ValueError: it is such a gate.
        """
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
    of: ResourceUser | None = "command"
    wall_seconds: float | None
    cpu_seconds: float | None
    peak_memory_bytes: float | None
    read_bytes: float | None
    written_bytes: float | None
    memory: Memory | None = None


class Measured(Lined, frozen=True):
    """How the head was measured."""

    base_sha: Line | None
    head_sha: Line | None
    plan: Line
    runs: Whole
    seconds: float | None
    fingerprint: Fingerprint
    command: Text | None
    finished_at: float | None
    resources: Annotated[tuple[Resources, ...], _MANY] = since(())


class Source(Lined, frozen=True):
    """Where the baseline came from."""

    commit: Line | None
    run_id: Whole | None
    age_seconds: float | None
    distance: Whole | None
    fingerprint_match: bool | None
    fingerprint: Fingerprint | None = since()


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


class Override(Lined, frozen=True):
    """Who accepted the regressions of a commit."""

    label: Line
    by: Line
    at: float | None
    commit: Line


class Session(Lined, frozen=True):
    """A saved session that the head was held against."""

    commit: Line | None
    measured_at: float | None


class Side(Record, frozen=True):
    """One side of a row."""

    min: float | None
    median: float | None
    max: float | None
    runs: Whole
    rounds: Whole
    p95: float | None = None
    p99: float | None = None
    mean: float | None = None
    sd: float | None = None


class Change(Lined, frozen=True):
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

    baseline: Annotated[tuple[_Numbers, ...], _MANY]
    head: Annotated[tuple[_Numbers, ...], _MANY]


class Row(Lined, frozen=True, kw_only=True):
    """The verdict on one benchmark and metric."""

    suite: Line
    name: Text
    params: Texts
    category: Text | None
    metric: Text
    unit: Unit
    better: Better | None
    baseline: Side | None
    head: Side | None
    change: Change | None
    verdict: Verdict
    reason: Text
    detectable: float | None
    threshold: float | None = since()
    margin: float | None = since()
    noise: Noise | None
    cure: Text | None
    suspect: bool
    accepted: Text | None = None
    distribution: Distribution | None
    history: _Column = ()
    clock: Clock | None = None


class Look(Record, frozen=True, array_like=True):
    """Pairs so far, those of them that have the row, and the level."""

    look: _PairCount
    pairs: Whole
    level: float


class PairValues(Record, frozen=True):
    """What pairs gave of one row by one clock; null where a side lacks the row."""

    clock: Clock | None
    looks: Annotated[tuple[_PairCount, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
    base: _Values
    head: _Values

    def __post_init__(self) -> None:
        """Raise for values that are no pairs.

        Raises:
            ValueError: they are none; the message begins with the member.
        """
        _check_growing(self.looks)
        if len(self.base) != len(self.head) or len(self.base) > self.looks[-1]:
            raise ValueError("base does not have as many values as the head, or more than there were pairs")


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
    looks: Annotated[tuple[Look, ...], Meta(min_length=1, max_length=MOST_LOOKS)]
    values: Annotated[tuple[PairValues, ...], _SOME]

    def __post_init__(self) -> None:
        """Raise for looks and values that cannot be judged.

        Raises:
            ValueError: they are such; the message begins with the member.
        """
        _check_growing([look.look for look in self.looks])
        numbers = (value for each in self.values for side in (each.base, each.head) for value in side)
        if self.kind == "ratio" and any(value is not None and value <= 0 for value in numbers):
            raise ValueError("values have a ratio, and not all of them are above zero")


def _check_growing(looks: Sequence[int]) -> None:
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise ValueError("looks do not grow")


class Judging(Lined, frozen=True):
    """All rows that were judged together in pairs. All of them are judged at each look."""

    suite: Line
    grows: bool
    began: Annotated[str, Meta(max_length=MOST_PAIRS, pattern=r"^[bh]*\Z")]
    digest: Annotated[str, Meta(max_length=64, extra=ONE_LINE)]
    rows: Annotated[tuple[JudgedRow, ...], _ROWS]

    def __post_init__(self) -> None:
        """Raise for rows that cannot be judged together.

        Raises:
            ValueError: they are such; the message begins with the member.
        """
        super().__post_init__()
        if len({look.look for row in self.rows for look in row.looks}) > MOST_LOOKS:
            raise ValueError(f"rows have more than {MOST_LOOKS} looks between them")
        stops = {row.looks[-1].look for row in self.rows}
        for index, row in enumerate(self.rows):
            if not stops <= {look for values in row.values for look in values.looks}:
                raise ValueError(f"rows[{index}].values lacks a look at which the rows were judged")


class Budget(Record, frozen=True):
    """A bound held against the head's value."""

    benchmark: Text
    metric: Text
    unit: Unit
    value: float | None
    target: float | None
    warning: float | None
    critical: float | None
    status: BudgetStatus
    category: Text | None = since()
    rule: Text | None = since()
    reason: Text | None = since()


class LevelChange(Record, frozen=True):
    """A new level in a history: the place of its first session."""

    session: Whole
    ratio: float


class Trend(Record, frozen=True):
    """One benchmark whose level changed: its value in each session, and in the head."""

    benchmark: Text
    metric: Text
    unit: Unit
    values: _Column
    changes: Annotated[tuple[LevelChange, ...], _SOME]

    def __post_init__(self) -> None:
        """Raise for a change in no session.

        Raises:
            ValueError: there is one; the message begins with the member.
        """
        if any(change.session > len(self.values) for change in self.changes):
            raise ValueError("changes name a session that there is not")


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
    seconds: _Column
    users: _Column
    rate: _Column
    failed: _Column
    p50: _Column
    p99: _Column

    def columns(self) -> tuple[Sequence[float | None], ...]:
        """Return the lists, as the model orders them."""
        return self.seconds, self.users, self.rate, self.failed, self.p50, self.p99

    def __post_init__(self) -> None:
        """Raise for lists of different lengths.

        Raises:
            ValueError: they are such; the message begins with the member.
        """
        if len(set(map(len, self.columns()))) > 1:
            raise ValueError("seconds does not have as many entries as the others")


class StatusCount(Lined, frozen=True):
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

    statuses: Annotated[tuple[StatusCount, ...], _SOME]
    kinds: Annotated[tuple[Failure, ...], _SOME]
    left_out: Whole


class Report(Lined, frozen=True, kw_only=True):
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
    override: Override | None = None
    saved: bool | None = False
    sessions: Annotated[tuple[Session, ...], _SOME] = since(())
    benchmarks: Annotated[tuple[Row, ...], _ROWS]
    judgings: Annotated[tuple[Judging, ...], Meta(max_length=MOST_SHARDS)] = ()
    budgets: Annotated[tuple[Budget, ...], _ROWS]
    trends: Annotated[tuple[Trend, ...], _ROWS] = since(())
    categories: Annotated[tuple[Category, ...], _ROWS] = since(())
    load: Annotated[tuple[Course, ...], _SOME] = ()
    failures: Failures | None = None
    warnings: Annotated[tuple[Notice, ...], _MANY]

    def __post_init__(self) -> None:
        """Raise for counts that the rows deny, and for more values than are held.

        Raises:
            ValueError: they are such; the message begins with the member.
        """
        super().__post_init__()
        verdicts = [row.verdict for row in self.benchmarks]
        for verdict, count in structs.asdict(self.counts).items():
            if verdicts.count(verdict) != count:
                raise ValueError(f"counts.{verdict} is not {verdicts.count(verdict)}, the number of such rows")
        if size_of(self.judgings) > MOST_VALUES:
            raise ValueError(f"judgings has more than {MOST_VALUES} values")


def size_of(judgings: Iterable[Judging | model.Judging]) -> int:
    """Return how many values there are, with every row as long as the longest that it is judged with."""
    lengths = [[len(each.base) for row in judging.rows for each in row.values] for judging in judgings]
    return sum(2 * len(each) * max(each, default=0) for each in lengths)
