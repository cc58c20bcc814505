"""Memory growth: found where there is a leak, and not where memory only wanders, is collected, or fills caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.decide.growth import BLOCKS, FEWEST_POINTS, growth, over_run
from reporter.shared.model import MemorySeries

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from reporter.model import FloatArray

POINTS, SECONDS = 200, 60.0
TRIALS = 400
BASE = 1e8
LEAK = np.linspace(0.0, 10.0, POINTS)


def series(values: FloatArray, seconds: float = SECONDS) -> MemorySeries:
    """Memory in MB about a base, evenly spaced."""
    at = np.linspace(0.0, seconds, len(values))
    return MemorySeries(seconds=tuple(at.tolist()), bytes=tuple((BASE + 1e6 * values).tolist()))


def _wandering(random: Generator) -> FloatArray:
    return np.asarray(np.cumsum(random.normal(size=POINTS)))


def _hanging_together(random: Generator) -> FloatArray:
    noise = random.normal(size=POINTS)
    for index in range(1, POINTS):
        noise[index] += 0.9 * noise[index - 1]
    return noise


def _collected(random: Generator) -> FloatArray:
    return np.asarray((np.arange(POINTS) + random.uniform(0, 90)) % 50.0)


def _in_steps(random: Generator) -> FloatArray:
    return np.asarray(np.cumsum(random.choice([-1.0, 0.0, 1.0], p=[0.02, 0.96, 0.02], size=POINTS)))


def _filling_caches(random: Generator) -> FloatArray:
    return np.asarray(30 * (1 - np.exp(-np.arange(POINTS) / 40)) + random.normal(size=POINTS) * 0.3)


WITHOUT_LEAK = [_wandering, _hanging_together, _collected, _in_steps, _filling_caches]


def straight_line_says_leak(values: FloatArray) -> bool:
    """The textbook interval of a fitted line, which takes every point for an independent witness."""
    x = np.arange(POINTS) - (POINTS - 1) / 2
    slope = (x * values).sum() / (x * x).sum()
    left = values - values.mean() - slope * x
    return bool(slope > 1.97 * np.sqrt((left**2).sum() / (POINTS - 2) / (x * x).sum()))


@pytest.mark.parametrize("world", WITHOUT_LEAK)
def test_memory_that_does_not_leak_is_called_a_leak_as_rarely_as_promised(
    world: Callable[[Generator], FloatArray],
) -> None:
    random = np.random.default_rng(1)
    said = [growth([series(world(random))]) for _ in range(TRIALS)]
    share = sum(found.per_run.low > 0 for found in said if found) / TRIALS
    assert None not in said
    assert share <= 0.05  # half of 5 % is promised; the rest is the chance of 400 trials


def test_a_fitted_line_would_cry_wolf() -> None:
    random = np.random.default_rng(1)
    assert sum(straight_line_says_leak(_wandering(random)) for _ in range(TRIALS)) > 0.3 * TRIALS


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0])
def test_a_leak_is_found_with_its_size(noise: float) -> None:
    random = np.random.default_rng(2)
    found = [growth([series(LEAK + random.normal(size=POINTS) * noise)]) for _ in range(TRIALS)]
    known = [each for each in found if each]
    assert len(known) == TRIALS
    assert sum(each.per_run.low > 0 for each in known) >= 0.99 * TRIALS
    assert np.mean([each.per_run.point for each in known]) == pytest.approx(10e6, rel=0.02)
    assert np.mean([each.per_second.point for each in known]) == pytest.approx(10e6 / SECONDS, rel=0.02)
    assert sum(each.per_run.low <= 10e6 + 1 and each.per_run.high >= 10e6 - 1 for each in known) >= 0.95 * TRIALS


def test_three_runs_speak_for_themselves() -> None:
    random = np.random.default_rng(3)
    leaks = [series(LEAK * scale + random.normal(size=POINTS) * 0.1) for scale in (0.9, 1.0, 1.1)]
    two, three = growth(leaks[:2]), growth(leaks)
    assert two is not None
    assert three is not None
    assert (two.runs, three.runs) == (2, 3)
    assert three.per_run.point == pytest.approx(10e6, rel=0.02)
    assert three.per_run.low < 9e6 < 11e6 < three.per_run.high
    assert two.per_run.high - two.per_run.low < three.per_run.high - three.per_run.low


def test_too_little_tells_nothing() -> None:
    assert growth([]) is None
    assert growth([series(np.arange(FEWEST_POINTS - 1.0))]) is None
    assert over_run(MemorySeries(seconds=(), bytes=())) is None
    gap = MemorySeries(seconds=(*np.linspace(0, 5, 50).tolist(), 60.0), bytes=(1.0,) * 51)
    assert growth([gap]) is None


@given(
    st.lists(st.floats(0, 1e15), min_size=0, max_size=60),
    st.lists(st.floats(0, 1e9), min_size=0, max_size=60),
)
def test_any_series_gives_an_interval_about_its_point_or_nothing(amounts: list[float], times: list[float]) -> None:
    count = min(len(amounts), len(times))
    found = growth([MemorySeries(seconds=tuple(sorted(times[:count])), bytes=tuple(amounts[:count]))])
    if found is not None:
        assert count >= FEWEST_POINTS > BLOCKS
        assert found.per_run.low <= found.per_run.point <= found.per_run.high
