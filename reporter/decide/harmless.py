"""Harmless pull requests drawn from pairs of equal code: each takes consecutive pairs, as many as measuring would take.

Any change that is called in one of them is an error. A pull request begins with the pairs of the first look and grows
until everything is decided or its time is up; the next one begins with the pair after it, so that none shares a pair
with another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide.align import take_runs
from reporter.decide.judge_pairs import Pairs
from reporter.decide.looks import SHORT_LOOKS, Progress, next_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reporter.decide.decision import Decision
    from reporter.model import Sample, Suite

    Judge = Callable[[Pairs], Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless:
    """One harmless pull request: its pairs, what was called wrongly, and how many rows came to no decision."""

    pairs: int
    rows: int
    undecided: int
    regressed: tuple[str, ...] = ()
    improved: tuple[str, ...] = ()


def pull_requests(pairs: Pairs, judge: Judge, affordable: int, *, grows: bool = True) -> Iterator[Harmless]:
    """Yield the pull requests that consecutive pairs of equal code make, in the order of measuring.

    ``affordable`` is how many pairs the time limit of one leaves room for. Where it is below those of the first look
    each is one look at that many. Every pair costs the same here, also when few benchmarks go on.
    """
    first, start = min(SHORT_LOOKS[0], affordable), 0
    while 0 < first <= pairs.head.runs - start:
        limit = min(affordable, pairs.head.runs - start)
        found = _grown(_part(pairs, start, start + limit), judge, first, grows=grows)
        yield found
        start += found.pairs


def _grown(pairs: Pairs, judge: Judge, first: int, *, grows: bool) -> Harmless:
    """Let one pull request grow to at most all of the pairs."""
    limit, taken, more = pairs.head.runs, 0, first
    ends: dict[str, int] = {}
    while True:
        taken += more
        decision = judge(_known(_part(pairs, 0, taken), ends))
        progress = Progress(pairs=taken, seconds=float(taken), time_limit=float(limit), pair_seconds=1.0)
        step = next_step(progress, decision.assessments) if grows else None
        if step is None:
            return _called(decision, taken)
        for benchmark in pairs.head.benchmarks:
            if benchmark.name not in step.select:
                ends.setdefault(benchmark.name, taken)
        more = step.pairs


def _called(decision: Decision, pairs: int) -> Harmless:
    named = {
        verdict: tuple(dict.fromkeys(row.comparison.name for row in decision.assessments if row.verdict == verdict))
        for verdict in ("regressed", "improved")
    }
    undecided = sum(row.verdict == "inconclusive" for row in decision.assessments)
    return Harmless(pairs=pairs, rows=len(decision.assessments), undecided=undecided, **named)


def _part(pairs: Pairs, start: int, end: int) -> Pairs:
    return Pairs(base=take_runs(pairs.base, slice(start, end)), head=take_runs(pairs.head, slice(start, end)))


def _known(pairs: Pairs, ends: Mapping[str, int]) -> Pairs:
    """Return the pairs without those of each benchmark after it was decided: measuring would have left it out."""
    return Pairs(base=_without_later(pairs.base, ends), head=_without_later(pairs.head, ends)) if ends else pairs


def _without_later(suite: Suite, ends: Mapping[str, int]) -> Suite:
    return replace(
        suite,
        benchmarks=tuple(
            replace(
                benchmark,
                samples=tuple((metric, _cut(sample, ends[benchmark.name])) for metric, sample in benchmark.samples),
            )
            if benchmark.name in ends
            else benchmark
            for benchmark in suite.benchmarks
        ),
    )


def _cut(sample: Sample, end: int) -> Sample:
    later = np.arange(len(sample.statistics))[:, None] >= end
    steps = None if sample.in_step is None else np.where(later, np.nan, sample.in_step)
    rounds = tuple(run if index < end else run[:0] for index, run in enumerate(sample.rounds))
    return structs.replace(sample, statistics=np.where(later, np.nan, sample.statistics), rounds=rounds, in_step=steps)
