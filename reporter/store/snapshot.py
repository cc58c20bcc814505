"""``snapshot/v1``: a baseline as compact gzip JSON (``schemas/snapshot-v1.json``). The same baseline, the same bytes.

Kept are the statistics of every run, at most 200 rounds of each (``columns`` says how exactly), and the history.
Benchmarks are listed once for the suite and the whole history; everything else points into that list, as steps from
one index to the next, because neighbours are usually one apart. The history's last session, when it is the suite's
own, is not written twice.

Where a baseline came from is known to who looks it up, so ``Baseline.source`` is not stored; a loaded one has the
suite's commit only.
"""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.ingest.collector import collector_paused
from reporter.masking import without_secrets
from reporter.model import STATISTICS
from reporter.records.snapshot import SCHEMA, Snapshot
from reporter.records.writing import to_json
from reporter.store.columns import DIGITS, HISTORY_DIGITS, decode_statistics, encode_rounds, encode_statistics
from reporter.store.history import session_of
from reporter.store.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.model import Baseline, Benchmark, FloatArray, Metric, Sample, Session, Suite

    Identity = tuple[str, tuple[tuple[str, str], ...]]

__all__ = ["SCHEMA", "dump", "load"]


@collector_paused()
def dump(baseline: Baseline) -> bytes:
    """Return the bytes of the snapshot of a baseline, without secrets."""
    baseline = without_secrets(baseline)
    own = session_of(baseline.suite)
    ends_with_suite = bool(baseline.history) and _same(baseline.history[-1], own)
    past = baseline.history[:-1] if ends_with_suite else baseline.history
    index = _index(baseline.suite, past)
    document = {
        "schema": SCHEMA,
        "benchmarks": {"name": [name for name, _ in index], "params": [params for _, params in index]},
        "suite": _suite(baseline.suite, index),
        "history": [_session(session, index) for session in past],
        "history_ends_with_suite": ends_with_suite,
    }
    text = json.dumps(to_json(document, Snapshot), separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode("ascii"), compresslevel=6, mtime=0)


def _index(suite: Suite, history: Iterable[Session]) -> dict[Identity, int]:
    """Return every benchmark that appears anywhere its number, in the order of appearance."""
    index: dict[Identity, int] = {}
    for benchmark in suite.benchmarks:
        index.setdefault((benchmark.name, benchmark.params), len(index))
    for session in history:
        for name, params, _ in session.statistics:
            index.setdefault((name, params), len(index))
    return index


def _suite(suite: Suite, index: dict[Identity, int]) -> dict[str, Any]:
    benchmarks = suite.benchmarks
    return {
        "name": suite.name,
        "commit": suite.commit,
        "measured_at": suite.measured_at,
        "plan": suite.plan,
        "runs": suite.runs,
        "fingerprint": suite.fingerprint,
        "warnings": suite.warnings,
        "benchmark": _steps(index[benchmark.name, benchmark.params] for benchmark in benchmarks),
        "category": [benchmark.category for benchmark in benchmarks],
        "details": [benchmark.details for benchmark in benchmarks],
        "error": [benchmark.error for benchmark in benchmarks],
        "code": _digests([benchmark.code for benchmark in benchmarks]),
        **_samples(benchmarks),
    }


def _samples(benchmarks: Sequence[Benchmark]) -> dict[str, Any]:
    """Return all samples of the suite; ``of`` is the position of a sample's benchmark in the suite."""
    of: list[int] = []
    samples: list[Sample] = []
    metrics: dict[Metric, int] = {}
    kinds: list[int] = []
    for position, benchmark in enumerate(benchmarks):
        for metric, sample in benchmark.samples:
            of.append(position)
            samples.append(sample)
            kinds.append(metrics.setdefault(metric, len(metrics)))
    statistics = encode_statistics(_stack(sample.statistics for sample in samples), DIGITS)
    return {
        "metrics": list(metrics),
        "samples": {"of": _steps(of), "metric": kinds},
        "statistics": statistics,
        "rounds": encode_rounds([run for sample in samples for run in sample.rounds], _decoded(statistics)),
    }


def _session(session: Session, index: dict[Identity, int]) -> dict[str, Any]:
    metrics: dict[str, int] = {}
    kinds = [metrics.setdefault(metric, len(metrics)) for _, _, metric in session.statistics]
    runs = next((len(table) for table in session.statistics.values()), 0)
    measured = dict.fromkeys(name for name, _, _ in session.statistics)
    return {
        "commit": session.commit,
        "measured_at": session.measured_at,
        "plan": session.plan,
        "runs": runs,
        "fingerprint": session.fingerprint,
        "metrics": list(metrics),
        "code": _digests([session.codes.get(name) for name in measured]),
        "samples": {"of": _steps(index[name, params] for name, params, _ in session.statistics), "metric": kinds},
        "statistics": encode_statistics(_stack(session.statistics.values()), HISTORY_DIGITS),
    }


def _digests(codes: Sequence[str | None]) -> dict[str, Any] | None:
    """Return the digests, each once, and which is whose; nothing where none is known, as in files of older versions."""
    known: dict[str | None, int] = {None: 0}
    of = [known.setdefault(code, len(known)) for code in codes]
    return {"digests": list(known)[1:], "of": of} if len(known) > 1 else None


def _steps(indices: Iterable[int]) -> list[int]:
    return [after - before for before, after in pairwise((0, *indices))]


def _stack(tables: Iterable[FloatArray]) -> FloatArray:
    """Put the runs of all samples below each other."""
    return np.concatenate([np.empty((0, len(STATISTICS))), *tables])


def _decoded(columns: dict[str, list[int | None]]) -> FloatArray:
    return decode_statistics({name: np.array(column, dtype=np.float64) for name, column in columns.items()})


def _same(one: Session, other: Session) -> bool:
    if (one.commit, one.measured_at, one.plan, one.fingerprint) != (
        other.commit,
        other.measured_at,
        other.plan,
        other.fingerprint,
    ):
        return False
    if one.codes != other.codes:
        return False
    return one.statistics.keys() == other.statistics.keys() and all(
        mine is theirs or np.array_equal(mine, theirs, equal_nan=True)
        for mine, theirs in zip(one.statistics.values(), other.statistics.values(), strict=True)
    )
