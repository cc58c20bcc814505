"""Read ``snapshot/v1`` strictly: what ``dump`` cannot have written is an error that names the file, never a guess."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from reporter import fingerprints
from reporter.checked import WHOLE_LIMIT
from reporter.ingest.collector import collector_paused
from reporter.ingest.opening import inflate
from reporter.model import (
    COLUMN,
    STATISTICS,
    Baseline,
    BaselineSource,
    Benchmark,
    Better,
    Metric,
    Sample,
    Session,
    Suite,
)
from reporter.shared.errors import InputError
from reporter.shared.model import Notice
from reporter.store.columns import MAX_ROUNDS, decode_rounds, decode_statistics
from reporter.store.history import session_of
from reporter.store.tables import Table, origin

if TYPE_CHECKING:
    from reporter.model import FloatArray

    Identity = tuple[str, tuple[tuple[str, str], ...]]

SCHEMA = "snapshot/v1"
MAX_RUNS = 100_000
MAX_EXPONENT = 100

_ROOT = frozenset(("schema", "benchmarks", "suite", "history", "history_ends_with_suite"))
_MEASURED = frozenset(("commit", "measured_at", "plan", "runs", "fingerprint", "metrics", "samples", "statistics"))
_SINCE = frozenset(("code",))
"""Members that files of older versions lack."""
_SUITE = _MEASURED | {"name", "warnings", "benchmark", "category", "details", "error", "rounds"}
_BETTER: tuple[Better, ...] = get_args(Better)


@collector_paused()
def load(data: bytes, where: str) -> Baseline:
    """Read the bytes of a snapshot; ``where`` names their file in errors.

    Raises:
        InputError: damaged, of a newer version, or not as ``dump`` writes it.
    """
    root = Table(_parse(data, where), origin(where), _ROOT)
    index = _index(root.member("benchmarks", frozenset(("name", "params"))))
    suite = _suite(root.member("suite", _SUITE, _SINCE), index)
    history = [_session(entry, index) for entry in root.members("history", _MEASURED, _SINCE)]
    if root.flag("history_ends_with_suite"):
        history.append(session_of(suite))
    return Baseline(suite=suite, history=tuple(history), source=BaselineSource(commit=suite.commit))


def _parse(data: bytes, where: str) -> Any:
    try:
        document = json.loads(inflate(data, where))
    except (ValueError, RecursionError) as error:
        raise origin(where).broken("the file is not the JSON we write") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA and isinstance(schema, str) and schema.startswith("snapshot/v"):
        raise InputError(
            "newer-snapshot",
            f"the baseline was made by a newer version of Benchverdict ({schema[:20]}; this one reads {SCHEMA})",
            where=where,
            cure="use that version here too, or save the baseline again with this one",
        )
    if schema != SCHEMA:
        raise origin(where).broken(f"the file does not say that it is {SCHEMA}")
    return document


def _index(table: Table) -> list[Identity]:
    names = table.lines("name")
    params = table.pairs("params", len(names))
    index = list(zip(names, params, strict=True))
    if len(set(index)) != len(index):
        raise table.wrong("", "lists a benchmark twice")
    return index


def _suite(table: Table, index: list[Identity]) -> Suite:
    runs = table.integer("runs", 0, MAX_RUNS)
    if not runs:
        raise table.wrong("", "has no run")
    benchmarks = _benchmarks(table, index, _samples(table, runs))
    return Suite(
        name=table.text("name"),
        benchmarks=benchmarks,
        runs=runs,
        fingerprint=fingerprints.from_json(table.member("fingerprint", fingerprints.MEMBERS)),
        commit=table.optional_text("commit"),
        measured_at=table.optional_number("measured_at", high=WHOLE_LIMIT),
        plan=table.text("plan"),
        warnings=tuple(
            Notice(code=entry.text("code"), text=entry.text("text"))
            for entry in table.members("warnings", frozenset(("code", "text")))
        ),
    )


def _benchmarks(
    table: Table, index: list[Identity], samples: list[tuple[int, Metric, Sample]]
) -> tuple[Benchmark, ...]:
    numbers = table.indices("benchmark", len(index), steps=True)
    if len(set(numbers)) != len(numbers):
        raise table.wrong("", "lists a benchmark twice")
    grouped: list[list[tuple[Metric, Sample]]] = [[] for _ in numbers]
    for of, metric, sample in samples:
        grouped[of].append((metric, sample))
    categories = table.optional_lines("category", len(numbers))
    errors = table.optional_lines("error", len(numbers))
    details = table.pairs("details", len(numbers))
    codes = _codes(table, len(numbers))
    return tuple(
        Benchmark(
            name=index[number][0],
            params=index[number][1],
            details=details[position],
            category=categories[position],
            error=errors[position],
            code=codes[position],
            samples=tuple(grouped[position]),
        )
        for position, number in enumerate(numbers)
    )


def _samples(table: Table, runs: int) -> list[tuple[int, Metric, Sample]]:
    metrics = [
        Metric(name=entry.text("name"), unit=entry.text("unit"), better=entry.optional_choice("better", _BETTER))
        for entry in table.members("metrics", frozenset(("name", "unit", "better")))
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


def _session(table: Table, index: list[Identity]) -> Session:
    runs = table.integer("runs", 0, MAX_RUNS)
    metrics = list(table.lines("metrics"))
    of, kinds = _pointers(table, len(index), metrics)
    if of and not runs:
        raise table.wrong("", "has no run")
    statistics = _statistics(table, len(of) * runs)
    names = list(dict.fromkeys(index[owner][0] for owner in of))
    codes = zip(names, _codes(table, len(names)), strict=True)
    return Session(
        commit=table.optional_text("commit"),
        measured_at=table.optional_number("measured_at", high=WHOLE_LIMIT),
        fingerprint=fingerprints.from_json(table.member("fingerprint", fingerprints.MEMBERS)),
        plan=table.text("plan"),
        statistics={
            (*index[owner], metrics[kind]): statistics[position * runs : (position + 1) * runs]
            for position, (owner, kind) in enumerate(zip(of, kinds, strict=True))
        },
        codes={name: code for name, code in codes if code is not None},
    )


def _codes(table: Table, count: int) -> list[str | None]:
    """Give the digest of each of so many benchmarks; of older files none is known."""
    stored = table.optional_member("code", frozenset(("digests", "of")))
    if stored is None:
        return [None] * count
    digests = [None, *stored.lines("digests")]
    return [digests[place] for place in stored.indices("of", len(digests), count)]


def _pointers(table: Table, owners: int, metrics: list[str]) -> tuple[list[int], list[int]]:
    samples = table.member("samples", frozenset(("of", "metric")))
    of = samples.indices("of", owners, steps=True)
    kinds = samples.indices("metric", len(metrics), len(of))
    if len({(owner, metrics[kind]) for owner, kind in zip(of, kinds, strict=True)}) != len(of):
        raise samples.wrong("", "has a benchmark and metric twice")
    return of, kinds


def _statistics(table: Table, rows: int) -> FloatArray:
    columns = table.member("statistics", frozenset(("exponent", *STATISTICS)))
    read = {name: columns.column(name, rows, unknown=True) for name in STATISTICS}
    if np.any(read["n"] < 1):
        raise columns.wrong("", "has a run without rounds")
    read["exponent"] = _exponents(columns, rows)
    return decode_statistics(read)


def _rounds(table: Table, statistics: FloatArray) -> list[FloatArray]:
    columns = table.member("rounds", frozenset(("count", "exponent", "step")))
    count = columns.column("count", len(statistics))
    step = columns.column("step")
    if np.any((count < 0) | (count > MAX_ROUNDS)) or count.sum() != len(step) or np.any(_further(step, count) < 0):
        raise columns.wrong("", "does not fit its counts")
    if np.any((count > 0) & np.isnan(statistics[:, COLUMN["min"]])):
        raise columns.wrong("", "belongs to a run without statistics")
    return decode_rounds(count, _exponents(columns, len(statistics)), step, statistics)


def _further(step: FloatArray, count: FloatArray) -> FloatArray:
    """Return the steps from one round to the next, without those to the first of each run."""
    return np.delete(step, np.cumsum(count[count > 0])[:-1].astype(np.intp), axis=0)[1:]


def _exponents(columns: Table, rows: int) -> FloatArray:
    exponent = columns.column("exponent", rows)
    if np.any((exponent < -300) | (exponent > MAX_EXPONENT)):
        raise columns.wrong("", "has an impossible power of ten")
    return exponent
