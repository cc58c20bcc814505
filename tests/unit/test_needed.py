"""How many pairs would decide: more noise, more pairs, and never fewer than there are."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import pytest

from reporter.decide import reasons
from reporter.decide.needed import is_beyond_pairs, pairs_needed, what_would_decide
from reporter.model import Noise
from tests.reports import MEASURED, row, unchanged_rows

if TYPE_CHECKING:
    from reporter.model import Assessment


def noisy(sd: float, name: str = "open", alignment: float | None = None) -> Assessment:
    made = row(name, "inconclusive", 0.01, half_width=0.1)
    noise = Noise(source="this job", sd=sd, alignment=alignment)
    return replace(made, comparison=replace(made.comparison, noise=noise))


def test_pairs_grow_with_the_square_of_the_noise_and_runs_count_half() -> None:
    assert pairs_needed(noisy(0.02), paired=True) == pytest.approx(4 * pairs_needed(noisy(0.01), paired=True))
    assert pairs_needed(noisy(0.02), paired=False) == pytest.approx(2 * pairs_needed(noisy(0.02), paired=True))
    # (1.96 + 1.28) squared times (5 / 2.96) squared: the interval of 95 % and both ends with a power of 80 % together
    assert pairs_needed(noisy(0.05), paired=True) == pytest.approx(30.1, abs=0.1)


def test_alignment_takes_more_pairs_until_no_number_is_enough() -> None:
    needed = [pairs_needed(noisy(0.02, alignment=sd), paired=True) for sd in (0.0, 0.004, 0.008, 0.0091, 0.0092)]
    assert needed == sorted(needed)
    assert needed[0] == pairs_needed(noisy(0.02), paired=True)
    # What 2.96 % leave beside (1.96 + 1.28) · 0.8 %.
    assert needed[2] == pytest.approx((3.242 * 0.02) ** 2 / (0.02956**2 - (3.242 * 0.008) ** 2), rel=0.01)
    assert needed[3] < inf
    assert needed[4] == inf


def test_where_alignment_hides_the_answer_more_pairs_are_no_cure() -> None:
    rows = [noisy(0.02, name, alignment=0.012) for name in "abcd"]
    for one in rows:
        change, noise = one.comparison.change, one.comparison.noise
        assert change is not None
        assert noise is not None
        assert is_beyond_pairs(noise, change, one.margin)
        assert not is_beyond_pairs(Noise(source="", sd=0.2, alignment=0.005), change, one.margin)
        assert not is_beyond_pairs(Noise(source="", sd=0.2), change, one.margin)
        assert not is_beyond_pairs(noise, change, None)
    rows = [replace(one, cure=reasons.undecided_cure("pairs", hopeless=True)) for one in rows]
    told = what_would_decide(rows, MEASURED, paired=True)
    assert told is not None
    assert "more pairs do not help" in told
    assert "count instructions" in told


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
