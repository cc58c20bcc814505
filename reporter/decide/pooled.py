"""The statistics of all runs of one side together, for what is said of a service and not of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.noise import column_median
from reporter.ingest.run_statistics import statistics_of
from reporter.model import COLUMN, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray, Sample

ENOUGH = {"q90": 10, "p95": 20, "p99": 100}
"""Values that a percentile needs: with fewer it is little more than the largest one."""

_COUNT = COLUMN["n"]


def pooled(samples: Sequence[Sample]) -> FloatArray:
    """Give ``STATISTICS`` of each sample over the values of all its runs, one row each.

    Where a tool kept no values they are the medians of what it computed for each run.
    """
    table = np.full((len(samples), len(STATISTICS)), np.nan)
    raw: list[int] = []
    for index, sample in enumerate(samples):
        if len(sample.statistics) == 1:
            table[index] = sample.statistics[0]
        elif any(run.size for run in sample.rounds):
            raw.append(index)
        else:
            table[index] = _medians(sample.statistics)
    if raw:
        table[raw], _ = statistics_of([np.concatenate(samples[index].rounds) for index in raw])
    return table


def percentile(row: FloatArray, statistic: str) -> float | None:
    """Give a percentile of a row of ``pooled``; ``None`` where it is unknown or made of too few values."""
    value = float(row[COLUMN[statistic]])
    return value if np.isfinite(value) and not row[_COUNT] < ENOUGH[statistic] else None


def _medians(runs: FloatArray) -> FloatArray:
    """Give the median of each statistic over the runs that know it, and the sum of their numbers of values."""
    row = np.full(runs.shape[1], np.nan)
    known = ~np.all(np.isnan(runs), axis=0)
    row[known] = column_median(runs[:, known])
    row[_COUNT] = np.nansum(runs[:, _COUNT]) if known[_COUNT] else np.nan
    return row
