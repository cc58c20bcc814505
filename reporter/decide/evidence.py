"""What the numbers say about each row before anybody calls it a verdict: effect, its uncertainty, and the p-values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import student
from reporter.decide.multiple import holm
from reporter.model import Change, Estimate

if TYPE_CHECKING:
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """One value per row. ``effect`` and ``se`` are on the scale of the deciding values (log where a ratio).

    ``sd`` is the noise between runs (or of one pair), ``looks`` the number of runs or pairs behind the effect;
    ``source`` names where the noise estimate came from.
    """

    effect: FloatArray
    se: FloatArray
    df: FloatArray
    sd: FloatArray
    looks: FloatArray
    source: tuple[str, ...]

    def only(self, rows: BoolArray) -> Evidence:
        """Blank all other rows, so that a family of tests is these rows alone."""
        return Evidence(
            effect=np.where(rows, self.effect, np.nan),
            se=self.se,
            df=self.df,
            sd=self.sd,
            looks=self.looks,
            source=self.source,
        )


def adjusted_p(evidence: Evidence, worse: FloatArray, slack: FloatArray | float = 0.0) -> tuple[FloatArray, FloatArray]:
    """One-sided p that each row changed the way of ``worse`` (±1 per row), and the other way, adjusted over all rows.

    What lies within ``slack`` (on the scale of the effects) counts as no change. No noise at all between runs (``se``
    0, as with instruction counts) makes any difference certain.
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
    tails[above] = student.upper_tail(np.array(ways)[above], np.broadcast_to(evidence.df, tails.shape)[above])
    return holm(tails[0]), holm(tails[1])


def as_share(effect: FloatArray, logarithmic: BoolArray, scale: FloatArray) -> FloatArray:
    """Turn effects into shares of the baseline (0.05 is 5 % more); ``scale`` is the baseline's own size.

    A difference from a baseline of zero is an infinite share.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        plain = np.where(effect == 0, 0.0, effect / scale)
        return np.asarray(np.where(logarithmic, np.expm1(effect), plain))


def detectable(evidence: Evidence, family: int, level: FloatArray | float, power: float) -> FloatArray:
    """Smallest effect found with this power when all rows of the family are tested (Holm's first step)."""
    levels = np.broadcast_to(level, evidence.se.shape)
    needed = np.full(evidence.se.shape, np.nan)
    for one in sorted(set(levels[levels > 0].tolist())):
        rows = levels == one
        needed[rows] = student.quantiles(one / max(family, 1), evidence.df[rows])
    return (needed + student.quantiles(1 - power, evidence.df)) * evidence.se


def changes(
    evidence: Evidence, p_adjusted: FloatArray, logarithmic: BoolArray, statistic: tuple[str, ...], policy: Policy
) -> list[Change | None]:
    """Give each row's change with its marginal and simultaneous (Bonferroni) interval; ``None`` where unknown."""
    family = int(np.count_nonzero(~np.isnan(evidence.effect)))
    tails = (1 - policy.confidence) / 2, (1 - policy.joint_confidence) / 2 / max(family, 1)
    marginal, joint = (_ends(evidence, student.quantiles(tail, evidence.df), logarithmic) for tail in tails)
    known = ~np.isnan(evidence.effect)
    rows = zip(known, logarithmic.tolist(), statistic, marginal, joint, p_adjusted.tolist(), strict=True)
    return [
        Change(
            kind="ratio" if ratio else "difference",
            statistic=name,
            marginal=Estimate(point=one[0], low=one[1], high=one[2], confidence=policy.confidence),
            simultaneous=Estimate(point=every[0], low=every[1], high=every[2], confidence=policy.confidence),
            p_adjusted=None if p_value != p_value else p_value,
        )
        if is_known
        else None
        for is_known, ratio, name, one, every, p_value in rows
    ]


def _ends(evidence: Evidence, quantiles: FloatArray, logarithmic: BoolArray) -> list[list[float]]:
    """Give point, low and high of each row on the scale that people read."""
    width = quantiles * evidence.se
    ends = np.stack([evidence.effect, evidence.effect - width, evidence.effect + width], axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        table: list[list[float]] = np.where(logarithmic[:, None], np.expm1(ends), ends).tolist()
    return table
