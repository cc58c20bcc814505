"""The values of a row as a page draws them: whole numbers in a power of ten, and the last of them as a sparkline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.records import site as records
from reporter.site.shown import params_label

if TYPE_CHECKING:
    from reporter.model import FloatArray
    from reporter.site.columns import Machine, Singles
    from reporter.site.levels import Change
    from reporter.store.history import Key

DIGITS = 5
"""As many as the history keeps."""
SPARKS = 24
SPARK_TOP = 31
SPARK_WIDTH = 46

_SMALLEST_EXPONENT, _LARGEST_EXPONENT = -60, 60
_LARGEST_WHOLE = 2.0**53

Column = tuple[int | None, ...]


def line(machine: Machine, row: int, changes: tuple[Change, ...], key: Key, places: tuple[int, int]) -> records.Line:
    """Return the line of a row; ``places`` are the numbers of its metric and of its machine."""
    first, last = _ends(machine.value[row])
    value = machine.value[row, first:last].astype(np.float64)
    exponent = _exponent(value)
    below, above = value - machine.low[row, first:last], machine.high[row, first:last] - value
    spread = [_whole(side, exponent) for side in (below, above)]
    has_spread = any(number for side in spread for number in side)
    return records.Line(
        metric=places[0],
        params=dict(key[1]),
        label=params_label(key[1]),
        machine=places[1],
        first=first,
        exponent=exponent,
        values=_whole(value, exponent),
        below=spread[0] if has_spread else (),
        above=spread[1] if has_spread else (),
        changes=tuple(_line_change(change, first) for change in changes),
        recoded=tuple(session - first for session in machine.recoded.get(row, ()) if session > first),
    )


def spark(values: Singles | FloatArray) -> Column:
    """Return the last known values from 0, the lowest of them, to ``SPARK_TOP``."""
    last = values[~np.isnan(values)][-SPARKS:].astype(np.float64)
    low, high = last.min(initial=np.inf), last.max(initial=-np.inf)
    if not high > low:
        return (SPARK_TOP // 2,) * len(last)
    return tuple(np.rint((last - low) / (high - low) * SPARK_TOP).astype(int).tolist())


def spark_path(values: Column) -> str:
    """Return the path of a sparkline, 46 units wide, the lowest value at the bottom; of one value it is flat."""
    spots = values if len(values) > 1 else values * 2
    step = SPARK_WIDTH / max(1, len(spots) - 1)
    return "M" + "L".join(f"{round(step * place)} {SPARK_TOP - (value or 0)}" for place, value in enumerate(spots))


def last_known(values: Singles) -> int:
    """Return the place of the last value that is known; -1 where none is."""
    known = np.flatnonzero(~np.isnan(values))
    return int(known[-1]) if len(known) else -1


def _line_change(change: Change, first: int) -> records.LineChange:
    return records.LineChange(
        place=change.session - first,
        before=change.before,
        after=change.after,
        ratio=change.ratio,
        direction=change.direction,
    )


def _ends(values: Singles) -> tuple[int, int]:
    known = np.flatnonzero(~np.isnan(values))
    return int(known[0]), int(known[-1]) + 1


def _exponent(values: FloatArray) -> int:
    """Return the power of ten in which the smallest value has ``DIGITS`` digits, and the largest is still exact."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if not len(sizes):
        return 0
    smallest = np.floor(np.log10(sizes.min())) - DIGITS + 1
    largest = np.ceil(np.log10(sizes.max() / _LARGEST_WHOLE))
    return int(np.clip(max(smallest, largest), _SMALLEST_EXPONENT, _LARGEST_EXPONENT))


def _whole(values: FloatArray, exponent: int) -> Column:
    scaled = values / 10.0**exponent if exponent >= 0 else values * 10.0**-exponent
    known = np.isfinite(scaled)
    bounded = np.clip(np.where(known, scaled, 0.0), -_LARGEST_WHOLE, _LARGEST_WHOLE)
    whole = np.rint(bounded).astype(np.int64).tolist()
    if known.all():
        return tuple(whole)
    return tuple(number if is_known else None for number, is_known in zip(whole, known.tolist(), strict=True))
