"""Assessments: every row of a comparison is put together here, once, when all of it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import reasons
from reporter.decide.align import Row
from reporter.decide.budgets import SHORTENED_PLAN
from reporter.decide.findings import Finding
from reporter.decide.past import histories
from reporter.decide.rulings import Ruling
from reporter.decide.summaries import both_summaries
from reporter.model import CHANGED, Assessment, Comparison, Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Alignment
    from reporter.decide.rulings import Judged
    from reporter.model import Benchmark, FloatArray, Session, Suite

    Distribution = tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]

MOST_DISTRIBUTIONS = 12
"""Round values are kept for this many changed rows: they are drawn, and nobody looks at more pictures."""
ERRORED_METRIC = Metric(name="time", unit="s", better="lower")
"""A benchmark without any value has no metric of its own; its row must name one."""


def assess(judged: Sequence[Judged], suite: str, sessions: Sequence[Session] = ()) -> list[Assessment]:
    """Return the rows as they were judged; of those that changed, or seem to have, with what is drawn of them."""
    changed = [found.verdict in CHANGED or ruling.suspect for found, ruling in judged]
    found_of = [found for found, _ in judged]
    drawn = _distributions(found_of, changed)
    history = histories(found_of, changed, sessions)
    return [
        Assessment(
            comparison=_comparison(found, suite, drawn.get(index), history.get(index, ())),
            verdict=ruling.verdict,
            reason=ruling.reason,
            detectable=found.detectable,
            cure=ruling.cure,
            suspect=ruling.suspect,
            seen=ruling.seen,
            threshold=None if found.threshold is None else found.threshold * found.unit,
            margin=None if found.margin is None else found.margin * found.unit,
        )
        for index, (found, ruling) in enumerate(judged)
    ]


def rest(alignment: Alignment, head: Suite) -> list[Assessment]:
    """Return the rows that no statistics can judge: errored, new, missing, and metrics without a direction."""
    return [
        *assess(list(map(_errored, alignment.errored)), head.name),
        *alike(alignment.new, head, Ruling(verdict="new", reason=reasons.NEW)),
        *alike(alignment.missing, head, _MISSING),
        *alike(alignment.no_shared_statistic, head, _not_comparable(reasons.NOTHING_ALIKE, reasons.REDECLARED_CURE)),
        *alike(alignment.code_changed, head, _not_comparable(reasons.RECODED, reasons.RECODED_CURE)),
        *alike(alignment.definition_changed, head, _not_comparable(reasons.REDECLARED, reasons.REDECLARED_CURE)),
        *alike(alignment.report_only, head, _not_comparable(reasons.NO_DIRECTION, reasons.NO_DIRECTION_CURE)),
    ]


_MISSING = Ruling(verdict="missing", reason=reasons.MISSING, cure=reasons.MISSING_CURE)


def _not_comparable(reason: str, cure: str) -> Ruling:
    return Ruling(verdict="not_comparable", reason=reason, cure=cure)


def alike(rows: Sequence[Row], head: Suite, ruling: Ruling) -> list[Assessment]:
    """Return rows that one ruling holds for, whatever was measured of them."""
    before, after = both_summaries(rows, shortened=head.plan == SHORTENED_PLAN)
    found = [
        Finding(row=row, verdict=ruling.verdict, baseline=before[index], head=after[index])
        for index, row in enumerate(rows)
    ]
    return assess([(each, ruling) for each in found], head.name)


def _errored(benchmark: Benchmark) -> Judged:
    row = Row(benchmark=benchmark, metric=ERRORED_METRIC, baseline=None, head=None)
    ruling = Ruling(verdict="errored", reason=benchmark.error or reasons.NO_VALUE, cure=reasons.NO_VALUE_CURE)
    return Finding(row=row, verdict="errored"), ruling


def _comparison(
    found: Finding, suite: str, drawn: Distribution | None, history: tuple[float | None, ...]
) -> Comparison:
    benchmark = found.row.benchmark
    return Comparison(
        suite=suite,
        name=benchmark.name,
        params=(*benchmark.params, *benchmark.details),
        category=benchmark.category,
        metric=found.row.metric,
        baseline=found.baseline,
        head=found.head,
        change=found.change,
        noise=found.noise,
        distribution=drawn,
        history=history,
        clock=found.clock,
    )


def _distributions(found: Sequence[Finding], changed: Sequence[bool]) -> dict[int, Distribution | None]:
    """Return the round values of the rows that changed, or seem to have, most."""
    largest = sorted((index for index, one in enumerate(found) if changed[index]), key=lambda index: -found[index].size)
    return {index: distribution(found[index].row) for index in largest[:MOST_DISTRIBUTIONS]}


def distribution(row: Row) -> Distribution | None:
    """Return the round values per run of (baseline, head), or ``None`` when a side kept none."""
    if row.baseline is None or row.head is None:
        return None
    sides = [
        tuple(tuple(run.tolist()) for run in _thin(sample.rounds) if run.size) for sample in (row.baseline, row.head)
    ]
    return (sides[0], sides[1]) if sides[0] and sides[1] else None


def _thin(runs: Sequence[FloatArray], most: int = 200) -> list[FloatArray]:
    return [run if run.size <= most else np.sort(run)[np.linspace(0, run.size - 1, most).astype(int)] for run in runs]
