"""What a named rule says of each row: larger, smaller, neither, or that it cannot tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import reasons
from reporter.decide.align import both_statistics, statistics_of
from reporter.decide.named_rules import (
    ASV_FACTOR,
    FEWEST_SESSIONS,
    RATIOS,
    beyond,
    pooled_larger,
    ranked_larger,
    smallest_p,
    z_score,
)
from reporter.decide.policy import ALPHA_ASV, ALPHA_BENCHSTAT
from reporter.decide.summaries import centre
from reporter.model import STATISTICS
from reporter.stats.variance import row_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide.align import Row
    from reporter.decide.named_rules import NamedRule
    from reporter.model import FloatArray, IndexArray, Sample, Session

_COLUMN = {name: index for index, name in enumerate(STATISTICS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a rule says of one row. ``way`` is +1 for larger, −1 for smaller, 0 for neither, ``None`` for cannot say.

    ``before`` and ``after`` are the numbers it looked at; ``test`` is what it rests on in words, or the reason why it
    cannot say, with ``cure``.
    """

    before: float
    after: float
    way: int | None
    test: str = ""
    cure: str | None = None


def call(rule: NamedRule, rows: Sequence[Row], sessions: Sequence[Session]) -> list[Called]:
    """Apply a rule to every row that both sides have; ``sessions`` are what z looks at."""
    if rule.kind == "z":
        return _by_history(rule, rows, sessions)
    if rule.kind in RATIOS:
        return _by_ratio(rule, rows)
    single: Callable[[Row], Called] = partial(_by_benchstat if rule.kind == "benchstat" else _by_asv, rule)
    return [single(row) for row in rows]


def _by_ratio(rule: NamedRule, rows: Sequence[Row]) -> list[Called]:
    """Compare the geometric means over the runs of each side's statistic; the best value is the largest, at times."""
    columns = np.array([_statistic(rule, row) for row in rows], dtype=np.intp)
    before, after = (centre(_values(side, columns)) for side in both_statistics(rows))
    larger, smaller = beyond(before, after, rule.bound), beyond(after, before, rule.bound)
    ways = np.where(larger, 1, np.where(smaller, -1, 0)).tolist()
    return [
        Called(before=one, after=other, way=way) if math.isfinite(one) and math.isfinite(other) else _lacking(rule)
        for one, other, way in zip(before.tolist(), after.tolist(), ways, strict=True)
    ]


def _by_history(rule: NamedRule, rows: Sequence[Row], sessions: Sequence[Session]) -> list[Called]:
    columns = np.array([_statistic(rule, row) for row in rows], dtype=np.intp)
    after = row_mean(_values(statistics_of([row.head for row in rows if row.head]), columns))
    history = np.array([_past(rows, session) for session in sessions]).reshape(len(sessions), len(rows)).T
    found = []
    for index, score in enumerate(z_score(history, after).tolist()):
        past = history[index][~np.isnan(history[index])]
        if past.size < FEWEST_SESSIONS:
            why = reasons.RULE_NEEDS_SESSIONS.format(rule=rule, fewest=FEWEST_SESSIONS, sessions=past.size)
            found.append(_cannot(why, reasons.RULE_NEEDS_SESSIONS_CURE))
            continue
        way = int(np.sign(score)) if abs(score) > rule.bound else 0
        test = reasons.z_test(score, past.size)
        found.append(Called(before=float(past.mean()), after=float(after[index]), way=way, test=test))
    return found


def _past(rows: Sequence[Row], session: Session) -> list[float]:
    """Return the mean of each row in one session; nan where it lacks the row."""
    known = [session.statistics.get(row.key) for row in rows]
    return [math.nan if found is None else float(row_mean(found[None, :, _COLUMN["mean"]])[0]) for found in known]


def _by_benchstat(rule: NamedRule, row: Row) -> Called:
    before, after = _run_values(row.baseline), _run_values(row.head)
    if _too_few(before, after, ALPHA_BENCHSTAT):
        return _few(rule, before, after)
    way, p_value = _either_way(before, after, ranked_larger)
    test = reasons.rank_test(p_value, ALPHA_BENCHSTAT, before.size, after.size)
    return Called(before=float(np.median(before)), after=float(np.median(after)), way=way, test=test)


def _by_asv(rule: NamedRule, row: Row) -> Called:
    before, after = _rounds(row.baseline), _rounds(row.head)
    if _too_few(before, after, ALPHA_ASV):
        return _few(rule, before, after)
    way, p_value = _either_way(before, after, pooled_larger)
    asked = not math.isnan(p_value)
    test = reasons.rank_test(p_value, ALPHA_ASV, before.size, after.size) if asked else reasons.below_factor(ASV_FACTOR)
    return Called(before=float(np.median(before)), after=float(np.median(after)), way=way, test=test)


def _either_way(
    before: FloatArray, after: FloatArray, larger: Callable[[FloatArray, FloatArray], tuple[bool, float]]
) -> tuple[int, float]:
    """Ask a rule for a larger head, then for a larger baseline; return way and p of the question that counted."""
    grew, p_up = larger(before, after)
    shrank, p_down = larger(after, before)
    return int(grew) - int(shrank), p_down if math.isnan(p_up) else p_up


def _too_few(before: FloatArray, after: FloatArray, alpha: float) -> bool:
    return not before.size or not after.size or smallest_p(before.size, after.size) >= alpha


def _few(rule: NamedRule, before: FloatArray, after: FloatArray) -> Called:
    why = reasons.RULE_NEEDS_RUNS.format(rule=rule, before=before.size, after=after.size)
    return _cannot(why, reasons.RULE_NEEDS_RUNS_CURE)


def _lacking(rule: NamedRule) -> Called:
    return _cannot(reasons.RULE_NEEDS_VALUES.format(rule=rule), reasons.RULE_NEEDS_VALUES_CURE)


def _cannot(why: str, cure: str) -> Called:
    return Called(before=math.nan, after=math.nan, way=None, test=why, cure=cure)


def _statistic(rule: NamedRule, row: Row) -> int:
    """Choose the column a rule looks at; a tool that keeps one number per run has it as its mean."""
    name = {"mean": "mean", "median": "median", "z": "mean"}.get(rule.kind, "min")
    if name == "min" and row.metric.better == "higher":
        name = "max"
    sides = [sample.statistics for sample in (row.baseline, row.head) if sample is not None]
    known = all(np.isfinite(side[:, _COLUMN[name]]).any() for side in sides)
    return _COLUMN[name if known else "mean"]


def _values(statistics: FloatArray, columns: IndexArray) -> FloatArray:
    return np.asarray(np.take_along_axis(statistics, columns[:, None, None], axis=2)[:, :, 0])


def _run_values(sample: Sample | None) -> FloatArray:
    """Return one value per run: its median, or what the tool gave in its place."""
    if sample is None:
        return np.empty(0)
    median, mean = (sample.statistics[:, _COLUMN[name]] for name in ("median", "mean"))
    values = np.where(np.isnan(median), mean, median)
    return np.asarray(values[~np.isnan(values)])


def _rounds(sample: Sample | None) -> FloatArray:
    """Return all rounds of all runs; of a tool that keeps none one value per run."""
    kept = [run for run in sample.rounds if run.size] if sample else []
    return np.concatenate(kept) if kept else _run_values(sample)
