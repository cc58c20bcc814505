"""``measure.json``: ``measure/v1`` (``schemas/measure-v1.json``), as measuring left it.

It is written by ``reporter.measure.record``, which needs the standard library alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.failed_side import FailedSide, Side
from reporter.record import ROWS, SOME, WHOLE_LIMIT, Amount, Line, Record, Seconds, Text, Whole, added
from reporter.records.machine import Fingerprint, Memory, Notice

SCHEMA = "measure/v1"
Status = Literal["complete", "failed", "interrupted", "empty", "skipped"]

_LongText = Annotated[str, Meta(max_length=1_000_000)]
"""A command or a message: a script may be the command."""
_ExitCode = Annotated[int, Meta(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT)]


class Conditions(Record, frozen=True):
    """What went on in the machine during a run."""

    busy_seconds: Seconds | None = None
    steal_seconds: Seconds | None = None
    frequency_before_hz: Seconds | None = None
    frequency_after_hz: Seconds | None = None


class Service(Record, frozen=True):
    """The service of a run, and what it used."""

    log: Text
    port: Whole
    start_seconds: Seconds | None
    exit_code: _ExitCode | None
    signal: Whole | None
    cpu_seconds: Amount | None
    peak_memory_bytes: Whole | None
    read_bytes: Whole | None
    written_bytes: Whole | None
    memory: Memory | None
    spans: Text | None = None


class Run(Record, frozen=True):
    """One run of the command on one side; members that older records lack are null."""

    index: Whole
    side: Side
    batch: Whole
    pair: Whole | None
    exit_code: _ExitCode | None
    signal: Whole | None
    complete: bool
    started_at: Seconds
    wall_seconds: Seconds | None
    cpu_seconds: Amount | None
    peak_memory_bytes: Whole | None
    read_bytes: Whole | None
    written_bytes: Whole | None
    log: Text
    results: tuple[Text, ...]
    slices: Text | None = None
    conditions: Conditions | None = None
    memory: Memory | None = None
    service: Service | None = None
    counts: Annotated[dict[Line, Whole], SOME] = added({})


class TooSlow(Record, frozen=True):
    """How long one run takes, where too few pairs fit into the time limit."""

    run_seconds: Seconds
    limit_seconds: Seconds
    at_least: bool = False


class Selection(Record, frozen=True):
    """Which benchmarks pairs are of, where the change does not reach all."""

    measured: Annotated[tuple[Text, ...], ROWS]
    left_out: Annotated[tuple[Text, ...], ROWS]


class Measure(Record, frozen=True):
    """The whole file."""

    schema: Literal["measure/v1"]
    name: Text
    plan: Line
    command: _LongText
    status: Status
    message: _LongText | None
    head_sha: Line | None
    base_sha: Line | None
    started_at: Seconds
    finished_at: Seconds
    fingerprint: Fingerprint
    runs: tuple[Run, ...]
    warnings: tuple[Notice, ...]
    failed_side: Side | None = None
    setup_seconds: Seconds | None = None
    paired_seconds: Seconds | None = None
    changed_benchmark_files: tuple[Text, ...] = ()
    time_limit_seconds: Seconds | None = None
    time_limit_given: bool | None = None
    service: _LongText | None = None
    out_of_time: bool | None = None
    failure: FailedSide | None = None
    too_slow: TooSlow | None = None
    selected: Selection | None = None
    split: Line | None = None

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a pair that has two complete runs of one side."""
        seen = set()
        for index, run in enumerate(self.runs):
            key = run.batch, run.pair, run.side
            if run.complete and run.pair is not None and key in seen:
                raise ValueError(f"runs[{index}].pair has two runs of one side")
            seen.update([key] if run.complete else [])
