"""The verdicts of pairs once more, from what a report keeps of them and by the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import isclose, isfinite
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import Row, absent_sample, arranged
from reporter.decide.assessing import assess
from reporter.decide.family import Bounds, Design, Family
from reporter.decide.judge_pairs import by_last_look, judge_values
from reporter.decide.judging import spent_levels
from reporter.decide.kept_values import digest
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.recompute_words import DAMAGED, DIFFERS
from reporter.decide.shards import policy_of
from reporter.model import COLUMN, Benchmark
from reporter.stats.variance import Variance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.decide.align import Values
    from reporter.decide.rulings import Judged
    from reporter.model import (
        Assessment,
        BoolArray,
        Change,
        Estimate,
        FloatArray,
        JudgedRow,
        Judging,
        PairValues,
        Report,
        RowLook,
    )

    Key = tuple[str, tuple[tuple[str, str], ...], str]

CLOSE = 1e-6
"""Relative difference of numbers that are the same: processors differ in the last digit of a logarithm."""
NEARLY_ZERO = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A row judged again: what it was judged from, its verdict with its numbers, and the look at which it stopped.

    ``together`` is the number of rows that were judged with it, itself included. ``differences`` tell what is not as
    the report has it.
    """

    row: JudgedRow
    began: str
    assessment: Assessment
    stop: RowLook
    together: int
    differences: tuple[str, ...]


def judge_again(report: Report) -> dict[int, Again]:
    """Judge all judgings of a report again; return each row of the report that is among them, by its index."""
    places = _places(report)
    found: dict[int, Again] = {}
    for judging in report.judgings:
        damage = () if digest(judging.rows) == judging.digest else (DAMAGED,)
        for row, (assessment, stop) in zip(judging.rows, judged(judging), strict=True):
            place = next(places.get((row.name, row.params, row.metric.name), iter(())), None)
            if place is None or report.assessments[place].verdict == "not_comparable":
                continue
            found[place] = Again(
                row=row,
                began=judging.began,
                assessment=assessment,
                stop=stop,
                together=len(judging.rows),
                differences=(*damage, *_differences(report.assessments[place], row, assessment, stop)),
            )
    return found


def _places(report: Report) -> dict[Key, Iterator[int]]:
    """Return where the rows of each name are; those that a masked secret told apart are in the order of the judging."""
    places: dict[Key, list[int]] = {}
    for index, row in enumerate(report.assessments):
        compared = row.comparison
        places.setdefault((compared.name, compared.params, compared.metric.name), []).append(index)
    return {key: iter(found) for key, found in places.items()}


def judged(judging: Judging) -> list[tuple[Assessment, RowLook]]:
    """Return each row as it is judged from what is kept of it, with the look at which it stopped."""
    family = _family(judging)
    with np.errstate(all="ignore"):  # a file may hold any numbers: what comes of them differs from the report
        done = by_last_look([row.looks[-1].look for row in judging.rows], partial(_at_look, family, judging.rows))
    assessments = assess([each for each, _ in done], judging.suite)
    return list(zip(assessments, [stop for _, stop in done], strict=True))


def _family(judging: Judging) -> Family:
    return Family(
        rows=[_row(each) for each in judging.rows],
        bounds=Bounds(
            threshold=np.array([row.threshold for row in judging.rows]),
            margin=np.array([row.margin for row in judging.rows]),
        ),
        design=Design.GROWING_PAIRS if judging.grows else Design.PAIRS,
        policy=policy_of(judging.suite, DEFAULT_POLICY),
        suite=judging.suite,
        stored=_stored(judging.rows),
        runners=judging.runners,
    )


def _at_look(family: Family, rows: Sequence[JudgedRow], look: int) -> list[tuple[Judged, RowLook]]:
    values = values_at(rows, look)
    return list(zip(judge_values(family, values), spent_levels(family, look, values), strict=True))


def _row(row: JudgedRow) -> Row:
    nothing = absent_sample(1)
    return Row(benchmark=Benchmark(name=row.name, params=row.params), metric=row.metric, baseline=nothing, head=nothing)


def values_at(rows: Sequence[JudgedRow], look: int) -> Values:
    """Return what decided at a look."""
    series = [_series(row, look) for row in rows]
    metrics, clock = [row.metric for row in rows], [each.clock for each in series]
    logarithmic = np.array([row.kind == "ratio" for row in rows], dtype=bool)
    pairs = min(look, max(len(each.base) for each in series))
    base, head = (_logs(_table([getattr(each, side) for each in series], pairs), logarithmic) for side in _SIDES)
    statistic = np.array([COLUMN[row.statistic] for row in rows], dtype=np.intp)
    return replace(
        arranged(base, head, metrics, logarithmic, statistic),
        in_step=np.array([one is not None for one in clock], dtype=bool),
        processor=np.array([one == "cpu" for one in clock], dtype=bool),
    )


_SIDES = ("base", "head")


def _series(row: JudgedRow, look: int) -> PairValues:
    return next(each for each in row.values if look in each.looks)


def _table(series: Sequence[Sequence[float | None]], pairs: int) -> FloatArray:
    table = np.full((len(series), pairs), np.nan)
    for index, values in enumerate(series):
        known = values[:pairs]
        table[index, : len(known)] = [np.nan if value is None else value for value in known]
    return table


def _logs(table: FloatArray, logarithmic: BoolArray) -> FloatArray:
    logs = np.log(np.where(logarithmic[:, None], table, 1.0))
    return np.where(logarithmic[:, None], logs, table)


def _stored(rows: Sequence[JudgedRow]) -> Variance | None:
    if not any(row.stored for row in rows):
        return None
    variance, df = np.array([row.stored or (np.nan, 0.0) for row in rows]).T
    return Variance(variance=variance, df=df)


def _differences(then: Assessment, row: JudgedRow, now: Assessment, stop: RowLook) -> tuple[str, ...]:
    """Return what of a verdict is not as the report has it, the verdict first."""
    words = (("the verdict", now.verdict, then.verdict), ("the clock", now.comparison.clock, then.comparison.clock))
    numbers = [
        ("the level", stop.level, row.looks[-1].level),
        ("the number of pairs", stop.pairs, row.looks[-1].pairs),
        *((what, one, other) for (what, one), (_, other) in zip(_numbers(now), _numbers(then), strict=True)),
    ]
    return (
        *(DIFFERS.format(what=what, now=one, then=other) for what, one, other in words if one != other),
        *(
            DIFFERS.format(what=what, now=_spoken(one), then=_spoken(other))
            for what, one, other in numbers
            if not _same(one, other)
        ),
    )


def _numbers(row: Assessment) -> list[tuple[str, float | None]]:
    change, noise = row.comparison.change, row.comparison.noise
    return [
        *_of_change(change),
        ("the noise", noise.sd if noise else None),
        ("the code alignment", noise.alignment if noise else None),
        ("the threshold", row.threshold),
        ("the margin", row.margin),
        ("the change that could have been found", row.detectable),
    ]


def _of_change(change: Change | None) -> list[tuple[str, float | None]]:
    return [
        *_of_estimate("the {} of the interval", change.marginal if change else None),
        *_of_estimate("the {} of the interval of all together", change.simultaneous if change else None),
        ("the adjusted p", change.p_adjusted if change else None),
        ("the value before", change.before if change else None),
        ("the value after", change.after if change else None),
    ]


def _of_estimate(what: str, estimate: Estimate | None) -> list[tuple[str, float | None]]:
    ends = {"point": "middle", "low": "lower end", "high": "upper end"}
    return [(what.format(word), getattr(estimate, end) if estimate else None) for end, word in ends.items()]


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None or not isfinite(one) or not isfinite(other):
        return _known(one) == _known(other)
    return isclose(one, other, rel_tol=CLOSE, abs_tol=NEARLY_ZERO)


def _known(number: float | None) -> bool:
    return number is not None and isfinite(number)


def _spoken(number: float | None) -> str:
    return "unknown" if number is None else f"{number:.10g}"
