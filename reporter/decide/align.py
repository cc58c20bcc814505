"""Put both sides next to each other: one row per benchmark and metric, and the run statistic that decides it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from reporter.model import COLUMN, STATISTICS, Benchmark, Metric, Sample, Suite
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray, IndexArray

Key = tuple[str, tuple[tuple[str, str], ...], str]
"""Identity of a row within a suite: benchmark name, its parameters, metric name."""

_LOW_FIRST = ("min", "q10", "q25", "median", "mean")
_LOW_ROBUST = ("q10", "min", "q25", "median", "mean")
_HIGH_FIRST = ("max", "q90", "q75", "median", "mean")
_HIGH_ROBUST = ("q90", "max", "q75", "median", "mean")


class Row(Struct, frozen=True, kw_only=True, eq=False):
    """One benchmark and metric on both sides; a side without it is ``None``."""

    benchmark: Benchmark
    metric: Metric
    baseline: Sample | None
    head: Sample | None

    @property
    def key(self) -> Key:
        """Return the identity by which both sides and the history are matched."""
        return (self.benchmark.name, self.benchmark.params, self.metric.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Every row of a comparison in exactly one group, in the order of the head, then of the baseline.

    ``definition_changed`` rows have another unit or direction than when the baseline was saved; the sides of
    ``no_shared_statistic`` rows report none in common; the benchmarks of ``code_changed`` ones did something else then.
    """

    common: tuple[Row, ...]
    no_shared_statistic: tuple[Row, ...]
    new: tuple[Row, ...]
    missing: tuple[Row, ...]
    report_only: tuple[Row, ...]
    definition_changed: tuple[Row, ...]
    code_changed: tuple[Row, ...]
    errored: tuple[Benchmark, ...]


def align(baseline: Suite | None, head: Suite) -> Alignment:
    """Match by identity. A benchmark that errored in the head is errored, also when the baseline has it."""
    errored = tuple(benchmark for benchmark in head.benchmarks if benchmark.error is not None)
    failed = {(benchmark.name, benchmark.params) for benchmark in errored}
    before = _rows_of(baseline) if baseline else {}
    names = ("common", "no_shared_statistic", "new", "missing", "report_only", "definition_changed", "code_changed")
    groups: dict[str, list[Row]] = {name: [] for name in names}
    for key, (benchmark, metric, sample) in _rows_of(head).items():
        old = before.pop(key, None)
        row = Row(benchmark=benchmark, metric=metric, baseline=old[2] if old else None, head=sample)
        groups[_group(metric, benchmark, old[:2] if old else None)].append(row)
    for (name, params, _), (benchmark, metric, sample) in before.items():
        if (name, params) not in failed:
            row = Row(benchmark=benchmark, metric=metric, baseline=sample, head=None)
            groups["report_only" if metric.better is None else "missing"].append(row)
    groups["common"], groups["no_shared_statistic"] = _by_likeness(groups["common"])
    return Alignment(errored=errored, **{name: tuple(rows) for name, rows in groups.items()})


def _by_likeness(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Part the rows by whether both sides know one of the statistics that can decide."""
    known = _known_on_both(*both_statistics(rows))
    low, high = (np.any(known[:, [COLUMN[name] for name in order]], axis=1) for order in (_LOW_FIRST, _HIGH_FIRST))
    alike = np.where([row.metric.better == "higher" for row in rows], high, low).tolist()
    return (
        [row for row, is_alike in zip(rows, alike, strict=True) if is_alike],
        [row for row, is_alike in zip(rows, alike, strict=True) if not is_alike],
    )


def _group(metric: Metric, benchmark: Benchmark, before: tuple[Benchmark, Metric] | None) -> str:
    if metric.better is None:
        return "report_only"
    if before is None:
        return "new"
    other, old = before
    if benchmark.code is not None and other.code is not None and benchmark.code != other.code:
        return "code_changed"
    return "common" if (metric.unit, metric.better) == (old.unit, old.better) else "definition_changed"


def _rows_of(suite: Suite) -> dict[Key, tuple[Benchmark, Metric, Sample]]:
    return {
        (benchmark.name, benchmark.params, metric.name): (benchmark, metric, sample)
        for benchmark in suite.benchmarks
        for metric, sample in benchmark.samples
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """The deciding statistic of every common row: runs in columns, one row each.

    ``in_step`` marks rows that neighbouring slices decide, which are quieter than whole runs; of these ``processor``
    marks those whose values are processor time. ``timed`` are ratios of speeds, which move with the layout of the code.
    Where ``logarithmic`` the values are natural logs (change is a ratio); elsewhere zero is possible and they are
    plain (change is a difference). ``statistic`` holds an index into ``STATISTICS`` per row, ``worse`` is +1 where
    larger is worse and −1 where smaller is. Rows of the same ``kind`` (a number) have noise of the same kind.
    """

    baseline: FloatArray
    head: FloatArray
    logarithmic: BoolArray
    statistic: IndexArray
    worse: FloatArray
    kind: IndexArray
    in_step: BoolArray | bool = False
    processor: BoolArray | bool = False
    timed: BoolArray | bool = False


def statistics_of(samples: Sequence[Sample]) -> FloatArray:
    """Stack samples of one suite: rows × runs × ``STATISTICS``."""
    if not samples:
        return np.empty((0, 0, len(STATISTICS)))
    return np.stack([sample.statistics for sample in samples])


def both_statistics(rows: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    """Return all statistics of both sides of the common rows, each rows × runs × ``STATISTICS``."""
    before = statistics_of([row.baseline for row in rows if row.baseline is not None])
    after = statistics_of([row.head for row in rows if row.head is not None])
    return before, after


def absent_sample(runs: int) -> Sample:
    """Return the sample of a benchmark that none of the runs has."""
    return Sample(statistics=np.full((runs, len(STATISTICS)), np.nan), rounds=(np.empty(0),) * runs)


def deciding_values(baseline: FloatArray, head: FloatArray, metrics: Sequence[Metric], policy: Policy) -> Values:
    """Choose the quiet statistic of each row and take it from both sides.

    The minimum decides; q10 does when runs have too few rounds for a stable minimum; the mirror holds where higher is
    better; a tool that reports less than that is decided on what it has.
    """
    worse = _worse(metrics)
    statistic = _choose(baseline, head, worse, policy)
    raw = [np.take_along_axis(side, statistic[:, None, None], axis=2)[:, :, 0] for side in (baseline, head)]
    with np.errstate(invalid="ignore"):
        logarithmic = np.all([np.all(np.isnan(side) | (side > 0), axis=1) for side in raw], axis=0)
        logs = [np.where(logarithmic[:, None], np.log(np.where(side > 0, side, np.nan)), side) for side in raw]
    return arranged(logs[0], logs[1], metrics, logarithmic, statistic)


def arranged(
    baseline: FloatArray,
    head: FloatArray,
    metrics: Sequence[Metric],
    logarithmic: BoolArray,
    statistic: IndexArray,
) -> Values:
    """Return values with what the metrics of their rows say of them; whole runs decide."""
    return Values(
        baseline=baseline,
        head=head,
        logarithmic=logarithmic,
        statistic=statistic,
        worse=_worse(metrics),
        kind=_kinds(metrics, logarithmic),
        timed=logarithmic & np.array([is_timing(metric.unit) for metric in metrics], dtype=bool),
    )


def up_to(values: Values, pairs: int) -> Values:
    """Return the values of the first pairs."""
    return replace(values, baseline=values.baseline[:, :pairs], head=values.head[:, :pairs])


def _worse(metrics: Sequence[Metric]) -> FloatArray:
    """Return +1 for each metric of which more is worse, and −1 for the others."""
    return np.where(np.array([metric.better == "higher" for metric in metrics], dtype=bool), -1.0, 1.0)


def _kinds(metrics: Sequence[Metric], logarithmic: BoolArray) -> IndexArray:
    """Return the number of each row's unit; differences have the scale of their own row, and so an own number."""
    ratios = enumerate(zip(metrics, logarithmic.tolist(), strict=True))
    keys = [(metric.unit, -1 if is_ratio else index) for index, (metric, is_ratio) in ratios]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.intp)


def log_of(statistics: FloatArray, name: str) -> FloatArray:
    """Return the natural log of one statistic, rows × runs; nan where it is unknown or not positive."""
    values = statistics[:, :, COLUMN[name]]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _choose(baseline: FloatArray, head: FloatArray, worse: FloatArray, policy: Policy) -> IndexArray:
    both = np.concatenate([baseline, head], axis=1)
    known = _known_on_both(baseline, head)
    rounds = _smallest(both[:, :, COLUMN["n"]])
    many = (rounds >= policy.rounds_for_minimum) | (rounds <= 1)
    choice = np.full(worse.shape, COLUMN["mean"], dtype=np.intp)
    for is_many, sign, order in (
        (True, 1, _LOW_FIRST),
        (False, 1, _LOW_ROBUST),
        (True, -1, _HIGH_FIRST),
        (False, -1, _HIGH_ROBUST),
    ):
        columns = np.array([COLUMN[name] for name in order], dtype=np.intp)
        rows = np.flatnonzero((many == is_many) & (worse == sign))
        available = known[np.ix_(rows, columns)]
        choice[rows] = columns[np.argmax(available, axis=1)]
    return choice


def _known_on_both(baseline: FloatArray, head: FloatArray) -> BoolArray:
    """Rows × statistics: known in every run in which the row was measured at all, on both sides."""
    sides = []
    for side in (baseline, head):
        measured = ~np.all(np.isnan(side), axis=2, keepdims=True)
        sides.append(np.all(~np.isnan(side) | ~measured, axis=1))
    return np.asarray(sides[0] & sides[1])


def _smallest(rounds: FloatArray) -> FloatArray:
    smallest = np.where(np.isnan(rounds), np.inf, rounds).min(axis=1)
    return np.asarray(np.where(np.isinf(smallest), 0.0, smallest))


def _some_runs(sample: Sample, runs: slice) -> Sample:
    in_step = None if sample.in_step is None else sample.in_step[runs]
    return Sample(statistics=sample.statistics[runs], rounds=sample.rounds[runs], in_step=in_step)


def take_runs(suite: Suite, runs: slice) -> Suite:
    """Return the same suite with only some of its runs."""
    benchmarks = tuple(
        replace(
            benchmark,
            samples=tuple((metric, _some_runs(sample, runs)) for metric, sample in benchmark.samples),
        )
        for benchmark in suite.benchmarks
    )
    return replace(suite, benchmarks=benchmarks, runs=len(range(suite.runs)[runs]))
