"""Slices of runs in lock-step (``schemas/slices-v1.json``): what two neighbours say of a pair.

Slice k of one side was measured right beside slice k of the other, so they met the same load and their ratio is quiet.
A few slices in a row form a window, of which the fastest round of either side counts: the second slice of a visit finds
warm caches, and where a round is called from makes some slower. The median of the windows' ratios is what a pair says
of a benchmark; slices that one side ran alone say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from reporter.ingest import pytest_benchmark
from reporter.ingest.opening import read_bytes, too_large
from reporter.model import IN_STEP
from reporter.records.reading import Origin, decode
from reporter.records.slices import SCHEMA, Slices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.model import BoolArray, FloatArray, Metric, Sample, Suite
    from reporter.records.slices import Run

MOST_BYTES = 32 * 2**20
"""Of a file: slices of 5,000 benchmarks take a tenth of it."""
FEWEST_NEIGHBOURS = 3
"""The median of fewer ratios is not worth more than the ratio of two runs."""
WINDOW = 4
"""Slices in a row of which the fastest round counts. Chosen on pairs of equal code, quiet and busy: the noise of a
matrix product is 0.7 and 3.0 % (0.9 and 8.0% with single slices), that of a sweep through 13 MB 1.2 and 1.0 % (3.5
and 4.4%), and that of the others about the same."""
SLICES_PER_WINDOW = 5
"""Windows are shorter where a run has fewer than so many slices for each slice of one: slow rounds are few."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlicedRun:
    """The slices of a benchmark in one run: the fastest round of each by either clock (slices × 2, seconds).

    ``alone`` are those without the other side's turns. ``share`` is that of its time in which the processor worked.
    """

    share: float | None
    fastest: FloatArray
    alone: BoolArray


def read(path: Path) -> dict[str, SlicedRun]:
    """Read the slices of a run, by the name that its benchmarks have in the result file.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    origin = Origin(
        schema=SCHEMA,
        where=str(path),
        code="slices-broken",
        lead="these are no slices as the pytest plugin writes them: ",
        cure="measure again",
    )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise origin.broken(str(error)) from error
    if size > MOST_BYTES:
        raise too_large(str(path), MOST_BYTES)
    content = decode(read_bytes(path), Slices, origin)
    return {pytest_benchmark.full_name(name): _sliced(run) for name, run in content.benchmarks.items()}


def _sliced(run: Run) -> SlicedRun:
    fastest = np.array([[each.wall[1], each.processor[1]] for each in run.slices]).reshape(-1, 2)
    return SlicedRun(share=run.share, fastest=fastest, alone=np.array([each.alone for each in run.slices], dtype=bool))


def with_slices(
    base: Suite, head: Suite, pairs: Sequence[tuple[Mapping[str, SlicedRun], Mapping[str, SlicedRun]]]
) -> tuple[Suite, Suite]:
    """Return both sides with what the slices of each pair say of the times; a pair without any has empty mappings."""
    if not any(before and after for before, after in pairs):
        return base, head
    names = {name for before, after in pairs for name in before.keys() & after.keys()}
    tables = {name: [_of_pair(before.get(name), after.get(name)) for before, after in pairs] for name in names}
    return _attached(base, tables, 0), _attached(head, tables, 1)


def _of_pair(base: SlicedRun | None, head: SlicedRun | None) -> FloatArray:
    """Return sides × ``IN_STEP`` of one pair; nan where too few slices are neighbours."""
    nothing = np.full((2, len(IN_STEP)), np.nan)
    if base is None or head is None:
        return nothing
    count = min(len(base.alone), len(head.alone))
    both = np.stack([base.fastest[:count], head.fastest[:count]])
    neighbours = both[:, ~(base.alone[:count] | head.alone[:count]) & (both > 0).all(axis=(0, 2))]
    if neighbours.shape[1] < FEWEST_NEIGHBOURS:
        return nothing
    before, after = np.log(_windows(neighbours))
    level, ratio = np.median(before, axis=0), np.median(after - before, axis=0)
    shares = [np.nan if run.share is None else run.share for run in (base, head)]
    return np.column_stack([np.exp([level, level + ratio]), shares])


def _windows(slices: FloatArray) -> FloatArray:
    """Return the fastest of each window of slices (sides × slices × clocks, as are the windows)."""
    size = min(WINDOW, max(1, slices.shape[1] // SLICES_PER_WINDOW))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(slices, size, axis=1).min(axis=-1))


def _attached(suite: Suite, tables: Mapping[str, Sequence[FloatArray]], side: int) -> Suite:
    benchmarks = [
        replace(benchmark, samples=tuple(_sample(each, tables[benchmark.name], side) for each in benchmark.samples))
        if benchmark.name in tables
        else benchmark
        for benchmark in suite.benchmarks
    ]
    return replace(suite, benchmarks=tuple(benchmarks))


def _sample(of: tuple[Metric, Sample], table: Sequence[FloatArray], side: int) -> tuple[Metric, Sample]:
    metric, sample = of
    if metric != pytest_benchmark.TIME:
        return of
    return metric, msgspec.structs.replace(sample, in_step=np.stack([pair[side] for pair in table]))
