"""What pairs say of a row: bursts, modes, runs that move together, levels, and noise known from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide import paired
from reporter.decide.align import Values, deciding_values
from reporter.decide.evidence import adjusted_p
from reporter.decide.judge import DEFAULT_POLICY, judge_pairs
from reporter.decide.policy import Policy
from reporter.model import STATISTICS, Metric
from reporter.stats.variance import Variance, of_one_pair
from tests.suites import noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.decide.evidence import Evidence
    from reporter.model import FloatArray, Suite


def values_of(base: FloatArray, head: FloatArray, kind: list[int] | None = None) -> Values:
    """Logarithmic deciding values, rows × pairs; all rows of one kind unless they are given."""
    rows = len(base)
    return Values(
        baseline=base,
        head=head,
        logarithmic=np.ones(rows, dtype=bool),
        statistic=np.ones(rows, dtype=np.intp),
        worse=np.ones(rows),
        kind=np.array(kind or [0] * rows, dtype=np.intp),
    )


def drawn(seed: int, rows: int, pairs: int, sd: float = 0.01) -> tuple[FloatArray, FloatArray]:
    generator = np.random.default_rng(seed)
    return generator.normal(0, sd, (rows, pairs)), generator.normal(0, sd, (rows, pairs))


def look(base: FloatArray, head: FloatArray) -> Evidence:
    return paired.look(values_of(base, head), DEFAULT_POLICY)


def runs_of(seed: int, runs: int, noise_of: dict[str, float], factors: dict[str, float]) -> Suite:
    generator = np.random.default_rng(seed)
    levels = {name: 1e-3 * factors.get(name, 1.0) for name in noise_of}
    return suite_of(
        {name: noisy_runs(generator, level=levels[name], sd=sd, runs=runs) for name, sd in noise_of.items()}
    )


def verdicts(base: Suite, head: Suite, policy: Policy = DEFAULT_POLICY) -> dict[str, str]:
    return {row.comparison.name: row.verdict for row in judge_pairs(base, head, policy=policy).assessments}


@pytest.mark.parametrize("pairs", [8, 18, 54])
def test_bursts_in_single_runs_hide_no_change_and_feign_none(pairs: int) -> None:
    base, head = drawn(1, 3, pairs)
    calm = look(base, head + 0.05)
    burst = head + 0.05
    burst[:, 2] += 0.6
    shaken = look(base, burst)
    assert shaken.effect == pytest.approx(calm.effect, abs=0.01)
    assert (shaken.se < 2 * calm.se).all()
    assert (adjusted_p(shaken, np.ones(3))[0] < 0.001).all()


def test_sides_and_pairs_share_the_weight_unless_pairs_move_together() -> None:
    base, head = drawn(2, 1, 8)
    apart = look(base, head)
    assert apart.df.tolist() == pytest.approx([20 / 3])  # six runs a side are kept: between five and ten
    drift = np.linspace(0, 0.3, 8)
    together = look(base + drift, head + drift)
    assert together.df.tolist() == [5.0]
    assert together.se[0] < 0.02


def test_noise_that_pairs_share_costs_a_suite_little_power() -> None:
    """Of the noise of every run three quarters are the pair's: what is left is half as large, and so is the error."""
    generator = np.random.default_rng(10)
    errors = []
    for shared in (0.0, 0.75):
        common = np.sqrt(shared) * generator.normal(0, 0.02, (2000, 8))
        base, head = (common + np.sqrt(1 - shared) * generator.normal(0, 0.02, (2000, 8)) for _ in range(2))
        found = look(base, head)
        assert np.mean(np.abs(found.effect) < 2 * found.se) == pytest.approx(0.95, abs=0.025)
        errors.append(np.median(found.se))
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.15)


def test_a_row_without_any_noise_in_many_pairs_stays_certain_among_noisy_ones() -> None:
    base, head = drawn(11, 6, 8)
    base[0], head[0] = 1.0, 1.01
    found = look(base, head)
    assert found.se[0] == 0.0
    assert found.source[0] == "this job"
    assert set(found.source[1:]) == {"this job and the whole suite"}
    assert (found.df[1:] > 20 / 3).all()


def test_a_shared_drift_costs_no_power() -> None:
    base, head = drawn(3, 1, 18)
    drift = np.random.default_rng(4).normal(0, 0.2, 18)
    assert adjusted_p(look(base + drift, head + drift + 0.05), np.ones(1))[0][0] < 0.001


def test_lost_pairs_are_lost_on_both_sides() -> None:
    base, head = drawn(5, 2, 10)
    base[0, 3], head[0, 7] = np.nan, np.nan
    kept = [index for index in range(10) if index not in (3, 7)]
    found, alone = look(base, head), look(base[:1, kept], head[:1, kept])
    assert found.looks.tolist() == [8.0, 10.0]
    assert found.effect[0] == pytest.approx(alone.effect[0])
    assert found.se[0] == pytest.approx(alone.se[0])


def test_values_on_a_coarse_scale_are_not_certain_when_some_runs_differ() -> None:
    base = np.log(np.array([[10.0] * 7 + [11.0]]))
    head = np.log(np.array([[11.0] * 7 + [10.0]]))
    assert look(base, head).se[0] > 0
    same = np.log(np.full((1, 8), 10.0))
    certain = look(same, np.log(np.full((1, 8), 11.0)))
    assert adjusted_p(certain, np.ones(1))[0][0] == 0.0


def test_of_very_few_pairs_the_larger_noise_counts() -> None:
    """Runs that moved against each other make pairs noisier than the runs of each side tell; and the other way."""
    apart = np.array([[0.0, 0.04, 0.0]]), np.array([[0.04, 0.0, 0.04]])
    together = np.array([[0.0, 0.04, 0.0]]), np.array([[0.0, 0.04, 0.0]])
    by_pairs, by_runs = (look(*sides) for sides in (apart, together))
    assert by_pairs.df.tolist() == [2.0]
    assert by_runs.df.tolist() == [4.0]
    assert by_pairs.se[0] > by_runs.se[0] > 0


def test_a_large_change_is_seen_in_three_pairs() -> None:
    usual = dict.fromkeys("abcdef", 0.01)
    found = verdicts(runs_of(1, 3, usual, {}), runs_of(2, 3, usual, {"a": 2.0}))
    assert [name for name, verdict in found.items() if verdict == "regressed"] == ["a"]


def test_kinds_of_values_do_not_lend_each_other_their_noise() -> None:
    """Six exact counts beside six noisy times: neither makes the other more or less certain."""
    generator = np.random.default_rng(6)
    sd = np.array([[0.05]] * 6 + [[0.0001]] * 6)
    base, head = (generator.normal(0, 1, (12, 5)) * sd for _ in range(2))
    kinds = [0] * 6 + [1] * 6
    found = paired.look(values_of(base, head, kinds), DEFAULT_POLICY)
    for rows in (slice(0, 6), slice(6, 12)):
        alone = paired.look(values_of(base[rows], head[rows]), DEFAULT_POLICY)
        assert found.se[rows] == pytest.approx(alone.se)
        assert found.df[rows] == pytest.approx(alone.df)


def test_stored_pairs_tell_of_the_noise_of_few_pairs_alone() -> None:
    base, head = drawn(7, 2, 3)
    many_base, many_head = drawn(8, 2, 9)
    known = of_one_pair(*drawn(9, 2, 12, sd=0.002))
    with_stored = paired.look(values_of(base, head), DEFAULT_POLICY, known)
    assert with_stored.df.tolist() == [12.0, 12.0]  # four of this job, and at most twice as many
    assert set(with_stored.source) == {"this job and stored pairs"}
    alone = paired.look(values_of(many_base, many_head), DEFAULT_POLICY, known)
    assert set(alone.source) == {"this job"}


def test_the_level_grows_with_the_pairs_and_with_what_is_known() -> None:
    policy = Policy()
    pairs = np.array([2, 3, 5, 8, 18, 54])
    levels = policy.alpha_of(pairs, grows=False)
    assert levels.tolist() == [0.0, 0.002, 0.006, 0.015, 0.02, 0.02]
    known = policy.alpha_of(pairs, grows=False, stored=True)
    assert known.tolist() == [0.0, 0.05, 0.01, 0.015, 0.02, 0.02]


def test_stored_pairs_change_nothing_of_the_rows_that_they_do_not_cover() -> None:
    """Half of the rows are covered: the others keep their strict level, and what the suite knows of their noise."""
    base, head = drawn(11, 8, 3)
    known = of_one_pair(*drawn(12, 8, 12))
    known = Variance(
        variance=np.where(np.arange(8) < 4, known.variance, np.nan), df=np.where(np.arange(8) < 4, known.df, 0.0)
    )
    alone = paired.look(values_of(base, head), DEFAULT_POLICY)
    half = paired.look(values_of(base, head), DEFAULT_POLICY, known)
    assert half.se[4:] == pytest.approx(alone.se[4:])
    assert half.df[4:] == pytest.approx(alone.df[4:])
    assert half.source[4:] == alone.source[4:]
    assert half.df[:4].tolist() == [12.0] * 4
    level = Policy().alpha_of(half.looks, grows=False, stored=known.df > 0)
    assert level.tolist() == [0.05] * 4 + [0.002] * 4


def test_differences_have_noise_of_their_own_and_ratios_that_of_their_unit() -> None:
    second, byte, count = (Metric(name="m", unit=unit, better="lower") for unit in ("s", "B", "1"))
    statistics = np.ones((6, 3, len(STATISTICS)))
    statistics[4:, 0] = 0.0
    kinds = deciding_values(statistics, statistics, [second, second, byte, byte, count, count], DEFAULT_POLICY).kind
    assert kinds.tolist() == [0, 0, 1, 1, 2, 3]
