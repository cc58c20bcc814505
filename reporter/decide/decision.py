"""What a comparison ends in, and the parts that every way to judge has in common."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import reasons
from reporter.decide.align import Alignment, Row, align, statistics_of
from reporter.decide.policy import Policy
from reporter.decide.summaries import side_summaries
from reporter.decide.verdict import MOST_DISTRIBUTIONS, Bounds, comparison, distribution
from reporter.model import (
    STATISTICS,
    Assessment,
    Benchmark,
    CompareKind,
    Comparison,
    Judging,
    Metric,
    Notice,
    PastSession,
    Sample,
    Shift,
    Since,
    Suite,
    Trend,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import BoolArray, FloatArray

    BoundsOf = Callable[[str], tuple[float | None, float | None]]

DEFAULT_POLICY = Policy()
ERRORED_METRIC = Metric(name="time", unit="s", better="lower")
"""A benchmark without any value has no metric of its own; its row must name one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of one comparison.

    ``suspects`` is the number of rows that wait for a second look. ``reference`` is the suite that the head was really
    held against, where it is not the newest baseline. Without ``comparable`` there was no baseline of this kind of
    machine and plan, or none of the code of any benchmark. ``sessions`` are the saved ones that were looked at.
    ``since`` says whether pairs were compared with the saved baseline too. ``tell_judgings`` returns what pairs were
    judged from; only a report asks for it.
    """

    compare: CompareKind
    assessments: tuple[Assessment, ...]
    shift: Shift | None = None
    suspects: int = 0
    overlap: bool = True
    comparable: bool = True
    reference: Suite | None = None
    notices: tuple[Notice, ...] = ()
    sessions: tuple[PastSession, ...] = ()
    trends: tuple[Trend, ...] = ()
    since: Since | None = None
    tell_judgings: Callable[[], tuple[Judging, ...]] = field(default=tuple, compare=False)


def no_bounds(_name: str) -> tuple[float | None, float | None]:
    """Leave threshold and margin of every benchmark to the policy."""
    return None, None


def both_statistics(rows: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    """Give all statistics of both sides of the common rows, each rows × runs × ``STATISTICS``."""
    before = statistics_of([row.baseline for row in rows if row.baseline is not None])
    after = statistics_of([row.head for row in rows if row.head is not None])
    return before, after


def bounds(rows: Sequence[Row], bounds_of: BoundsOf, policy: Policy) -> Bounds:
    """Give threshold and margin of every row: its own, or the policy's."""
    given = [bounds_of(row.benchmark.name) for row in rows]
    return Bounds(
        threshold=np.array([policy.threshold if threshold is None else threshold for threshold, _ in given]),
        margin=np.array([policy.margin if margin is None else margin for _, margin in given]),
    )


def nothing_to_judge(alignment: Alignment, suite: str, compare: CompareKind, notices: Sequence[Notice]) -> Decision:
    """List the rows when none can be judged; metrics without a direction still count as being in common."""
    return Decision(
        compare=compare,
        assessments=tuple(rest(alignment, suite)),
        overlap=any(
            row.baseline and row.head
            for row in (*alignment.report_only, *alignment.recoded, *alignment.redeclared, *alignment.unlike)
        ),
        comparable=not alignment.recoded,
        notices=tuple(notices),
    )


def not_comparable(head: Suite, baseline: Suite) -> Decision:
    """Call every common row not comparable, with what differs."""
    alignment = align(baseline, head)
    reason = reasons.differing(head.fingerprint.differences(baseline.fingerprint), head.plan, baseline.plan)
    assessments = [
        *one_sided(alignment.common, head.name, "not_comparable", reason, reasons.DIFFERING_CURE),
        *rest(alignment, head.name),
    ]
    return Decision(
        compare="screen",
        assessments=tuple(assessments),
        overlap=bool(alignment.common or alignment.recoded),
        comparable=False,
        notices=(Notice(code="machine-differs", text=f"nothing was compared: {reason}"),),
    )


def rest(alignment: Alignment, suite: str) -> list[Assessment]:
    """List the rows that no statistics can judge: errored, new, missing, and metrics without a direction."""
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
        *one_sided(alignment.new, suite, "new", reasons.NEW, None),
        *one_sided(alignment.missing, suite, "missing", reasons.MISSING, reasons.MISSING_CURE),
        *one_sided(alignment.unlike, suite, "not_comparable", reasons.NOTHING_ALIKE, reasons.REDECLARED_CURE),
        *one_sided(alignment.recoded, suite, "not_comparable", reasons.RECODED, reasons.RECODED_CURE),
        *one_sided(alignment.redeclared, suite, "not_comparable", reasons.REDECLARED, reasons.REDECLARED_CURE),
        *one_sided(alignment.report_only, suite, "not_comparable", reasons.NO_DIRECTION, reasons.NO_DIRECTION_CURE),
    ]


def one_sided(rows: Sequence[Row], suite: str, verdict: Verdict, reason: str, cure: str | None) -> list[Assessment]:
    """Give rows the same verdict, reason and cure."""
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


def with_distributions(assessments: Sequence[Assessment], rows: Sequence[Row]) -> list[Assessment]:
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


def waiting(assessment: Assessment) -> Assessment:
    """Mark a row as a suspect that a second look has to confirm."""
    change = assessment.comparison.change
    spoken = reasons.spoken(change, assessment.comparison.metric) if change else "changed"
    return replace(
        assessment,
        verdict="inconclusive",
        reason=reasons.SUSPECT_WAITS.format(change=spoken),
        cure=reasons.SUSPECT_WAITS_CURE,
        suspect=True,
    )


def left_to_pairs(assessment: Assessment) -> Assessment:
    """Return a row with the reason that the saved history cannot judge it."""
    if assessment.comparison.change is None or assessment.detectable is None:
        return replace(assessment, reason=f"{reasons.NOT_JUDGED}: {assessment.reason}")
    reason = reasons.not_judged(assessment.comparison.change, assessment.comparison.metric, assessment.detectable)
    return replace(assessment, reason=reason, cure=reasons.NOT_JUDGED_CURE)


def after_second_look(first: Sequence[Assessment], again: Sequence[Assessment], suspect: BoolArray) -> list[Assessment]:
    """Decide the suspects by the second look alone."""
    both = zip(first, again, suspect.tolist(), strict=True)
    return [_seen_again(one, other) if is_suspect else one for one, other, is_suspect in both]


_FINAL: tuple[Verdict, ...] = ("regressed", "improved", "not_comparable")


def _seen_again(first: Assessment, again: Assessment) -> Assessment:
    """Give what the second look makes of a suspect; where it could not tell, the numbers of the first are kept."""
    if again.verdict in _FINAL:
        return again
    change, metric = again.comparison.change, again.comparison.metric
    kept = again if change else first
    reason = reasons.NOT_CONFIRMED.format(change=reasons.spoken(change, metric) if change else again.reason)
    cure = reasons.NOT_CONFIRMED_CURE
    if _is_absent(again.comparison) and first.comparison.change:
        reason = reasons.NOT_SEEN_AGAIN.format(change=reasons.spoken(first.comparison.change, metric))
        cure = reasons.NOT_SEEN_AGAIN_CURE
    return replace(kept, verdict="inconclusive", reason=reason, cure=cure, suspect=True)


def _is_absent(compared: Comparison) -> bool:
    """Tell that a side was not measured in any run."""
    return any(side is None or not side.runs for side in (compared.baseline, compared.head))


def absent_sample(runs: int) -> Sample:
    """Give the sample of a benchmark that none of the runs has."""
    return Sample(statistics=np.full((runs, len(STATISTICS)), np.nan), rounds=(np.empty(0),) * runs)
