"""Read ``snapshot/v1`` strictly: what ``dump`` cannot have written is an error that names the file, never a guess."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.errors import InputError
from reporter.ingest.collector import collector_paused
from reporter.ingest.opening import inflate
from reporter.model import (
    FINGERPRINT_KEYS,
    STATISTICS,
    Baseline,
    BaselineSource,
    Benchmark,
    Better,
    Fingerprint,
    Metric,
    Notice,
    Sample,
    Session,
    Suite,
)
from reporter.store.checked import Checked, broken
from reporter.store.columns import MAX_ROUNDS, decode_rounds, decode_statistics
from reporter.store.history import session_of

if TYPE_CHECKING:
    from reporter.model import FloatArray

    Identity = tuple[str, tuple[tuple[str, str], ...]]

SCHEMA = "snapshot/v1"
MAX_RUNS = 100_000
MAX_EXPONENT = 100

_ROOT = ("schema", "benchmarks", "suite", "history", "history_ends_with_suite")
_MEASURED = ("commit", "measured_at", "plan", "runs", "fingerprint", "metrics", "samples", "statistics")
_SUITE = (*_MEASURED, "name", "warnings", "benchmark", "category", "details", "error", "rounds")
_BETTER: dict[str | None, Better | None] = {"lower": "lower", "higher": "higher", None: None}
_MIN = STATISTICS.index("min")


@collector_paused()
def load(data: bytes, where: str) -> Baseline:
    """Read the bytes of a snapshot; ``where`` names their file in errors.

    Raises:
        InputError: damaged, of a newer version, or not as ``dump`` writes it.
    """
    root = Checked(_parse(data, where), where, "the file", _ROOT)
    index = _index(root.child("benchmarks", ("name", "params")))
    suite = _suite(root.child("suite", _SUITE), index)
    history = [_session(entry, index) for entry in root.children("history", _MEASURED)]
    if root.flag("history_ends_with_suite"):
        history.append(session_of(suite))
    return Baseline(suite=suite, history=tuple(history), source=BaselineSource(commit=suite.commit))


def _parse(data: bytes, where: str) -> Any:
    try:
        document = json.loads(inflate(data, where))
    except (ValueError, RecursionError) as error:
        raise broken(where, "the file", "is not the JSON we write") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA and isinstance(schema, str) and schema.startswith("snapshot/v"):
        raise InputError(
            "newer-snapshot",
            f"the baseline was made by a newer version of Benchverdict ({schema[:20]}; this one reads {SCHEMA})",
            where=where,
            cure="use that version here too, or save the baseline anew with this one",
        )
    if schema != SCHEMA:
        raise broken(where, "the file", f"does not say that it is {SCHEMA}")
    return document


def _index(table: Checked) -> list[Identity]:
    names = table.texts("name")
    params = [table.pairs(entry, "params") for entry in table.entries("params", len(names))]
    index = list(zip(names, params, strict=True))
    if len(set(index)) != len(index):
        raise table.broken("lists a benchmark twice")
    return index


def _suite(table: Checked, index: list[Identity]) -> Suite:
    runs = table.whole("runs", MAX_RUNS)
    if not runs:
        raise table.broken("has no run")
    benchmarks = _benchmarks(table, index, _samples(table, runs))
    return Suite(
        name=table.text("name"),
        benchmarks=benchmarks,
        runs=runs,
        fingerprint=_fingerprint(table),
        commit=table.text_or_none("commit"),
        measured_at=table.number_or_none("measured_at"),
        plan=table.text("plan"),
        warnings=tuple(
            Notice(code=entry.text("code"), text=entry.text("text"))
            for entry in table.children("warnings", ("code", "text"))
        ),
    )


def _benchmarks(
    table: Checked, index: list[Identity], samples: list[tuple[int, Metric, Sample]]
) -> tuple[Benchmark, ...]:
    numbers = table.indices("benchmark", len(index), steps=True)
    if len(set(numbers)) != len(numbers):
        raise table.broken("lists a benchmark twice")
    grouped: list[list[tuple[Metric, Sample]]] = [[] for _ in numbers]
    for of, metric, sample in samples:
        grouped[of].append((metric, sample))
    categories = table.texts_or_none("category", len(numbers))
    errors = table.texts_or_none("error", len(numbers))
    details = [table.pairs(entry, "details") for entry in table.entries("details", len(numbers))]
    return tuple(
        Benchmark(
            name=index[number][0],
            params=index[number][1],
            details=details[position],
            category=categories[position],
            error=errors[position],
            samples=tuple(grouped[position]),
        )
        for position, number in enumerate(numbers)
    )


def _samples(table: Checked, runs: int) -> list[tuple[int, Metric, Sample]]:
    metrics = [
        Metric(name=entry.text("name"), unit=entry.text("unit"), better=_better(entry))
        for entry in table.children("metrics", ("name", "unit", "better"))
    ]
    of, kinds = _pointers(table, len(table.entries("benchmark")), [metric.name for metric in metrics])
    statistics = _statistics(table, len(of) * runs)
    rounds = _rounds(table, statistics)
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
    ]


def _session(table: Checked, index: list[Identity]) -> Session:
    runs = table.whole("runs", MAX_RUNS)
    metrics = table.texts("metrics")
    of, kinds = _pointers(table, len(index), metrics)
    if of and not runs:
        raise table.broken("has no run")
    statistics = _statistics(table, len(of) * runs)
    return Session(
        commit=table.text_or_none("commit"),
        measured_at=table.number_or_none("measured_at"),
        fingerprint=_fingerprint(table),
        plan=table.text("plan"),
        statistics={
            (*index[owner], metrics[kind]): statistics[position * runs : (position + 1) * runs]
            for position, (owner, kind) in enumerate(zip(of, kinds, strict=True))
        },
    )


def _pointers(table: Checked, owners: int, metrics: list[str]) -> tuple[list[int], list[int]]:
    samples = table.child("samples", ("of", "metric"))
    of = samples.indices("of", owners, steps=True)
    kinds = samples.indices("metric", len(metrics), len(of))
    if len({(owner, metrics[kind]) for owner, kind in zip(of, kinds, strict=True)}) != len(of):
        raise samples.broken("has a benchmark and metric twice")
    return of, kinds


def _statistics(table: Checked, rows: int) -> FloatArray:
    columns = table.child("statistics", ("exponent", *STATISTICS))
    read = {name: columns.column(name, rows, unknown=True) for name in STATISTICS}
    if np.any(read["n"] < 1):
        raise columns.broken("has a run without rounds")
    read["exponent"] = _exponents(columns, rows)
    return decode_statistics(read)


def _rounds(table: Checked, statistics: FloatArray) -> list[FloatArray]:
    columns = table.child("rounds", ("count", "exponent", "step"))
    count = columns.column("count", len(statistics))
    step = columns.column("step")
    if np.any((count < 0) | (count > MAX_ROUNDS)) or count.sum() != len(step) or np.any(step < 0):
        raise columns.broken("does not fit its counts")
    if np.any((count > 0) & np.isnan(statistics[:, _MIN])):
        raise columns.broken("belongs to a run without statistics")
    return decode_rounds(count, _exponents(columns, len(statistics)), step, statistics)


def _exponents(columns: Checked, rows: int) -> FloatArray:
    exponent = columns.column("exponent", rows)
    if np.any((exponent < -300) | (exponent > MAX_EXPONENT)):
        raise columns.broken("has an impossible power of ten")
    return exponent


def _fingerprint(table: Checked) -> Fingerprint:
    found = table.child("fingerprint", (*FINGERPRINT_KEYS, "details"))
    return Fingerprint(
        cpu_model=found.text_or_none("cpu_model"),
        cores=found.whole_or_none("cores"),
        architecture=found.text_or_none("architecture"),
        os=found.text_or_none("os"),
        image=found.text_or_none("image"),
        language=found.text_or_none("language"),
        details=found.pairs(found.table["details"], "details"),
    )


def _better(metric: Checked) -> Better | None:
    value = metric.text_or_none("better")
    if value not in _BETTER:
        raise metric.broken("better is neither lower nor higher")
    return _BETTER[value]
