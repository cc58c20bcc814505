"""What is shown of each side of a row: its typical minimum, median and maximum, and how much was measured."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide.align import statistics_of
from reporter.decide.pooled import deviations, percentile, pooled
from reporter.model import STATISTICS, Sample, SideSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray

_SHOWN = tuple(STATISTICS.index(name) for name in ("min", "median", "max", "mean"))
_N, _MEAN = STATISTICS.index("n"), STATISTICS.index("mean")


def side_summaries(samples: Sequence[Sample | None], *, shortened: bool = False) -> list[SideSummary | None]:
    """Summarise one side of many rows at once: geometric means over runs (plain means where zero occurs).

    What is said of the values of all runs together is left out for ``shortened`` runs.
    """
    present = [sample for sample in samples if sample is not None]
    if not present:
        return [None] * len(samples)
    statistics = statistics_of(present)
    plain = _summaries(_centres(statistics), *_amounts(statistics))
    summaries = iter(plain if shortened else map(_together, plain, pooled(present), deviations(present).tolist()))
    return [None if sample is None else next(summaries) for sample in samples]


def _together(summary: SideSummary, row: FloatArray, deviation: float) -> SideSummary:
    p95, p99, mean = percentile(row, "p95"), percentile(row, "p99"), float(row[_MEAN])
    return structs.replace(
        summary,
        p95=p95,
        p99=p99,
        mean=mean if isfinite(mean) else None,
        sd=deviation if isfinite(deviation) else None,
    )


def _amounts(statistics: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Count runs and rounds of each row."""
    runs = np.sum(~np.all(np.isnan(statistics), axis=2), axis=1)
    return runs, np.nansum(statistics[:, :, _N], axis=1)


def _centres(statistics: FloatArray) -> FloatArray:
    """Average what is shown over the second axis; the mean stands in for what a tool does not report."""
    found = [centre(statistics[:, :, column]) for column in _SHOWN]
    return np.stack([np.where(np.isnan(each), found[-1], each) for each in found], axis=1)


def _summaries(centres: FloatArray, runs: FloatArray, rounds: FloatArray) -> list[SideSummary]:
    """Make summaries of rows × ``_SHOWN``."""
    low, middle, high, _ = (_or_none(values) for values in centres.T)
    amounts = runs.astype(int).tolist(), rounds.astype(int).tolist()
    return [
        SideSummary(min=a, median=b, max=c, runs=d, rounds=e)
        for a, b, c, d, e in zip(low, middle, high, *amounts, strict=True)
    ]


def centre(values: FloatArray) -> FloatArray:
    """Take the mean over runs (rows × runs): geometric where all values are positive."""
    known = ~np.isnan(values)
    count = np.sum(known, axis=1)
    positive = np.all(~known | (values > 0), axis=1)
    usable = known & positive[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.sum(np.where(known, values, 0.0), axis=1) / count
        geometric = np.exp(np.sum(np.log(np.where(usable, values, 1.0)), axis=1) / count)
    return np.asarray(np.where(positive, geometric, plain))


def _or_none(values: FloatArray) -> list[float | None]:
    return [value if isfinite(value) else None for value in values.tolist()]
