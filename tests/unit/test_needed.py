"""How many pairs would decide: more noise, more pairs, and never fewer than there are."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import pytest

from reporter.decide.needed import pairs_needed, what_would_decide
from reporter.model import Noise
from tests.reports import MEASURED, row, unchanged_rows

if TYPE_CHECKING:
    from reporter.model import Assessment


def noisy(sd: float, name: str = "open") -> Assessment:
    made = row(name, "inconclusive", 0.01, half_width=0.1)
    return replace(made, comparison=replace(made.comparison, noise=Noise(source="this job", sd=sd)))


def test_pairs_grow_with_the_square_of_the_noise_and_runs_count_half() -> None:
    assert pairs_needed(noisy(0.02), paired=True) == pytest.approx(4 * pairs_needed(noisy(0.01), paired=True))
    assert pairs_needed(noisy(0.02), paired=False) == pytest.approx(2 * pairs_needed(noisy(0.02), paired=True))
    # (1.96 + 1.28) squared times (5 / 2.96) squared: the interval of 95 % and both ends with a power of 80 % together
    assert pairs_needed(noisy(0.05), paired=True) == pytest.approx(30.1, abs=0.1)


@pytest.mark.parametrize("change", [{"margin": None}, {"margin": 0.0}])
def test_without_a_margin_or_a_known_noise_the_number_is_unknown(change: dict[str, float | None]) -> None:
    assert pairs_needed(replace(noisy(0.05), **change), paired=True) == inf  # type: ignore[arg-type]  # the keys are known
    assert pairs_needed(row("blind", "inconclusive"), paired=True) == inf


def test_the_quietest_half_is_what_has_to_be_decided() -> None:
    rows = (noisy(0.05, "a"), noisy(0.06, "b"), noisy(9.0, "c"), noisy(9.0, "d"))
    measured = replace(MEASURED, runs=8, seconds=80.0)
    told = what_would_decide(rows, measured, paired=True)
    assert told == (
        "half of them would be decided by about 44 pairs instead of the 8 measured, which take about 7 min 20 s"
        " (time-limit)"
    )
    told = what_would_decide(rows, replace(measured, seconds=None), paired=True)
    assert told == "half of them would be decided by about 44 pairs instead of the 8 measured"


def test_there_are_never_fewer_pairs_than_there_were() -> None:
    told = what_would_decide((noisy(0.001),), replace(MEASURED, runs=16), paired=True)
    assert told is not None
    assert "about 32 pairs instead of the 16" in told


def test_only_a_screen_is_advised_to_measure_pairs() -> None:
    screen = what_would_decide((noisy(0.02),), MEASURED, paired=False)
    pairs = what_would_decide((noisy(0.02),), MEASURED, paired=True)
    assert screen is not None
    assert pairs is not None
    assert "compare: paired" in screen
    assert "compare: paired" not in pairs


def test_what_no_number_of_pairs_decides_takes_a_quieter_machine() -> None:
    told = what_would_decide((noisy(0.4),), MEASURED, paired=True)
    assert told is not None
    assert "quieter machine" in told
    assert "time-limit" not in told


def test_without_noise_the_cure_of_the_row_is_named() -> None:
    blind = row("blind", "inconclusive", cure="save a baseline of several runs")
    assert what_would_decide((blind,), MEASURED, paired=False) == "save a baseline of several runs"


def test_nothing_is_needed_where_half_is_decided_or_nothing_was_compared() -> None:
    assert what_would_decide((noisy(0.1), *unchanged_rows()), MEASURED, paired=True) is None
    assert what_would_decide((row("fresh", "new"),), MEASURED, paired=True) is None
    assert what_would_decide((row("apart", "not_comparable"),), MEASURED, paired=True) is None
