"""Slices of runs in lock-step (``schemas/slices-v1.json``): what two neighbours say of a pair.

Slice k of one side was measured right beside slice k of the other, so they met the same weather and their ratio is
quiet. The median of these ratios is what a pair says of a benchmark; slices that one side ran alone say nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta, Struct

from reporter.errors import InputError
from reporter.ingest import pytest_benchmark
from reporter.ingest.opening import read_bytes
from reporter.model import IN_STEP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.model import FloatArray, Metric, Sample, Suite

MOST_SLICES = 100_000
FEWEST_NEIGHBOURS = 3
"""The median of fewer ratios is not worth more than the ratio of two runs."""

_Seconds = Annotated[float, Meta(ge=0)]
_MedianAndMinimum = tuple[_Seconds, _Seconds]


class Slice(Struct, frozen=True, forbid_unknown_fields=True):
    """Some rounds of one side: median and minimum of a round by either clock; ``alone`` without the other's turns."""

    rounds: Annotated[int, Meta(ge=1)]
    alone: bool
    wall: _MedianAndMinimum
    processor: _MedianAndMinimum


class SlicedRun(Struct, frozen=True, forbid_unknown_fields=True):
    """The slices of a benchmark in one run, and the share of its time in which the processor worked for it."""

    share: _Seconds | None
    slices: Annotated[tuple[Slice, ...], Meta(max_length=MOST_SLICES)]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["slices/v1"]
    benchmarks: dict[str, SlicedRun]


def read(path: Path) -> dict[str, SlicedRun]:
    """Read the slices of a run, by the name that its benchmarks have in the result file.

    Raises:
        InputError: the file cannot be read or is not as the plugin writes it.
    """
    try:
        content = msgspec.json.decode(read_bytes(path), type=_File)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            "slices-broken",
            f"these are no slices as the pytest plugin writes them: {error}",
            where=str(path),
            cure="measure again",
        ) from error
    return {pytest_benchmark.full_name(name): run for name, run in content.benchmarks.items()}


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
    neighbours = [
        (before, after)
        for before, after in zip(base.slices, head.slices, strict=False)
        if not (before.alone or after.alone) and min(*before.wall, *after.wall, *before.processor, *after.processor) > 0
    ]
    if len(neighbours) < FEWEST_NEIGHBOURS:
        return nothing
    before, after = (np.log([[each[side].wall[1], each[side].processor[1]] for each in neighbours]) for side in (0, 1))
    level, ratio = np.median(before, axis=0), np.median(after - before, axis=0)
    shares = [np.nan if run.share is None else run.share for run in (base, head)]
    return np.column_stack([np.exp([level, level + ratio]), shares])


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
