"""What the runs of a pair have in common, as the benchmarks of a suite tell it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.stats.pair_correlation import pair_correlation

if TYPE_CHECKING:
    from reporter.model import FloatArray


def sides(seed: int, shares: list[float], pairs: int) -> tuple[FloatArray, FloatArray]:
    """Draw noise of which each benchmark's pairs have a share in common."""
    generator = np.random.default_rng(seed)
    share = np.array(shares)[:, None]
    common, *own = generator.normal(size=(3, len(shares), pairs))
    before, after = (np.sqrt(share) * common + np.sqrt(1 - share) * side for side in own)
    return before, after


def correlations(seed: int, shares: list[float], pairs: int) -> FloatArray:
    return pair_correlation(*sides(seed, shares, pairs), np.zeros(len(shares), dtype=np.intp)).correlation


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.1), (0.4, 0.25, 0.5), (0.8, 0.65, 0.85)])
def test_a_suite_tells_in_eight_pairs_what_no_benchmark_can_alone(share: float, low: float, high: float) -> None:
    found = np.array([np.median(correlations(seed, [share] * 20, 8)) for seed in range(40)])
    assert low <= np.median(found) <= high


def test_one_benchmark_that_moves_together_is_told_from_many_that_do_not() -> None:
    found = correlations(1, [0.95, *[0.0] * 11], 18)
    assert found[0] > 0.7
    assert (found[1:] < 0.5).all()


def test_a_lone_benchmark_has_to_be_sure() -> None:
    vague = [correlations(seed, [0.3], 8)[0] for seed in range(50)]
    assert np.mean(np.array(vague) == 0) > 0.7
    assert correlations(1, [0.99], 8)[0] > 0.9


def test_kinds_do_not_lend_each_other_what_their_pairs_share() -> None:
    before, after = sides(2, [0.9] * 8 + [0.0] * 8, 8)
    kinds = np.repeat([0, 1], 8)
    both = pair_correlation(before, after, kinds).correlation
    for kind in (0, 1):
        rows = kinds == kind
        alone = pair_correlation(before[rows], after[rows], kinds[rows]).correlation
        assert both[rows] == pytest.approx(alone)


def test_nothing_is_said_where_nothing_can_be() -> None:
    before, after = sides(3, [0.9] * 6, 8)
    before[0] = 1.0
    before[1, 3:] = after[1, 3:] = np.nan
    found = pair_correlation(before, after, np.zeros(6, dtype=np.intp))
    assert found.correlation[:2].tolist() == found.doubt[:2].tolist() == [0.0, 0.0]
    assert (found.correlation[2:] > 0).all()
    assert pair_correlation(before[:, :3], after[:, :3], np.zeros(6, dtype=np.intp)).correlation.tolist() == [0.0] * 6
