"""Read ``snapshot/v1`` strictly: what ``dump`` cannot have written is an error that names the file, never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import convert, structs

from reporter.ingest.collector import collector_paused
from reporter.ingest.opening import inflate
from reporter.model import COLUMN, Baseline, BaselineSource, Benchmark, Metric, Sample, Session, Suite
from reporter.records.reading import Origin, decode
from reporter.records.snapshot import SCHEMA, Snapshot
from reporter.shared.model import Notice
from reporter.store.columns import decode_rounds, decode_statistics
from reporter.store.history import session_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.model import FloatArray
    from reporter.records import snapshot as wire

    Identity = tuple[str, tuple[tuple[str, str], ...]]


class _InconsistentError(Exception):
    """Columns that do not fit each other; the text begins with the place."""


@collector_paused()
def load(data: bytes, where: str, benchmark: str | None = None) -> Baseline:
    """Read the bytes of a snapshot; ``where`` names their file in errors. Made is only the ``benchmark`` that is named.

    Raises:
        InputError: damaged, of a newer version, or not as ``dump`` writes it.
    """
    origin = Origin(
        schema=SCHEMA,
        where=where,
        code="broken-snapshot",
        newer="newer-snapshot",
        lead="this is not a baseline as Benchverdict writes it: ",
        cure="save the baseline again from the default branch",
    )
    record = decode(inflate(data, where), Snapshot, origin)
    try:
        return _baseline(record, benchmark)
    except _InconsistentError as error:
        raise origin.broken(str(error)) from None


def _baseline(record: Snapshot, only: str | None) -> Baseline:
    names = record.benchmarks
    _check_lengths("benchmarks", len(names.name), params=names.params)
    index = [(name, _pairs(params)) for name, params in zip(names.name, names.params, strict=True)]
    _check_unique("benchmarks lists a benchmark", index)
    wanted = frozenset(number for number, name in enumerate(names.name) if only in (None, name))
    suite = _suite(record.suite, index, wanted)
    history = [_session(entry, index, wanted, f"history[{place}]") for place, entry in enumerate(record.history)]
    if record.history_ends_with_suite:
        history.append(session_of(suite))
    return Baseline(suite=suite, history=tuple(history), source=BaselineSource(commit=suite.commit))


def _suite(suite: wire.Suite, index: Sequence[Identity], wanted: frozenset[int]) -> Suite:
    return Suite(
        name=suite.name,
        benchmarks=_benchmarks(suite, index, wanted),
        runs=suite.runs,
        fingerprint=suite.fingerprint.known(),
        commit=suite.commit,
        measured_at=suite.measured_at,
        plan=suite.plan,
        warnings=convert(suite.warnings, tuple[Notice, ...], from_attributes=True),
    )


def _benchmarks(suite: wire.Suite, index: Sequence[Identity], wanted: frozenset[int]) -> tuple[Benchmark, ...]:
    numbers = _indices("suite.benchmark", suite.benchmark, len(index))
    _check_unique("suite.benchmark lists a benchmark", numbers)
    _check_lengths("suite", len(numbers), category=suite.category, error=suite.error, details=suite.details)
    codes = _codes("suite.code", suite.code, len(numbers))
    grouped: list[list[tuple[Metric, Sample]]] = [[] for _ in numbers]
    for of, metric, sample in _samples(suite, {place for place, number in enumerate(numbers) if number in wanted}):
        grouped[of].append((metric, sample))
    return tuple(
        Benchmark(
            name=index[number][0],
            params=index[number][1],
            details=_pairs(suite.details[position]),
            category=suite.category[position],
            error=suite.error[position],
            code=codes[position],
            samples=tuple(grouped[position]),
        )
        for position, number in enumerate(numbers)
        if number in wanted
    )


def _samples(suite: wire.Suite, wanted: set[int]) -> list[tuple[int, Metric, Sample]]:
    metrics = convert(suite.metrics, tuple[Metric, ...], from_attributes=True)
    names = [metric.name for metric in metrics]
    of, kinds = _pointers("suite.samples", suite.samples, len(suite.benchmark), names)
    runs = suite.runs
    statistics = _statistics("suite.statistics", suite.statistics, len(of) * runs)
    rounds = _rounds(suite.rounds, statistics)
    return [
        (
            owner,
            metrics[kind],
            Sample(
                statistics=statistics[position * runs : (position + 1) * runs],
                rounds=tuple(rounds[position * runs : (position + 1) * runs]),
            ),
        )
        for position, (owner, kind) in enumerate(zip(of, kinds, strict=True))
        if owner in wanted
    ]


def _session(session: wire.Session, index: Sequence[Identity], wanted: frozenset[int], place: str) -> Session:
    of, kinds = _pointers(f"{place}.samples", session.samples, len(index), session.metrics)
    runs = session.runs
    if of and not runs:
        raise _InconsistentError(f"{place} has no run")
    statistics = _statistics(f"{place}.statistics", session.statistics, len(of) * runs)
    names = list(dict.fromkeys(index[owner][0] for owner in of))
    codes = zip(names, _codes(f"{place}.code", session.code, len(names)), strict=True)
    return Session(
        commit=session.commit,
        measured_at=session.measured_at,
        fingerprint=session.fingerprint.known(),
        plan=session.plan,
        statistics={
            (*index[owner], session.metrics[kind]): statistics[position * runs : (position + 1) * runs]
            for position, (owner, kind) in enumerate(zip(of, kinds, strict=True))
            if owner in wanted
        },
        codes={name: code for name, code in codes if code is not None},
    )


def _codes(place: str, code: wire.Code | None, count: int) -> list[str | None]:
    """Return the digest of each of so many benchmarks; of older files none is known."""
    if code is None:
        return [None] * count
    digests = [None, *code.digests]
    _check_lengths(place, count, of=code.of)
    _check_inside(f"{place}.of", code.of, len(digests))
    return [digests[number] for number in code.of]


def _pointers(
    place: str, samples: wire.Samples, owners: int, metrics: Sequence[str]
) -> tuple[list[int], tuple[int, ...]]:
    of = _indices(f"{place}.of", samples.of, owners)
    _check_lengths(place, len(of), metric=samples.metric)
    _check_inside(f"{place}.metric", samples.metric, len(metrics))
    _check_unique(
        f"{place} has a benchmark and metric", zip(of, (metrics[kind] for kind in samples.metric), strict=True)
    )
    return of, samples.metric


def _statistics(place: str, columns: wire.Statistics, rows: int) -> FloatArray:
    members = structs.asdict(columns)
    _check_lengths(place, rows, **members)
    return decode_statistics({name: _column(values) for name, values in members.items()})


def _rounds(columns: wire.Rounds, statistics: FloatArray) -> list[FloatArray]:
    place = "suite.rounds"
    _check_lengths(place, len(statistics), count=columns.count, exponent=columns.exponent)
    count, step = _column(columns.count), _column(columns.step)
    if count.sum() != len(step) or np.any(_further(step, count) < 0):
        raise _InconsistentError(f"{place} does not fit its counts")
    if np.any((count > 0) & np.isnan(statistics[:, COLUMN["min"]])):
        raise _InconsistentError(f"{place} belongs to a run without statistics")
    return decode_rounds(count, _column(columns.exponent), step, statistics)


def _further(step: FloatArray, count: FloatArray) -> FloatArray:
    """Return the steps from one round to the next, without those to the first of each run."""
    return np.delete(step, np.cumsum(count[count > 0])[:-1].astype(np.intp), axis=0)[1:]


def _column(values: Sequence[int | None]) -> FloatArray:
    """Return whole numbers as floats; unknown is nan."""
    return np.array(values, dtype=np.float64)


def _indices(place: str, steps: Sequence[int], below: int) -> list[int]:
    """Return indices that are written as differences."""
    indices: list[int] = np.cumsum(_column(steps)).astype(np.int64).tolist()
    _check_inside(place, indices, below)
    return indices


def _check_inside(place: str, indices: Sequence[int], below: int) -> None:
    if indices and not (min(indices) >= 0 and max(indices) < below):
        raise _InconsistentError(f"{place} points outside its list")


def _check_lengths(place: str, length: int, **columns: Sequence[object]) -> None:
    for name, column in columns.items():
        if len(column) != length:
            raise _InconsistentError(f"{place}.{name} has {len(column)} entries, not {length}")


def _check_unique(what: str, found: Iterable[object]) -> None:
    listed = list(found)
    if len(set(listed)) != len(listed):
        raise _InconsistentError(f"{what} twice")


def _pairs(params: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(params.items())
