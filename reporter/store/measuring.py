"""One saved measuring of a lasting store: its name, and its bytes as a snapshot without rounds.

The name tells time, kind of machine and way, commit, and which measuring it is. So the same measuring has the same
name however often it is saved, and the names of a suite are in order of time.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import Baseline, BaselineSource, Benchmark, Metric, Sample, Session, Suite
from reporter.shared.model import COMMIT, FINGERPRINT_KEYS
from reporter.store.history import AGAINST_ITSELF, UNKNOWN_UNIT, session_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.store.history import Key

_LAST_MOMENT = 253_402_300_799.0
"""The end of the year 9999."""
_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})-([0-9a-f]{8})-(\w{4,64})-([0-9a-f]{16})", re.ASCII)
_NO_COMMIT = "none"
_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """The name of a measuring, in its parts. ``time`` is in UTC; ``kind`` stands for machine and way of measuring."""

    time: str
    kind: str
    commit: str
    identity: str

    def __str__(self) -> str:
        return f"{self.time}-{self.kind}-{self.commit}-{self.identity}"

    @property
    def moment(self) -> float:
        """When it was measured, in Unix seconds; 0 where that is unknown."""
        try:
            return datetime.strptime(self.time, _TIME).replace(tzinfo=UTC).timestamp()
        except ValueError:
            return 0.0

    def is_of(self, commit: str | None) -> bool:
        """Return whether it was measured at a commit, of which the first digits may be given."""
        return commit is not None and self.commit != _NO_COMMIT and commit.startswith(self.commit[: len(commit)])


def parse_name(text: str) -> Name | None:
    """Return the name that a text is; ``None`` for what no writer of ours has named."""
    found = _NAME.fullmatch(text)
    return Name(*found.groups()) if found and (found[3] == _NO_COMMIT or COMMIT.fullmatch(found[3])) else None


def name_of(measuring: Baseline) -> Name:
    """Return the name of a measuring."""
    suite = measuring.suite
    identity = repr([(one.commit, one.measured_at, _kind(one)) for one in measuring.history[-1:]])
    if suite.commit is None and suite.measured_at is None:
        identity += _content(measuring.history)
    commit = suite.commit if suite.commit and COMMIT.fullmatch(suite.commit) else _NO_COMMIT
    return Name(
        time=_time(suite.measured_at),
        kind=_digest(repr(_kind(session_of(suite))))[:8],
        commit=commit[:40],
        identity=_digest(identity)[:16],
    )


def _time(moment: float | None) -> str:
    known = min(max(moment or 0.0, 0.0), _LAST_MOMENT)
    return datetime.fromtimestamp(known, UTC).strftime(_TIME).rjust(22, "0")


def _kind(session: Session) -> tuple[object, ...]:
    return session.plan, *(getattr(session.fingerprint, key) for key in FINGERPRINT_KEYS)


def _content(sessions: Iterable[Session]) -> str:
    """Return what the sessions hold, in as few digits as any store keeps."""
    return repr(
        [
            (key, [f"{value:.3e}" for value in table.ravel().tolist()])
            for one in sessions
            for key, table in one.statistics.items()
        ]
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def measurings_of(baseline: Baseline) -> list[Baseline]:
    """Return every measuring of a baseline's history apart, oldest first, each with all of its sessions.

    What was measured at one commit and time belongs together: whole runs, and the pairs that were saved with them. Only
    the baseline's own has units and rounds.
    """
    groups: dict[tuple[str | None, float | None, tuple[object, ...]], list[Session]] = {}
    for session in baseline.history or (session_of(baseline.suite),):
        machine = _kind(session)[1:]
        groups.setdefault((session.commit, session.measured_at, machine), []).append(session)
    metrics = {
        (benchmark.name, benchmark.params, metric.name): metric
        for benchmark in baseline.suite.benchmarks
        for metric, _ in benchmark.samples
    }
    own = session_of(baseline.suite)
    found = []
    for sessions in groups.values():
        ordered = sorted(sessions, key=lambda one: one.plan != AGAINST_ITSELF)
        is_own = ordered[-1].statistics.keys() == own.statistics.keys() and _same(ordered[-1], own)
        suite = baseline.suite if is_own else _suite_of(ordered[-1], baseline.suite.name, metrics)
        source = BaselineSource(commit=suite.commit)
        found.append(Baseline(suite=suite, history=(*ordered[:-1], session_of(suite)), source=source))
    return found


def _same(one: Session, other: Session) -> bool:
    return (one.commit, one.measured_at, *_kind(one)) == (other.commit, other.measured_at, *_kind(other))


def _suite_of(session: Session, name: str, metrics: dict[Key, Metric]) -> Suite:
    """Return a session as a suite without rounds; a metric that is not measured any more has no known unit."""
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[Metric, Sample]]] = {}
    for (benchmark, params, metric), table in session.statistics.items():
        known = metrics.get((benchmark, params, metric)) or Metric(name=metric, unit=UNKNOWN_UNIT, better=None)
        grouped.setdefault((benchmark, params), []).append((known, _sample(table)))
    return Suite(
        name=name,
        benchmarks=tuple(
            Benchmark(name=benchmark, params=params, samples=tuple(samples), code=session.codes.get(benchmark))
            for (benchmark, params), samples in grouped.items()
        ),
        runs=max((len(table) for table in session.statistics.values()), default=1),
        fingerprint=session.fingerprint,
        commit=session.commit,
        measured_at=session.measured_at,
        plan=session.plan,
    )


def without_rounds(suite: Suite) -> Suite:
    """Return a suite with the statistics of its runs alone."""
    benchmarks = tuple(
        replace(each, samples=tuple((metric, _sample(sample.statistics)) for metric, sample in each.samples))
        for each in suite.benchmarks
    )
    return replace(suite, benchmarks=benchmarks)


def has_rounds(suite: Suite) -> bool:
    """Return whether any round of a suite is kept."""
    return any(len(run) for each in suite.benchmarks for _, sample in each.samples for run in sample.rounds)


def _sample(table: np.ndarray) -> Sample:
    return Sample(statistics=table, rounds=(np.empty(0),) * len(table))


def last_of_each_kind(names: Sequence[Name], most: int, pinned: str | None) -> list[Name]:
    """Return the last names of each kind of machine and way, and that of the pinned commit, oldest first."""
    seen: dict[str, int] = {}
    kept = []
    for name in reversed(names):
        seen[name.kind] = seen.get(name.kind, 0) + 1
        if seen[name.kind] <= most or name.is_of(pinned):
            kept.append(name)
    return kept[::-1]
