"""Numbers of many runs as whole-number columns, which gzip packs far better than floats and JSON reads faster.

Statistics keep 7 significant digits (5 in the history) and rounds 5 of the median. Every run has a power of ten of its
own; its minimum is stored in that unit and its other statistics as differences to the minimum. Rounds are stored in
ascending order, each as the step from the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.ingest.run_statistics import by_length, quantile_of_sorted
from reporter.model import COLUMN, STATISTICS
from reporter.records.snapshot import MAX_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray

DIGITS = 7
HISTORY_DIGITS = 5
ROUND_DIGITS = 5
PERCENTILES = 101
"""More than ``MAX_ROUNDS`` rounds are thinned to their percentiles 0, 1, … 100: every quantile at a whole percent, so
every one of ``STATISTICS``, is the same of the thinned rounds as of all."""

_COUNT, _MIN, _MEDIAN = COLUMN["n"], COLUMN["min"], COLUMN["median"]
_VALUES = tuple(index for name, index in COLUMN.items() if name != "n")
_SMALLEST_EXPONENT = -300
_EXACT_DIGITS = 15
"""Whole numbers of so many digits are exact as floats."""


def encode_statistics(table: FloatArray, digits: int) -> dict[str, list[int | None]]:
    """Encode runs × ``STATISTICS`` as one column per statistic; nan becomes ``None``."""
    exponent = _exponents(table[:, _VALUES], digits)
    units = np.rint(_in_units(table, exponent))
    base = np.nan_to_num(units[:, _MIN], nan=0.0)
    columns = {"exponent": _whole(exponent), "n": _whole(table[:, _COUNT]), "min": _whole(units[:, _MIN])}
    for index in _VALUES:
        if index != _MIN:
            columns[STATISTICS[index]] = _whole(units[:, index] - base)
    return columns


def decode_statistics(columns: dict[str, FloatArray]) -> FloatArray:
    """Undo ``encode_statistics``; the columns have equal length."""
    units = np.column_stack([columns[name] for name in STATISTICS])
    base = np.nan_to_num(units[:, _MIN], nan=0.0)
    table = units + np.where(np.arange(len(STATISTICS)) == _MIN, 0.0, base[:, None])
    table = _from_units(table, columns["exponent"])
    table[:, _COUNT] = columns["n"]
    return table


def encode_rounds(runs: Sequence[FloatArray], table: FloatArray) -> dict[str, list[int | None]]:
    """Encode the rounds of every run, thinned, relative to the minimum in its row of the (decoded) statistics.

    The first of them may lie below it: of a file that holds several runs it is the mean of their minima.
    """
    kept = _ascending(runs)
    count = np.array([len(run) for run in kept], dtype=np.float64)
    row = np.repeat(np.arange(len(kept)), count.astype(np.intp))
    values = np.concatenate(kept) if kept else np.empty(0)
    exponent = _round_exponents(table, kept)
    offsets = np.rint(_in_units((values - table[row, _MIN])[:, None], exponent[row])[:, 0])
    steps = np.diff(offsets, prepend=0.0)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    steps[first] = offsets[first]
    return {"count": _whole(count), "exponent": _whole(exponent), "step": _whole(steps)}


def decode_rounds(count: FloatArray, exponent: FloatArray, step: FloatArray, table: FloatArray) -> list[FloatArray]:
    """Undo ``encode_rounds``; the counts sum up to the number of steps."""
    ends = np.cumsum(count).astype(np.intp)
    starts = ends - count.astype(np.intp)
    # Integers on purpose: should the sum over all runs overflow, differences within a run are exact all the same.
    total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(step.astype(np.int64))])
    row = np.repeat(np.arange(len(count)), count.astype(np.intp))
    offsets = (total[1:] - total[starts[row]]).astype(np.float64)
    values = table[row, _MIN] + _from_units(offsets[:, None], exponent[row])[:, 0]
    return [values[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def thinned(ordered: FloatArray) -> FloatArray:
    """Thin sorted rounds (runs × rounds) to their percentiles when there are more than ``MAX_ROUNDS``."""
    if ordered.shape[1] <= MAX_ROUNDS:
        return ordered
    return np.column_stack([quantile_of_sorted(ordered, percent / 100) for percent in range(PERCENTILES)])


def _ascending(runs: Sequence[FloatArray]) -> list[FloatArray]:
    kept: list[FloatArray] = [np.empty(0)] * len(runs)
    for rows, values in by_length(runs):
        for row, run in zip(rows, thinned(np.sort(values, axis=1)), strict=True):
            kept[row] = run
    return kept


def _exponents(values: FloatArray, digits: int) -> FloatArray:
    """Choose the power of ten of each run so that its smallest value keeps its digits and its largest stays exact."""
    sizes = np.abs(values)
    sizes[~(sizes > 0)] = np.nan
    smallest = np.fmin.reduce(sizes, axis=1)
    largest = np.fmax.reduce(sizes, axis=1)
    exponent = _magnitude(smallest, digits) - digits + 1
    return _bounded(np.fmax(exponent, _magnitude(largest, digits) - _EXACT_DIGITS + 1))


def _round_exponents(table: FloatArray, kept: Sequence[FloatArray]) -> FloatArray:
    """Choose it by the median; by the range where the median is zero or would make the range inexact."""
    median = np.abs(table[:, _MEDIAN])
    spread = np.array([run[-1] - run[0] if len(run) else 0.0 for run in kept])
    scale = np.where(median > 0, median, spread)
    scale = np.where(scale > 0, scale, np.nan)
    spread = np.where(spread > 0, spread, np.nan)
    exponent = _magnitude(scale, ROUND_DIGITS) - ROUND_DIGITS + 1
    return _bounded(np.fmax(exponent, _magnitude(spread, ROUND_DIGITS) - _EXACT_DIGITS + 1))


def _magnitude(sizes: FloatArray, digits: int) -> FloatArray:
    """Return the power of ten of the leading digit, after rounding to the digits (9.9999999 counts as 10)."""
    power = np.floor(np.log10(sizes))
    carries = np.rint(_in_units(sizes[:, None], power - digits + 1)[:, 0]) >= 10.0**digits
    return np.asarray(power + carries)


def _bounded(exponent: FloatArray) -> FloatArray:
    return np.maximum(np.nan_to_num(exponent, nan=0.0), _SMALLEST_EXPONENT)


def _in_units(values: FloatArray, exponent: FloatArray) -> FloatArray:
    """Divide rows by their power of ten; by multiplication where that is the exact one of the two."""
    power = 10.0 ** np.abs(np.clip(exponent, -308, 308))
    return np.where(exponent[:, None] < 0, values * power[:, None], values / power[:, None])


def _from_units(units: FloatArray, exponent: FloatArray) -> FloatArray:
    power = 10.0 ** np.abs(np.clip(exponent, -308, 308))
    return np.where(exponent[:, None] < 0, units / power[:, None], units * power[:, None])


def _whole(column: FloatArray) -> list[int | None]:
    known = ~np.isnan(column)
    if known.all():
        whole: list[Any] = column.astype(np.int64).tolist()
        return whole
    return [int(value) if is_known else None for value, is_known in zip(column.tolist(), known.tolist(), strict=True)]
