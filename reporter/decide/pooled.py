"""The statistics of all runs of one side together, for what is said of a service and not of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import statistics_of as stacked
from reporter.ingest.run_statistics import statistics_of
from reporter.model import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray, Sample

ENOUGH = {"q90": 10, "p95": 20, "p99": 100}
"""Values that a percentile needs: with fewer it is little more than the largest one."""

_COUNT = STATISTICS.index("n")


def pooled(samples: Sequence[Sample]) -> FloatArray:
    """Give ``STATISTICS`` of each sample over the values of all its runs, one row each.

    Where a tool kept no values they are the medians of what it computed for each run.
    """
    if not samples:
        return np.empty((0, len(STATISTICS)))
    runs = stacked(samples)
    table = _medians(runs)
    raw = [index for index, sample in enumerate(samples) if any(run.size for run in sample.rounds)]
    if raw:
        table[raw], _ = statistics_of([_joined(samples[index]) for index in raw])
    return table


def _medians(runs: FloatArray) -> FloatArray:
    """Give the median over the runs of each row; nan where no run knows it, and the sum for the number of values."""
    known = ~np.all(np.isnan(runs), axis=1)
    table = np.full(known.shape, np.nan)
    table[known] = np.nanmedian(np.where(known[:, None, :], runs, 0.0), axis=1)[known]
    counts = np.nansum(runs[:, :, _COUNT], axis=1)
    table[:, _COUNT] = np.where(known[:, _COUNT], counts, np.nan)
    return table


def _joined(sample: Sample) -> FloatArray:
    return sample.rounds[0] if len(sample.rounds) == 1 else np.concatenate(sample.rounds)
