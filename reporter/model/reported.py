"""``Report``: everything an output may show, which is ``report/v1`` (``schemas/report-v1.json``) as a type.

It holds plain numbers only, so that every output can be rendered again from ``verdict.json`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from reporter.failed_side import FailedSide
from reporter.model.decided import Assessment, BudgetResult, Gate, Shift
from reporter.model.judged_from import MOST_RUNNERS, Judging
from reporter.model.load import NO_FAILURES, Failures, LoadCourse
from reporter.model.measured import BaselineSource
from reporter.record import ROWS, SOME, Column, Line, Record, Seconds, Text, Unit, Whole
from reporter.shared.model import Fingerprint, MemorySeries, Notice
from reporter.verdicts import JUDGED, VERDICTS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

CompareKind = Literal["screen", "confirmed", "paired", "none"]
ResourceUser = Literal["command", "service"]
SinceAbsent = Literal["not-saved", "other-machine", "other-way", "no-row"]
"""Why a head in pairs is not compared with the saved baseline: the baseline has no short runs whose way is known, has
them from another machine or measured in another way, or has none of the head's benchmarks."""


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


class PastSession(Record, frozen=True, kw_only=True):
    """One saved session of the history that the head was held against; ``measured_at`` is Unix seconds."""

    commit: Line | None
    measured_at: float | None


class Since(Record, frozen=True, kw_only=True):
    """Whether a head in pairs could be compared with the saved baseline, as a rule the last of the report's sessions.

    ``absent`` says why it could not. ``left_out`` counts the older sessions of this machine without short runs that
    could be compared: the history breaks off there. It ``is_older`` where the baseline itself could not be compared,
    and the last of the report's sessions was saved before it. One of another machine is not among those ``left_out``.
    """

    absent: SinceAbsent | None
    left_out: Whole
    is_older: bool = False


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


class Selection(Record, frozen=True, kw_only=True):
    """How many benchmarks the change reaches, and those that were ``left_out`` because it does not reach them."""

    measured: Whole
    left_out: Annotated[tuple[Text, ...], ROWS]


class RunnerPart(Record, frozen=True, kw_only=True):
    """What one of several runners contributed to a verdict; one that was lost is not there.

    ``weight`` is its share of the effects, as the mean over the benchmarks; ``seconds`` is its machine time.
    """

    number: Annotated[int, Meta(ge=1, le=MOST_RUNNERS)]
    of: Annotated[int, Meta(ge=1, le=MOST_RUNNERS)]
    pairs: Whole
    seconds: Seconds | None
    cpu_model: Text | None
    weight: Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the head was measured. ``seconds`` is machine time of all runs; ``command`` is what a reader can repeat.

    ``explained_seconds`` is what looking for causes took besides, where it was done.
    """

    base_sha: str | None
    head_sha: str | None
    plan: str
    runs: int
    seconds: float | None
    fingerprint: Fingerprint
    command: str | None = None
    finished_at: float | None = None
    resources: tuple[RunResources, ...] = ()
    explained_seconds: float | None = None


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
    saved baseline beside it. ``selection`` is there where only what the change reaches was measured. ``failed`` is what
    kept a side from being measured, also where it went on without. ``runners`` are what each contributed, where several
    have measured the same benchmarks. ``split`` is the digest of how the shards split the suite by themselves.
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
    selection: Selection | None = None
    runners: tuple[RunnerPart, ...] = ()
    split: str | None = None

    @property
    def nothing_affected(self) -> bool:
        """Return whether nothing was measured, because the change reaches no benchmark."""
        found = self.selection
        return found is not None and not (found.measured or self.assessments or self.budgets)

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
