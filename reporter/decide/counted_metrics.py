"""What instruments counted as metrics of the benchmarks, for budgets alone: no row is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.counts import ROW_METRICS
from reporter.model import COLUMN, STATISTICS, Metric, Sample

if TYPE_CHECKING:
    from reporter.decide.counted_rows import Counted
    from reporter.model import Benchmark, Suite


def with_counts(suite: Suite, counted: Counted) -> Suite:
    """Return a suite whose benchmarks have ``memory`` and ``instructions`` too, unless their tool has such a metric."""
    if not counted.memory and not counted.instructions:
        return suite
    return replace(suite, benchmarks=tuple(_with_counts(each, counted) for each in suite.benchmarks))


def _with_counts(benchmark: Benchmark, counted: Counted) -> Benchmark:
    known = {metric.name for metric, _ in benchmark.samples}
    found = ((word, unit, counted.value(word, benchmark.name)) for word, (_, unit) in ROW_METRICS.items())
    added = tuple(
        (Metric(name=word, unit=unit, better="lower"), _sample(value))
        for word, unit, value in found
        if value is not None and word not in known
    )
    return replace(benchmark, samples=(*benchmark.samples, *added))


def _sample(value: float) -> Sample:
    row = np.full((1, len(STATISTICS)), value)
    row[0, COLUMN["n"]] = 1.0
    return Sample(statistics=row, rounds=())
