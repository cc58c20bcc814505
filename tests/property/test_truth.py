"""Every verdict that the engine can give says what its numbers say: verdict, interval, bounds and sentence agree."""

from __future__ import annotations

import re
from functools import cache
from math import isclose, isfinite
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.judge import Pairs, judge_looks, judge_pairs, judge_screen
from reporter.decide.judge_rule import judge_pairs_by_rule
from reporter.decide.named_rules import parse_rule
from reporter.model import JUDGED
from reporter.render.view_rows import row_view
from reporter.units import format_percent
from tests.suites import baseline_of, suite_of

if TYPE_CHECKING:
    from reporter.decide.decision import Decision
    from reporter.decide.family import BoundsOf
    from reporter.model import Assessment, Better, Estimate, Suite, Verdict

_UNITS: tuple[tuple[str, Better], ...] = (("s", "lower"), ("1/s", "higher"), ("B", "lower"), ("1", "lower"))
_SDS = (0.0, 0.001, 0.004, 0.02, 0.1, 0.4)
_EFFECTS = (0.0, 0.001, 0.004, 0.015, 0.021, 0.03, 0.06, 0.3, 1.0, -0.004, -0.025, -0.2)


class World:
    """A few benchmarks with a noise and an effect each, measured as often as asked."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)
        self.unit, self.better = _UNITS[seed % len(_UNITS)]
        self.count = int(self.generator.integers(1, 9))
        self.noise = self.generator.choice(_SDS, self.count)
        self.effects = self.generator.choice(_EFFECTS, self.count)
        self.jumps = self.generator.random(self.count) < 0.2
        self.limits = [self._limit() for _ in range(self.count)]

    def _limit(self) -> tuple[float | None, float | None]:
        if self.generator.random() < 0.7:
            return None, None
        return float(self.generator.choice([0.0, 0.01, 0.1])), float(self.generator.choice([0.01, 0.2]))

    def bounds_of(self, name: str) -> tuple[float | None, float | None]:
        return self.limits[int(name[1:])]

    def side(self, runs: int, *, head: bool) -> Suite:
        benchmarks = {f"b{i}": [self._run(i, number, head=head) for number in range(runs)] for i in range(self.count)}
        return suite_of(benchmarks, unit=self.unit, better=self.better)

    def _run(self, index: int, number: int, *, head: bool) -> list[float]:
        if number and self.generator.random() < 0.03:
            return []
        level = 1e-3 * (index + 1) * (1 + self.effects[index] * head)
        level *= np.exp(self.generator.normal(0, self.noise[index]))
        if self.jumps[index] and self.generator.random() < 0.5:
            level *= 1.15
        return [float(level * (1 + 0.01 * i)) for i in range(int(self.generator.integers(1, 30)))]


def _pairs(world: World, runs: int) -> tuple[Suite, Suite]:
    return world.side(runs, head=False), world.side(runs, head=True)


def decisions(world: World, runs: int) -> list[Decision]:
    """Judge a world in every way there is."""
    base, head = _pairs(world, runs)
    history = baseline_of([world.side(1, head=False) for _ in range(int(world.generator.integers(1, 9)))])
    bounds_of: BoundsOf = world.bounds_of
    return [
        judge_pairs(base, head, bounds_of=bounds_of),
        judge_looks(Pairs(base=base, head=head), bounds_of=bounds_of),
        judge_screen(world.side(1, head=True), history, bounds_of=bounds_of),
        judge_screen(world.side(1, head=True), history, world.side(3, head=True), bounds_of=bounds_of),
    ]


WORLDS = 60
_RUNS = (1, 2, 3, 4, 5, 8, 12, 20)


@cache
def judged() -> tuple[Assessment, ...]:
    """Return every row of many worlds, each judged in every way."""
    found = [decisions(World(seed), _RUNS[seed % len(_RUNS)]) for seed in range(WORLDS)]
    return tuple(row for ways in found for decision in ways for row in decision.assessments)


def test_the_worlds_hold_every_verdict_that_a_comparison_can_give() -> None:
    assert {row.verdict for row in judged()} >= JUDGED
    assert {row.suspect for row in judged()} == {True, False}


def test_what_is_called_changed_has_an_interval_and_a_size_that_say_so() -> None:
    for row in judged():
        if row.verdict in ("regressed", "improved"):
            _check_changed(row)


def _check_changed(row: Assessment) -> None:
    change, threshold = row.comparison.change, row.threshold
    assert change is not None
    assert threshold is not None
    way = 1 if (row.comparison.metric.better == "lower") is (row.verdict == "regressed") else -1
    assert min(way * change.marginal.low, way * change.marginal.high) > 0, "the interval holds zero"
    assert way * change.marginal.point > threshold


def test_what_is_called_unchanged_lies_inside_its_margin_and_nothing_else_does() -> None:
    for row in judged():
        change, margin = row.comparison.change, row.margin
        if change is None:
            assert row.verdict not in ("regressed", "improved", "unchanged")
            continue
        assert margin is not None
        low, point, high = change.marginal.low, change.marginal.point, change.marginal.high
        assert low <= point <= high or not isfinite(low + high)
        if row.verdict == "unchanged":
            assert max(-low, high) <= margin
        elif row.verdict == "inconclusive" and not row.suspect:
            assert not max(-low, high) <= margin


def test_the_sentence_says_the_numbers_of_its_row() -> None:
    for row in judged():
        _check_sentence(row)


def _check_sentence(row: Assessment) -> None:
    change, words = row.comparison.change, row.reason
    assert words
    assert "nan" not in words
    if change is None or change.kind != "ratio" or row.suspect or "too few" in words:
        return
    if row.verdict in ("regressed", "improved"):
        assert format_percent(abs(change.marginal.point)) in words
        up = "slower" if row.comparison.metric.unit == "s" else "more"
        down = "faster" if row.comparison.metric.unit == "s" else "less"
        assert (up if change.marginal.point > 0 else down) in words.partition(";")[0]
    if row.verdict == "unchanged":
        assert row.margin is not None
        assert f"within ±{format_percent(row.margin)}" in words
    if isfinite(change.marginal.low) or isfinite(change.marginal.high):
        assert _interval_in_words(row.verdict, change.marginal) in words


def _interval_in_words(verdict: Verdict, interval: Estimate) -> str:
    """Return both ends: without signs after the word for the way of a change, the smaller first; else with signs."""
    if verdict not in ("regressed", "improved") or not isfinite(interval.low + interval.high):
        return f"{format_percent(interval.low, signed=True)} to {format_percent(interval.high, signed=True)}"
    small, large = sorted((abs(interval.low), abs(interval.high)))
    return f"probably {format_percent(small).removesuffix('%')} to {format_percent(large)}"


def test_a_suspect_is_never_called_and_what_waits_says_for_what() -> None:
    for row in judged():
        if row.suspect:
            assert row.verdict == "inconclusive"
            assert row.cure
        if row.verdict in ("regressed", "improved"):
            assert row.comparison.baseline is not None
            assert row.comparison.head is not None


@pytest.mark.parametrize("rule", ["mean > 10%", "median > 5%", "min > 3%", "benchstat", "z > 3"])
def test_a_named_rule_calls_no_change_smaller_than_its_bound(rule: str) -> None:
    found = parse_rule(rule, "--rule")
    for seed in range(60):
        world = World(seed)
        for row in judge_pairs_by_rule(found, *_pairs(world, 6)).assessments:
            if row.verdict in ("regressed", "improved") and row.comparison.change is not None:
                worse = (row.comparison.change.marginal.point > 0) is (row.comparison.metric.better == "lower")
                assert worse is (row.verdict == "regressed")


def test_the_numbers_of_a_row_follow_from_each_other() -> None:
    for row in judged():
        _check_numbers(row)


def _check_numbers(row: Assessment) -> None:
    change = row.comparison.change
    if change is None or not isfinite(change.marginal.point):
        return
    shown = row_view(row, "row-0", row.comparison.name)
    before, after = (_exact(text) for text in (shown.exact.baseline, shown.exact.head))
    point = change.marginal.point
    if before is None or after is None:
        return
    expected = before * (1 + point) if change.kind == "ratio" else before + point
    assert isclose(after, expected, rel_tol=1e-6, abs_tol=1e-12), (shown.baseline, shown.head, shown.change)


def _exact(text: str) -> float | None:
    number = re.match(r"[-−]?[\d.]+(?:e[-+]?\d+)?", text)
    return float(number[0].replace("−", "-")) if number else None
