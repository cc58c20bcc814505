"""What made a measurement noisy, as far as it can be known, and what would help: asked only where something is open.

The machine goes first, because it spoils everything; then what the values of the undecided benchmarks tell by
themselves. Bounds are set so that a quiet machine with ordinary benchmarks gets no advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import reasons
from reporter.model import STATISTICS
from reporter.shared.model import Notice
from reporter.stats.variance import column_median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reporter.model import Assessment, FloatArray, RunConditions, Sample, Suite

MOST = 3
MOST_ASKED = 40
"""Undecided benchmarks that are looked into, evenly spread: a thousand of them say no more and take seconds."""
STEAL_SHARE = 0.01
"""Of the time that cores here wanted to work."""
OTHER_CORES = 0.3
"""Cores that others kept busy, on average."""
FREQUENCY_SPREAD = 0.1
"""Of the highest clock that any run saw."""
GAP = 5.0
"""Two clusters are apart by more than this many times the spread inside of them …"""
SMALLEST_GAP = 0.02
"""… and by more than this share."""
CLUSTER_SHARE, FEWEST_TO_SPLIT = 0.15, 8
"""Each cluster holds at least this share of the runs; with fewer runs nothing is split."""
BETWEEN_TO_WITHIN, SMALLEST_BETWEEN, FEWEST_TO_SPREAD = 3.0, 0.01, 4
LONG_TAIL = 2.0
"""p99 divided by the median."""
FEW_ROUNDS = 20

_BUSY = ("noise-steal", "noise-other-load")

_COLUMN = {name: index for index, name in enumerate(STATISTICS)}
_QUARTILES_PER_SD = 1.349
_MEGAHERTZ = 1e6


def advise(
    assessments: Sequence[Assessment],
    suites: Sequence[Suite],
    conditions: Sequence[RunConditions],
    *,
    paired: bool = False,
) -> tuple[Notice, ...]:
    """Return at most three notices, the most likely causes first; none when nothing is inconclusive.

    ``suites`` are the sides whose values are known, ``conditions`` those of every run of either side. Advice that does
    not apply is left out: to measure pairs where rows are ``paired``, and options of another tool.
    """
    samples = _undecided(assessments, suites)
    if not samples:
        return ()
    disturbed = tuple(of_machine(conditions))
    formats = frozenset().union(*(suite.formats for suite in suites))
    kinds = _kinds(formats, paired=paired, busy=any(notice.code in _BUSY for notice in disturbed))
    return (*disturbed, *_of_values(samples, kinds))[:MOST]


def _undecided(assessments: Sequence[Assessment], suites: Sequence[Suite]) -> list[Sample]:
    """Return the values of what is inconclusive, of each side one after the other."""
    names = {(row.comparison.name, row.comparison.metric.name) for row in assessments if row.verdict == "inconclusive"}
    samples = [
        sample
        for suite in suites
        for benchmark in suite.benchmarks
        for metric, sample in benchmark.samples
        if (benchmark.name, metric.name) in names
    ]
    return samples[:: -(-len(samples) // MOST_ASKED) or 1]


def of_machine(conditions: Sequence[RunConditions]) -> Iterable[Notice]:
    """Yield what the machine did during the runs that disturbs them: steal, other load, a changing clock."""
    steal = _stolen_share(conditions)
    if steal > STEAL_SHARE:
        yield Notice(code="noise-steal", text=reasons.stolen(steal))
    others = _other_cores(conditions)
    if others > OTHER_CORES:
        yield Notice(code="noise-other-load", text=reasons.other_load(others))
    clocks = [
        clock for run in conditions for clock in (run.frequency_before_hz, run.frequency_after_hz) if clock is not None
    ]
    if clocks and min(clocks) < (1 - FREQUENCY_SPREAD) * max(clocks):
        yield Notice(
            code="noise-frequency", text=reasons.clock_changed(min(clocks) / _MEGAHERTZ, max(clocks) / _MEGAHERTZ)
        )


def _stolen_share(conditions: Sequence[RunConditions]) -> float:
    known = [
        (run.steal_seconds, run.busy_seconds)
        for run in conditions
        if run.steal_seconds is not None and run.busy_seconds is not None
    ]
    stolen, busy = (sum(part) for part in zip(*known, strict=True)) if known else (0.0, 0.0)
    return stolen / (stolen + busy) if stolen else 0.0


def _other_cores(conditions: Sequence[RunConditions]) -> float:
    """Return how many cores others kept busy while the runs ran."""
    known = [
        (run.busy_seconds - run.cpu_seconds, run.wall_seconds)
        for run in conditions
        if run.busy_seconds is not None and run.cpu_seconds is not None and run.wall_seconds
    ]
    others, wall = (sum(part) for part in zip(*known, strict=True)) if known else (0.0, 0.0)
    return others / wall if wall else 0.0


Kinds = tuple[tuple["Callable[[Sample], bool]", Notice], ...]
"""What can ail a benchmark, with its notice."""


def _kinds(formats: frozenset[str], *, paired: bool, busy: bool) -> Kinds:
    """Return what applies here: on a ``busy`` machine long rounds are not the fault of what is timed."""
    pairs = reasons.MORE_PAIRS if paired else reasons.PAIRS
    by_tool = reasons.MORE_ROUNDS_IN_PAIRS if paired else reasons.MORE_ROUNDS_BY
    more = by_tool.get(next(iter(formats)), reasons.MORE_ROUNDS) if len(formats) == 1 else reasons.MORE_ROUNDS
    tails = () if busy else ((has_long_tails, Notice(code="noise-long-tails", text=reasons.LONG_TAILS)),)
    return (
        (is_bimodal, Notice(code="noise-bimodal", text=reasons.BIMODAL.format(pairs=pairs))),
        (differs_between_runs, Notice(code="noise-between-runs", text=reasons.BETWEEN_RUNS.format(pairs=pairs))),
        *tails,
        (has_few_rounds, Notice(code="noise-few-rounds", text=reasons.FEW_ROUNDS.format(more=more))),
    )


def _of_values(samples: Sequence[Sample], kinds: Kinds) -> Iterable[Notice]:
    """Return what ails at least a third of the undecided benchmarks."""
    for ails, notice in kinds:
        if 3 * sum(map(ails, samples)) >= len(samples):
            yield notice


def is_bimodal(sample: Sample) -> bool:
    """Return whether the runs, or the rounds of most runs, fall into two clusters with a gap between."""
    rounds = [run for run in sample.rounds if run.size >= FEW_ROUNDS]
    split = sum(_splits(run) for run in rounds)
    return _splits(_column(sample, "median")) or 2 * split > max(1, len(rounds))


def _splits(values: FloatArray) -> bool:
    known = np.sort(values[np.isfinite(values) & (values > 0)])
    if known.size < FEWEST_TO_SPLIT:
        return False
    logs = np.log(known)
    smallest = max(2, int(np.ceil(CLUSTER_SHARE * logs.size)))
    gaps = np.diff(logs)[smallest - 1 : logs.size - smallest]
    if not gaps.size:
        return False
    place = int(np.argmax(gaps)) + smallest
    spread = max(float(np.std(logs[:place])), float(np.std(logs[place:])))
    return bool(gaps.max() > GAP * spread and gaps.max() > SMALLEST_GAP)


def differs_between_runs(sample: Sample) -> bool:
    """Return whether runs differ by far more than the rounds inside of them do: memory layout, hash seed, caches."""
    medians = _column(sample, "median")
    known = medians[np.isfinite(medians) & (medians > 0)]
    if known.size < FEWEST_TO_SPREAD:
        return False
    between = float(np.std(np.log(known), ddof=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (_column(sample, "q75") - _column(sample, "q25")) / medians / _QUARTILES_PER_SD
    inside = within[np.isfinite(within) & (within > 0)]
    return inside.size > 0 and between > max(SMALLEST_BETWEEN, BETWEEN_TO_WITHIN * _median(inside))


def has_long_tails(sample: Sample) -> bool:
    """Return whether the slowest rounds are far out in most runs, as pauses make them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        tails = _column(sample, "p99") / _column(sample, "median")
    known = tails[np.isfinite(tails) & (_column(sample, "n") >= FEW_ROUNDS)]
    return known.size > 0 and _median(known) > LONG_TAIL


def has_few_rounds(sample: Sample) -> bool:
    """Return whether most runs have several rounds, and few; a tool may have only one number for each run."""
    rounds = _column(sample, "n")
    known = rounds[np.isfinite(rounds)]
    return known.size > 0 and 1 < _median(known) < FEW_ROUNDS


def _column(sample: Sample, name: str) -> FloatArray:
    return np.asarray(sample.statistics[:, _COLUMN[name]])


def _median(known: FloatArray) -> float:
    return float(column_median(known[:, None])[0])
