"""The Mann-Whitney test against enumerations, tables and distributions that are known in another way."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.stats.rank_sum import MOST_EXACT, MOST_EXACT_TIED, rank_sum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.model import FloatArray


def _sorted(values: Iterable[float]) -> FloatArray:
    return np.sort(np.array(list(values), dtype=float))


def _by_brute_force(values: list[int], split: int) -> float:
    """Double the share of all choices of the first side whose U is at most, or at least, that of the given one."""

    def u(chosen: tuple[int, ...]) -> float:
        others = [values[index] for index in range(len(values)) if index not in chosen]
        return sum((b > values[a]) + (b == values[a]) / 2 for a in chosen for b in others)

    own = u(tuple(range(split)))
    every = [u(chosen) for chosen in combinations(range(len(values)), split)]
    return min(1.0, 2 * min(sum(one <= own for one in every), sum(one >= own for one in every)) / len(every))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=9, unique=True), st.integers(1, 4))
def test_rank_sum_is_exact_for_few_values(values: list[int], split: int) -> None:
    first, second = _sorted(values[:split]), _sorted(values[split:])
    p_value, u = rank_sum(first, second)
    assert u == sum(b > a for a in first for b in second)
    assert p_value == pytest.approx(_by_brute_force(values, split))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=5, max_size=9), st.integers(1, 4))
def test_rank_sum_is_exact_with_ties(values: list[int], split: int) -> None:
    assert rank_sum(_sorted(values[:split]), _sorted(values[split:]))[0] == pytest.approx(
        _by_brute_force(values, split)
    )


@pytest.mark.parametrize(("u", "p_value"), [(25, 2 / 252), (23, 8 / 252), (22, 14 / 252)])
def test_rank_sum_has_the_tabulated_values_for_five_and_five(u: int, p_value: float) -> None:
    before: list[float] = {25: [1.0, 2, 3, 4, 5], 23: [1.0, 2, 3, 4, 7.5], 22: [1.0, 2, 3, 4, 8.5]}[u]
    assert rank_sum(_sorted(before), _sorted([6, 7, 8, 9, 10])) == pytest.approx((p_value, u))


def test_four_a_side_with_ties_have_the_p_of_benchstat() -> None:
    assert rank_sum(_sorted([0, 0, 2, 3]), _sorted([3, 4, 5, 5])) == pytest.approx((4 / 70, 15.5))


def _partitions(first: int, second: int) -> list[int]:
    """Expand the Gaussian binomial coefficient: the number of orders of two samples for each U."""
    counts = [1] + [0] * (first * second)
    for index in range(1, first + 1):
        for u in range(len(counts) - 1, second + index - 1, -1):
            counts[u] -= counts[u - second - index]
        for u in range(index, len(counts)):
            counts[u] += counts[u - index]
    return counts


def _with_u(first: int, second: int, u: int) -> tuple[FloatArray, FloatArray]:
    """Return two samples without ties of which the second is larger in ``u`` pairs."""
    above, rest = divmod(u, first)
    between = [rest + 0.5] if rest else []
    below = map(float, range(-1, above + len(between) - second - 1, -1))
    return _sorted(range(1, first + 1)), _sorted([*below, *between, *map(float, range(first + 1, first + 1 + above))])


@pytest.mark.parametrize(("first", "second"), [(21, 21), (25, 50), (50, 50), (50, 3)])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.34, 0.4, 0.5, 0.63, 1.0])
def test_rank_sum_without_ties_is_exact_up_to_fifty_a_side(first: int, second: int, share: float) -> None:
    u = int(share * first * second)
    sides = _with_u(first, second, u)
    ways = _partitions(first, second)
    exact = 2 * sum(ways[: min(u, first * second - u) + 1]) / math.comb(first + second, first)
    assert rank_sum(*sides) == pytest.approx((min(1.0, exact), u), rel=1e-9)


@pytest.mark.parametrize(("size", "critical"), [(10, 23), (15, 64), (20, 127)])
def test_rank_sum_has_the_tabulated_critical_values(size: int, critical: int) -> None:
    """The largest U with p of at most .05, two-sided, as every textbook's table has it."""
    assert rank_sum(*_with_u(size, size, critical))[0] <= 0.05
    assert rank_sum(*_with_u(size, size, critical + 1))[0] > 0.05


@pytest.mark.parametrize(("zeros", "others"), [(20, 12), (25, 18), (3, 9), (13, 12)])
def test_rank_sum_of_two_different_values_is_the_hypergeometric_test(zeros: int, others: int) -> None:
    size = MOST_EXACT_TIED
    first, second = (_sorted([0.0] * count + [1.0] * (size - count)) for count in (zeros, others))
    total = zeros + others
    shares = [
        math.comb(size, count) * math.comb(size, total - count) / math.comb(2 * size, total)
        for count in range(max(0, total - size), min(size, total) + 1)
    ]
    own = zeros - max(0, total - size)
    assert rank_sum(first, second)[0] == pytest.approx(min(1.0, 2 * min(sum(shares[: own + 1]), sum(shares[own:]))))


def test_the_exact_and_the_approximate_p_meet_at_their_limits() -> None:
    for most, values in ((MOST_EXACT, 10**6), (MOST_EXACT_TIED, 12)):
        drawn = np.random.default_rng(3).integers(0, values, (2, most + 1)).astype(float)
        drawn[1] += values // 5
        exact, near = (rank_sum(*(np.sort(side[:size]) for side in drawn))[0] for size in (most, most + 1))
        assert near == pytest.approx(exact, abs=0.02)


def test_rank_sum_of_many_values_keeps_its_level_with_ties() -> None:
    generator = np.random.default_rng(5)
    for kinds in (2, 12):
        samples = np.sort(generator.integers(0, kinds, (2000, 2, 100)).astype(float), axis=2)
        rate = np.mean([rank_sum(first, second)[0] < 0.05 for first, second in samples])
        assert rate == pytest.approx(0.05, abs=0.016), kinds


@pytest.mark.parametrize("count", [10, 30])
def test_rank_sum_of_equal_values_finds_nothing(count: int) -> None:
    same = np.ones(count)
    assert rank_sum(same, same) == (1.0, count * count / 2)
