"""The suite-wide change. It is a verdict of its own and never subtracted: a slowdown of everything must stay visible.

Each session's shift is the median over benchmarks of its log ratio to their usual values. Few-session baselines use
runs in place of sessions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import student
from reporter.decide.noise import column_median
from reporter.model import Estimate, Shift, Verdict
from reporter.units import format_percent

if TYPE_CHECKING:
    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray

FEWEST_BENCHMARKS = 4
"""A median over fewer benchmarks says nothing of the machine or the whole suite."""


def of_pairs(values: Values, policy: Policy) -> Shift | None:
    """Test the pairs' medians over benchmarks with a paired t; ``None`` when there is too little to tell."""
    ratios = _log_ratios(values, values.head - values.baseline)
    medians = _medians(ratios)
    if medians.size < 2:
        return None
    spread = float(np.std(medians, ddof=1))
    return _shift(float(np.mean(medians)), spread / np.sqrt(medians.size), medians.size - 1, policy)


def of_runs(
    values: Values, usual: FloatArray, before: FloatArray, policy: Policy, *, head_counts_once: bool
) -> Shift | None:
    """Hold the head's runs against what the suite did before.

    ``usual`` is each row's usual deciding value, ``before`` rows × sessions (or runs). ``head_counts_once`` when the
    head is one session however many runs it has.
    """
    old = _medians(_log_ratios(values, before - usual[:, None]))
    head = _medians(_log_ratios(values, values.head - usual[:, None]))
    if old.size < 2 or head.size < 1:
        return None
    # Where runs stand in for sessions, two jobs are taken to differ as much as two runs do, as for single benchmarks.
    share = 1 + 1 / old.size + (0 if head_counts_once else 1 / head.size)
    spread = float(np.std(old, ddof=1)) * np.sqrt(share)
    found = _shift(float(np.mean(head) - np.mean(old)), spread, old.size - 1, policy)
    # Noise between jobs moves all benchmarks together, and the runs of one job know nothing of it.
    return (
        found
        if head_counts_once or found.verdict == "unchanged"
        else replace(found, verdict="inconclusive", reason=words_of("inconclusive", found.change))
    )


def _log_ratios(values: Values, ratios: FloatArray) -> FloatArray:
    return np.asarray(ratios[values.logarithmic] * values.worse[values.logarithmic][:, None])


def _medians(ratios: FloatArray) -> FloatArray:
    if ratios.shape[0] < FEWEST_BENCHMARKS:
        return np.empty(0)
    complete = ratios[:, np.sum(~np.isnan(ratios), axis=0) >= FEWEST_BENCHMARKS]
    return column_median(complete) if complete.size else np.empty(0)


def _shift(effect: float, se: float, df: int, policy: Policy) -> Shift:
    tail = (1 - policy.confidence) / 2
    width = student.quantile(tail, df) * se
    change = Estimate(
        point=float(np.expm1(effect)), low=float(np.expm1(effect - width)), high=float(np.expm1(effect + width))
    )
    verdict = _verdict(change, policy)
    return Shift(change=change, verdict=verdict, reason=words_of(verdict, change))


def words_of(verdict: Verdict, change: Estimate) -> str:
    """Return whether the suite as a whole moved, and between which bounds."""
    bounds = f"between {format_percent(change.low, signed=True)} and {format_percent(change.high, signed=True)}"
    words = {
        "regressed": "the whole suite became worse",
        "improved": "the whole suite became better",
        "unchanged": "the suite as a whole did not move",
        "inconclusive": "whether the suite as a whole moved cannot be told",
    }
    return f"{words[verdict]}: {bounds}"


def _verdict(change: Estimate, policy: Policy) -> Verdict:
    if change.low > 0 and change.point > policy.threshold:
        return "regressed"
    if change.high < 0 and change.point < -policy.threshold:
        return "improved"
    if -policy.margin <= change.low and change.high <= policy.margin:
        return "unchanged"
    return "inconclusive"
