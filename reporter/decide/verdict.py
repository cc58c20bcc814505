"""From evidence to words: one assessment per row, every state with its reason and, where one exists, its cure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Literal

import numpy as np
from msgspec import structs

from reporter.decide import reasons
from reporter.decide.evidence import (
    adjusted_p,
    as_share,
    changes,
    detectable,
    marginal_interval,
)
from reporter.decide.in_step import clocks
from reporter.decide.needed import is_beyond_pairs
from reporter.decide.noise import row_mean
from reporter.decide.screen import scale_of
from reporter.decide.summaries import side_summaries
from reporter.model import STATISTICS, Assessment, Comparison, Noise, SideSummary, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.evidence import Criteria, Evidence, Interval
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, Change, Clock, FloatArray, IndexArray

MOST_DISTRIBUTIONS = 12
"""Round values are kept for this many changed rows: they are drawn, and nobody looks at more pictures."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """The bounds of each row, as shares: defaults of the policy or what the configuration says of the benchmark."""

    threshold: FloatArray
    margin: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flags:
    """What the tests say per row: p adjusted in both directions, the interval, and which rows count as changed."""

    p_adjusted: FloatArray
    marginal: Interval
    regressed: BoolArray
    improved: BoolArray


def flag(evidence: Evidence, values: Values, criteria: Criteria, policy: Policy) -> Flags:
    """Call a row changed when its adjusted p is below the level and its change is beyond its threshold.

    Its marginal interval has to lie beyond zero as a whole, so that no verdict contradicts the interval beside it.
    """
    p_worse, p_better = adjusted_p(evidence, values.worse)
    marginal = marginal_interval(evidence, policy)
    share = as_share(evidence.effect, values.logarithmic, scale_of(values))
    with np.errstate(invalid="ignore"):
        more = (share > criteria.threshold) & (marginal.low > 0)
        less = (share < -criteria.threshold) & (marginal.high < 0)
        return Flags(
            p_adjusted=np.fmin(p_worse, p_better),
            marginal=marginal,
            regressed=(p_worse < criteria.level) & np.where(values.worse > 0, more, less),
            improved=(p_better < criteria.level) & np.where(values.worse > 0, less, more),
        )


def settle(
    rows: Sequence[Row],
    values: Values,
    evidence: Evidence,
    flags: Flags,
    criteria: Criteria,
    bounds: Bounds,
    policy: Policy,
    *,
    suite: str,
    looks: Literal["runs", "pairs"],
) -> list[Assessment]:
    """Give every common row its verdict: regressed or improved by the flags, else unchanged or inconclusive.

    ``criteria`` are those behind the flags.
    """
    statistic = tuple(STATISTICS[index] for index in values.statistic)
    change_of = changes(evidence, flags.p_adjusted, flags.marginal, values.logarithmic, statistic, policy)
    scale = scale_of(values)
    smallest = detectable(evidence, criteria, values.logarithmic, scale, policy)
    inside = _inside_margin(change_of, scale, bounds.margin)
    shortened = looks == "pairs"
    before = side_summaries([row.baseline for row in rows], shortened=shortened)
    after = side_summaries([row.head for row in rows], shortened=shortened)
    agreeing = _agreeing(values, evidence, looks)
    unit = np.where(values.logarithmic, 1.0, scale)
    clock = clocks(values)
    assessments = []
    for index, row in enumerate(rows):
        change = change_of[index]
        verdict: Verdict = (
            "regressed"
            if flags.regressed[index]
            else "improved"
            if flags.improved[index]
            else "unchanged"
            if inside[index]
            else "inconclusive"
        )
        noise = _noise(evidence, index)
        seen = reasons.seen(int(agreeing[index]), int(evidence.looks[index]), looks)
        reason, cure = _explain(
            verdict, change, row, noise, evidence.looks[index], seen, bounds.margin[index], policy, looks
        )
        assessments.append(
            Assessment(
                comparison=comparison(row, suite, before[index], after[index], change, noise, clock[index]),
                verdict=verdict,
                reason=reason,
                detectable=_finite(smallest[index]),
                cure=cure,
                threshold=float(bounds.threshold[index] * unit[index]),
                margin=float(bounds.margin[index] * unit[index]),
            )
        )
    return assessments


def comparison(
    row: Row,
    suite: str,
    baseline: SideSummary | None,
    head: SideSummary | None,
    change: Change | None = None,
    noise: Noise | None = None,
    clock: Clock | None = None,
) -> Comparison:
    """Name a row and put its numbers together."""
    return Comparison(
        suite=suite,
        name=row.benchmark.name,
        params=(*row.benchmark.params, *row.benchmark.details),
        category=row.benchmark.category,
        metric=row.metric,
        baseline=baseline,
        head=head,
        change=change,
        noise=noise,
        clock=clock,
    )


def without_percentiles(assessment: Assessment) -> Assessment:
    """Drop the percentiles of a row whose runs were cut short: they would leave out what happens seldom."""
    row = assessment.comparison
    before, after = (
        side and structs.replace(side, p95=None, p99=None, mean=None, sd=None) for side in (row.baseline, row.head)
    )
    return replace(assessment, comparison=replace(row, baseline=before, head=after))


def distribution(
    row: Row,
) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]] | None:
    """Give the round values per run of (baseline, head), or ``None`` when a side kept none."""
    if row.baseline is None or row.head is None:
        return None
    sides = [
        tuple(tuple(run.tolist()) for run in _thin(sample.rounds) if run.size) for sample in (row.baseline, row.head)
    ]
    return (sides[0], sides[1]) if sides[0] and sides[1] else None


def _thin(runs: Sequence[FloatArray], most: int = 200) -> list[FloatArray]:
    return [run if run.size <= most else np.sort(run)[np.linspace(0, run.size - 1, most).astype(int)] for run in runs]


def _inside_margin(change_of: Sequence[Change | None], scale: FloatArray, margin: FloatArray) -> list[bool]:
    inside = []
    for index, change in enumerate(change_of):
        if change is None:
            inside.append(False)
            continue
        bound = margin[index] if change.kind == "ratio" else margin[index] * scale[index]
        inside.append(bool(-bound <= change.marginal.low and change.marginal.high <= bound))
    return inside


def _explain(
    verdict: Verdict,
    change: Change | None,
    row: Row,
    noise: Noise | None,
    looks: float,
    seen: str,
    margin: float,
    policy: Policy,
    kind: Literal["runs", "pairs"],
) -> tuple[str, str | None]:
    if kind == "pairs" and looks < policy.fewest_pairs:
        return (
            reasons.few_pairs(int(looks)),
            reasons.FEW_PAIRS_CURE.format(fewest=policy.fewest_pairs),
        )
    if change is None or noise is None:
        return reasons.NO_NOISE, reasons.NO_NOISE_CURE
    if verdict in ("regressed", "improved"):
        return reasons.changed(change, row.metric, noise, seen), None
    reason = reasons.settled(verdict, change, row.metric, noise, margin)
    if verdict == "unchanged":
        return reason, None
    return reason, reasons.undecided_cure(kind, hopeless=is_beyond_pairs(noise, change, margin))


def _agreeing(values: Values, evidence: Evidence, kind: Literal["runs", "pairs"]) -> IndexArray:
    """Count the pairs, or runs of the head, that went the way of the effect; a run is held against the baseline."""
    usual = values.baseline if kind == "pairs" else (row_mean(values.head) - evidence.effect)[:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sum((values.head - usual) * evidence.effect[:, None] > 0, axis=1))


def _noise(evidence: Evidence, index: int) -> Noise | None:
    sd = float(evidence.sd[index])
    alignment = float(np.broadcast_to(evidence.alignment, evidence.sd.shape)[index])
    return None if np.isnan(sd) else Noise(source=evidence.source[index], sd=sd, alignment=alignment or None)


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None
