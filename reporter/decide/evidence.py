"""What the numbers say about each row before anybody calls it a verdict: effect, its uncertainty, and the p-values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import Change, Estimate
from reporter.stats import student_t
from reporter.stats.holm import holm

if TYPE_CHECKING:
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """One value per row. ``effect`` and ``se`` are on the scale of the deciding values (log where a ratio).

    ``before`` is where the baseline lies on that scale, ``sd`` the noise between runs (or of one pair), ``looks`` the
    number of runs or pairs behind the effect; ``source`` names where the noise estimate came from. ``alignment`` is the
    part of ``se`` that the code of the head brings, which no number of looks averages out.
    """

    effect: FloatArray
    before: FloatArray
    se: FloatArray
    df: FloatArray
    sd: FloatArray
    looks: FloatArray
    source: tuple[str, ...]
    alignment: FloatArray | float = 0.0

    def only(self, rows: BoolArray) -> Evidence:
        """Blank all other rows, so that a family of tests is these rows alone."""
        return replace(self, effect=np.where(rows, self.effect, np.nan))

    @property
    def noisy(self) -> BoolArray:
        """Rows whose verdict is a matter of chance.

        A row without any noise, such as a count of allocations, is exact: no test of it can be wrong by chance.
        """
        return ~np.isnan(self.effect) & (self.se > 0)

    @property
    def family(self) -> int:
        """Return how many tests share a level: one for each noisy row."""
        return max(1, int(np.count_nonzero(self.noisy)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Both ends of each row's interval, on the scale of the effects."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criteria:
    """What a row has to pass to be called changed: one value per row, or one for all.

    ``alpha`` is the family-wise level of its test, and ``threshold`` a share that the estimate has to be beyond. Where
    a second look has to agree, ``alone`` is its level for this row by itself.
    """

    alpha: FloatArray | float
    threshold: FloatArray
    alone: float = 1.0


def adjusted_p(evidence: Evidence, worse: FloatArray, slack: FloatArray | float = 0.0) -> tuple[FloatArray, FloatArray]:
    """One-sided p that each row changed the way of ``worse`` (±1 per row), and the other way, adjusted over all rows.

    What lies within ``slack`` (on the scale of the effects) counts as no change. Exact rows are certain either way:
    they are tested by themselves, and the others without them.
    """
    ways = []
    for way in (worse, -worse):
        beyond = evidence.effect * way - slack
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where((evidence.se == 0) & (beyond == 0), 0.0, beyond / evidence.se)
        ways.append(t)
    tails = np.where(np.isnan(ways), np.nan, 1.0)
    # Of t and its counterpart only one is above zero; what is below can never be small, and is not worked out.
    above = np.array(ways) > 0
    tails[above] = student_t.upper_tail(np.array(ways)[above], np.broadcast_to(evidence.df, tails.shape)[above])
    noisy = evidence.noisy
    better_and_worse = [np.where(noisy, holm(np.where(noisy, tail, np.nan)), tail) for tail in tails]
    return better_and_worse[0], better_and_worse[1]


def as_share(effect: FloatArray, logarithmic: BoolArray, scale: FloatArray) -> FloatArray:
    """Turn effects into shares of the baseline (0.05 is 5% more); ``scale`` is the baseline's own size.

    A difference from a baseline of zero is an infinite share.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        plain = np.where(effect == 0, 0.0, effect / scale)
        return np.asarray(np.where(logarithmic, np.expm1(effect), plain))


def as_effect(share: FloatArray | float, logarithmic: BoolArray, scale: FloatArray) -> FloatArray:
    """Turn shares of the baseline into effects; the opposite of ``as_share``."""
    return np.asarray(np.where(logarithmic, np.log1p(share), share * scale))


def detectable(
    evidence: Evidence, criteria: Criteria, logarithmic: BoolArray, scale: FloatArray, policy: Policy
) -> FloatArray:
    """Return the smallest share of each row that passes the criteria with the power of the policy.

    The estimate of such a change has to be beyond the threshold, and its test at Holm's first step and the marginal
    interval beyond zero. What passes the stricter one of two looks seldom fails the other: they share most of
    their noise, that between jobs.
    """
    threshold = as_effect(criteria.threshold, logarithmic, scale)
    sure = _quantiles(_level_alone(evidence, criteria, policy), evidence.df) + student_t.quantiles(
        1 - policy.power, evidence.df
    )
    least = np.maximum(threshold + NormalDist().inv_cdf(policy.power) * evidence.se, sure * evidence.se)
    return as_share(np.where(evidence.se == 0, threshold, least), logarithmic, scale)


def _level_alone(evidence: Evidence, criteria: Criteria, policy: Policy) -> FloatArray:
    """Return the level at which each row has to pass by itself."""
    first_step = np.broadcast_to(criteria.alpha, evidence.se.shape) / evidence.family
    return np.minimum(first_step, min(criteria.alone, (1 - policy.confidence) / 2))


def _quantiles(tails: FloatArray, df: FloatArray) -> FloatArray:
    """Return the quantile of each row's own tail; nan where that is 0."""
    found = np.full(tails.shape, np.nan)
    for tail in sorted(set(tails[tails > 0].tolist())):
        found[tails == tail] = student_t.quantiles(tail, df[tails == tail])
    return found


def marginal_interval(evidence: Evidence, policy: Policy) -> Interval:
    """Return the interval of each row by itself."""
    return _interval(evidence, (1 - policy.confidence) / 2)


def changes(
    evidence: Evidence,
    p_adjusted: FloatArray,
    marginal: Interval,
    logarithmic: BoolArray,
    statistic: tuple[str, ...],
    policy: Policy,
) -> list[Change | None]:
    """Return each row's change with its marginal and simultaneous (Bonferroni) interval; ``None`` where unknown."""
    joint = _interval(evidence, (1 - policy.joint_confidence) / 2 / evidence.family)
    ends = (evidence.effect, marginal.low, marginal.high, joint.low, joint.high)
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = [np.where(logarithmic, np.expm1(end), end).tolist() for end in ends]
        both = (evidence.before, evidence.before + evidence.effect)
        values = [np.where(logarithmic, np.exp(side), side).tolist() for side in both]
    known = ~np.isnan(evidence.effect)
    rows = zip(known, logarithmic.tolist(), statistic, *sizes, *values, p_adjusted.tolist(), strict=True)
    return [
        Change(
            kind="ratio" if ratio else "difference",
            statistic=name,
            marginal=Estimate(point=point, low=low, high=high, confidence=policy.confidence),
            simultaneous=Estimate(point=point, low=least, high=most, confidence=policy.confidence),
            p_adjusted=None if p_value != p_value else p_value,
            before=before,
            after=after,
        )
        if is_known
        else None
        for is_known, ratio, name, point, low, high, least, most, before, after, p_value in rows
    ]


def _interval(evidence: Evidence, tail: float) -> Interval:
    width = np.where(evidence.se == 0, 0.0, student_t.quantiles(tail, evidence.df) * evidence.se)
    return Interval(low=evidence.effect - width, high=evidence.effect + width)
