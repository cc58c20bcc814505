"""The past sessions that travel with a baseline: noise between jobs is known from them alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from reporter.model import FINGERPRINT_KEYS, Baseline, Metric, Session, Suite

Key = tuple[str, tuple[tuple[str, str], ...], str]
"""Benchmark name, parameters, metric name."""

AGAINST_ITSELF = "against itself"
"""The plan of sessions that hold pairs of a commit and itself: two runs in a row are one pair."""

KEPT = 50
"""Sessions kept for each machine and way of measuring."""


def session_of(suite: Suite) -> Session:
    """Give what is kept of a suite in the history: the statistics of its runs."""
    return Session(
        commit=suite.commit,
        measured_at=suite.measured_at,
        fingerprint=suite.fingerprint,
        plan=suite.plan,
        statistics={
            (benchmark.name, benchmark.params, metric.name): sample.statistics
            for benchmark in suite.benchmarks
            for metric, sample in benchmark.samples
        },
    )


def extend(previous: Baseline | None, suite: Suite, noise: Session | None = None) -> tuple[Session, ...]:
    """Append the suite's session to the previous history, oldest first, and before it the ``noise`` of its pairs.

    The last ``KEPT`` of each fingerprint and plan stay. A session of the same commit and time is the same measurement
    saved again and is replaced; so is, of two without commit and time, the older: taken for two they would make the
    noise between jobs look like none. A metric that is declared in another unit or direction now starts anew: its old
    values may be on another scale.
    """
    own = session_of(suite)
    before = [_without(session, _redeclared(previous.suite, suite)) for session in previous.history] if previous else []
    others = [entry for entry in before if (entry.commit, entry.measured_at) != (own.commit, own.measured_at)]
    return _last_of_each_kind([*others, *([noise] if noise else []), own])


def _redeclared(before: Suite, now: Suite) -> set[Key]:
    old, new = _metrics(before), _metrics(now)
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


def _metrics(suite: Suite) -> dict[Key, Metric]:
    return {
        (benchmark.name, benchmark.params, metric.name): metric
        for benchmark in suite.benchmarks
        for metric, _ in benchmark.samples
    }


def _without(session: Session, keys: set[Key]) -> Session:
    if not keys & session.statistics.keys():
        return session
    kept = {key: statistics for key, statistics in session.statistics.items() if key not in keys}
    return replace(session, statistics=kept)


def _last_of_each_kind(sessions: list[Session]) -> tuple[Session, ...]:
    seen: Counter[tuple[object, ...]] = Counter()
    kept: list[Session] = []
    for session in reversed(sessions):
        kind = (session.plan, *(getattr(session.fingerprint, key) for key in FINGERPRINT_KEYS))
        seen[kind] += 1
        if seen[kind] <= KEPT:
            kept.append(session)
    return tuple(reversed(kept))
