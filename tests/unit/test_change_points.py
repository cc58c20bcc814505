"""Change points: steps are found where they are, noise and single outliers are none."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.change_points import f_score, left_out
from reporter.stats.change_points import change_points


def _noise(length: int, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(0.0, 1.0, length)


@pytest.mark.parametrize("place", [10, 25, 40])
def test_a_step_is_found_where_it_is(place: int) -> None:
    values = 100 + _noise(50) + np.where(np.arange(50) >= place, 8.0, 0.0)
    (found,) = change_points(values[None, :])
    assert len(found) == 1
    assert abs(found[0] - place) <= 1


def test_up_and_down_again_are_two() -> None:
    values = _noise(60) + np.where((np.arange(60) >= 20) & (np.arange(60) < 40), 10.0, 0.0)
    (found,) = change_points(values[None, :])
    assert [round(place, -1) for place in found] == [20, 40]


def test_noise_rarely_changes_level() -> None:
    found = change_points(np.stack([_noise(50, seed) for seed in range(200)]))
    assert sum(map(bool, found)) <= 2


def test_outliers_and_equal_values_are_no_levels() -> None:
    spiked = _noise(50)
    spiked[[13, 30]] += 30.0
    assert change_points(np.stack([spiked, np.full(50, 3.0)])) == [(), ()]


def test_a_step_between_equal_values_is_certain() -> None:
    assert change_points(np.array([[1.0] * 10 + [2.0] * 10])) == [(10,)]


def test_short_histories_have_none() -> None:
    assert change_points(np.array([[1.0, 1.0, 9.0, 9.0]])) == [()]
    assert change_points(np.empty((0, 30))) == []


def test_every_series_is_judged_by_itself() -> None:
    step = _noise(40) + np.where(np.arange(40) >= 20, 12.0, 0.0)
    both = change_points(np.stack([_noise(40, 3), step * 1e-6]))
    assert both == [(), change_points(step[None, :])[0]]


def test_the_score_is_that_of_the_data_set() -> None:
    assert f_score((), [[], []]) == 1.0
    assert f_score((10,), [[10], [12]]) == 1.0
    assert f_score((), [[10]]) == pytest.approx(2 / 3)
    assert f_score((10, 40), [[10]]) == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))


def test_a_series_left_out_is_scored_by_what_the_others_chose() -> None:
    assert left_out([[0.2, 0.9, 0.1], [0.1, 0.8, 0.9], [0.1, 0.7, 0.9]]) == [0.1, 0.8, 0.7]
