"""The suite-wide change. It is a verdict of its own and never subtracted: a slowdown of everything must stay visible.

Each run's shift is the median over benchmarks of its log ratio to the baseline. It is a median of timings of one unit:
what allocations or sizes do says nothing of speed, and hundreds of counts that never move would be the median of any
suite. The shift of the head against saved sessions is judged as a benchmark would be that has these shifts as values.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import screen
from reporter.decide.align import Values
from reporter.model import CHANGED, COLUMN, Estimate, Shift, Verdict
from reporter.stats import student_t
from reporter.stats.variance import column_median, row_mean, within
from reporter.units import format_percent, is_timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray
    from reporter.stats.variance import Variance

FEWEST_BENCHMARKS = 4
"""A median over fewer benchmarks says nothing of the machine or the whole suite."""
ALMOST_ALL = 0.9
"""Share of the benchmarks that a pair must have: what is still measured in late pairs is not the suite."""


def of_pairs(rows: Sequence[Row], values: Values, policy: Policy) -> Shift | None:
    """Test the pairs' medians over benchmarks with a paired t; ``None`` when there is too little to tell."""
    timed = _timed(rows, values, within(values.baseline, values.head))
    ratios = _log_ratios(values, values.head - values.baseline)[timed]
    medians = _medians(ratios, max(FEWEST_BENCHMARKS, ALMOST_ALL * np.count_nonzero(timed)))
    medians = medians[~np.isnan(medians)]
    if medians.size < 2:
        return None
    spread = float(np.std(medians, ddof=1))
    return _shift(float(np.mean(medians)), spread / np.sqrt(medians.size), medians.size - 1, policy)


def of_sessions(rows: Sequence[Row], values: Values, sessions: Sequence[FloatArray], policy: Policy) -> Shift | None:
    """Hold the head's median over benchmarks against the newest session, as ``screen.look`` does a benchmark's value.

    ``sessions`` are rows × runs each. Noise between jobs moves all benchmarks together, and the runs of one job know
    nothing of it: with few sessions nothing is called changed.
    """
    timed = _timed(rows, values, within(*sessions, values.head))
    newest = row_mean(values.baseline)[:, None]

    def suite_of(side: FloatArray) -> FloatArray:
        return _medians(_log_ratios(values, side - newest)[timed], FEWEST_BENCHMARKS)[None]

    seen = screen.look(_as_row(suite_of(values.baseline), suite_of(values.head)), [*map(suite_of, sessions)], policy)
    effect, se, df = (float(column[0]) for column in (seen.evidence.effect, seen.evidence.se, seen.evidence.df))
    if np.isnan(effect) or np.isnan(se):
        return None
    return _shift(effect, se, df, policy, uncertain=bool(seen.few[0]))


def _timed(rows: Sequence[Row], values: Values, own: Variance) -> BoolArray:
    """Return which rows are timings of the commonest unit, seconds before others, and not without any noise."""
    usable = values.logarithmic & ~(own.variance == 0)
    units = [row.metric.unit if is_usable else "" for row, is_usable in zip(rows, usable.tolist(), strict=True)]
    counts = Counter(filter(is_timing, units))
    common = max(counts, key=lambda unit: (counts[unit], unit == "s"), default=None)
    return np.array([unit == common for unit in units], dtype=bool)


def _as_row(baseline: FloatArray, head: FloatArray) -> Values:
    return Values(
        baseline=baseline,
        head=head,
        logarithmic=np.ones(1, dtype=bool),
        statistic=np.full(1, COLUMN["median"], dtype=np.intp),
        worse=np.ones(1),
        kind=np.zeros(1, dtype=np.intp),
    )


def _log_ratios(values: Values, ratios: FloatArray) -> FloatArray:
    return np.asarray(ratios * values.worse[:, None])


def _medians(ratios: FloatArray, fewest: float) -> FloatArray:
    """Return the median of each run over the benchmarks (rows × runs), nan where it has too few of them."""
    enough = np.sum(~np.isnan(ratios), axis=0) >= fewest
    medians = np.full(ratios.shape[1], np.nan)
    medians[enough] = column_median(ratios[:, enough])
    return medians


def _shift(effect: float, se: float, df: float, policy: Policy, *, uncertain: bool = False) -> Shift:
    tail = (1 - policy.shift_confidence) / 2
    width = student_t.quantile(tail, df) * se
    change = Estimate(
        point=float(np.expm1(effect)),
        low=float(np.expm1(effect - width)),
        high=float(np.expm1(effect + width)),
        confidence=policy.shift_confidence,
    )
    verdict = _verdict(change, policy)
    if uncertain and verdict in CHANGED:
        verdict = "inconclusive"
    return Shift(change=change, verdict=verdict, reason=words_of(verdict, change))


def words_of(verdict: Verdict, change: Estimate) -> str:
    """Return whether the suite as a whole moved, and between which bounds."""
    bounds = f"between {format_percent(change.low, signed=True)} and {format_percent(change.high, signed=True)}"
    words = {
        "regressed": "the whole suite became worse",
        "improved": "the whole suite became better",
        "unchanged": "the suite as a whole did not move",
        "inconclusive": "it is not known whether the suite as a whole moved",
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
