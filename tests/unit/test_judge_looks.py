"""Pairs that grow from look to look: strict early, and nothing is called changed before a second batch agrees."""

from __future__ import annotations

import numpy as np
import pytest

from reporter.decide.judge import Pairs, judge_looks
from reporter.decide.looks import SHARES, level_of
from tests.suites import noisy_runs, suite_of


def _pairs(seed: int, pairs: int, slower: float = 1.0, *, only: str | None = None, noise: float = 0.005) -> Pairs:
    generator = np.random.default_rng(seed)
    names = [only] if only else ["a", "b", "c", "d"]
    sides = [
        suite_of(
            {
                name: noisy_runs(generator, level=1e-3 * (factor if name == "a" else 1), sd=noise, runs=pairs)
                for name in names
            }
        )
        for factor in (1.0, slower)
    ]
    return Pairs(base=sides[0], head=sides[1])


def _verdicts(first: Pairs, second: Pairs | None = None, look: int = 0) -> dict[str, tuple[str, bool]]:
    decision = judge_looks(first, second, look=look)
    return {row.comparison.name: (row.verdict, row.suspect) for row in decision.assessments}


def test_what_is_flagged_waits_for_a_second_batch() -> None:
    decision = judge_looks(_pairs(1, 8, 1.1))
    assert decision.suspects == 1
    assert _verdicts(_pairs(1, 8, 1.1))["a"] == ("inconclusive", True)


def test_the_second_batch_alone_gives_the_estimate() -> None:
    decision = judge_looks(_pairs(1, 8, 1.5), _pairs(2, 8, 1.1, only="a"))
    row = next(row for row in decision.assessments if row.comparison.name == "a")
    assert row.verdict == "regressed"
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(0.1, abs=0.01)
    assert decision.suspects == 0


@pytest.mark.parametrize("slower", [1.0, 0.9])
def test_a_second_batch_that_disagrees_leaves_it_inconclusive(slower: float) -> None:
    assert _verdicts(_pairs(1, 8, 1.1), _pairs(2, 8, slower, only="a"))["a"] == ("inconclusive", True)


def test_a_suspect_that_was_not_measured_again_is_not_confirmed() -> None:
    assert _verdicts(_pairs(1, 8, 1.1), _pairs(2, 8, only="b"))["a"] == ("inconclusive", True)


def test_the_shares_of_the_level_add_up_to_it() -> None:
    spent = [level_of(look, 0.05) for look in range(10)]
    assert sum(spent) == pytest.approx(0.05)
    assert spent[len(SHARES) :] == [0.0] * (10 - len(SHARES))


def test_a_look_beyond_the_planned_ones_flags_nothing() -> None:
    assert judge_looks(_pairs(1, 8, 1.5), look=len(SHARES) - 1).suspects > 0
    late = judge_looks(_pairs(1, 8, 1.5), look=len(SHARES))
    assert late.suspects == 0
    assert all(row.detectable is None for row in late.assessments)
