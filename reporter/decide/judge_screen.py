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
    no_bounds,
    not_comparable,
    nothing_to_judge,
    rest,
    waiting,
    with_distributions,
)
from reporter.decide.evidence import Criteria
from reporter.decide.judge_pairs import Pairs, judge_suspects, measured_again, unless_changed, values_of
from reporter.decide.past import past_sessions, with_past
from reporter.decide.sessions import comparable, session_values
from reporter.decide.trend import creep, history_of, level_changes
from reporter.decide.verdict import flag, settle
from reporter.store.history import KEPT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.decide.decision import BoundsOf
    from reporter.decide.policy import Policy
    from reporter.decide.verdict import Bounds, Flags
    from reporter.model import Assessment, Baseline, BoolArray, FloatArray, Session, Suite


def judge_screen(
    head: Suite,
    baseline: Baseline,
    second: Suite | Pairs | None = None,
    *,
    changed_files: Collection[str] = (),
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
    pinned: str | None = None,
) -> Decision:
    """Screen the head's first look against the history; with a ``second`` look decide the suspects by it alone.

    The second look is more runs of the head, or pairs of base and head that grow from look to look; of those, rows
    whose own file is among ``changed_files`` did not do the same on both sides. Only what both looks show is called
    regressed or improved; what pairs show to be inside the margin is unchanged, whatever one run seemed to say. The
    suite as a whole is judged by the second look too, if that saw all of it. On another kind of machine, or another
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
    limits = bounds(rows, bounds_of, policy)
    first = _seen(rows, sessions, policy)
    worse, better = (
        screen.suspects(first.look, first.values, first.baseline, first.head, limits.threshold, policy, way)
        for way in (1, -1)
    )
    suspect = worse | better
    criteria = _criteria(first.look, limits, policy)
    suspected = replace(flag(first.look.evidence, first.values, criteria, policy), regressed=worse, improved=better)
    assessments = _first_look(rows, first, suspected, criteria, limits, policy, head.name)
    moved = shift.of_sessions(rows, first.values, first.sessions, policy)
    if second is None:
        assessments = [waiting(row) if suspect[index] else row for index, row in enumerate(assessments)]
    elif suspect.any():
        if isinstance(second, Pairs):
            again = measured_again(rows, second)
            confirmed = judge_suspects(again, suspected, limits, policy, head.name)
            confirmed = [unless_changed(row, changed_files) for row in confirmed]
            moved = shift.of_pairs(again, values_of(again, policy), policy)
        else:
            again = _measured_again(rows, second)
            seen_again = _seen(again, sessions, policy)
            confirmed = _second_look(again, seen_again, (worse, better), limits, policy, head.name)
            moved = shift.of_sessions(again, seen_again.values, seen_again.sessions, policy)
        by_pairs = isinstance(second, Pairs)
        assessments, seen = after_second_look(assessments, confirmed, suspect, counts_unchanged=by_pairs)
        rows = tuple(again[index] if seen[index] else row for index, row in enumerate(rows))
    past = history_of(first.sessions, first.values)
    return Decision(
        compare="screen" if second is None else "confirmed",
        assessments=(
            *with_past(with_distributions(assessments, rows), rows, sessions),
            *rest(alignment, head.name),
        ),
        shift=moved,
        suspects=int(np.count_nonzero(suspect)) if second is None else 0,
        notices=(*notices, *creep(alignment.common, past, first.values, saved, pinned)),
        reference=reference,
        recoded=len(alignment.recoded),
        sessions=past_sessions(sessions),
        trends=level_changes(alignment.common, past, first.values),
    )


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
        looks=2,
    )


def _first_look(
    rows: Sequence[Row],
    first: _Seen,
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
        first.values,
        first.look.evidence,
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
    suspects: tuple[BoolArray, BoolArray],
    limits: Bounds,
    policy: Policy,
    suite: str,
) -> list[Assessment]:
    """Test the suspects, and them alone as a family, on runs that did not raise the suspicion."""
    worse, better = suspects
    evidence = seen.look.evidence.only(worse | better)
    criteria = Criteria(level=policy.confirm_level, threshold=limits.threshold, looks=2)
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
