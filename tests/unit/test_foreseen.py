"""What pairs could find, foreseen from the noise of one: as verdicts say it once the pairs are there."""

from __future__ import annotations

import numpy as np
import pytest

from reporter.decide.foreseen import smallest_changes
from reporter.decide.judge import Pairs, judge_looks
from reporter.decide.policy import Policy
from tests.suites import suite_of

SD = 0.03


@pytest.mark.parametrize("pairs", [8, 16, 32])
def test_it_is_about_what_verdicts_say_afterwards(pairs: int) -> None:
    generator = np.random.default_rng(pairs)
    base, head = (
        suite_of({f"b{number}": [[value] for value in np.exp(generator.normal(0, SD / np.sqrt(2), pairs))]
                  for number in range(12)})
        for _ in range(2)
    )  # fmt: skip
    said = [row.detectable for row in judge_looks(Pairs(base=base, head=head)).assessments]
    foreseen = smallest_changes(np.full(12, SD), pairs)
    assert float(np.median([each for each in said if each])) == pytest.approx(foreseen[0], rel=0.3)


def test_more_pairs_and_less_noise_find_less_down_to_the_threshold() -> None:
    noise = np.array([0.01, 0.03])
    few, many = smallest_changes(noise, 8), smallest_changes(noise, 64)
    assert (few > many).all()
    assert few[0] < few[1]
    assert Policy().threshold <= many[0] < 1.3 * Policy().threshold


def test_too_few_pairs_find_nothing() -> None:
    assert np.isnan(smallest_changes(np.array([0.01]), Policy().fewest_pairs - 1)).all()
