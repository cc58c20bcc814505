"""What is shown of each side of a row: its lowest value, median and highest, and how much was measured."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide.align import statistics_of
from reporter.decide.pooled import deviations, percentile, pooled
from reporter.model import STATISTICS, Sample, SideSummary
from reporter.stats.variance import column_median

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.decide.align import Row
    from reporter.model import FloatArray

_LOW, _MIDDLE, _HIGH = (STATISTICS.index(name) for name in ("min", "median", "max"))
_N, _MEAN = STATISTICS.index("n"), STATISTICS.index("mean")


def both_summaries(rows: Sequence[Row], *, shortened: bool) -> Iterator[list[SideSummary | None]]:
    """Yield the summaries of the rows' baselines, then those of their heads."""
    for side in ("baseline", "head"):
        yield side_summaries([getattr(row, side) for row in rows], shortened=shortened)


def side_summaries(samples: Sequence[Sample | None], *, shortened: bool = False) -> list[SideSummary | None]:
    """Summarise one side of many rows at once: the lowest of all values, the median of the runs' medians, the highest.

    What is known of the values of all runs together is left out for ``shortened`` runs.
    """
    present = [sample for sample in samples if sample is not None]
    if not present:
        return [None] * len(samples)
    statistics = statistics_of(present)
    plain = _summaries(_widened(_extremes(statistics), present), *_amounts(statistics))
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


def _extremes(statistics: FloatArray) -> FloatArray:
    """Return rows × (lowest, median, highest); a run of which a tool tells the mean alone is that one value."""
    shown = statistics[:, :, (_LOW, _MIDDLE, _HIGH)]
    alone = np.all(np.isnan(shown), axis=2, keepdims=True)
    return _of_parts(np.where(alone, statistics[:, :, _MEAN, None], shown))


def _widened(extremes: FloatArray, samples: Sequence[Sample]) -> FloatArray:
    """Return the extremes with those of the values: of a file that holds several runs a minimum is a mean of minima."""
    rounds = [np.concatenate(sample.rounds) if sample.rounds else np.empty(0) for sample in samples]
    kept = np.flatnonzero([values.size for values in rounds])
    if kept.size:
        values = np.concatenate([rounds[index] for index in kept.tolist()])
        starts = np.cumsum([0, *(rounds[index].size for index in kept.tolist())])[:-1]
        extremes[kept, 0] = np.fmin(extremes[kept, 0], np.minimum.reduceat(values, starts))
        extremes[kept, 2] = np.fmax(extremes[kept, 2], np.maximum.reduceat(values, starts))
    return extremes


def _of_parts(parts: FloatArray) -> FloatArray:
    """Return (lowest, median, highest) of rows × parts × (lowest, median, highest); nan where no part knows it."""
    low, middle, high = np.moveaxis(parts, 2, 0)
    known = ~np.isnan(middle).all(axis=1)
    median = np.full(len(middle), np.nan)
    median[known] = column_median(middle[known].T)
    lowest = np.where(np.isnan(low), np.inf, low).min(axis=1, initial=np.inf)
    highest = np.where(np.isnan(high), -np.inf, high).max(axis=1, initial=-np.inf)
    extremes = np.stack([lowest, median, highest], axis=1)
    return np.where(np.isinf(extremes), np.nan, extremes)


def _summaries(extremes: FloatArray, runs: FloatArray, rounds: FloatArray) -> list[SideSummary]:
    """Make summaries of rows × (lowest, median, highest)."""
    low, middle, high = (_or_none(values) for values in extremes.T)
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
