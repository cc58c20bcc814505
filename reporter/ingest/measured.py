"""What measure left behind: ``measure.json`` (``schemas/measure-v1.json``) and the result files of every run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from msgspec import convert, structs

from reporter.ingest import read_file, slices, spans
from reporter.ingest.opening import read_bytes
from reporter.model import RunConditions, RunResources
from reporter.record import members
from reporter.records.measure import SCHEMA, Measure, Run
from reporter.records.reading import Origin, decode
from reporter.shared.errors import InputError
from reporter.shared.model import LOAD_NOT_AS_ASKED, Fingerprint, Notice, TooSlow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reporter.failed_side import FailedSide, Side
    from reporter.ingest.reading import FileReading
    from reporter.ingest.slices import SlicedRun
    from reporter.ingest.spans import SpanSums
    from reporter.model import ResourceUser
    from reporter.records.measure import Selection, Service, Status
    from reporter.records.spans import Spans

TELLING_PAIRS = 3
"""So many of the last pairs tell how long the next one takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """The readings of one complete run. ``pair`` is its pair or None; ``seconds`` is its time, where it is known.

    ``slices`` are those of its benchmarks, where it took turns with the other side of its pair.

    ``batch`` is one of ``Batch``, and ``spans`` are those that its service sent.
    """

    side: Side
    batch: int
    pair: int | None
    seconds: float | None
    files: tuple[FileReading, ...]
    slices: Mapping[str, SlicedRun] = field(default_factory=dict)
    spans: Spans | None = None

    def benchmarks(self) -> int:
        """Count the benchmarks that ran."""
        return len({reading.name for file in self.files for reading in file.readings})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measuring, as far as it went. ``problems`` are result files that could not be read, the rest is good.

    ``seconds`` is the machine time of everything measured, ``paired_seconds`` that of the pairs among it, which may
    take ``time_limit_seconds``; somebody gave that limit if it is ``time_limit_given``. ``changed_files`` are benchmark
    files that were not the same on both sides of the pairs. ``has_service`` says that each run had a server of its own,
    and ``failure`` is what failed, also where measuring went on without it. ``out_of_time`` tells that the last look
    began fewer pairs than it was to. ``selected`` are the benchmarks of the pairs, where these are not all.
    ``split`` is the digest of how several jobs split the suite by themselves.
    """

    name: str
    plan: str
    command: str
    status: Status
    message: str | None
    head_sha: str | None
    base_sha: str | None
    started_at: float
    finished_at: float
    seconds: float | None
    paired_seconds: float
    time_limit_seconds: float | None
    time_limit_given: bool
    has_service: bool
    changed_files: tuple[str, ...]
    fingerprint: Fingerprint
    runs: tuple[MeasuredRun, ...]
    resources: tuple[RunResources, ...]
    conditions: tuple[RunConditions, ...]
    warnings: tuple[Notice, ...]
    problems: tuple[InputError, ...]
    too_slow: TooSlow | None
    failure: FailedSide | None
    out_of_time: bool
    selected: Selection | None = None
    split: str | None = None

    def batch(self, side: str, number: int) -> list[tuple[FileReading, ...]]:
        """Return the files of each run of one side and batch that belongs to no pair, in the order of measuring."""
        return [run.files for run in self.runs if run.side == side and run.batch == number and run.pair is None]

    def not_as_asked(self) -> Notice | None:
        """Return what made the load another one than was asked for; ``None`` where nothing did."""
        return next((warning for warning in self.warnings if warning.code in LOAD_NOT_AS_ASKED), None)

    def formats(self) -> set[str]:
        """Name the formats of all result files."""
        return {file.format for run in self.runs for file in run.files}

    def pairs(self, number: int) -> list[tuple[tuple[FileReading, ...], tuple[FileReading, ...]]]:
        """Return (base, head) of each complete pair of a batch, in the order of measuring."""
        return [(base.files, head.files) for base, head in self._paired(number)]

    def slices(self, number: int) -> list[tuple[Mapping[str, SlicedRun], Mapping[str, SlicedRun]]]:
        """Return the slices of (base, head) of each complete pair of a batch; empty where it was not in lock-step."""
        return [(base.slices, head.slices) for base, head in self._paired(number)]

    def spans(self, side: Side) -> SpanSums:
        """Return the spans that the services of a side sent, in all its runs of pairs."""
        return spans.summed(run.spans for run in self.runs if run.spans and run.side == side and run.pair is not None)

    def began(self, number: int) -> str:
        """Return the side that began each complete pair of a batch, as ``b`` or ``h``."""
        return "".join(next(iter(pair))[0] for pair in self._complete_pairs(number))

    def latest_pairs(self, number: int) -> tuple[float, int]:
        """Return the seconds that a pair of a batch takes of late, and how many benchmarks the latest one ran.

        Both are 0 before the first pair.
        """
        latest = self._paired(number)[-TELLING_PAIRS:]
        if not latest:
            return 0.0, 0
        return fmean(map(_seconds_of, latest)), latest[-1][1].benchmarks()

    def _paired(self, number: int) -> list[tuple[MeasuredRun, MeasuredRun]]:
        return [(pair["base"], pair["head"]) for pair in self._complete_pairs(number)]

    def _complete_pairs(self, number: int) -> list[dict[Side, MeasuredRun]]:
        """Return both runs of each complete pair, the one that began first."""
        sides: dict[int, dict[Side, MeasuredRun]] = {}
        for run in self.runs:
            if run.pair is not None and run.batch == number:
                sides.setdefault(run.pair, {})[run.side] = run
        return [pair for _, pair in sorted(sides.items()) if len(pair) == 2]


def _seconds_of(pair: tuple[MeasuredRun, MeasuredRun]) -> float:
    """Return what a pair took: in lock-step its runs went on at the same time."""
    seconds = [run.seconds or 0.0 for run in pair]
    return max(seconds) if any(run.slices for run in pair) else sum(seconds)


def load(folder: Path, format_name: str | None = None, read: Callable[..., FileReading] = read_file) -> Measurement:
    """Read a measuring and, by ``read``, the result files of its complete runs.

    Raises:
        InputError: there is no ``measure.json`` in the folder, or it is not one; names the place.
    """
    origin = Origin(
        schema=SCHEMA,
        where=str(folder / "measure.json"),
        code="measure-record-broken",
        newer="measure-record-version",
        foreign="measure-record-version",
        lead="this is not a record as measuring writes it: ",
        cure="measure again, and measure and report with the same version of Benchverdict",
    )
    record = decode(_content(origin), Measure, origin)
    return _measurement(record, _Results(folder=folder, read=partial(read, format_name=format_name), origin=origin))


def _content(origin: Origin) -> bytes:
    try:
        return read_bytes(Path(origin.where))
    except InputError as error:
        if error.code != "no-such-file":
            raise origin.broken(f"the file cannot be used: {error.what}") from error
        raise InputError(
            "measure-record-missing",
            "nothing was measured here",
            where=origin.where,
            cure="run `benchverdict measure` first",
        ) from error


def _measurement(record: Measure, results: _Results) -> Measurement:
    runs = tuple(results.runs(record.runs))
    alone = [run.wall_seconds for run in record.runs if run.pair is None and run.wall_seconds is not None]
    paired = record.paired_seconds
    given = members(
        Measurement,
        record,
        seconds=sum(alone) + (paired or 0.0) if alone or paired is not None else None,
        paired_seconds=paired or 0.0,
        time_limit_given=record.time_limit_given is True,
        changed_files=record.changed_benchmark_files,
        fingerprint=record.fingerprint.known(),
        runs=runs,
        has_service=record.service is not None,
        resources=tuple(used for run in record.runs if run.complete for used in _resources(run)),
        conditions=tuple(map(_conditions, record.runs)),
        warnings=(*convert(record.warnings, tuple[Notice, ...], from_attributes=True), *results.notices[:1]),
        problems=tuple(results.problems),
        too_slow=record.too_slow and convert(record.too_slow, TooSlow, from_attributes=True),
        out_of_time=record.out_of_time is True,
    )
    return Measurement(**given)


def _resources(run: Run) -> Iterator[RunResources]:
    """Return what the command of a run used, and its service if it had one."""
    yield _used(run, "command", run)
    if run.service is not None:
        yield _used(run.service, "service", run)


def _used(by: Run | Service, user: ResourceUser, run: Run) -> RunResources:
    counts = by.counts if isinstance(by, Run) else {}
    return convert(members(RunResources, by, run, of=user, counts=counts), RunResources, from_attributes=True)


def _conditions(run: Run) -> RunConditions:
    """Return what went on during a run; records of older versions do not tell."""
    around = structs.asdict(run.conditions) if run.conditions else {}
    return RunConditions(wall_seconds=run.wall_seconds, cpu_seconds=run.cpu_seconds, **around)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """The files that runs left in the folder of a measuring, and what was found wrong with them."""

    folder: Path
    read: Callable[[Path], FileReading]
    origin: Origin
    problems: list[InputError] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def runs(self, records: tuple[Run, ...]) -> Iterator[MeasuredRun]:
        """Return the complete runs that left anything."""
        for index, run in enumerate(records):
            files = tuple(self._files(index, run)) if run.complete else ()
            if files:
                yield MeasuredRun(
                    side=run.side,
                    batch=run.batch,
                    pair=run.pair,
                    seconds=run.wall_seconds,
                    files=(replace(files[0], used=tuple(_resources(run))), *files[1:]),
                    slices=self._slices(index, run.slices) if run.slices else {},
                    spans=self._spans(index, run.service.spans) if run.service and run.service.spans else None,
                )

    def _files(self, index: int, run: Run) -> Iterator[FileReading]:
        for name in run.results:
            path = self._inside(f"runs[{index}].results", name)
            try:
                yield self.read(path)
            except InputError as error:
                self.problems.append(error)

    def _slices(self, index: int, name: str) -> Mapping[str, SlicedRun]:
        """Return the slices of a run; damaged ones are noticed, and the run counts as a whole."""
        path = self._inside(f"runs[{index}].slices", name)
        try:
            return slices.read(path)
        except InputError as error:
            text = f"the slices of a run were not used: {error.what}"
            self.notices.append(Notice(code=error.code, text=text))
            return {}

    def _spans(self, index: int, name: str) -> Spans | None:
        """Return the spans that the service of a run sent; damaged files are noticed, and explain nothing."""
        try:
            return spans.read(self._inside(f"runs[{index}].service.spans", name))
        except InputError as error:
            self.notices.append(Notice(code=error.code, text=f"the spans of a service were not used: {error.what}"))
            return None

    def _inside(self, member: str, name: str) -> Path:
        """Return the path of a file that a run names, which must lie in the folder of the measuring."""
        home = Path(os.path.realpath(self.folder))
        if "\0" in name:
            raise self.origin.broken(f"{member} holds a name that no file can have")
        path = Path(os.path.realpath(home / name))
        if not path.is_relative_to(home):
            raise self.origin.broken(f"{member} names {name[:200]!r}, which leads out of the folder")
        return path
