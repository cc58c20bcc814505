"""Put the files of several runs together into a suite: one row of statistics per run, in the order of the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from reporter.ingest import machine
from reporter.ingest.collector import collector_paused
from reporter.ingest.failed import together
from reporter.ingest.run_statistics import row_of_known, statistics_of_files
from reporter.model import COLUMN, STATISTICS, Benchmark, Metric, Sample, Suite
from reporter.shared.errors import InputError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reporter.ingest.reading import Declared, FileReading, Reading
    from reporter.model import FloatArray
    from reporter.shared.model import Fingerprint

    Declare = Callable[[str, str], Declared | None]
    Categorise = Callable[[str], str | None]
    Key = tuple[str, tuple[tuple[str, str], ...], str]

COMPILED = frozenset(("cargo-bench", "catch2", "criterion", "go", "google-benchmark", "gungraun", "hyperfine"))
"""Formats of tools that run no interpreter of Python themselves."""
MAX_NOTICES = 20
"""Errored readings named one by one; of the others only the number."""
MAX_RUNS = 100_000
MAX_CELLS = 2_000_000
"""Benchmarks times runs: every run has a row for every benchmark, also for those that are not in it."""

MOST_COURSES = 8
"""Histories of load tests that are kept; each is a picture."""

_NO_ROUNDS = np.empty(0)
_COUNT = COLUMN["n"]


class _Entry(Struct, frozen=True, kw_only=True):
    """One reading and the row of the suite at which its run stands."""

    row: int
    reading: Reading
    path: Path

    @property
    def place(self) -> str:
        return f"{self.path}, {self.reading.place}"


class _Series(Struct, kw_only=True):
    """All entries of one benchmark and metric, and what becomes of them."""

    entries: list[_Entry]
    sample: Sample | None = None

    @property
    def first(self) -> Reading:
        return self.entries[0].reading


class Provenance(Struct, frozen=True, kw_only=True):
    """What is known of the runs besides their files, and goes before what those say; ``measured_at`` in seconds."""

    commit: str | None = None
    fingerprint: Fingerprint | None = None
    measured_at: float | None = None
    plan: str = "whole"


UNKNOWN = Provenance()


@collector_paused()
def assemble(
    runs: Sequence[Sequence[FileReading]],
    *,
    suite: str,
    known: Provenance = UNKNOWN,
    declare: Declare | None = None,
    categorise: Categorise | None = None,
) -> Suite:
    """Combine the files of each run into one suite.

    A file that holds several runs of its tool (``Reading.runs``) is one run all the same; see ``statistics_of_files``.
    A run without files, or without a certain benchmark, is a row of nan, so that row i stays run i.

    ``declare`` gives unit and direction of a metric (benchmark name, metric name) whose tool did not; ``categorise``
    gives the category of a benchmark name, instead of the tool's own group.

    A reading that is errored in some runs is a nan row and a notice. A benchmark whose main metric has no value in any
    run is errored itself; another metric without a value is left out, with a notice.

    Raises:
        InputError: a benchmark and metric appears twice in a run, or in two units, or no file has benchmarks.
    """
    files = _files(runs)
    series = _collect(runs)
    _fill(list(series.values()), len(runs))
    formats, machines = _formats(files), (file.fingerprint for file in files)
    machine_print, mixed = machine.merge(known.fingerprint, machines, compiled=formats <= COMPILED)
    return Suite(
        name=suite,
        benchmarks=_benchmarks(series, declare, categorise),
        runs=len(runs),
        fingerprint=machine_print,
        commit=known.commit or next((file.commit for file in files if file.commit), None),
        measured_at=_latest(files) if known.measured_at is None else known.measured_at,
        plan=known.plan,
        formats=formats,
        failures=together(file.failures for file in files),
        courses=tuple(file.course for file in files if file.course is not None)[:MOST_COURSES],
        warnings=(*dict.fromkeys(notice for file in files for notice in file.warnings), *mixed, *_notices(series)),
    )


def _files(runs: Sequence[Sequence[FileReading]]) -> list[FileReading]:
    """Return the files of all runs; raises ``InputError`` when none of them can hold a benchmark."""
    files = [file for run in runs for file in run]
    if not files:
        raise InputError(
            "no-result-file",
            "no run left a result file",
            cure="let the command write to {output}, or name its files with --results",
        )
    if all(file.companion for file in files):
        cure = "name the result file itself too, not only what the tool writes beside it"
        raise InputError(
            "only-companions",
            "these files lie beside the results of a load test and hold no benchmark",
            where=str(files[0].path),
            cure=cure,
        )
    return files


def _formats(files: Sequence[FileReading]) -> frozenset[str]:
    return frozenset(file.format for file in files if not file.companion)


def _latest(files: Sequence[FileReading]) -> float | None:
    return max((file.measured_at for file in files if file.measured_at is not None), default=None)


def _collect(runs: Sequence[Sequence[FileReading]]) -> dict[Key, _Series]:
    series: dict[Key, _Series] = {}
    for row, files in enumerate(runs):
        seen: dict[Key, _Entry] = {}
        for file in files:
            for reading in file.readings:
                key = (reading.name, reading.params, reading.metric.name)
                entry = _Entry(row=row, reading=reading, path=file.path)
                if key in seen:
                    raise _duplicate(seen[key], entry)
                seen[key] = entry
                series.setdefault(key, _Series(entries=[])).entries.append(entry)
    return series


def _duplicate(first: _Entry, second: _Entry) -> InputError:
    return InputError(
        "duplicate-benchmark",
        f"{first.reading.name!r} ({first.reading.metric.name}) appears twice in one run, also in {first.place}",
        where=second.place,
        cure="give the benchmarks different names, or pass the files as different runs",
    )


def _fill(series: Sequence[_Series], height: int) -> None:
    """Compute the samples of all series in bulk; a series without any value gets none."""
    if height > MAX_RUNS or len(series) * height > MAX_CELLS:
        what = f"{len(series)} benchmarks with {height} runs are more than can be held"
        raise InputError(
            "too-many-runs", what, cure="keep benchmarks with so many runs in files and suites of their own"
        )
    table = np.full((len(series), height, len(STATISTICS)), np.nan)
    rounds = [[_NO_ROUNDS] * height for _ in series]
    slots: list[int] = []
    rows: list[int] = []
    files: list[Sequence[Sequence[float]]] = []
    for slot, entries in enumerate(series):
        for entry in _in_one_unit(entries):
            reading = entry.reading
            if reading.values or reading.runs:
                slots.append(slot)
                rows.append(entry.row)
                files.append((reading.values,) if reading.values else reading.runs)
    if files:
        table[slots, rows], arrays = statistics_of_files(files)
        for slot, row, array in zip(slots, rows, arrays, strict=True):
            rounds[slot][row] = array
    for slot, entries in enumerate(series):
        _fill_known(table[slot], entries)
        if any(entry.reading.error is None for entry in entries.entries):
            entries.sample = Sample(statistics=table[slot], rounds=tuple(rounds[slot]))


def _fill_known(table: FloatArray, series: _Series) -> None:
    """Put in what is known of whole runs: of some rounds it is that of all."""
    for entry in series.entries:
        if entry.reading.known:
            table[entry.row] = row_of_known(entry.reading.known)


def _in_one_unit(series: _Series) -> Iterator[_Entry]:
    """Return the entries; raises ``InputError`` at one of another unit than the first."""
    for entry in series.entries:
        if entry.reading.metric.unit != series.first.metric.unit:
            raise _mixed_units(series.entries[0], entry)
        yield entry


def _mixed_units(first: _Entry, second: _Entry) -> InputError:
    return InputError(
        "mixed-units",
        f"{second.reading.name!r} ({second.reading.metric.name}) is in {second.reading.metric.unit!r} here "
        f"and in {first.reading.metric.unit!r} in {first.place}",
        where=second.place,
        cure="measure all runs with the same tool and settings",
    )


def _benchmarks(
    series: dict[Key, _Series], declare: Declare | None, categorise: Categorise | None
) -> tuple[Benchmark, ...]:
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], list[_Series]] = {}
    for (name, params, _), entries in series.items():
        grouped.setdefault((name, params), []).append(entries)
    return tuple(
        _benchmark(members, declare, categorise(name) if categorise else None) for (name, _), members in grouped.items()
    )


def _benchmark(members: Sequence[_Series], declare: Declare | None, category: str | None) -> Benchmark:
    main = members[0].first
    errored = members[0].sample is None
    return Benchmark(
        name=main.name,
        params=main.params,
        details=main.details,
        category=category or main.group,
        samples=()
        if errored
        else tuple(_declared(entry.first, entry.sample, declare) for entry in members if entry.sample is not None),
        error=main.error if errored else None,
    )


def _declared(reading: Reading, sample: Sample, declare: Declare | None) -> tuple[Metric, Sample]:
    metric = reading.metric
    rule = declare(reading.name, metric.name) if declare is not None and metric.better is None else None
    if rule is None:
        return metric, sample
    unit = metric.unit if rule.unit is None else rule.unit
    return replace(metric, unit=unit, better=rule.better), _scaled(sample, rule.factor)


def _scaled(sample: Sample, factor: float) -> Sample:
    if factor == 1.0:
        return sample
    statistics: FloatArray = sample.statistics * factor
    statistics[:, _COUNT] = sample.statistics[:, _COUNT]
    return Sample(statistics=statistics, rounds=tuple(run * factor for run in sample.rounds))


def _notices(series: dict[Key, _Series]) -> Iterator[Notice]:
    errored = [entry for entries in series.values() for entry in entries.entries if entry.reading.error is not None]
    for entry in errored[:MAX_NOTICES]:
        reading = entry.reading
        text = f"{reading.name} ({reading.metric.name}) has no usable value in {entry.place}: {reading.error}."
        yield Notice(code="errored-reading", text=text)
    if len(errored) > MAX_NOTICES:
        text = f"{len(errored) - MAX_NOTICES} more readings have no usable value; read the files alone to see them."
        yield Notice(code="errored-reading", text=text)
