"""The change of a head in pairs since the saved baseline: information beside the change since the base commit.

The baseline was measured on another day, and levels of other days differ by more than pairs do. So the interval is that
of a look at the saved history, whose sessions tell how much; with too few of them there is none. Compared are the short
runs of the head's pairs with those of saved pairs, measured in the same way on the same kind of machine, by the same
clock. Nothing here decides: verdicts are what the pairs made them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide import screen
from reporter.decide.align import align
from reporter.decide.evidence import changes, marginal_interval
from reporter.decide.in_step import clocks
from reporter.decide.judge_pairs import values_of
from reporter.decide.past import histories, past_sessions
from reporter.decide.sessions import session_values
from reporter.decide.trend import history_of, level_changes
from reporter.model import STATISTICS, ChangeSince, Since
from reporter.store.history import AGAINST_ITSELF, KEPT, of_same_code
from reporter.store.short_runs import metric_by, short_runs, way_of_session
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.decision import Decision
    from reporter.decide.judge_pairs import Pairs
    from reporter.decide.policy import Policy
    from reporter.model import Assessment, Baseline, Change, Clock, FloatArray, Session, SinceAbsent, Suite


def with_since(decision: Decision, pairs: Pairs, way: str, baseline: Baseline, policy: Policy) -> Decision:
    """Return the decision on pairs with what changed since the saved baseline, and how the levels were before.

    ``way`` is how the pairs were measured. No verdict changes.
    """
    saved = _comparable(pairs.head, way, baseline)
    if saved.absent:
        return replace(decision, since=Since(absent=saved.absent, left_out=0))
    rows = align(pairs.base, pairs.head).common
    values = values_of(rows, policy)
    stored = [_as_stored(row, clock) for row, clock in zip(rows, clocks(values), strict=True)]
    levels = session_values(stored, saved.sessions, values)
    since = _since(values, levels, policy)
    if not any(since):
        return replace(decision, since=Since(absent="no-row", left_out=0))
    compared, others = decision.assessments[: len(rows)], decision.assessments[len(rows) :]
    shown = [_with(row, change) for row, change in zip(compared, since, strict=True)]
    return replace(
        decision,
        assessments=(*_with_past(shown, stored, saved.sessions), *others),
        sessions=past_sessions(saved.sessions),
        trends=level_changes(rows, history_of(levels, values), values),
        since=Since(absent=None, left_out=saved.left_out, is_older=_is_older(saved.sessions[-1], baseline.suite)),
    )


def _is_older(newest: Session, suite: Suite) -> bool:
    """Return whether a session was not saved together with the baseline; one commit may be saved more than once."""
    return (newest.commit, newest.measured_at) != (suite.commit, suite.measured_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A row of short runs, and its change since the base commit."""

    row: Row
    change: Change | None


def _with_past(shown: Sequence[Assessment], rows: Sequence[Row], sessions: Sequence[Session]) -> list[Assessment]:
    compared = [
        _Compared(row=row, change=assessment.comparison.change) for row, assessment in zip(rows, shown, strict=True)
    ]
    past = histories(compared, [assessment.verdict in CHANGED for assessment in shown], sessions)
    return [
        replace(each, comparison=replace(each.comparison, history=past[index])) if index in past else each
        for index, each in enumerate(shown)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """The sessions that a head in pairs is compared with, oldest first, or why there are none."""

    sessions: Sequence[Session] = ()
    left_out: int = 0
    absent: SinceAbsent | None = None


def _comparable(head: Suite, way: str, baseline: Baseline) -> _Saved:
    known = short_runs(baseline.history)
    here = [session for session in known if not head.fingerprint.differences(session.fingerprint)]
    alike = [session for session in here if way_of_session(session) == way][-KEPT:]
    if not alike:
        return _Saved(absent="other-way" if here else "other-machine" if known else "not-saved")
    return _Saved(sessions=of_same_code(alike, head), left_out=_left_out(head, baseline, alike))


def _left_out(head: Suite, baseline: Baseline, compared: Sequence[Session]) -> int:
    """Count the saved sessions of this machine that have no short runs among those compared."""
    moments = {(session.commit, session.measured_at) for session in compared}
    return sum(
        session.plan != AGAINST_ITSELF
        and (session.commit, session.measured_at) not in moments
        and not head.fingerprint.differences(session.fingerprint)
        for session in baseline.history
    )


def _as_stored(row: Row, clock: Clock | None) -> Row:
    """Return a row under the name that sessions of pairs have for the clock that decides it."""
    return structs.replace(row, metric=structs.replace(row.metric, name=metric_by(row.metric.name, clock)))


def _since(values: Values, levels: Sequence[FloatArray], policy: Policy) -> list[ChangeSince | None]:
    """Return the change since the newest session of each row, without an interval where they are few."""
    look = screen.look(replace(values, baseline=levels[-1]), levels, policy)
    unknown = np.full(len(values.head), np.nan)
    names = tuple(STATISTICS[index] for index in values.statistic.tolist())
    interval = marginal_interval(look.evidence, policy)
    found = changes(look.evidence, unknown, interval, values.logarithmic, names, policy)
    return [_of(change, is_few=is_few) for change, is_few in zip(found, look.few.tolist(), strict=True)]


def _of(change: Change | None, *, is_few: bool) -> ChangeSince | None:
    """Return what is known of a change: nothing where the baseline lacks the row, no interval from few sessions."""
    if change is None or not isfinite(change.marginal.point):
        return None
    found = change.marginal
    if is_few or not isfinite(found.high - found.low):
        return ChangeSince(point=found.point, low=None, high=None, confidence=found.confidence)
    return ChangeSince(point=found.point, low=found.low, high=found.high, confidence=found.confidence)


def _with(row: Assessment, since: ChangeSince | None) -> Assessment:
    if since is None or row.comparison.change is None:
        return row
    return replace(row, comparison=replace(row.comparison, since=since))
