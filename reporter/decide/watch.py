"""Which benchmarks became slower in the saved history, and between which commits: what watching suspects.

It only raises suspicion. Sessions of one machine and one way of measuring are looked at together and never joined with
others. Places come from the change points of the trend; what a place is worth is a test of its two levels, at a level
that shares a month's budget among all looks and benchmarks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import Row, deciding_values
from reporter.decide.levels import FEWEST_SESSIONS, by_start
from reporter.decide.policy import DEFAULT_POLICY, WATCH
from reporter.decide.sessions import session_values
from reporter.decide.trend import ratio_of
from reporter.model import STATISTICS
from reporter.shared.model import COMMIT
from reporter.stats.change_points import change_points
from reporter.stats.student_t import upper_tail
from reporter.stats.variance import row_centre
from reporter.store.history import AGAINST_ITSELF, KEPT, kind_of, of_same_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.decide.align import Values
    from reporter.model import FloatArray, Session, Suite
    from reporter.shared.model import Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """The newest sessions of one machine and way of measuring, oldest first, and the level of each row in them.

    ``levels`` are rows × sessions, logarithms where the ``values`` are.
    """

    plan: str
    machine: Fingerprint
    commits: tuple[str, ...]
    rows: tuple[Row, ...]
    values: Values
    levels: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """A row that became slower: its ``old``, ``new`` and present level (``now``), on the scale of its course.

    It moved after the commit ``after`` and not after ``by``, both by their places in the history. ``chance`` is that
    of as large a step by noise. It ``is_back`` where a later level is as the old one.
    """

    course: int
    row: int
    old: float
    new: float
    now: float
    after: int
    by: int
    chance: float
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows that became slower between the same two commits, by their places in the history."""

    after: int
    by: int
    moves: tuple[Move, ...]


def commits_of(history: Sequence[Session]) -> tuple[str, ...]:
    """Return the commits of a history in the order in which they were first measured."""
    return tuple(dict.fromkeys(str(session.commit) for session in history if _is_placed(session)))


def _is_placed(session: Session) -> bool:
    """Return whether a session tells of a commit by itself."""
    return session.plan != AGAINST_ITSELF and COMMIT.fullmatch(session.commit or "") is not None


def courses(suite: Suite, history: Sequence[Session]) -> tuple[Course, ...]:
    """Part a history by machine and way of measuring; ``suite`` tells what its metrics are.

    Sessions that name no commit are left out, and so is what a benchmark of other code took.
    """
    groups: dict[tuple[object, ...], list[Session]] = {}
    for session in of_same_code(history, suite):
        if _is_placed(session):
            groups.setdefault(kind_of(session), []).append(session)
    found = ((_rows(suite, sessions[-1]), sessions[-KEPT:]) for sessions in groups.values())
    return tuple(_course(rows, sessions) for rows, sessions in found if rows)


def _rows(suite: Suite, newest: Session) -> list[Row]:
    """Return the rows of a suite that have a good direction and are in its newest session."""
    rows = (
        Row(benchmark=benchmark, metric=metric, baseline=None, head=sample)
        for benchmark in suite.benchmarks
        for metric, sample in benchmark.samples
        if metric.better is not None
    )
    return [row for row in rows if row.key in newest.statistics]


def _course(rows: Sequence[Row], sessions: Sequence[Session]) -> Course:
    newest = sessions[-1]
    runs = max((len(newest.statistics[row.key]) for row in rows), default=0)
    table = np.full((len(rows), runs, len(STATISTICS)), np.nan)
    for index, row in enumerate(rows):
        table[index, : len(newest.statistics[row.key])] = newest.statistics[row.key]
    values = deciding_values(table, table, [row.metric for row in rows], DEFAULT_POLICY)
    tables = session_values(rows, sessions, values)
    return Course(
        plan=newest.plan,
        machine=newest.fingerprint,
        commits=tuple(str(session.commit) for session in sessions),
        rows=tuple(rows),
        values=values,
        levels=np.column_stack([row_centre(each) for each in tables]),
    )


def suspected(found: Sequence[Course], commits: Sequence[str]) -> tuple[Found, ...]:
    """Return what became slower anywhere in the courses, in the order of the commits."""
    order = {commit: place for place, commit in enumerate(commits)}
    moves = [move for index, course in enumerate(found) for move in _moves(course, index, order)]
    return _together(moves)


def level_now(course: Course, row: int) -> float | None:
    """Return the level of a row at the end of its course; ``None`` where too few sessions have it."""
    for start, rows in by_start(course.levels):
        if row in rows:
            series = course.levels[row, start:]
            [places] = change_points(series[None], WATCH.penalty, WATCH.distances)
            return float(np.median(series[places[-1] if places else 0 :]))
    return None


def _moves(course: Course, index: int, order: dict[str, int]) -> Iterator[Move]:
    """Yield the steps to a worse level that noise does not explain."""
    level = WATCH.suspicions / (WATCH.looks * max(len(course.rows), 1))
    for start, rows in by_start(course.levels):
        series = course.levels[rows, start:]
        for row, places in zip(rows.tolist(), change_points(series, WATCH.penalty, WATCH.distances), strict=True):
            ends = [start, *(start + place for place in places), course.levels.shape[1]]
            for move in _steps(course, row, ends):
                after, by = (order[course.commits[place]] for place in (move.after, move.by))
                placed = replace(move, course=index, after=after, by=by)
                if move.chance < level and placed.after < placed.by:
                    yield placed


def _steps(course: Course, row: int, ends: Sequence[int]) -> Iterator[Move]:
    """Yield the steps of one row to a worse level, placed by sessions."""
    series, is_log = course.levels[row], bool(course.values.logarithmic[row])
    parts = [series[start:end] for start, end in pairwise(ends)]
    levels = [float(np.median(part)) for part in parts]
    noise = _noise(parts)

    def worse_by(old: float, new: float) -> float:
        return ratio_of(old, new, logarithmic=is_log) * float(course.values.worse[row])

    for place, (old, new) in enumerate(pairwise(levels)):
        if not WATCH.step <= worse_by(old, new) < np.inf:
            continue
        if not _holds(parts[place + 1], old, new):
            continue
        after, by = _placed(series, ends[place : place + 3], noise)
        yield Move(
            course=0,
            row=row,
            old=old,
            new=new,
            now=levels[-1],
            after=after,
            by=by,
            chance=_chance(parts[place], parts[place + 1], noise, len(series) - ends[0] - len(parts)),
            is_back=any(worse_by(old, later) < WATCH.step for later in levels[place + 2 :]),
        )


def _holds(part: FloatArray, old: float, new: float) -> bool:
    """Return whether at most one in four sessions of a new level is nearer to the old one, as long as it is short.

    Two outliers near each other are no level.
    """
    nearer = int(np.sum(np.abs(part - old) < np.abs(part - new)))
    return len(part) >= FEWEST_SESSIONS or nearer <= len(part) // 4


def _noise(parts: Sequence[FloatArray]) -> float:
    """Return the variance of a session around the mean of its level."""
    freedom = sum(len(part) - 1 for part in parts)
    squares = sum(float(np.sum((part - part.mean()) ** 2)) for part in parts)
    return squares / freedom


def _chance(before: FloatArray, after: FloatArray, noise: float, freedom: int) -> float:
    """Return how likely as large a step is by noise."""
    step = abs(float(after.mean() - before.mean()))
    error = np.sqrt(noise * (1 / len(before) + 1 / len(after)))
    return float(upper_tail(step / error, freedom)) if error else 0.0


def _placed(series: FloatArray, ends: Sequence[int], noise: float) -> tuple[int, int]:
    """Return the last session that is surely of the old level, and the first that is surely of the new one."""
    start, place, end = ends
    part = series[start:end]
    errors = np.array(
        [
            np.sum((part[:at] - part[:at].mean()) ** 2) + np.sum((part[at:] - part[at:].mean()) ** 2)
            for at in range(1, len(part))
        ]
    )
    likely = 1 + np.flatnonzero(errors <= errors[place - start - 1] + WATCH.place * noise)
    return start + int(likely.min()) - 1, start + int(likely.max())


def _together(moves: Sequence[Move]) -> tuple[Found, ...]:
    """Put rows together that may have moved between the same two commits, the most exactly placed first."""
    found: list[Found] = []
    for move in sorted(moves, key=lambda each: (each.by - each.after, each.chance, each.course, each.row)):
        for index, cause in enumerate(found):
            after, by = max(cause.after, move.after), min(cause.by, move.by)
            if after < by:
                found[index] = Found(after=after, by=by, moves=(*cause.moves, move))
                break
        else:
            found.append(Found(after=move.after, by=move.by, moves=(move,)))
    return tuple(sorted(found, key=lambda cause: (cause.by, cause.after)))
