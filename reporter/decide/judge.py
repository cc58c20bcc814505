"""Put the steps together: two sides in, every row's verdict out. The product and its evaluation both call these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import paired, reasons, screen, shift
from reporter.decide.align import Alignment, Row, Values, align, deciding_values, statistics_of
from reporter.decide.noise import row_mean
from reporter.decide.policy import Policy
from reporter.decide.verdict import (
    MOST_DISTRIBUTIONS,
    Bounds,
    Flags,
    comparison,
    distribution,
    flag,
    settle,
    side_summaries,
)
from reporter.model import (
    STATISTICS,
    Assessment,
    Baseline,
    Benchmark,
    CompareKind,
    Comparison,
    Metric,
    Notice,
    Sample,
    Session,
    Shift,
    Suite,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide import noise
    from reporter.model import BoolArray, FloatArray

    BoundsOf = Callable[[str], tuple[float | None, float | None]]

DEFAULT_POLICY = Policy()
ERRORED_METRIC = Metric(name="time", unit="s", better="lower")
"""A benchmark without any value has no metric of its own; its row must name one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of one comparison. ``suspects`` is the number of rows that wait for a second look."""

    compare: CompareKind
    assessments: tuple[Assessment, ...]
    shift: Shift | None = None
    suspects: int = 0
    overlap: bool = True
    notices: tuple[Notice, ...] = ()


def no_bounds(_name: str) -> tuple[float | None, float | None]:
    """Leave threshold and margin of every benchmark to the policy."""
    return None, None


def judge_alone(head: Suite, reason: str) -> Decision:
    """List what was measured when there is nothing to compare it with; ``reason`` says why."""
    alignment = align(None, head)
    assessments = [
        *_one_sided(alignment.new, head.name, "new", reason, None),
        *_rest(replace(alignment, new=()), head.name),
    ]
    return Decision(compare="none", assessments=tuple(assessments))


def judge_screen(
    head: Suite,
    baseline: Baseline,
    second: Suite | None = None,
    *,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Screen the head's first look against the history; with a ``second`` look decide the suspects by it alone.

    Only what both looks show is called regressed or improved. On another kind of machine, or another measuring plan,
    every common row is not comparable.
    """
    reference, sessions, notices = _comparable(head, baseline)
    if reference is None:
        return _not_comparable(head, baseline.suite)
    alignment = align(reference, head)
    rows = alignment.common
    if not rows:
        return _nothing_to_judge(alignment, head.name, "screen", notices)
    bounds = _bounds(rows, bounds_of, policy)
    first = _seen(rows, sessions, policy)
    worse, better = (
        screen.suspects(first.look, first.values, first.baseline, first.head, policy, way) for way in (1, -1)
    )
    suspect = worse | better
    nothing = np.zeros(len(rows), dtype=bool)
    flags = Flags(
        p_adjusted=flag(first.look.evidence, first.values, bounds.threshold, 0.0).p_adjusted,
        regressed=nothing,
        improved=nothing,
    )
    assessments = settle(rows, first.values, first.look.evidence, flags, bounds, policy, suite=head.name, looks="runs")
    if second is None:
        assessments = [_waiting(row) if suspect[index] else row for index, row in enumerate(assessments)]
    elif suspect.any():
        again = _measured_again(rows, second)
        confirmed = _second_look(again, sessions, (worse, better), bounds, policy, head.name)
        assessments = [confirmed[index] if suspect[index] else row for index, row in enumerate(assessments)]
        rows = tuple(again[index] if suspect[index] else row for index, row in enumerate(rows))
    usual, before = _usual(first, policy)
    return Decision(
        compare="screen" if second is None else "confirmed",
        assessments=(*_with_distributions(assessments, rows), *_rest(alignment, head.name)),
        shift=shift.of_runs(first.values, usual, before, policy, head_counts_once=len(sessions) >= policy.few_sessions),
        suspects=int(np.count_nonzero(suspect)) if second is None else 0,
        notices=tuple(notices),
    )


def judge_pairs(
    base: Suite,
    head: Suite,
    *,
    stored: noise.Variance | None = None,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Decide from pairs: run i of both sides was measured next to each other. The given pairs are one final look."""
    differences = head.fingerprint.differences(base.fingerprint)
    if differences:
        return _not_comparable(head, base)
    alignment = align(base, head)
    rows = alignment.common
    if not rows:
        return _nothing_to_judge(alignment, head.name, "paired", [])
    before, after = _both_statistics(rows)
    values = deciding_values(before, after, [row.metric.better for row in rows], policy)
    evidence = paired.look(values, policy, stored)
    bounds = _bounds(rows, bounds_of, policy)
    flags = flag(evidence, values, bounds.threshold, policy.level)
    assessments = settle(rows, values, evidence, flags, bounds, policy, suite=head.name, looks="pairs")
    return Decision(
        compare="paired",
        assessments=(*_with_distributions(assessments, rows), *_rest(alignment, head.name)),
        shift=shift.of_pairs(values, policy),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    values: Values
    baseline: FloatArray
    head: FloatArray
    sessions: list[FloatArray]
    look: screen.Look


def _seen(rows: Sequence[Row], sessions: Sequence[Session], policy: Policy) -> _Seen:
    before, after = _both_statistics(rows)
    values = deciding_values(before, after, [row.metric.better for row in rows], policy)
    earlier = _session_values(rows, sessions, values)
    look = screen.look(values, earlier, policy)
    return _Seen(values=values, baseline=before, head=after, sessions=earlier, look=look)


def _second_look(
    rows: Sequence[Row],
    sessions: Sequence[Session],
    suspects: tuple[BoolArray, BoolArray],
    bounds: Bounds,
    policy: Policy,
    suite: str,
) -> list[Assessment]:
    """Test the suspects, and them alone as a family, on runs that did not raise the suspicion."""
    seen = _seen(rows, sessions, policy)
    worse, better = suspects
    evidence = seen.look.evidence.only(worse | better)
    flags = flag(evidence, seen.values, bounds.threshold, policy.confirm_level)
    apart = [
        ~seen.look.few | screen.clearly_apart(seen.values, seen.baseline, seen.head, seen.values.worse * way, policy)
        for way in (1, -1)
    ]
    confirmed = Flags(
        p_adjusted=flags.p_adjusted,
        regressed=flags.regressed & worse & apart[0],
        improved=flags.improved & better & apart[1],
    )
    assessments = settle(rows, seen.values, evidence, confirmed, bounds, policy, suite=suite, looks="runs")
    return [row if row.verdict in ("regressed", "improved") else _unconfirmed(row) for row in assessments]


def _measured_again(rows: Sequence[Row], second: Suite) -> list[Row]:
    found = {row.key: row.head for row in align(None, second).new}
    nothing = Sample(statistics=np.full((second.runs, len(STATISTICS)), np.nan), rounds=(np.empty(0),) * second.runs)
    return [replace(row, head=found.get(row.key, nothing)) for row in rows]


def _waiting(assessment: Assessment) -> Assessment:
    change = assessment.comparison.change
    spoken = reasons.spoken(change, assessment.comparison.metric) if change else "changed"
    return replace(
        assessment,
        verdict="inconclusive",
        reason=reasons.SUSPECT_WAITS.format(change=spoken),
        cure=reasons.SUSPECT_WAITS_CURE,
        suspect=True,
    )


def _unconfirmed(assessment: Assessment) -> Assessment:
    change = assessment.comparison.change
    spoken = reasons.spoken(change, assessment.comparison.metric) if change else "it was not measured again"
    return replace(
        assessment,
        verdict="inconclusive",
        reason=reasons.NOT_CONFIRMED.format(change=spoken),
        cure="measure more runs",
        suspect=True,
    )


def _comparable(head: Suite, baseline: Baseline) -> tuple[Suite | None, list[Session], list[Notice]]:
    """Give the suite to compare with and the sessions measured as the head was; an older one may have to serve."""
    sessions = [
        session
        for session in baseline.history
        if session.plan == head.plan and not head.fingerprint.differences(session.fingerprint)
    ]
    if not head.fingerprint.differences(baseline.suite.fingerprint) and baseline.suite.plan == head.plan:
        return baseline.suite, sessions or [_session_of(baseline.suite)], []
    if not sessions:
        return None, [], []
    commit = (sessions[-1].commit or "unknown")[:10]
    text = f"the newest baseline is from another kind of machine; the one of commit {commit} serves in its place"
    return _suite_of(sessions[-1], baseline.suite), sessions, [Notice(code="older-baseline", text=text)]


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
            benchmarks.append(replace(benchmark, samples=tuple(samples)))
    runs = max((len(sample.statistics) for one in benchmarks for _, sample in one.samples), default=0)
    return replace(
        like,
        benchmarks=tuple(benchmarks),
        runs=runs,
        fingerprint=session.fingerprint,
        commit=session.commit,
        plan=session.plan,
    )


def _session_of(suite: Suite) -> Session:
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


def _session_values(rows: Sequence[Row], sessions: Sequence[Session], values: Values) -> list[FloatArray]:
    """Give each session's deciding values, rows × runs, on the scale of ``values``."""
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


def _usual(seen: _Seen, policy: Policy) -> tuple[FloatArray, FloatArray]:
    """Give each row's usual value and what to hold the head's shift against: sessions, or runs when they are few."""
    usual = row_mean(seen.values.head) - seen.look.evidence.effect
    if len(seen.sessions) < policy.few_sessions:
        return usual, seen.values.baseline
    return usual, np.stack([row_mean(session) for session in seen.sessions], axis=1)


def _both_statistics(rows: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    before = statistics_of([row.baseline for row in rows if row.baseline is not None])
    after = statistics_of([row.head for row in rows if row.head is not None])
    return before, after


def _bounds(rows: Sequence[Row], bounds_of: BoundsOf, policy: Policy) -> Bounds:
    given = [bounds_of(row.benchmark.name) for row in rows]
    return Bounds(
        threshold=np.array([policy.threshold if threshold is None else threshold for threshold, _ in given]),
        margin=np.array([policy.margin if margin is None else margin for _, margin in given]),
    )


def _nothing_to_judge(alignment: Alignment, suite: str, compare: CompareKind, notices: Sequence[Notice]) -> Decision:
    """List the rows when none can be judged; metrics without a direction still count as being in common."""
    return Decision(
        compare=compare,
        assessments=tuple(_rest(alignment, suite)),
        overlap=any(row.baseline and row.head for row in alignment.report_only),
        notices=tuple(notices),
    )


def _not_comparable(head: Suite, baseline: Suite) -> Decision:
    alignment = align(baseline, head)
    reason = reasons.differing(head.fingerprint.differences(baseline.fingerprint), head.plan, baseline.plan)
    assessments = [
        *_one_sided(alignment.common, head.name, "not_comparable", reason, reasons.DIFFERING_CURE),
        *_rest(alignment, head.name),
    ]
    return Decision(
        compare="screen",
        assessments=tuple(assessments),
        overlap=bool(alignment.common),
        notices=(Notice(code="machine-differs", text=f"nothing was compared: {reason}"),),
    )


def _rest(alignment: Alignment, suite: str) -> list[Assessment]:
    errored = [
        Assessment(
            comparison=_errored_comparison(benchmark, suite),
            verdict="errored",
            reason=benchmark.error or reasons.NO_VALUE,
            cure=reasons.NO_VALUE_CURE,
        )
        for benchmark in alignment.errored
    ]
    return [
        *errored,
        *_one_sided(alignment.new, suite, "new", reasons.NEW, None),
        *_one_sided(alignment.missing, suite, "missing", reasons.MISSING, reasons.MISSING_CURE),
        *_one_sided(alignment.report_only, suite, "not_comparable", reasons.NO_DIRECTION, reasons.NO_DIRECTION_CURE),
    ]


def _one_sided(rows: Sequence[Row], suite: str, verdict: Verdict, reason: str, cure: str | None) -> list[Assessment]:
    before = side_summaries([row.baseline for row in rows])
    after = side_summaries([row.head for row in rows])
    return [
        Assessment(
            comparison=comparison(row, suite, before[index], after[index]), verdict=verdict, reason=reason, cure=cure
        )
        for index, row in enumerate(rows)
    ]


def _errored_comparison(benchmark: Benchmark, suite: str) -> Comparison:
    return Comparison(
        suite=suite,
        name=benchmark.name,
        params=(*benchmark.params, *benchmark.details),
        category=benchmark.category,
        metric=ERRORED_METRIC,
        baseline=None,
        head=None,
    )


def _with_distributions(assessments: Sequence[Assessment], rows: Sequence[Row]) -> list[Assessment]:
    """Keep the round values of the rows that changed, or seem to have, most: they are drawn."""
    changed = sorted(
        (index for index, row in enumerate(assessments) if row.suspect or row.verdict in ("regressed", "improved")),
        key=lambda index: -_size(assessments[index]),
    )
    kept = list(assessments)
    for index in changed[:MOST_DISTRIBUTIONS]:
        drawn = replace(kept[index].comparison, distribution=distribution(rows[index]))
        kept[index] = replace(kept[index], comparison=drawn)
    return kept


def _size(assessment: Assessment) -> float:
    change = assessment.comparison.change
    return abs(change.marginal.point) if change else 0.0
