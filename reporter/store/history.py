"""The past sessions that travel with a baseline: noise between jobs is known from them alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.model import Baseline, BaselineSource, Metric, Session, Suite
from reporter.shared.model import FINGERPRINT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Key = tuple[str, tuple[tuple[str, str], ...], str]
"""Benchmark name, parameters, metric name."""

AGAINST_ITSELF = "against itself"
"""The plan of sessions that hold pairs of a commit and itself: two runs in a row are one pair."""

UNKNOWN_UNIT = "?"
"""Of a metric that nothing is known of but its values in sessions of the past."""

KEPT = 50
"""Sessions kept for each machine and way of measuring, beside those of the pinned commit."""


def session_of(suite: Suite) -> Session:
    """Return what is kept of a suite in the history: the statistics of its runs."""
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
        codes={benchmark.name: benchmark.code for benchmark in suite.benchmarks if benchmark.code is not None},
    )


def of_same_code(history: Sequence[Session], suite: Suite) -> tuple[Session, ...]:
    """Leave out of each session the benchmarks that were others then: whose code is known, and not that of now.

    What another piece of code took says nothing of this one, neither of its level nor of its noise.
    """
    now = session_of(suite).codes
    return tuple(_of_same_code(session, now) for session in history)


def _of_same_code(session: Session, now: dict[str, str]) -> Session:
    other = {name for name, code in session.codes.items() if now.get(name, code) != code}
    return _without(session, {key for key in session.statistics if key[0] in other}) if other else session


def of_benchmark(sessions: Iterable[Session], benchmark: str | None) -> tuple[Session, ...]:
    """Return sessions; with a name what they have of that benchmark, where they have any."""
    if benchmark is None:
        return tuple(sessions)
    found = (_without(each, {key for key in each.statistics if key[0] != benchmark}) for each in sessions)
    return tuple(each for each in found if each.statistics)


def is_of(session: Session, commit: str | None) -> bool:
    """Return whether a session was measured at a commit, of which the first digits may be given."""
    return commit is not None and (session.commit or "").startswith(commit) and session.plan != AGAINST_ITSELF


def extend(
    previous: Baseline | None, suite: Suite, noise: Session | None = None, *, pinned: str | None = None
) -> tuple[Session, ...]:
    """Append the suite's session to the previous history, oldest first, and before it the ``noise`` of its pairs.

    The last ``KEPT`` of each fingerprint and plan stay, and that of the ``pinned`` commit, however old. A session of
    the same commit and time is the same measurement saved again and is replaced; so is, of two without commit and time,
    the older: taken for two they would make the noise between jobs look like none. A metric that is declared in another
    unit or direction now starts over: its old values may be on another scale.
    """
    own = session_of(suite)
    before = [_without(session, _redeclared(previous.suite, suite)) for session in previous.history] if previous else []
    others = [entry for entry in before if (entry.commit, entry.measured_at) != (own.commit, own.measured_at)]
    return _last_of_each_kind([*others, *([noise] if noise else []), own], pinned)


def with_past(previous: Baseline | None, suites: Sequence[Suite], *, pinned: str | None = None) -> Baseline:
    """Put past measurings, oldest first, into the history of a baseline, or make the newest of them the baseline.

    A session of the same plan, commit and time is the same measuring and is not taken twice. The baseline's own session
    stays the last. Pairs of a commit and itself are no baseline, unless there is nothing else.
    """
    measured = [suite for suite in suites if suite.plan != AGAINST_ITSELF] or suites
    suite = previous.suite if previous else measured[-1]
    own = session_of(suite)
    metrics = _metrics(suite)
    past = {_measuring(entry): entry for entry in (previous.history if previous else ())}
    for earlier in suites:
        other = {key for key, metric in _metrics(earlier).items() if metrics.get(key, metric) != metric}
        session = _without(session_of(earlier), other)
        past.setdefault(_measuring(session), session)
    past.pop(_measuring(own), None)
    ordered = sorted(past.values(), key=lambda session: session.measured_at or 0.0)
    source = previous.source if previous else BaselineSource(commit=suite.commit)
    return Baseline(suite=suite, history=_last_of_each_kind([*ordered, own], pinned), source=source)


def _measuring(session: Session) -> tuple[str, str | None, float | None]:
    return session.plan, session.commit, session.measured_at


def unite(baseline: Baseline, others: Iterable[Baseline], *, pinned: str | None = None) -> Baseline:
    """Add to a baseline's history every session of other ones: two jobs that saved at the same time know of each other.

    The order of the others makes no difference, and none is counted twice. The own session stays the last.
    """
    own = baseline.history[-1] if baseline.history else session_of(baseline.suite)
    known = {_identity(session): session for session in baseline.history}
    for other in others:
        redeclared = _redeclared(other.suite, baseline.suite)
        for session in other.history:
            known.setdefault(_identity(session), _without(session, redeclared))
    known.pop(_identity(own), None)
    before = sorted(known.values(), key=lambda session: (session.measured_at or 0.0, session.commit or ""))
    return replace(baseline, history=_last_of_each_kind([*before, own], pinned))


def _identity(session: Session) -> tuple[object, ...]:
    return session.commit, session.measured_at, *kind_of(session)


def kind_of(session: Session) -> tuple[object, ...]:
    """Return what has to be the same for two sessions to be of one machine and way of measuring."""
    return session.plan, *(getattr(session.fingerprint, key) for key in FINGERPRINT_KEYS)


def _redeclared(before: Suite, now: Suite) -> set[Key]:
    old, new = _metrics(before), _metrics(now)
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


def _metrics(suite: Suite) -> dict[Key, Metric]:
    """Return the metrics of a suite whose unit is known; in sessions of a store that lasts it may not be."""
    return {
        (benchmark.name, benchmark.params, metric.name): metric
        for benchmark in suite.benchmarks
        for metric, _ in benchmark.samples
        if metric.unit != UNKNOWN_UNIT
    }


def _without(session: Session, keys: set[Key]) -> Session:
    if not keys & session.statistics.keys():
        return session
    kept = {key: statistics for key, statistics in session.statistics.items() if key not in keys}
    return replace(session, statistics=kept)


def _last_of_each_kind(sessions: list[Session], pinned: str | None) -> tuple[Session, ...]:
    seen: Counter[tuple[object, ...]] = Counter()
    kept: list[Session] = []
    of_pinned: set[tuple[object, ...]] = set()
    for session in reversed(sessions):
        kind = kind_of(session)
        seen[kind] += 1
        is_pinned = is_of(session, pinned)
        if seen[kind] <= KEPT or (is_pinned and kind not in of_pinned):
            kept.append(session)
        if is_pinned:
            of_pinned.add(kind)
    return tuple(reversed(kept))
