from __future__ import annotations

import pytest

from reporter.render.chart_scale import Scale
from reporter.render.density import BINS, curve

_SCALE = Scale(low=0.0, high=1.2, left=0, right=600)


def test_the_hill_holds_the_share_of_the_values_that_are_on_the_axis() -> None:
    values = [0.5 + 0.001 * i for i in range(100)]
    assert sum(curve(values, _SCALE)) == pytest.approx(1.0)
    assert sum(curve([*values, *([9.0] * 100)], _SCALE)) == pytest.approx(0.5)


def test_equal_values_are_a_hill_at_their_place() -> None:
    shares = curve([0.6] * 50, _SCALE)
    assert len(shares) == BINS
    assert shares.index(max(shares)) == 60
    assert sum(share > 0 for share in shares) > 3


def test_two_modes_stay_two_hills() -> None:
    shares = curve([0.3 + 0.0005 * i for i in range(60)] + [0.9 + 0.0005 * i for i in range(60)], _SCALE)
    assert shares[60] < 0.5 * min(max(shares[:60]), max(shares[61:]))
