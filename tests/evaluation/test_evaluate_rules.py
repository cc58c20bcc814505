"""The other tools' rules, each against numbers worked out by hand or by brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate.peers import (
    above,
    asv_continuous,
    bencher,
    benchstat,
    conbench,
    conbench_residuals,
    criterion_means,
    criterion_medians,
    resampled_medians,
    rounds_ranked,
    rounds_ranked_by_u,
    rustc_fence,
)
from benchmarks.evaluate.plain_rule import plain_rule
from benchmarks.evaluate.rivals import published
from tests.evaluate_recordings import recording_of

if TYPE_CHECKING:
    from reporter.model import IndexArray


def _runs(*indices: int) -> IndexArray:
    return np.array(indices, dtype=np.intp)


def test_threshold_rules_look_at_their_statistic_only() -> None:
    recording = recording_of([[[1.0, 1.0, 4.0], [1.06, 1.06, 1.06]], [[1.0, 1.0, 1.0], [1.04, 1.2, 1.2]]])
    minimum = above(recording, _runs(0), _runs(1), statistic="min", factor=1.05)
    mean = above(recording, _runs(0), _runs(1), statistic="mean", factor=1.10)
    assert minimum.tolist() == [True, False]
    assert mean.tolist() == [False, True]


def test_ranks_of_rounds_need_the_median_as_well() -> None:
    before = np.concatenate([np.linspace(1, 1.2, 50), np.linspace(5, 6, 51)])
    after = np.concatenate([np.linspace(2, 3, 52), np.linspace(7, 8, 49)])
    recording = recording_of([[before.tolist(), after.tolist()]])
    assert rounds_ranked_by_u(recording, _runs(0), _runs(1)).tolist() == [True]
    assert np.median(after) < np.median(before)
    assert rounds_ranked(recording, _runs(0), _runs(1)).tolist() == [False]


@pytest.mark.parametrize("size", [40, 41])
def test_resampled_medians_are_those_of_bootstrap_samples(size: int) -> None:
    generator = np.random.default_rng(3)
    values = np.sort(generator.exponential(size=size))
    drawn = resampled_medians(values, 40_000, generator)
    real = np.median(values[generator.integers(0, size, (40_000, size))], axis=1)
    levels = [0.025, 0.25, 0.5, 0.75, 0.975]
    assert np.quantile(drawn, levels) == pytest.approx(np.quantile(real, levels), rel=0.03)
    assert float(drawn.std()) == pytest.approx(float(real.std()), rel=0.03)


def test_criterion_needs_more_than_its_noise_threshold() -> None:
    generator = np.random.default_rng(4)
    base = 1 + 0.01 * generator.random(400)
    recording = recording_of([[base.tolist(), (base * factor).tolist()] for factor in (1.005, 1.03)])
    for rule in (criterion_medians, criterion_means):
        assert rule(recording, _runs(0), _runs(1)).tolist() == [False, True]


def _history(*values: float) -> list[list[float]]:
    return [[value, value] for value in values]


def test_bencher_bound_is_the_prediction_bound() -> None:
    # Mean 10, sd 1 of ten runs; t of 9 degrees at .99 is 2.821, so the bound is 10 + 2.821 · √1.1 = 12.959.
    spread = 3 / np.sqrt(10)
    ten = [10 - spread, 10 + spread] * 5
    assert np.std(ten, ddof=1) == pytest.approx(1.0)
    recording = recording_of([_history(*ten, 12.95), _history(*ten, 12.97)])
    assert bencher(recording, _runs(*range(10)), _runs(10)).tolist() == [False, True]


def test_conbench_counts_sds_from_the_mean() -> None:
    # Mean 2, sd 1 of 1, 3, 2: z = 5 at 7. Residuals from the means before them: 0, 2, 0 with sd 1.1547, so at 7.7735.
    recording = recording_of([_history(1, 3, 2, head) for head in (6.99, 7.01, 7.77, 7.78)])
    assert conbench(recording, _runs(0, 1, 2), _runs(3)).tolist() == [False, True, True, True]
    assert conbench_residuals(recording, _runs(0, 1, 2), _runs(3)).tolist() == [False, False, False, True]


def test_rustc_fence_is_three_ranges_above_the_upper_quartile() -> None:
    # Steps 1, 2, 1 … %: quartiles interpolated at 1 and 2%, so the fence is 5% above the last run.
    values = [100.0]
    for step in (0.01, 0.02, 0.01, 0.02, 0.01):
        values.append(values[-1] * (1 + step))
    below, beyond = values[-1] * 1.0499, values[-1] * 1.0501
    recording = recording_of([_history(*values, below), _history(*values, beyond)])
    assert rustc_fence(recording, _runs(*range(6)), _runs(6)).tolist() == [False, True]


def test_asv_pools_rounds_and_wants_the_factor_and_significance() -> None:
    generator = np.random.default_rng(6)
    base = [(1 + 0.05 * generator.random(30)).tolist() for _ in range(2)]
    slower = [[1.15 * value for value in run] for run in base]
    slightly = [[1.08 * value for value in run] for run in base]
    few = [[[1.0], [1.1]], [[1.2], [1.3]]]
    recording = recording_of([base + slower, base + slightly])
    assert asv_continuous(recording, _runs(0, 1), _runs(2, 3)).tolist() == [True, False]
    assert asv_continuous(recording_of([few[0] + few[1]]), _runs(0, 1), _runs(2, 3)).tolist() == [False]


def test_benchstat_takes_one_median_per_run() -> None:
    base = [[value, 100.0, 0.1] for value in (1.0, 1.01, 1.02, 1.03, 1.04)]
    apart = [[value, 0.2, 50.0] for value in (1.05, 1.06, 1.07, 1.08, 1.09)]
    mixed = [[value, 0.2, 50.0] for value in (1.005, 1.06, 1.015, 1.08, 1.09)]
    recording = recording_of([base + apart, base + mixed])
    before, after = _runs(*range(5)), _runs(*range(5, 10))
    assert benchstat(recording, before, after).tolist() == [True, False]
    assert benchstat(recording, after, before).tolist() == [False, False]


def test_the_plainest_rule_finds_what_is_plain() -> None:
    generator = np.random.default_rng(7)
    ratios = generator.normal(0, 0.01, (12, 18))
    ratios[3] += 0.05
    ratios[4] += 0.015
    assert np.flatnonzero(plain_rule(ratios)).tolist() == [3]


def test_every_published_row_has_a_figure_per_level() -> None:
    rows = published()
    assert len(rows) == 11
    assert all(len(row.power) == 4 and row.tolerance in (0.5, 3) for row in rows.values())
