"""Judge the head by the saved history: a screen that only a second look can confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide import screen, shift
from reporter.decide.align import absent_sample, align, both_statistics, deciding_values
from reporter.decide.assessing import assess, rest
from reporter.decide.decision import Decision, not_comparable, nothing_to_judge
from reporter.decide.evidence import Criteria
from reporter.decide.family import Design, family_of, no_bounds
from reporter.decide.findings import find, flag
from reporter.decide.past import past_sessions
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.rulings import by_first_look, by_second_look
from reporter.decide.sessions import comparable, session_values
from reporter.decide.trend import creep, history_of, level_changes
from reporter.store.history import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.decide.family import BoundsOf, Family
    from reporter.decide.findings import Finding, Flags
    from reporter.decide.policy import Policy
    from reporter.decide.rulings import Judged
    from reporter.decide.screen import Look, Sides
    from reporter.model import Baseline, BoolArray, FloatArray, Session, Shift, Suite


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
        return nothing_to_judge(alignment, head, "screen", notices)
    first = _screened(family_of(rows, Design.HISTORY, head, policy, bounds_of), sessions)
    judged, moved = _after(first, sessions, second)
    values = first.seen.look.values
    past = history_of(first.seen.sessions, values)
    return Decision(
        compare="screen" if second is None else "confirmed",
        assessments=(*assess(judged, head.name, sessions), *rest(alignment, head)),
        shift=moved,
        suspects=int(np.count_nonzero(first.suspect)) if second is None else 0,
        notices=(*notices, *creep(rows, past, values, saved, pinned)),
        reference=reference,
        sessions=past_sessions(sessions),
        trends=level_changes(rows, past, values),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Screened:
    """What the first look found of the rows, and the suspects either way."""

    family: Family
    seen: _Seen
    found: list[Finding]
    suspected: Flags

    @property
    def suspect(self) -> BoolArray:
        """Return which rows are suspects."""
        return self.suspected.regressed | self.suspected.improved


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """A look at the head with all statistics of both sides, and the deciding values of the sessions."""

    look: Look
    sides: Sides
    sessions: list[FloatArray]


def _screened(family: Family, sessions: Sequence[Session]) -> _Screened:
    """Look at every row once, which calls nothing changed."""
    seen, policy = _seen(family.rows, sessions, family.policy), family.policy
    look, threshold = seen.look, family.bounds.threshold
    worse, better = (screen.suspects(look, seen.sides, threshold, policy, way) for way in (1, -1))
    criteria = _criteria(look, threshold, policy)
    suspected = replace(flag(look.evidence, look.values, criteria, policy), regressed=worse, improved=better)
    nothing = np.zeros(len(family.rows), dtype=bool)
    unflagged = replace(suspected, regressed=nothing, improved=nothing)
    found = find(family, look.values, look.evidence, criteria, unflagged)
    return _Screened(family=family, seen=seen, found=found, suspected=suspected)


def _after(first: _Screened, sessions: Sequence[Session], second: Suite | None) -> tuple[list[Judged], Shift | None]:
    """Decide by the second look what the first one left to it."""
    family, suspect = first.family, first.suspect.tolist()
    if second is None or not any(suspect):
        both = zip(first.found, suspect, strict=True)
        judged = [(found, by_first_look(found, family, suspect=is_suspect)) for found, is_suspect in both]
        return judged, _moved(family, first.seen)
    again = replace(family, rows=_measured_again(family.rows, second))
    seen = _seen(again.rows, sessions, family.policy)
    looks = zip(first.found, _second_look(again, seen, first.suspected), suspect, strict=True)
    judged = [
        by_second_look(found, other, again) if is_suspect else (found, by_first_look(found, family, suspect=False))
        for found, other, is_suspect in looks
    ]
    return judged, _moved(again, seen)


def _moved(family: Family, seen: _Seen) -> Shift | None:
    return shift.of_sessions(family.rows, seen.look.values, seen.sessions, family.policy)


def _seen(rows: Sequence[Row], sessions: Sequence[Session], policy: Policy) -> _Seen:
    sides = both_statistics(rows)
    values = deciding_values(*sides, [row.metric for row in rows], policy)
    earlier = session_values(rows, sessions, values)
    return _Seen(look=screen.look(values, earlier, policy), sides=sides, sessions=earlier)


def _criteria(seen: Look, threshold: FloatArray, policy: Policy) -> Criteria:
    """Return what a change has to pass in both looks; with few sessions, being far apart replaces the first test."""
    least = np.where(seen.few, policy.few_sessions_change, policy.screen_threshold)
    return Criteria(
        alpha=np.where(seen.few, np.inf, policy.alpha_screen),
        threshold=np.maximum(least, threshold),
        alone=policy.alpha_confirm,
    )


def _second_look(family: Family, seen: _Seen, suspected: Flags) -> list[Finding]:
    """Test the suspects, and them alone as a family, on runs that did not raise the suspicion."""
    look, policy, worse, better = seen.look, family.policy, suspected.regressed, suspected.improved
    evidence = look.evidence.only(worse | better)
    criteria = Criteria(alpha=policy.alpha_confirm, threshold=family.bounds.threshold)
    flags = flag(evidence, look.values, criteria, policy)
    up, down = (
        ~look.few | screen.clearly_apart(look.values, seen.sides, look.values.worse * way, policy) for way in (1, -1)
    )
    confirmed = replace(flags, regressed=flags.regressed & worse & up, improved=flags.improved & better & down)
    return find(family, look.values, evidence, criteria, confirmed)


def _measured_again(rows: Sequence[Row], second: Suite) -> list[Row]:
    found = {row.key: row.head for row in align(None, second).new}
    nothing = absent_sample(second.runs)
    return [structs.replace(row, head=found.get(row.key, nothing)) for row in rows]
