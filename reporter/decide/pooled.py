"""The statistics of all runs of one side together, for statements about a service and not about a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.ingest.run_statistics import statistics_of
from reporter.model import COLUMN, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray, Sample

ENOUGH = {"q90": 10, "p95": 20, "p99": 100}
"""Values that a percentile needs: with fewer it is little more than the largest one."""

_COUNT, _MIN, _MAX, _MEAN = (COLUMN[name] for name in ("n", "min", "max", "mean"))


def pooled(samples: Sequence[Sample]) -> FloatArray:
    """Return ``STATISTICS`` of each sample over the values of all its runs, one row each.

    Where a tool kept no values they are the medians of what it computed for each run. A single run is as it is, unless
    all its values are there: a file may hold several runs of its tool, whose statistics are means.
    """
    table = np.full((len(samples), len(STATISTICS)), np.nan)
    raw: list[int] = []
    computed: dict[int, list[int]] = {}
    for index, sample in enumerate(samples):
        if len(sample.statistics) == 1 and sum(run.size for run in sample.rounds) != sample.statistics[0, _COUNT]:
            table[index] = sample.statistics[0]
        elif any(run.size for run in sample.rounds):
            raw.append(index)
        else:
            computed.setdefault(len(sample.statistics), []).append(index)
    for rows in computed.values():
        table[rows] = _medians(np.stack([samples[index].statistics for index in rows]))
    if raw:
        table[raw], _ = statistics_of([np.concatenate(samples[index].rounds) for index in raw])
        for index in raw:
            _add_what_is_not_kept(table[index], samples[index])
    return table


def _add_what_is_not_kept(row: FloatArray, sample: Sample) -> None:
    """Where some rounds of a sample are kept, take from its statistics what those do not tell, and all rounds do."""
    known = sample.statistics[~np.isnan(sample.statistics[:, _COUNT])]
    counts = known[:, _COUNT]
    if counts.sum() > row[_COUNT]:
        row[_COUNT] = counts.sum()
        row[_MIN], row[_MAX] = known[:, _MIN].min(), known[:, _MAX].max()
        row[_MEAN] = np.average(known[:, _MEAN], weights=counts)


def deviations(samples: Sequence[Sample]) -> FloatArray:
    """Return the standard deviation over the values of all runs of each sample; nan where fewer than two were kept.

    Of quantiles it is without the slowest and the fastest: each would stand for a share of the values.
    """
    kept = [_weighty(sample) for sample in samples]
    counts = np.array([sum(run.size for run in runs) for runs in kept])
    found = np.full(len(samples), np.nan)
    several = np.flatnonzero(counts > 1)
    if several.size:
        values = np.concatenate([run for index in several.tolist() for run in kept[index]])
        sizes = counts[several]
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        with np.errstate(over="ignore", invalid="ignore"):
            means = np.add.reduceat(values, starts) / sizes
            squares = np.add.reduceat((values - np.repeat(means, sizes)) ** 2, starts)
            found[several] = np.sqrt(squares / (sizes - 1))
    return found


def _weighty(sample: Sample) -> list[FloatArray]:
    """Return the rounds of a sample; of runs of which quantiles are kept those between the ends."""
    counts = sample.statistics[:, _COUNT].tolist()
    return [run[1:-1] if run.size < count else run for run, count in zip(sample.rounds, counts, strict=False)]


def percentile(row: FloatArray, statistic: str) -> float | None:
    """Return a percentile of a row of ``pooled``; ``None`` where it is unknown or made of too few values."""
    value = float(row[COLUMN[statistic]])
    return value if np.isfinite(value) and not row[_COUNT] < ENOUGH[statistic] else None


def _medians(runs: FloatArray) -> FloatArray:
    """Return the median of each statistic over the runs that know it, and the sum of their numbers of values.

    ``runs`` is rows × runs × ``STATISTICS``; nan sorts last.
    """
    known = np.sum(~np.isnan(runs), axis=1)
    if not runs.shape[1]:
        return np.full((len(runs), runs.shape[2]), np.nan)
    ordered = np.sort(runs, axis=1)
    low, high = (
        np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]
        for place in (np.maximum(known - 1, 0) // 2, np.minimum(known // 2, runs.shape[1] - 1))
    )
    table = np.where(known > 0, (low + high) / 2, np.nan)
    counts = runs[:, :, _COUNT]
    table[:, _COUNT] = np.where(known[:, _COUNT] > 0, np.nansum(counts, axis=1), np.nan)
    return table
