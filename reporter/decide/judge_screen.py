"""Judge the head by the saved history: a screen that only a second look can confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide import screen, shift
from reporter.decide.align import Row, Values, align, deciding_values
from reporter.decide.decision import (
    DEFAULT_POLICY,
    Decision,
    absent_sample,
    after_second_look,
    both_statistics,
    bounds,
    left_to_pairs,
    no_bounds,
    not_comparable,
    nothing_to_judge,
    rest,
    waiting,
    with_distributions,
)
from reporter.decide.evidence import Criteria
from reporter.decide.past import past_sessions, with_past
from reporter.decide.sessions import comparable, session_values
from reporter.decide.trend import creep, history_of, level_changes
from reporter.decide.verdict import flag, settle
from reporter.store.history import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.decision import BoundsOf
    from reporter.decide.policy import Policy
    from reporter.decide.verdict import Bounds, Flags
    from reporter.model import Assessment, Baseline, BoolArray, FloatArray, Session, Shift, Suite


def judge_screen(
    head: Suite,
    baseline: Baseline,
    second: Suite | None = None,
    *,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
    pinned: str | None = None,
) -> Decision:
    """Screen the head's first look against the history; with a ``second`` look decide the suspects by it alone.

    The second look is more runs of the head. Only what both looks show is called regressed or improved. The suite as a
    whole is judged by the second look too. On another kind of machine, or another
    measuring plan, every common row is not comparable. ``pinned`` is the commit of a saved session that nothing may
    creep away from.
    """
    reference, saved, notices = comparable(head, baseline)
    if reference is None:
        return not_comparable(head, baseline.suite)
    sessions = saved[-KEPT:]  # a pinned session that is older tells nothing about the noise of today
    alignment = align(reference, head)
    rows = alignment.common
    if not rows:
        return nothing_to_judge(alignment, head.name, "screen", notices)
    first = _screened(rows, sessions, bounds(rows, bounds_of, policy), policy, head.name)
    done = _after(first, sessions, second)
    past = history_of(first.seen.sessions, first.seen.values)
    return Decision(
        compare="screen" if second is None else "confirmed",
        assessments=(
            *with_past(with_distributions(done.assessments, done.rows), done.rows, sessions),
            *rest(alignment, head.name),
        ),
        shift=done.shift,
        suspects=int(np.count_nonzero(first.suspect)) if second is None else 0,
        notices=(*notices, *creep(alignment.common, past, first.seen.values, saved, pinned)),
        reference=reference,
        sessions=past_sessions(sessions),
        trends=level_changes(alignment.common, past, first.seen.values),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Screened:
    """What the first look made of the rows: the suspects either way."""

    rows: Sequence[Row]
    seen: _Seen
    assessments: list[Assessment]
    suspected: Flags
    limits: Bounds
    policy: Policy
    suite: str

    @property
    def suspect(self) -> BoolArray:
        """Return which rows are suspects."""
        return self.suspected.regressed | self.suspected.improved


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Done:
    """Rows with the numbers that decided them, and what was decided."""

    rows: Sequence[Row]
    assessments: list[Assessment]
    shift: Shift | None


def _screened(
    rows: Sequence[Row], sessions: Sequence[Session], limits: Bounds, policy: Policy, suite: str
) -> _Screened:
    seen = _seen(rows, sessions, policy)
    worse, better = (
        screen.suspects(seen.look, seen.values, seen.baseline, seen.head, limits.threshold, policy, way)
        for way in (1, -1)
    )
    criteria = _criteria(seen.look, limits, policy)
    suspected = replace(flag(seen.look.evidence, seen.values, criteria, policy), regressed=worse, improved=better)
    assessments = _first_look(rows, seen, suspected, criteria, limits, policy, suite)
    unjudged = ~(worse | better) & np.array([_is_unjudged(row, policy) for row in assessments], dtype=bool)
    return _Screened(
        rows=rows,
        seen=seen,
        assessments=[left_to_pairs(row) if unjudged[index] else row for index, row in enumerate(assessments)],
        suspected=suspected,
        limits=limits,
        policy=policy,
        suite=suite,
    )


def _is_unjudged(row: Assessment, policy: Policy) -> bool:
    return row.verdict == "inconclusive" and (row.detectable is None or row.detectable > policy.judges_within)


def _after(first: _Screened, sessions: Sequence[Session], second: Suite | None) -> _Done:
    """Decide by the second look what the first one left to it."""
    if second is not None and first.suspect.any():
        return _by_runs(first, second, sessions)
    moved = shift.of_sessions(first.rows, first.seen.values, first.seen.sessions, first.policy)
    suspect = (first.suspect if second is None else np.zeros_like(first.suspect)).tolist()
    waits = zip(first.assessments, suspect, strict=True)
    assessments = [waiting(row) if is_suspect else row for row, is_suspect in waits]
    return _Done(rows=first.rows, assessments=assessments, shift=moved)


def _by_runs(first: _Screened, second: Suite, sessions: Sequence[Session]) -> _Done:
    """Decide the suspects by further runs of the head."""
    rows = _measured_again(first.rows, second)
    seen = _seen(rows, sessions, first.policy)
    again = _second_look(rows, seen, first.suspected, first.limits, first.policy, first.suite)
    decided = after_second_look(first.assessments, again, first.suspect)
    return _Done(
        rows=_shown(first.rows, rows, decided, again),
        assessments=decided,
        shift=shift.of_sessions(rows, seen.values, seen.sessions, first.policy),
    )


def _shown(
    first: Sequence[Row], again: Sequence[Row], decided: Sequence[Assessment], by_second: Sequence[Assessment]
) -> tuple[Row, ...]:
    """Return each row with the values of the look whose numbers its assessment has."""
    both = zip(first, again, decided, by_second, strict=True)
    return tuple(other if row.comparison is seen.comparison else one for one, other, row, seen in both)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    values: Values
    baseline: FloatArray
    head: FloatArray
    sessions: list[FloatArray]
    look: screen.Look


def _seen(rows: Sequence[Row], sessions: Sequence[Session], policy: Policy) -> _Seen:
    before, after = both_statistics(rows)
    values = deciding_values(before, after, [row.metric for row in rows], policy)
    earlier = session_values(rows, sessions, values)
    look = screen.look(values, earlier, policy)
    return _Seen(values=values, baseline=before, head=after, sessions=earlier, look=look)


def _criteria(seen: screen.Look, limits: Bounds, policy: Policy) -> Criteria:
    """Return what a change has to pass in both looks; with few sessions, being far apart replaces the first test."""
    least = np.where(seen.few, policy.few_sessions_change, policy.screen_threshold)
    return Criteria(
        level=np.where(seen.few, np.inf, policy.screen_level),
        threshold=np.maximum(least, limits.threshold),
        alone=policy.confirm_level,
    )


def _first_look(
    rows: Sequence[Row],
    seen: _Seen,
    suspected: Flags,
    criteria: Criteria,
    limits: Bounds,
    policy: Policy,
    suite: str,
) -> list[Assessment]:
    """Assess each row by the first look, which calls nothing changed."""
    nothing = np.zeros(len(rows), dtype=bool)
    return settle(
        rows,
        seen.values,
        seen.look.evidence,
        replace(suspected, regressed=nothing, improved=nothing),
        criteria,
        limits,
        policy,
        suite=suite,
        looks="runs",
    )


def _second_look(
    rows: Sequence[Row],
    seen: _Seen,
    suspected: Flags,
    limits: Bounds,
    policy: Policy,
    suite: str,
) -> list[Assessment]:
    """Test the suspects, and them alone as a family, on runs that did not raise the suspicion."""
    worse, better = suspected.regressed, suspected.improved
    evidence = seen.look.evidence.only(worse | better)
    criteria = Criteria(level=policy.confirm_level, threshold=limits.threshold)
    flags = flag(evidence, seen.values, criteria, policy)
    apart = [
        ~seen.look.few | screen.clearly_apart(seen.values, seen.baseline, seen.head, seen.values.worse * way, policy)
        for way in (1, -1)
    ]
    confirmed = replace(
        flags, regressed=flags.regressed & worse & apart[0], improved=flags.improved & better & apart[1]
    )
    return settle(
        rows,
        seen.values,
        evidence,
        confirmed,
        criteria,
        limits,
        policy,
        suite=suite,
        looks="runs",
    )


def _measured_again(rows: Sequence[Row], second: Suite) -> list[Row]:
    found = {row.key: row.head for row in align(None, second).new}
    nothing = absent_sample(second.runs)
    return [structs.replace(row, head=found.get(row.key, nothing)) for row in rows]
