"""Pairs of several machines: what they say of each row together, with the machine as a random effect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import paired
from reporter.decide.code_alignment import with_alignment
from reporter.decide.evidence import Evidence
from reporter.stats.runner_effects import OfRunners, Together, Usual, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray


def look(values: Values, policy: Policy, runners: Sequence[int]) -> Evidence:
    """Test pairs of which the first ``runners[0]`` are of one machine, and so on.

    Each machine has its own noise, and is asked by itself first. The code of the head is the same on all of them, so
    what its alignment adds is added to their mean.
    """
    found = [paired.of_pairs(part, policy) for part in _parts(values, runners)]
    whole, counted = _together(found, values, policy), _counted(found)
    se = np.sqrt(whole.of_mean.variance)
    of_all = Evidence(
        effect=whole.effect,
        before=np.sum(np.where(whole.weight > 0, whole.weight * _columns(found, "before"), 0.0), axis=1),
        se=se,
        df=whole.of_mean.df,
        sd=se * np.sqrt(np.sum(counted, axis=1)),
        looks=np.sum(counted, axis=1),
        source=tuple(f"{count} runner{'' if count == 1 else 's'}" for count in np.sum(counted > 0, axis=1).tolist()),
    )
    return with_alignment(of_all, values.timed, policy)


def shares(values: Values, policy: Policy, runners: Sequence[int]) -> list[float]:
    """Return the weight of each machine in the effects, as the mean over the rows that it has a part in."""
    found = [paired.of_pairs(part, policy) for part in _parts(values, runners)]
    weight = _together(found, values, policy).weight
    judged = np.sum(weight, axis=1) > 0
    return np.mean(weight[judged], axis=0).tolist() if judged.any() else [0.0] * len(runners)


def _together(found: Sequence[Evidence], values: Values, policy: Policy) -> Together:
    of_runners = OfRunners(
        effect=_columns(found, "effect"),
        variance=_columns(found, "sd") ** 2,
        df=_columns(found, "df"),
        pairs=_counted(found),
    )
    usual = Usual(size=policy.runner_effect, rows=policy.runner_rows)
    return together(of_runners, values.kind, np.broadcast_to(values.timed, len(values.head)), usual)


def _counted(found: Sequence[Evidence]) -> FloatArray:
    """Return the pairs of each runner that count: those of a row that it could test."""
    return np.where(np.isnan(_columns(found, "effect")), 0.0, _columns(found, "looks"))


def _parts(values: Values, runners: Sequence[int]) -> list[Values]:
    ends = np.cumsum(runners).tolist()
    return [
        replace(values, baseline=values.baseline[:, end - count : end], head=values.head[:, end - count : end])
        for end, count in zip(ends, runners, strict=True)
    ]


def _columns(found: Sequence[Evidence], name: str) -> FloatArray:
    return np.stack([getattr(each, name) for each in found], axis=1)
