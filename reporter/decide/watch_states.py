"""What became of a suspicion: confirmed or refuted by pairs, narrowed down by bisecting, recovered; from run to run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide.policy import WATCH
from reporter.decide.trend import ratio_of
from reporter.decide.watch import commits_of, courses, level_now, suspected
from reporter.records import watch as record
from reporter.records.machine import Fingerprint
from reporter.shared.model import FINGERPRINT_KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reporter.decide.align import Key
    from reporter.decide.watch import Course, Found, Move
    from reporter.model import Session, Suite
    from reporter.records.watch import Cause, Cleared, Row, State, Watch


MOST_ROWS = 200
"""Rows of a cause that are kept, the surest first."""
MOST_RECOVERED = 20
"""Causes that are kept after they recovered, so that no issue stays open because one run could not close it."""
_VALUES = 50


def identity_of(row: Row) -> Key:
    """Return what tells the row from others, whatever the machine."""
    return row.benchmark, tuple(sorted(row.params.items())), row.metric


def machine_of(course: Course) -> record.Machine:
    """Return the machine of a course as the file has it."""
    fingerprint = course.machine.to_json()
    known = [course.plan, *(fingerprint[name] for name in FINGERPRINT_KEYS)]
    key = hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]
    return record.Machine(
        key=key, plan=course.plan, fingerprint=Fingerprint(**fingerprint), sessions=len(course.commits)
    )


def causes_of(suite: str, found: Sequence[Found], past: Sequence[Course], commits: Sequence[str]) -> tuple[Cause, ...]:
    """Return what was found in the courses as causes of which nothing else is known."""
    return tuple(_cause(suite, each, past, commits) for each in found)


def _cause(suite: str, found: Found, past: Sequence[Course], commits: Sequence[str]) -> Cause:
    surest = sorted(found.moves, key=lambda move: (move.chance, move.course, move.row))[:MOST_ROWS]
    rows = tuple(_row(move, past[move.course]) for move in surest)
    before, first = commits[found.after], commits[found.by]
    content = json.dumps([suite, before, first, sorted(map(identity_of, rows))])
    key = hashlib.sha256(content.encode()).hexdigest()[:16]
    return settled(record.Cause(key=key, state="suspected", before=before, first=first, rows=rows))


def _row(move: Move, course: Course) -> Row:
    row = course.rows[move.row]
    is_log = bool(course.values.logarithmic[move.row])
    series = course.levels[move.row, -_VALUES:]
    shown = np.exp(series) if is_log else series
    old, new, now = (float(np.exp(level)) if is_log else level for level in (move.old, move.new, move.now))
    assert row.metric.better is not None  # noqa: S101 - courses have no other rows
    return record.Row(
        benchmark=row.benchmark.name,
        params=dict(row.benchmark.params),
        metric=row.metric.name,
        unit=row.metric.unit,
        better=row.metric.better,
        machine=machine_of(course).key,
        old=old,
        new=new,
        now=now,
        is_back=move.is_back,
        values=tuple(value if np.isfinite(value) else None for value in shown.tolist()),
    )


def settled(cause: Cause) -> Cause:
    """Return a cause with the state that its rows have come to. What pairs found slower counts before all else."""
    slower = [row for row in cause.rows if row.pairs == "slower"]
    if not slower and all(row.pairs == "not-slower" for row in cause.rows):
        state: State = "refuted"
    elif all(row.is_back for row in slower or cause.rows):
        state = "recovered"
    else:
        state = "confirmed" if slower else "suspected"
    return structs.replace(cause, state=state)


def is_same(
    before: str, first: str, rows: Collection[str], cause: Cause, order: Mapping[str, int], *, slack: int = 0
) -> bool:
    """Return whether a cause may be one that was known between other commits, of which it shares one of the ``rows``.

    Rows are given by their digests. A commit that the history has no more is older than all that it has. With ``slack``
    the ranges of commits may be so far apart.
    """
    after = max(order.get(before, -1), order.get(cause.before, -1))
    by = min(order.get(first, -1), order.get(cause.first, -1))
    return after < by + slack and not digests_of(cause).isdisjoint(rows)


def digests_of(cause: Cause) -> set[str]:
    """Return the digests of all rows of a cause."""
    return {digest_of(identity_of(row)) for row in cause.rows}


def carried(
    fresh: Sequence[Cause], previous: Watch | None, past: Sequence[Course], commits: Sequence[str]
) -> tuple[Cause, ...]:
    """Return the causes of now with what an earlier run knew of them, and what it knew of others that still counts."""
    order = {commit: place for place, commit in enumerate(commits)}
    left = list(previous.causes) if previous else []
    matches = _matches(fresh, left, order)
    taken = {old.key for old in previous.causes} if previous else set()
    merged = [
        _with_past(cause, match) if match else _with_own_key(cause, taken)
        for cause, match in zip(fresh, matches, strict=True)
    ]
    known = [_without_cleared(cause, previous.cleared if previous else (), order) for cause in merged]
    by_machine = {machine_of(course).key: course for course in past}
    others = [cause for old in left if (cause := _looked_up(old, by_machine)).rows and _counts(cause, order)]
    recovered = [cause for cause in others if cause.state == "recovered"]
    others = [cause for cause in others if cause not in recovered[:-MOST_RECOVERED]]
    return tuple([*others, *known][-record.MOST_CAUSES :])


def _matches(fresh: Sequence[Cause], left: list[Cause], order: Mapping[str, int]) -> list[Cause | None]:
    """Return which of the causes that are ``left`` each one of now is, and take it away; those that overlap first."""
    found: list[Cause | None] = [None] * len(fresh)
    for slack in (0, WATCH.near):
        for place, cause in enumerate(fresh):
            if found[place] is None:
                same = (
                    old for old in left if is_same(old.before, old.first, digests_of(old), cause, order, slack=slack)
                )
                found[place] = match = next(same, None)
                if match is not None:
                    left.remove(match)
    return found


def _counts(cause: Cause, order: Mapping[str, int]) -> bool:
    """Return whether a cause that the history does not show now is kept: the result of its pairs holds."""
    if cause.state == "refuted":
        return cause.first in order
    return any(row.pairs == "slower" for row in cause.rows)


def _with_own_key(cause: Cause, taken: set[str]) -> Cause:
    """Return a new cause with a key that no other has: one that moved may have left its commits to this one."""
    key = cause.key
    while key in taken:
        key = hashlib.sha256(key.encode()).hexdigest()[:16]
    taken.add(key)
    return structs.replace(cause, key=key)


def _with_past(cause: Cause, old: Cause) -> Cause:
    """Return a cause with the key of an earlier run and what was measured then."""
    before = {identity_of(row): row for row in old.rows}
    rows = tuple(_row_with_past(row, before.pop(identity_of(row), None)) for row in cause.rows)
    gone = tuple(row for row in before.values() if row.pairs == "slower")
    rows = (*rows, *gone)[:MOST_ROWS]
    return settled(structs.replace(cause, key=old.key, rows=rows, measured=old.measured, range=old.range))


def _without_cleared(cause: Cause, cleared: Sequence[Cleared], order: Mapping[str, int]) -> Cause:
    """Return a cause whose rows of which nothing is known yet have what earlier pairs across its commits said."""
    about = [each for each in cleared if is_across(each.base, each.head, cause, order)]
    digests = {digest for each in about for digest in each.rows}
    if not digests:
        return cause
    rows = (
        structs.replace(row, pairs="not-slower")
        if row.pairs is None and digest_of(identity_of(row)) in digests
        else row
        for row in cause.rows
    )
    latest = record.Pairs(base=about[-1].base, head=about[-1].head)
    return settled(structs.replace(cause, rows=tuple(rows), measured=cause.measured or latest))


def is_across(base: str, head: str, cause: Cause, order: Mapping[str, int]) -> bool:
    """Return whether two commits lie on both sides of where a cause is placed; the history may not have the later.

    A commit of the cause that the history has no more is older than all that it has.
    """
    before, first = (order.get(commit, -1) for commit in (cause.before, cause.first))
    return order.get(base, -1) <= before and order.get(head, len(order)) >= first


def digest_of(key: Key) -> str:
    """Return what stands for the identity of a row."""
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:12]


def _row_with_past(row: Row, old: Row | None) -> Row:
    """Return a row with the result of its pairs; one that was back once stays back."""
    if old is None:
        return row
    return structs.replace(row, pairs=old.pairs, change=old.change, is_back=row.is_back or old.is_back)


def _looked_up(cause: Cause, courses: Mapping[str, Course]) -> Cause:
    """Return a cause with the levels that its rows have by now; without rows that are measured no more."""
    now = (_looked_up_row(row, courses.get(row.machine)) for row in cause.rows)
    rows = tuple(row for row in now if row is not None)
    return settled(structs.replace(cause, rows=rows, is_past=True))


def _looked_up_row(row: Row, course: Course | None) -> Row | None:
    if course is None:
        return row
    place = next((index for index, each in enumerate(course.rows) if _is_row(each.key, row)), None)
    if place is None:
        return None
    level = level_now(course, place)
    if level is None:
        return row
    is_log = bool(course.values.logarithmic[place])
    now = float(np.exp(level)) if is_log else level
    worse = ratio_of(row.old, now, logarithmic=False) * float(course.values.worse[place])
    return structs.replace(row, now=now, is_back=row.is_back or worse < WATCH.step)


def _is_row(key: Key, row: Row) -> bool:
    return (key[0], tuple(sorted(key[1])), key[2]) == identity_of(row)


def watch(suite: Suite, history: Sequence[Session], previous: Watch | None) -> Watch:
    """Return what a history shows, with what an earlier run knew."""
    commits = commits_of(history)
    past = courses(suite, history)
    fresh = causes_of(suite.name, suspected(past, commits), past, commits)
    return watched(suite.name, commits, past, carried(fresh, previous, past, commits), previous)


def watched(
    suite: str, commits: Sequence[str], past: Sequence[Course], causes: Sequence[Cause], previous: Watch | None
) -> Watch:
    """Return the file of these causes."""
    known = {each.key: each for each in (*(previous.machines if previous else ()), *map(machine_of, past))}
    named = {row.machine for cause in causes for row in cause.rows} | {machine_of(course).key for course in past}
    found = record.Watch(
        schema=record.SCHEMA,
        suite=suite,
        commits=tuple(commits[-record.MOST_COMMITS :]),
        machines=tuple(each for key, each in known.items() if key in named)[-record.MOST_MACHINES :],
        causes=(),
        cleared=previous.cleared if previous else (),
    )
    return with_causes(found, causes)


def with_causes(found: Watch, causes: Sequence[Cause]) -> Watch:
    """Return the same with these causes, and the commits that are to be measured next.

    Pairs of the oldest suspicion speak of all later ones. A search is for the largest cause that has no range.
    """
    order = {commit: place for place, commit in enumerate(found.commits)}
    newest = found.commits[-1] if found.commits else ""
    waiting = [cause.before for cause in causes if cause.state == "suspected"]
    searched = [each for each in causes if each.state == "confirmed" and not (each.range or each.is_past)]
    oldest = min(waiting, key=lambda commit: order.get(commit, -1), default=None)
    largest = max(searched, key=lambda cause: max(map(step_of, cause.rows)), default=None)
    return structs.replace(
        found,
        causes=tuple(causes),
        next=record.Pairs(base=oldest, head=newest) if oldest else None,
        search=record.Pairs(base=largest.before, head=newest) if largest else None,
    )


def step_of(row: Row) -> float:
    """Return by how much worse the new level of a row is, as a share of the old one."""
    return abs(ratio_of(row.old, row.new, logarithmic=False))
