"""Every number of a row follows from the others: before, after and change; verdict, interval and threshold."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.decide.judge import DEFAULT_POLICY, Decision, Pairs, judge_looks, judge_pairs, judge_screen
from reporter.decide.judge_rule import judge_pairs_by_rule
from reporter.decide.named_rules import parse_rule
from reporter.records import json_v1
from reporter.render import view
from reporter.units import parse_quantity
from tests.reports import report
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Change, Suite
    from reporter.render.view_types import RowView

seeds = st.integers(0, 2**32 - 1)
RULES = ("mean > 10%", "median > 10%", "min > 5%", "benchstat", "asv")
ROUNDS = 4
DIGITS = 0.011
"""Three digits are shown of a value: half of the third one on both sides is at most a hundredth."""


def _suites(seed: int, runs: int, rows: int) -> tuple[Suite, Suite]:
    """Make two sides of everything there is: times that moved or did not, exact ones, and counts with zeros."""
    generator = np.random.default_rng(seed)
    sides: tuple[dict[str, list[list[float]]], ...] = ({}, {})
    for row in range(rows):
        sd = float(generator.choice([0.0, 0.002, 0.02, 0.3]))
        level = float(np.exp(generator.uniform(np.log(1e-8), np.log(100.0))))
        factor = float(generator.choice([1.0, 1.0, 1.03, 0.9, 1.5, 4.0]))
        for side, own in zip(sides, (1.0, factor), strict=True):
            side[f"time {row}"] = noisy_runs(generator, level=level * own, sd=sd, runs=runs, rounds=ROUNDS)
        for side in sides:
            side[f"count {row}"] = [[float(value)] * 3 for value in generator.poisson(0.7 * (1 + row % 3), runs)]
    return suite_of(sides[0]), suite_of(sides[1])


def _decisions(seed: int, runs: int, rows: int) -> list[Decision]:
    base, head = _suites(seed, runs, rows)
    sessions = [_suites(seed + 1 + number, 2, rows)[0] for number in range(1 + seed % 6)]
    return [
        judge_pairs(base, head),
        judge_looks(Pairs(base=base, head=head)),
        judge_screen(head, baseline_of([*sessions, base])),
        judge_screen(head, baseline_of([base]), head),
        judge_pairs_by_rule(parse_rule(RULES[seed % len(RULES)], "here"), base, head),
    ]


def _changed(decision: Decision) -> list[tuple[Assessment, Change]]:
    rows = [(row, row.comparison.change) for row in decision.assessments]
    return [(row, change) for row, change in rows if change is not None]


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(1, 18), st.integers(1, 3))
def test_before_after_and_change_are_one_estimate(seed: int, runs: int, rows: int) -> None:
    for decision in _decisions(seed, runs, rows):
        for _, change in _changed(decision):
            assert change.before is not None
            assert change.after is not None
            found = change.before * (1 + change.marginal.point)
            if change.kind == "difference":
                found = change.before + change.marginal.point
            assert change.after == pytest.approx(found, rel=1e-9, abs=1e-12)


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(1, 18), st.integers(1, 3))
def test_what_is_shown_of_a_row_agrees_within_rounding(seed: int, runs: int, rows: int) -> None:
    for decision in _decisions(seed, runs, rows):
        shown = report(*decision.assessments)
        again = json_v1.load(json_v1.dump(shown), "here")
        for one in (shown, again):
            built = {row.name: row for row in view.build(one).rows()}
            for row, change in _changed(decision):
                _agrees(built[row.comparison.name], change)


def _agrees(shown: RowView, change: Change) -> None:
    before, after = (_quantity(text) for text in (shown.baseline, shown.head))
    if change.kind == "ratio":
        percent = shown.change.replace("−", "-").replace("±", "").replace(",", "").removesuffix("%")
        grown = before * (1 + float(percent) / 100)
        assert after == pytest.approx(grown, rel=DIGITS, abs=DIGITS * before)
    else:
        moved = _quantity(shown.change.replace("±", ""))
        assert after - before == pytest.approx(moved, abs=DIGITS * (abs(before) + abs(after) + abs(moved)) + 1e-9)


def _quantity(text: str) -> float:
    return parse_quantity(text.replace("−", "-").replace(",", ""))[0]


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 24), st.integers(1, 3))
def test_verdict_and_interval_agree(seed: int, runs: int, rows: int) -> None:
    """Regressed or improved: the interval excludes zero, the estimate is beyond the threshold."""
    for decision in _decisions(seed, runs, rows)[:4]:
        for row, change in _changed(decision):
            _interval_supports(row, change)


def _interval_supports(row: Assessment, change: Change) -> None:
    threshold, margin = (nan if bound is None else bound for bound in (row.threshold, row.margin))
    low, high = change.marginal.low, change.marginal.high
    if row.verdict == "unchanged":
        assert -margin <= low <= high <= margin
    if row.verdict not in ("regressed", "improved"):
        return
    away = (low > 0) - (high < 0)
    assert away == (1 if row.verdict == "regressed" else -1)
    assert abs(change.marginal.point) > threshold * (1 - 1e-9)


@pytest.mark.parametrize("pairs", [8, 16, 32])
def test_no_single_benchmark_is_regressed_with_an_interval_that_holds_zero(pairs: int) -> None:
    """A lone row that is tested at 5 % one-sided has an interval that leaves 2.5 % out on either side."""
    policy = replace(DEFAULT_POLICY, alpha_pairs=((pairs, 0.05),))
    found: list[Assessment] = []
    for seed in range(80):
        generator = np.random.default_rng([seed, pairs])
        sides = [{"a": noisy_runs(generator, level=level, sd=0.05, runs=pairs, rounds=ROUNDS)} for level in (1.0, 1.03)]
        found += judge_pairs(*map(suite_of, sides), policy=policy).assessments
    regressed = [row.comparison.change for row in found if row.verdict == "regressed"]
    assert len(regressed) > 5
    assert all(change is not None and change.marginal.low > 0 for change in regressed)
