"""Pairs in lock-step: the values of neighbouring slices decide in place of whole runs, by one of two clocks.

Processor time leaves out what the scheduler gave to others, so it is the quieter clock where a benchmark computes.
Where it waits (for a disk, a lock, another process), processor time does not see what the user waits for, and wall time
decides. A head that begins to wait is judged on wall time, because both sides have to compute.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import IN_STEP
from reporter.stats.variance import column_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, Clock, FloatArray, Sample

_WALL, _PROCESSOR, _SHARE = range(len(IN_STEP))


def by_slices(values: Values, rows: Sequence[Row], policy: Policy) -> Values:
    """Return the values with those of neighbouring slices wherever most pairs of a row were in lock-step."""
    base, head = (_tables([getattr(row, side) for row in rows], values.head.shape) for side in ("baseline", "head"))
    known = ~np.isnan(base[:, :, _WALL]) & ~np.isnan(head[:, :, _WALL])
    complete = ~np.isnan(values.baseline) & ~np.isnan(values.head)
    in_step = (2 * np.sum(known, axis=1) > np.sum(complete, axis=1)) & values.logarithmic
    if not in_step.any():
        return values
    processor = in_step & computes(base, head, policy)
    column = np.where(processor, _PROCESSOR, _WALL)[:, None, None]
    before, after = (np.log(np.take_along_axis(side, column, axis=2)[:, :, 0]) for side in (base, head))
    return replace(
        values,
        baseline=np.where(in_step[:, None], before, values.baseline),
        head=np.where(in_step[:, None], after, values.head),
        in_step=in_step,
        processor=processor,
    )


def with_clock(policy: Policy, clock: str) -> Policy:
    """Return the policy by which a clock decides: "wall", "cpu", or with "auto" what the data say."""
    shares = {"auto": policy.processor_share, "wall": inf, "cpu": 0.0}
    return replace(policy, processor_share=shares[clock])


def seconds(rows: Sequence[Row], clock: Clock, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Return what both sides took by a clock, rows × pairs; nan where a pair was not in lock-step."""
    column = _PROCESSOR if clock == "cpu" else _WALL
    base, head = (_tables([getattr(row, side) for row in rows], shape)[:, :, column] for side in ("baseline", "head"))
    return base, head


def clocks(values: Values) -> list[Clock | None]:
    """Return the clock that decides each row; ``None`` where whole runs do, which have the clock of their tool."""
    count = len(values.head)
    marks = (np.broadcast_to(mark, count).tolist() for mark in (values.in_step, values.processor))
    return [("cpu" if computing else "wall") if sliced else None for sliced, computing in zip(*marks, strict=True)]


def computes(base: FloatArray, head: FloatArray, policy: Policy) -> BoolArray:
    """Return which rows spend their time on the processor on both sides, as the median of their pairs says.

    Both are rows × pairs × ``IN_STEP``.
    """
    shares = [_row_median(side[:, :, _SHARE]) for side in (base, head)]
    return np.asarray(np.minimum(*shares) >= policy.processor_share)


def _row_median(table: FloatArray) -> FloatArray:
    """Return the median of each row's known values; 0 where none is known."""
    known = ~np.all(np.isnan(table), axis=1)
    found = np.zeros(len(table))
    found[known] = column_median(table[known].T)
    return found


def _tables(samples: Sequence[Sample | None], shape: tuple[int, ...]) -> FloatArray:
    pairs = shape[1]
    nothing = np.full((pairs, len(IN_STEP)), np.nan)
    tables = [nothing if sample is None or sample.in_step is None else sample.in_step[:pairs] for sample in samples]
    return np.stack(tables) if tables else np.empty((0, *nothing.shape))
