"""The exact upper bound of a rate, against published values and against the binomial distribution itself."""

from __future__ import annotations

import math

import pytest

from reporter.stats.exact_rate import trials_for, upper_bound


@pytest.mark.parametrize(
    ("events", "trials", "bound"),
    [(0, 6, 0.3930), (0, 59, 0.0495), (0, 10, 0.2589), (1, 10, 0.3942), (1, 20, 0.2161), (5, 10, 0.7776)],
)
def test_bounds_are_those_of_the_tables(events: int, trials: int, bound: float) -> None:
    assert upper_bound(events, trials, 0.95) == pytest.approx(bound, abs=5e-5)


@pytest.mark.parametrize(("events", "trials"), [(0, 1), (2, 7), (3, 400), (40, 2000)])
def test_at_the_bound_so_few_events_have_five_percent(events: int, trials: int) -> None:
    rate = upper_bound(events, trials, 0.95)
    tail = sum(math.comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(events + 1))
    assert tail == pytest.approx(0.05, rel=1e-6)


def test_nothing_tried_and_everything_seen_bound_nothing() -> None:
    assert upper_bound(0, 0, 0.95) == 1.0
    assert upper_bound(4, 4, 0.95) == 1.0


def test_fewest_trials_that_bound_a_rate() -> None:
    assert trials_for(0, 0.05, 0.95) == 59
    for events in (0, 1, 3):
        needed = trials_for(events, 0.05, 0.95)
        assert needed is not None
        assert upper_bound(events, needed, 0.95) <= 0.05 < upper_bound(events, needed - 1, 0.95)
    assert trials_for(0, 1e-9, 0.95) is None
