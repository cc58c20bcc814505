"""What a comparison in pairs was judged from, as a report keeps it: enough to judge it again.

A suite is judged as a whole: the rows share what is known of their noise, and the chance of a false alarm. So all rows
are kept that were judged together, those too that a report does not show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import both_statistics, up_to
from reporter.decide.family import Design
from reporter.decide.in_step import by_slices, clocks, seconds
from reporter.decide.kept_values import digest
from reporter.model import STATISTICS, JudgedRow, Judging, PairValues, RowLook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.family import Family
    from reporter.decide.policy import Policy
    from reporter.model import Clock, FloatArray
    from reporter.stats.variance import Variance

    At = Mapping[int, Values]
    """The values that decide at each look, by the number of pairs there were."""
    Tables = Mapping[Clock | None, tuple[FloatArray, FloatArray]]
    """What base and head took, rows × pairs, by the clock."""


def judging_of(family: Family, at: At, stops: Sequence[int], began: str) -> Judging:
    """Return what each row was judged from at every look up to the one at which it ``stops``."""
    tables, last, stored = _tables(family.rows, at), at[max(at)], family.stored
    found = {look: clocks(values) for look, values in at.items()}
    spent = {look: spent_levels(family, look, values) for look, values in at.items()}
    judged = tuple(
        JudgedRow(
            name=row.benchmark.name,
            params=(*row.benchmark.params, *row.benchmark.details),
            metric=row.metric,
            statistic=STATISTICS[last.statistic[index]],
            kind="ratio" if last.logarithmic[index] else "difference",
            threshold=float(family.bounds.threshold[index]),
            margin=float(family.bounds.margin[index]),
            stored=_stored(stored, index),
            looks=tuple(spent[look][index] for look in at if look <= stops[index]),
            values=tuple(_values(tables, {look: each[index] for look, each in found.items()}, index)),
        )
        for index, row in enumerate(family.rows)
    )
    grows = family.design is Design.GROWING_PAIRS
    return Judging(suite=family.suite, grows=grows, began=began, digest=digest(judged), rows=judged)


def at_looks(values: Values, rows: Sequence[Row], looks: Iterable[int], policy: Policy) -> dict[int, Values]:
    """Return the values that decide at each look."""
    return {look: by_slices(up_to(values, look), rows, policy) for look in looks}


def spent_levels(family: Family, look: int, values: Values) -> list[RowLook]:
    """Return what a look was of each row: its pairs so far, and the level that it spent."""
    pairs = np.sum(~np.isnan(values.baseline) & ~np.isnan(values.head), axis=1)
    spent = family.alpha(pairs, family.stored_for(values)).tolist()
    return [RowLook(look=look, pairs=own, level=level) for own, level in zip(pairs.tolist(), spent, strict=True)]


def _tables(rows: Sequence[Row], at: At) -> Tables:
    last = at[max(at)]
    whole = [np.take_along_axis(side, last.statistic[:, None, None], axis=2)[:, :, 0] for side in both_statistics(rows)]
    if not any(np.any(values.in_step) for values in at.values()):
        return {None: (whole[0], whole[1])}
    shape = last.head.shape
    return {None: (whole[0], whole[1]), "wall": seconds(rows, "wall", shape), "cpu": seconds(rows, "cpu", shape)}


def _values(tables: Tables, clock_at: Mapping[int, Clock | None], index: int) -> Iterable[PairValues]:
    """Return the values of each clock that decided a row at any look; hardly ever is it more than one."""
    for clock in dict.fromkeys(clock_at.values()):
        looks = tuple(look for look, one in clock_at.items() if one == clock)
        base, head = (table[index, : looks[-1]] for table in tables[clock])
        known = np.flatnonzero(~np.isnan(base) | ~np.isnan(head))
        end = int(known[-1]) + 1 if known.size else 0
        yield PairValues(clock=clock, looks=looks, base=_numbers(base[:end]), head=_numbers(head[:end]))


def _numbers(values: FloatArray) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())


def _stored(stored: Variance | None, index: int) -> tuple[float, float] | None:
    if stored is None or not stored.df[index] > 0:
        return None
    return float(stored.variance[index]), float(stored.df[index])
