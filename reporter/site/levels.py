"""Where the level of each row of a machine changed: found as the trend of a report finds it, over the whole history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from reporter.decide.levels import FEWEST_SESSIONS
from reporter.decide.trend import level_steps
from reporter.stats.change_points import change_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reporter.model import Better, FloatArray, IndexArray, Metric
    from reporter.site.columns import Machine, Singles

    Progress = Callable[[int], None]

Direction = Literal["worse", "better"]

_TOGETHER = 32
"""Rows looked at together: so many that their sums stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A new level of a row: the machine's session in which it begins, both levels in base units, new/old level − 1.

    ``direction`` is ``None`` where nobody declared which is the good one.
    """

    session: int
    before: float
    after: float
    ratio: float
    direction: Direction | None


def level_changes(machine: Machine, metrics: Sequence[Metric], progress: Progress) -> list[tuple[Change, ...]]:
    """Return the changes of level of each row, oldest first.

    Sessions in which a row was not measured count as if there were none. A row whose code changed begins again.
    """
    found: list[list[Change]] = [[] for _ in metrics]
    done = 0
    for length, stretches in sorted(_stretches(machine).items()):
        for some in (stretches[at : at + _TOGETHER] for at in range(0, len(stretches), _TOGETHER)):
            for row, changes in _of_stretches(machine.value, some, length, metrics):
                found[row] += changes
            done += len(some)
            progress(done)
    return [tuple(sorted(changes, key=lambda change: change.session)) for changes in found]


def _stretches(machine: Machine) -> dict[int, list[tuple[int, IndexArray]]]:
    """Return, by their lengths, the sessions in which a row was measured with one code, where they are enough."""
    known = ~np.isnan(machine.value)
    found: dict[int, list[tuple[int, IndexArray]]] = defaultdict(list)
    for row in range(len(known)):
        measured = np.flatnonzero(known[row])
        for part in _parts(measured, machine.recoded.get(row, ())):
            if len(part) >= FEWEST_SESSIONS:
                found[len(part)].append((row, part))
    return found


def _parts(measured: IndexArray, recoded: Sequence[int]) -> Iterator[IndexArray]:
    ends = [0, *np.searchsorted(measured, recoded).tolist(), len(measured)]
    return (measured[start:end] for start, end in pairwise(ends))


def _of_stretches(
    values: Singles, some: Sequence[tuple[int, IndexArray]], length: int, metrics: Sequence[Metric]
) -> Iterator[tuple[int, list[Change]]]:
    series = np.array([values[row, at] for row, at in some], dtype=np.float64).reshape(len(some), length)
    logarithmic = np.all(series > 0, axis=1)
    series[logarithmic] = np.log(series[logarithmic])
    for one, is_log, (row, at), places in zip(series, logarithmic.tolist(), some, change_points(series), strict=True):
        yield row, list(_changes(one, places, at, is_log, metrics[row].better))


def _changes(
    series: FloatArray, places: Sequence[int], at: IndexArray, is_log: bool, better: Better | None
) -> Iterator[Change]:
    for step in level_steps(series, places, logarithmic=is_log):
        yield Change(
            session=int(at[step.place]),
            before=step.before,
            after=step.after,
            ratio=step.ratio,
            direction=_direction(step.after > step.before, better),
        )


def _direction(is_more: bool, better: Better | None) -> Direction | None:
    if better is None:
        return None
    return "better" if is_more == (better == "higher") else "worse"
