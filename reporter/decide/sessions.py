"""The saved history as a screen needs it: the sessions measured as the head was, and their deciding values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import reasons
from reporter.model import STATISTICS, Baseline, Sample, Session, Suite
from reporter.shared.model import Notice
from reporter.stats.variance import of_one_pair
from reporter.store.history import AGAINST_ITSELF, of_same_code, session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row, Values
    from reporter.model import FloatArray
    from reporter.shared.model import Fingerprint
    from reporter.stats.variance import Variance


def comparable(head: Suite, baseline: Baseline) -> tuple[Suite | None, list[Session], list[Notice]]:
    """Return the suite to compare with and the sessions measured as the head was; an older one may have to serve."""
    measured_so = [
        session
        for session in baseline.history
        if session.plan == head.plan and not head.fingerprint.differences(session.fingerprint)
    ]
    sessions = list(of_same_code(measured_so, head))
    if not head.fingerprint.differences(baseline.suite.fingerprint) and baseline.suite.plan == head.plan:
        return baseline.suite, sessions or [session_of(baseline.suite)], _lost_history(head, baseline, measured_so)
    if not sessions:
        return None, [], []
    commit = (sessions[-1].commit or "unknown")[:10]
    text = f"the newest baseline is from another kind of machine; the one of commit {commit} serves in its place"
    return _suite_of(measured_so[-1], baseline.suite), sessions, [Notice(code="older-baseline", text=text)]


def _lost_history(head: Suite, baseline: Baseline, kept: Sequence[Session]) -> list[Notice]:
    """Return when nothing of the history but the baseline itself was measured as the head was."""
    earlier = [session for session in baseline.history[:-1] if session.plan != AGAINST_ITSELF]
    if not earlier or any(session is one for one in earlier for session in kept):
        return []
    newest = earlier[-1]
    why = reasons.differing(head.fingerprint.differences(newest.fingerprint), head.plan, newest.plan, "the newest")
    return [Notice(code="history-not-comparable", text=reasons.LOST_HISTORY.format(count=len(earlier), why=why))]


def session_values(rows: Sequence[Row], sessions: Sequence[Session], values: Values) -> list[FloatArray]:
    """Return each session's deciding values, rows × runs, on the scale of ``values``."""
    found = []
    for session in sessions:
        runs = max((len(statistics) for statistics in session.statistics.values()), default=1)
        absent = np.full((runs, len(STATISTICS)), np.nan)
        table = np.stack([session.statistics.get(row.key, absent) for row in rows]) if rows else absent[None][:0]
        chosen = np.take_along_axis(table, values.statistic[:, None, None], axis=2)[:, :, 0]
        with np.errstate(invalid="ignore"):
            logs = np.log(np.where(chosen > 0, chosen, np.nan))
        found.append(np.where(values.logarithmic[:, None], logs, chosen))
    return found


def stored_noise(
    rows: Sequence[Row], history: Sequence[Session], machine: Fingerprint, values: Values
) -> Variance | None:
    """Return each row's variance of one pair, from stored pairs of a commit and itself on this kind of machine."""
    sessions = [
        session
        for session in history
        if session.plan == AGAINST_ITSELF and not machine.differences(session.fingerprint)
    ]
    if not sessions:
        return None
    tables = session_values(rows, sessions, values)
    return of_one_pair(*(table[:, side::2] for table in tables for side in (0, 1)))


def _suite_of(session: Session, like: Suite) -> Suite:
    benchmarks = []
    for benchmark in like.benchmarks:
        samples = []
        for metric, sample in benchmark.samples:
            statistics = session.statistics.get((benchmark.name, benchmark.params, metric.name))
            if statistics is not None:
                nothing = tuple(sample.statistics[:0, 0] for _ in statistics)
                samples.append((metric, Sample(statistics=statistics, rounds=nothing)))
        if samples:
            code = session.codes.get(benchmark.name)
            benchmarks.append(replace(benchmark, samples=tuple(samples), code=code))
    runs = max((len(sample.statistics) for one in benchmarks for _, sample in one.samples), default=0)
    return replace(
        like,
        benchmarks=tuple(benchmarks),
        runs=runs,
        fingerprint=session.fingerprint,
        commit=session.commit,
        plan=session.plan,
    )
