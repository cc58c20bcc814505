"""How long pairs take and how many fit: the order of sides, the outlook on the next pairs, and the words about it."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from reporter.decide.judge import DEFAULT_POLICY
from reporter.decide.looks import SHORT_LOOKS
from reporter.measure.paired.outlook import (
    FEWEST_PAIRS,
    FIRST_LOOK,
    MOST_PAIRS,
    Outlook,
    limit_for,
    longest_run,
    pair_seconds,
    spoken_limit,
    time_limit,
    too_slow,
)
from reporter.measure.paired.pair_runs import order_of
from reporter.units import parse_seconds


def _firsts(pairs: int, cores: int) -> list[tuple[str, int]]:
    """Name the side that goes first and the core of each pair."""
    return [(order_of(number, cores)[0], number % cores) for number in range(pairs)]


@pytest.mark.parametrize("cores", [2, 3, 4, 8])
def test_the_side_that_goes_first_does_not_depend_on_the_core(cores: int) -> None:
    seen = Counter(_firsts(2 * cores, cores))
    assert seen == Counter(product(("base", "head"), range(cores)))


@pytest.mark.parametrize("cores", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("pairs", [4, 8, 16])
def test_either_side_goes_first_equally_often(cores: int, pairs: int) -> None:
    firsts = Counter(side for side, _ in _firsts(pairs, cores))
    assert firsts["base"] == firsts["head"]


def test_both_sides_run_in_every_pair_where_no_core_can_be_chosen() -> None:
    assert [order_of(number, 0) for number in range(2)] == [("base", "head"), ("head", "base")]


@pytest.mark.parametrize(
    ("first", "later", "room", "fitting"),
    [
        (31.0, 62.0, 180.0, 3),  # the base run that is there already is half of the first pair
        (53.8, 107.6, 150.0 - 53.8, 1),
        (62.0, 62.0, 180.0, 2),
        (181.0, 362.0, -1.0, 0),
        (1.0, 2.0, 15.0, 8),
        (1.0, 2.0, 1000.0, 8),
        (0.0, 0.0, 1.0, 8),
    ],
)
def test_pairs_that_fit_are_counted_before_they_are_measured(
    first: float, later: float, room: float, fitting: int
) -> None:
    assert Outlook(first, later).fitting(room, 8) == fitting


@pytest.mark.parametrize(
    ("given", "calibrated", "seconds"),
    [(None, 0, 120.0), (None, 12, 120.0), (None, 200, 400.0), (None, 5000, 600.0), (5.0, 200, 5.0), (900.0, 0, 900.0)],
)
def test_pairs_may_take_twice_a_plain_run_within_bounds_or_what_was_given(
    given: float | None, calibrated: int, seconds: float
) -> None:
    assert time_limit(given, calibrated) == seconds


def test_a_first_run_is_ended_when_three_pairs_of_it_would_not_fit() -> None:
    assert longest_run(None, in_step=False, can_be_shortened=False) == 20.0
    assert longest_run(None, in_step=False, can_be_shortened=True) == 100.0
    assert longest_run(90.0, in_step=True, can_be_shortened=True) == 20.0


def test_a_pair_in_lock_step_takes_less_than_two_first_runs() -> None:
    assert (pair_seconds(2.0, in_step=False), pair_seconds(2.0, in_step=True)) == (4.0, 3.0)


def test_fewest_and_wanted_pairs_are_those_of_the_decision() -> None:
    assert (DEFAULT_POLICY.fewest_pairs, SHORT_LOOKS[0], SHORT_LOOKS[-1]) == (FEWEST_PAIRS, FIRST_LOOK, MOST_PAIRS)


@pytest.mark.parametrize(
    ("run_seconds", "spoken"), [(31.0, "9 min"), (53.8, "16 min"), (2.5, "45 s"), (0.1, "5 s"), (400.0, "112 min")]
)
def test_the_limit_that_would_do_is_one_that_can_be_written(run_seconds: float, spoken: str) -> None:
    limit = limit_for(FIRST_LOOK, run_seconds)
    assert spoken_limit(limit) == spoken
    assert parse_seconds(spoken) == limit
    assert Outlook(2 * run_seconds, 2 * run_seconds).fitting(limit - run_seconds, FIRST_LOOK) >= FIRST_LOOK - 1
    assert Outlook(2 * run_seconds, 2 * run_seconds).fitting(limit, FIRST_LOOK) == FIRST_LOOK


def test_what_is_too_slow_is_said_with_all_that_helps() -> None:
    assert too_slow(31.0, 180.0, "`-benchtime` of Go") == (
        "one run takes 31 s; 8 pairs need 9 min, and the time limit is 3 min: "
        "`time-limit: 9 min`, or a shorter run: `-benchtime` of Go"
    )


def test_a_run_that_was_ended_takes_more_than_that() -> None:
    assert too_slow(20.0, 120.0, "`-benchtime` of Go", at_least=True) == (
        "one run takes more than 20 s; 8 pairs need more than 6 min, and the time limit is 2 min: "
        "a longer `time-limit`, or a shorter run: `-benchtime` of Go"
    )
