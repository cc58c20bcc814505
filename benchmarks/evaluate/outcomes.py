"""What a verdict was worth, given the truth: one row of shares per judged pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.decide.judge import Decision
    from reporter.model import Assessment, BoolArray, FloatArray

METRICS = (
    "alarmed",  # a benchmark that was not slowed is called regressed
    "alarms",  # share of them that are
    "praised",  # a benchmark that was not slowed is called improved
    "improved",  # share of them called improved
    "unchanged",  # share of them called unchanged
    "inconclusive",  # share of them called inconclusive
    "not comparable",  # share of them that could not be compared
    "covered",  # share of all whose marginal interval holds the truth
    "all covered",  # all simultaneous intervals hold the truth
    "found",  # share of the slowed called regressed
    "missed",  # share of the slowed called unchanged
    "slowed covered",  # share of the slowed whose marginal interval holds the truth
    "shift",  # the suite as a whole is called regressed
    "suspected",  # the first look of a screen has suspects
    "doubted",  # share of the not slowed that are suspects
    "seen",  # share of the slowed that are suspects
    "cost",  # machine time of a screen in runs of the suite
    "pairs",  # machine time of growing pairs in pairs of runs
)
_OF_ANY = ("alarmed", "praised", "shift", "suspected")
_OF_ALL = ("all covered",)
_NOTHING = dict.fromkeys(METRICS, np.nan)


def compare(decision: Decision, names: Sequence[str], truth: FloatArray) -> dict[str, float]:
    """Hold a decision against the true change of each benchmark (a share: 0.05 is 5% slower); nan does not apply."""
    rows = _in_order(decision, names)
    slow, verdicts = truth > 0, np.array([row.verdict for row in rows])
    shift = decision.shift is not None and decision.shift.verdict == "regressed"
    held, held_by_all = _covered(rows, truth)
    regressed, improved = verdicts == "regressed", verdicts == "improved"
    return _NOTHING | {
        "alarmed": float(regressed[~slow].any()) if not slow.all() else np.nan,
        "alarms": _share(regressed, ~slow),
        "praised": float(improved[~slow].any()) if not slow.all() else np.nan,
        "improved": _share(improved, ~slow),
        "unchanged": _share(verdicts == "unchanged", ~slow),
        "inconclusive": _share(verdicts == "inconclusive", ~slow),
        "not comparable": _share(verdicts == "not_comparable", ~slow),
        "covered": _known_mean(held),
        "all covered": _all_known(held_by_all),
        "found": _share(regressed, slow),
        "missed": _share(verdicts == "unchanged", slow),
        "slowed covered": _known_mean(held[slow]),
        "shift": float(shift),
    }


def of_shards(outcomes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the outcome of a suite whose parts were judged each by itself: one alarm is an alarm of the whole."""
    return {metric: _of_parts(metric, np.array([part[metric] for part in outcomes])) for metric in METRICS}


def _of_parts(metric: str, values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    if not known.size:
        return np.nan
    if metric in _OF_ANY:
        return float(known.max())
    return float(known.min() if metric in _OF_ALL else known.mean())


def first_look(decision: Decision, names: Sequence[str], truth: FloatArray, confirm_runs: int) -> dict[str, float]:
    """Return what a screen's first look raised, and what the whole screen costs in runs of the suite."""
    suspect, slow = np.array([row.suspect for row in _in_order(decision, names)]), truth > 0
    return {
        "suspected": float(suspect.any()),
        "doubted": _share(suspect, ~slow),
        "seen": _share(suspect, slow),
        "cost": 1.0 + confirm_runs * float(suspect.any()),
    }


def scores(decision: Decision, names: Sequence[str]) -> FloatArray:
    """Return (how surely it became slower, by how much) of each benchmark, to compare rules at equal false-alarm rates.

    The first is the change in units of its interval, or the change itself where one run on each side leaves no
    interval; the second the change as a share.
    """
    return np.array([_score(row) for row in _in_order(decision, names)])


def _score(row: Assessment) -> tuple[float, float]:
    change = row.comparison.change
    if change is None:
        return -np.inf, -np.inf
    with np.errstate(divide="ignore"):
        point = float(np.log1p(change.marginal.point))
        width = float(np.log1p(change.marginal.high) - np.log1p(change.marginal.low))
    return (point / width if np.isfinite(width) and width > 0 else point), change.marginal.point


def _in_order(decision: Decision, names: Sequence[str]) -> list[Assessment]:
    by_name = {row.comparison.name: row for row in decision.assessments}
    return [by_name[name] for name in names]


def _covered(rows: Sequence[Assessment], truth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return per row whether the marginal and the simultaneous interval hold the truth; nan without an interval."""
    held = np.full((2, len(rows)), np.nan)
    for index, row in enumerate(rows):
        change = row.comparison.change
        for which, interval in enumerate((change.marginal, change.simultaneous) if change else ()):
            if interval is not None and np.isfinite(interval.low) and np.isfinite(interval.high):
                held[which, index] = interval.low <= truth[index] <= interval.high
    return held[0], held[1]


def _share(which: BoolArray, among: BoolArray) -> float:
    return float(np.mean(which[among])) if among.any() else np.nan


def _known_mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan


def _all_known(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.all()) if known.size else np.nan
