"""What is shown of each side of a row: its usual minimum, median and maximum, and how much was measured."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import statistics_of
from reporter.decide.pooled import percentile, pooled
from reporter.model import STATISTICS, Sample, SideSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.model import FloatArray, Session

_MIN, _MEDIAN, _MAX, _MEAN, _N = (STATISTICS.index(name) for name in ("min", "median", "max", "mean", "n"))


def side_summaries(samples: Sequence[Sample | None], *, shortened: bool = False) -> list[SideSummary | None]:
    """Summarise one side of many rows at once: geometric means over runs (plain means where zero occurs).

    Percentiles are of the values of all runs together; ``shortened`` runs have none.
    """
    present = [sample for sample in samples if sample is not None]
    if not present:
        return [None] * len(samples)
    statistics = statistics_of(present)
    plain = _summaries(_centres(statistics), *_amounts(statistics))
    summaries = iter(plain if shortened else map(_with_percentiles, plain, pooled(present)))
    return [None if sample is None else next(summaries) for sample in samples]


def _with_percentiles(summary: SideSummary, row: FloatArray) -> SideSummary:
    p95, p99 = percentile(row, "p95"), percentile(row, "p99")
    return summary if p95 is None and p99 is None else replace(summary, p95=p95, p99=p99)


def usual_summaries(rows: Sequence[Row], sessions: Sequence[Session]) -> list[SideSummary | None]:
    """Summarise all sessions of each row: every session counts once, however many runs it has."""
    if not rows or not sessions:
        return [None] * len(rows)
    tables = [_table(rows, session) for session in sessions]
    amounts = [_amounts(table) for table in tables]
    centres = _centres(np.stack([_centres(table) for table in tables], axis=1))
    return list(_summaries(centres, *(np.sum(each, axis=0) for each in zip(*amounts, strict=True))))


def _table(rows: Sequence[Row], session: Session) -> FloatArray:
    """Give the statistics of one session: rows × runs × ``STATISTICS``, nan where it lacks a row."""
    runs = max((len(statistics) for statistics in session.statistics.values()), default=1)
    absent = np.full((runs, len(STATISTICS)), np.nan)
    return np.stack([session.statistics.get(row.key, absent) for row in rows])


def _amounts(statistics: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Count runs and rounds of each row."""
    runs = np.sum(~np.all(np.isnan(statistics), axis=2), axis=1)
    return runs, np.nansum(statistics[:, :, _N], axis=1)


def _centres(statistics: FloatArray) -> FloatArray:
    """Average every statistic over the second axis."""
    return np.stack([centre(statistics[:, :, column]) for column in range(statistics.shape[2])], axis=1)


def _summaries(centres: FloatArray, runs: FloatArray, rounds: FloatArray) -> list[SideSummary]:
    """Make summaries of rows × ``STATISTICS``; the mean stands in for what a tool does not report."""
    shown = [
        np.where(np.isnan(centres[:, each]), centres[:, _MEAN], centres[:, each]) for each in (_MIN, _MEDIAN, _MAX)
    ]
    low, middle, high = (_or_none(values) for values in shown)
    amounts = runs.astype(int).tolist(), rounds.astype(int).tolist()
    return [
        SideSummary(min=a, median=b, max=c, runs=d, rounds=e)
        for a, b, c, d, e in zip(low, middle, high, *amounts, strict=True)
    ]


def centre(values: FloatArray) -> FloatArray:
    """Take the mean over runs (rows × runs): geometric where all values are positive."""
    count = np.sum(~np.isnan(values), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        geometric = np.exp(np.nansum(np.log(np.where(values > 0, values, np.nan)), axis=1) / count)
        plain = np.nansum(values, axis=1) / count
        return np.asarray(np.where(np.all(np.isnan(values) | (values > 0), axis=1), geometric, plain))


def _or_none(values: FloatArray) -> list[float | None]:
    return [value if isfinite(value) else None for value in values.tolist()]
