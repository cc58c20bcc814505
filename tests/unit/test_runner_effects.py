"""The machine as a random effect, held against worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from reporter.stats.runner_effects import OfRunners, Together, Usual, together

USUAL = Usual(size=0.004, rows=4)


def drawn(rows: int, runners: int, *, between: float, seed: int = 1, noise: float = 0.003) -> OfRunners:
    random = np.random.default_rng(seed)
    effect = between * random.normal(size=(rows, runners)) + noise * random.normal(size=(rows, runners))
    ones = np.ones((rows, runners))
    return OfRunners(effect=effect, variance=8 * noise**2 * ones, df=7 * ones, pairs=8 * ones)


def found_of(given: OfRunners) -> Together:
    rows = len(given.effect)
    return together(given, np.zeros(rows, dtype=np.intp), np.ones(rows, dtype=bool), USUAL)


@pytest.mark.parametrize("between", [0.0, 0.005, 0.02])
@pytest.mark.parametrize("runners", [2, 4, 10])
def test_what_runners_differ_by_is_found_by_many_rows(between: float, runners: int) -> None:
    found = found_of(drawn(200, runners, between=between))
    assert float(np.sqrt(found.between[0])) == pytest.approx(between, abs=0.0012 + 0.15 * between)


@pytest.mark.parametrize("between", [0.0, 0.005, 0.02])
@pytest.mark.parametrize("runners", [2, 4, 10])
def test_the_variance_of_the_mean_is_that_of_the_means(between: float, runners: int) -> None:
    found = found_of(drawn(400, runners, between=between, seed=5))
    ratio = np.mean(found.of_mean.variance) / np.var(found.effect)
    assert 0.75 < ratio < 1.6, "a little wide rather than narrow"


def test_two_rows_alone_lean_on_what_is_usual() -> None:
    found = found_of(drawn(2, 2, between=0.0, noise=0.002))
    assert 0.001 < float(np.sqrt(found.between[0])) < 0.006
    assert found.of_mean.df[0] < 30


def test_a_row_whose_runners_contradict_each_other_answers_for_itself() -> None:
    given = drawn(50, 3, between=0.0)
    given.effect[0] = [0.1, 0.0, -0.02]
    found = found_of(given)
    assert found.of_mean.variance[0] > 20 * np.median(found.of_mean.variance)
    assert float(np.sqrt(found.between[0])) < 0.003, "it tells little of the other rows"


def test_equal_runners_weigh_by_their_pairs_and_quiet_ones_more() -> None:
    given = drawn(40, 2, between=0.0, noise=0.02)
    given.pairs[:, 1] = 24
    assert found_of(given).weight[0, 1] == pytest.approx(0.75, abs=0.03)
    given.variance[:, 1] *= 9
    assert found_of(given).weight[0, 1] == pytest.approx(0.25, abs=0.06)


def test_a_runner_without_a_row_has_no_weight_in_it() -> None:
    given = drawn(20, 3, between=0.0)
    given.effect[3, 1] = np.nan
    found = found_of(given)
    assert found.weight[3, 1] == 0
    assert found.weight[3].sum() == pytest.approx(1)
    given.effect[4] = np.nan
    assert np.isnan(found_of(given).effect[4])


def test_counts_without_noise_stay_exact_where_all_runners_agree() -> None:
    given = drawn(6, 3, between=0.0)
    given.variance[:2] = 0.0
    given.effect[0], given.effect[1] = 0.25, [0.25, 0.0, 0.25]
    found = found_of(given)
    assert (found.effect[0], found.of_mean.variance[0]) == (0.25, 0.0)
    assert found.of_mean.variance[1] > 0


def test_order_of_the_runners_changes_nothing() -> None:
    given = drawn(30, 4, between=0.004)
    turned = OfRunners(**{name: getattr(given, name)[:, ::-1].copy() for name in ("effect", "variance", "df", "pairs")})
    one, other = found_of(given), found_of(turned)
    assert one.effect == pytest.approx(other.effect)
    assert one.of_mean.variance == pytest.approx(other.of_mean.variance)
