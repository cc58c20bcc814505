"""From evidence to findings: what the tests say of each row, with its numbers, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from reporter.decide.evidence import adjusted_p, as_share, changes, detectable, marginal_interval
from reporter.decide.family import Design
from reporter.decide.in_step import clocks
from reporter.decide.screen import scale_of
from reporter.decide.summaries import side_summaries
from reporter.model import STATISTICS, Change, Clock, Noise, SideSummary, Verdict
from reporter.stats.variance import row_mean

if TYPE_CHECKING:
    from reporter.decide.align import Row, Values
    from reporter.decide.evidence import Criteria, Evidence, Interval
    from reporter.decide.family import Family
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray, IndexArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flags:
    """What the tests say per row: p adjusted in both directions, the interval, and which rows count as changed."""

    p_adjusted: FloatArray
    marginal: Interval
    regressed: BoolArray
    improved: BoolArray


class Finding(Struct, frozen=True, kw_only=True, eq=False):
    """What one look says of one row. ``verdict`` is that of its tests alone.

    ``threshold`` and ``margin`` are shares, of which ``unit`` makes bounds in the kind of the change; they are ``None``
    where a rule decides that has none. ``agreeing`` of the ``looks`` (pairs, or runs of the head) went the way of the
    change.
    """

    row: Row
    verdict: Verdict
    baseline: SideSummary | None = None
    head: SideSummary | None = None
    change: Change | None = None
    noise: Noise | None = None
    clock: Clock | None = None
    detectable: float | None = None
    threshold: float | None = None
    margin: float | None = None
    unit: float = 1.0
    looks: int = 0
    agreeing: int = 0

    @property
    def size(self) -> float:
        """How large the change is; 0 where it is unknown."""
        return abs(self.change.marginal.point) if self.change else 0.0

    @property
    def is_absent(self) -> bool:
        """Whether a side was not measured in any run."""
        return any(side is None or not side.runs for side in (self.baseline, self.head))


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
            regressed=(p_worse < criteria.alpha) & np.where(values.worse > 0, more, less),
            improved=(p_better < criteria.alpha) & np.where(values.worse > 0, less, more),
        )


def find(family: Family, values: Values, evidence: Evidence, criteria: Criteria, flags: Flags) -> list[Finding]:
    """Return what is found of every row: regressed or improved by the flags, else unchanged or inconclusive.

    ``criteria`` are those behind the flags.
    """
    bounds, scale = family.bounds, scale_of(values)
    change = _changes(evidence, flags, values, family.policy)
    verdict = _verdicts(flags, _inside_margin(change, scale, bounds.margin))
    least = detectable(evidence, criteria, values.logarithmic, scale, family.policy).tolist()
    before, after = (
        side_summaries([getattr(row, side) for row in family.rows], shortened=family.shortened)
        for side in ("baseline", "head")
    )
    noise, clock = _noises(evidence), clocks(values)
    unit = np.where(values.logarithmic, 1.0, scale).tolist()
    looks, agreeing = evidence.looks.tolist(), _agreeing(values, evidence, family.design).tolist()
    return [
        Finding(
            row=row,
            verdict=verdict[index],
            baseline=before[index],
            head=after[index],
            change=change[index],
            noise=noise[index],
            clock=clock[index],
            detectable=least[index] if isfinite(least[index]) else None,
            threshold=float(bounds.threshold[index]),
            margin=float(bounds.margin[index]),
            unit=unit[index],
            looks=int(looks[index]),
            agreeing=agreeing[index],
        )
        for index, row in enumerate(family.rows)
    ]


def _changes(evidence: Evidence, flags: Flags, values: Values, policy: Policy) -> list[Change | None]:
    statistic = tuple(STATISTICS[index] for index in values.statistic)
    return changes(evidence, flags.p_adjusted, flags.marginal, values.logarithmic, statistic, policy)


def _verdicts(flags: Flags, inside: list[bool]) -> list[Verdict]:
    """Return the verdict of each row; where several would hold, that of the earlier line."""
    return [
        "regressed" if worse else "improved" if better else "unchanged" if is_inside else "inconclusive"
        for worse, better, is_inside in zip(flags.regressed.tolist(), flags.improved.tolist(), inside, strict=True)
    ]


def _inside_margin(change_of: list[Change | None], scale: FloatArray, margin: FloatArray) -> list[bool]:
    inside = []
    for index, change in enumerate(change_of):
        if change is None:
            inside.append(False)
            continue
        bound = margin[index] if change.kind == "ratio" else margin[index] * scale[index]
        inside.append(bool(-bound <= change.marginal.low and change.marginal.high <= bound))
    return inside


def _agreeing(values: Values, evidence: Evidence, design: Design) -> IndexArray:
    """Count the pairs, or runs of the head, that went the way of the effect; a run is held against the baseline."""
    by_history = design is Design.HISTORY
    usual = (row_mean(values.head) - evidence.effect)[:, None] if by_history else values.baseline
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sum((values.head - usual) * evidence.effect[:, None] > 0, axis=1))


def _noises(evidence: Evidence) -> list[Noise | None]:
    alignment = np.broadcast_to(evidence.alignment, evidence.sd.shape).tolist()
    return [
        None if sd != sd else Noise(source=source, sd=sd, alignment=of_code or None)
        for sd, source, of_code in zip(evidence.sd.tolist(), evidence.source, alignment, strict=True)
    ]
