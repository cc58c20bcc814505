"""The statistics of many runs at once: runs of equal length are sorted together, so cost is per length, not per run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.model import COLUMN, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.model import FloatArray

QUANTILES = {"q10": 0.10, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.90, "p95": 0.95, "p99": 0.99}
_OF_ALL_VALUES = [COLUMN[name] for name in ("n", "p95", "p99")]


def statistics_of(runs: Sequence[Sequence[float] | FloatArray]) -> tuple[FloatArray, list[FloatArray]]:
    """Return ``STATISTICS`` of every run (one row each), and the runs' values as arrays in their own order.

    No run may be empty; all values are finite.
    """
    table = np.empty((len(runs), len(STATISTICS)))
    arrays: list[FloatArray] = [table[0]] * len(runs)
    for rows, values in by_length(runs):
        table[rows] = _statistics(values)
        for row, array in zip(rows, values, strict=True):
            arrays[row] = array
    return table, arrays


def statistics_of_files(files: Sequence[Sequence[Sequence[float]]]) -> tuple[FloatArray, list[FloatArray]]:
    """Return ``STATISTICS`` of every file (one row each), and its values as one array, from the runs that it holds.

    Runs that one tool started one after the other, on a machine as it was then, are no independent ones: together they
    are one run of their side. Its statistics are their means, geometric unless there is a zero, so that a statistic
    stays what it is for a single run; only what tells of rare values is that of all values together.
    """
    each, arrays = statistics_of([run for file in files for run in file])
    starts = np.cumsum([0, *(len(file) for file in files)])
    table = each[starts[:-1]]
    values = [arrays[start] for start in starts[:-1].tolist()]
    several = [index for index, file in enumerate(files) if len(file) > 1]
    for index in several:
        own = slice(starts[index], starts[index + 1])
        table[index] = _means(each[own])
        values[index] = np.concatenate(arrays[own])
    if several:
        together, _ = statistics_of([values[index] for index in several])
        table[np.ix_(several, _OF_ALL_VALUES)] = together[:, _OF_ALL_VALUES]
    return table, values


def statistics_of_counts(counts: Mapping[float, int]) -> dict[str, float]:
    """Return ``STATISTICS`` of a run whose values are known by how often each occurs: the same as of all one by one."""
    values = np.array(sorted(counts))
    times = np.array([counts[value] for value in values.tolist()])
    last = np.cumsum(times) - 1
    total = int(last[-1]) + 1
    found = {"n": float(total), "min": float(values[0]), "max": float(values[-1])}
    found["mean"] = float(np.clip((values * times).sum() / total, values[0], values[-1]))
    for name, share in QUANTILES.items():
        place = share * (total - 1)
        low, high = (values[np.searchsorted(last, at)] for at in (int(place), min(int(place) + 1, total - 1)))
        found[name] = float(low + (high - low) * (place - int(place)))
    return found


def by_length(runs: Sequence[Sequence[float] | FloatArray]) -> Iterator[tuple[list[int], FloatArray]]:
    """Group runs of equal length: their positions, and their values as runs × values."""
    groups: dict[int, list[int]] = {}
    for position, run in enumerate(runs):
        groups.setdefault(len(run), []).append(position)
    for rows in groups.values():
        yield rows, np.array([runs[row] for row in rows], dtype=np.float64)


def row_of_known(known: Mapping[str, float]) -> FloatArray:
    """Return ``STATISTICS`` of a run of which the tool kept statistics only; what it did not compute is nan."""
    row = np.full(len(STATISTICS), np.nan)
    for name, value in known.items():
        row[COLUMN[name]] = value
    return row


def _means(runs: FloatArray) -> FloatArray:
    """Return the mean of each column, geometric where all its values are positive."""
    positive = np.all(runs > 0, axis=0)
    geometric = np.exp(np.log(np.where(positive, runs, 1.0)).mean(axis=0))
    return np.asarray(np.where(positive, geometric, runs.mean(axis=0)))


def _statistics(values: FloatArray) -> FloatArray:
    ordered = np.sort(values, axis=1)
    table = np.empty((len(values), len(STATISTICS)))
    table[:, COLUMN["n"]] = values.shape[1]
    table[:, COLUMN["min"]] = ordered[:, 0]
    table[:, COLUMN["max"]] = ordered[:, -1]
    table[:, COLUMN["mean"]] = np.clip(ordered.mean(axis=1), ordered[:, 0], ordered[:, -1])
    for name, share in QUANTILES.items():
        table[:, COLUMN[name]] = quantile_of_sorted(ordered, share)
    return table


def quantile_of_sorted(ordered: FloatArray, share: float) -> FloatArray:
    """Interpolate linearly between the two nearest of each row's sorted values (``numpy.quantile``'s default)."""
    place = share * (ordered.shape[1] - 1)
    below = int(place)
    weight = place - below
    low = ordered[:, below]
    high = ordered[:, min(below + 1, ordered.shape[1] - 1)]
    return np.asarray(low + (high - low) * weight if weight < 0.5 else high - (high - low) * (1 - weight))
