"""What the layout of a head's code adds to the noise of its timings: estimated from the spread of its effects."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec import structs

from benchmarks.evaluate import suites, worlds
from reporter.decide import code_alignment, paired, reasons
from reporter.decide.align import deciding_values
from reporter.decide.code_alignment import of_others, with_alignment
from reporter.decide.evidence import adjusted_p
from reporter.decide.judge import DEFAULT_POLICY, Pairs, judge_looks, judge_pairs
from reporter.model import COLUMN, STATISTICS, Metric, Noise
from reporter.records import json_v1
from reporter.render.view_facts import facts
from tests.reports import report
from tests.suites import noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.decide.evidence import Evidence
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray, Suite
    from reporter.stats.variance import Variance

NOISE = 0.001
"""Standard error of an effect whose pairs are quiet."""


def spread(rows: int, sd: float) -> FloatArray:
    """Return effects that lie as a normal distribution does, in an order that mixes small and large ones."""
    found = np.array([sd * NormalDist().inv_cdf((row + 0.5) / rows) for row in range(rows)])
    return np.random.default_rng(1).permutation(found)


def of(effect: FloatArray, noise: float = NOISE, policy: Policy = DEFAULT_POLICY) -> Variance:
    return of_others(effect, np.full(len(effect), noise**2), np.ones(len(effect), dtype=bool), policy)


def size(effect: FloatArray, noise: float = NOISE) -> float:
    """Return the typical size over the rows."""
    return float(np.sqrt(np.median(of(effect, noise).variance)))


def looked(seed: int, shift: FloatArray, pairs: int = 16, sd: float = 0.004, unit: str = "s") -> Evidence:
    """Look at pairs whose heads are moved by ``shift``."""
    generator = np.random.default_rng(seed)
    base, head = np.full((2, len(shift), pairs, len(STATISTICS)), 100.0)
    for side, moved in ((base, np.zeros_like(shift)), (head, shift)):
        side[:, :, COLUMN["min"]] = np.exp(generator.normal(0, sd, (len(shift), pairs)) + moved[:, None])
    metric = Metric(name="m", unit=unit, better="lower")
    return paired.look(deciding_values(base, head, [metric] * len(shift), DEFAULT_POLICY), DEFAULT_POLICY)


@pytest.mark.parametrize("sd", [0.005, 0.008, 0.012])
def test_the_spread_of_many_effects_is_the_size(sd: float) -> None:
    assert size(spread(200, sd)) == pytest.approx(sd, rel=0.05)


def test_the_noise_of_the_pairs_is_no_alignment() -> None:
    assert size(spread(200, 0.008), noise=0.008) < 0.004
    both = float(np.hypot(0.008, 0.006))
    assert size(spread(200, both), noise=0.006) == pytest.approx(0.008, rel=0.08)


def test_a_lone_benchmark_rests_on_usual_heads_and_few_nearly_do() -> None:
    for effect in (0.0, 0.3):
        alone = of(np.array([effect]))
        assert np.sqrt(alone.variance) == pytest.approx(DEFAULT_POLICY.alignment, rel=0.01)
        assert alone.df == pytest.approx(DEFAULT_POLICY.alignment_rows, rel=0.05)
    for sd in (0.0, 0.012):
        assert size(spread(3, sd)) == pytest.approx(DEFAULT_POLICY.alignment, rel=0.25)
    assert (of(spread(50, 0.006)).df > 20).all()


@pytest.mark.parametrize("change", [0.05, 0.10, 0.5, -0.10])
@pytest.mark.parametrize("rows", [12, 60])
def test_a_slowed_third_does_not_inflate_it(rows: int, change: float) -> None:
    effect = spread(rows, 0.005)
    without = size(effect[rows // 3 :])
    effect[: rows // 3] += change
    assert size(effect) < 1.3 * without


def test_a_slowed_third_is_found_all_the_same() -> None:
    shift = np.where(np.arange(12) < 4, np.log(1.05), 0.0) + spread(12, 0.003)
    p_worse = adjusted_p(looked(2, shift), np.ones(12))[0]
    assert (p_worse[:4] < 0.005).all()
    assert (p_worse[4:] > 0.3).all()


def test_what_moves_everything_alike_is_no_spread() -> None:
    effect = spread(30, 0.004)
    assert size(effect + 0.05) == pytest.approx(size(effect), rel=1e-9)
    p_worse = adjusted_p(looked(3, np.full(30, np.log(1.03))), np.ones(30))[0]
    assert (p_worse < 0.005).all()


@pytest.mark.parametrize("rows", [6, 12, 50])
def test_it_grows_with_the_spread(rows: int) -> None:
    found = [size(spread(rows, sd)) for sd in np.arange(0.0, 0.013, 0.002)]
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_no_change_hides_itself_and_a_larger_one_is_never_less_sure() -> None:
    effect = spread(12, 0.006)
    rest = np.arange(12) != 5
    found, chances = [], []
    for change in np.arange(0.0, 0.2, 0.01):
        effect[5] = change
        found.append(float(of(effect).variance[5]))
        evidence = looked(4, np.where(rest, spread(12, 0.006), change))
        chances.append(float(adjusted_p(evidence, np.ones(12))[0][5]))
    assert max(found) == pytest.approx(min(found), rel=0.1)
    assert all(later <= sooner for sooner, later in pairwise(chances))


def test_it_is_part_of_the_standard_error_of_timings_alone() -> None:
    shift = spread(12, 0.008)
    timings, sizes = looked(5, shift), looked(5, shift, unit="B")
    assert timings.effect.tolist() == sizes.effect.tolist()
    assert timings.se == pytest.approx(np.hypot(sizes.se, timings.alignment))
    assert np.min(timings.alignment) > 0.004
    assert np.max(sizes.alignment) == 0.0
    assert timings.sd.tolist() == sizes.sd.tolist(), "the noise of a pair is what it was"


def test_few_pairs_are_no_surer_than_by_themselves() -> None:
    """Three runs in one mode against three in the other look certain enough without degrees of freedom of others."""
    shift = spread(12, 0.004)
    known = looked(5, shift)
    by_pairs = replace(known, df=np.full(12, 4.0), se=np.full(12, 0.006))
    for pairs, is_few in ((3, True), (7, True), (8, False), (16, False)):
        found = with_alignment(replace(by_pairs, looks=np.full(12, pairs)), np.ones(12, dtype=bool), DEFAULT_POLICY)
        assert (found.df == 4).all() == is_few
        assert (found.df >= 4).all()


def test_exact_rows_stay_exact_and_say_nothing() -> None:
    """A time without any noise is a matter of counting, and its change no chance."""
    shift = spread(12, 0.006)
    noisy = looked(6, shift)
    exact = looked(6, np.full(3, np.log(1.001)), sd=0.0)
    assert exact.se.tolist() == [0.0] * 3
    assert np.max(exact.alignment) == 0.0
    effect = np.concatenate([noisy.effect, np.full(3, 0.02)])
    moved = np.arange(15) < 12
    alone = of_others(noisy.effect, np.full(12, NOISE**2), np.ones(12, dtype=bool), DEFAULT_POLICY)
    beside = of_others(effect, np.full(15, NOISE**2), moved, DEFAULT_POLICY)
    assert beside.variance[:12] == pytest.approx(alone.variance)
    assert beside.variance[12:].tolist() == [0.0] * 3


def test_of_very_many_benchmarks_some_are_asked() -> None:
    effect = spread(4 * code_alignment.MOST_ASKED, 0.007)
    found = of(effect)
    assert np.sqrt(found.variance) == pytest.approx(0.007, rel=0.07)
    assert len(np.unique(found.variance[1::4])) == 1


def sides(seed: int, factors: dict[str, float], sds: dict[str, float], runs: int) -> tuple[Suite, Suite]:
    generator = np.random.default_rng(seed)
    base = {name: noisy_runs(generator, level=1e-3, sd=sds[name], runs=runs) for name in factors}
    head = {name: noisy_runs(generator, level=1e-3 * factors[name], sd=sds[name], runs=runs) for name in factors}
    return suite_of(base), suite_of(head)


def test_benchmarks_that_left_still_tell_of_it_at_every_later_look() -> None:
    """Those that are decided after eight pairs say by how much the head's code moves the one that goes on."""
    names = [f"b{index:02}" for index in range(24)]
    sds = dict.fromkeys(names, 0.001) | {"open": 0.02}
    found = []
    for sd in (0.0, 0.009):
        factors = dict(zip(names, 1 + spread(24, sd), strict=True)) | {"open": 1.0}
        base, head = sides(7, factors, sds, 16)
        short = [_without_late(suite, names, 8) for suite in (base, head)]
        decision = judge_looks(Pairs(base=short[0], head=short[1]))
        row = next(row for row in decision.assessments if row.comparison.name == "open")
        assert row.comparison.baseline is not None
        assert row.comparison.noise is not None
        found.append(row.comparison.noise.alignment or 0.0)
    assert found[0] < 0.004
    assert found[1] == pytest.approx(0.009, rel=0.25)


def _without_late(suite: Suite, names: list[str], pairs: int) -> Suite:
    """Take the pairs after the first ones from the named benchmarks."""
    kept = []
    for benchmark in suite.benchmarks:
        metric, sample = benchmark.samples[0]
        statistics = sample.statistics.copy()
        if benchmark.name in names:
            statistics[pairs:] = np.nan
        kept.append(replace(benchmark, samples=((metric, structs.replace(sample, statistics=statistics)),)))
    return replace(suite, benchmarks=tuple(kept))


def test_a_head_with_a_bias_of_its_own_seldom_alarms() -> None:
    """Sixteen quiet pairs know every benchmark's bias well: without this part of the noise they call many regressed."""
    world = replace(worlds.read_worlds()[0]["lock-step-alignment-8"], benchmarks=40)
    unknown = replace(DEFAULT_POLICY, alignment=0.0011, alignment_rows=10**5)
    alarms = {True: 0, False: 0}
    for seed in range(40):
        generator = np.random.default_rng([seed, 9])
        base, head = worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), 16, generator)
        moved = head * worlds.draw_alignment(world, generator)[:, None, None]
        moved[:, :, COLUMN["n"]] = head[:, :, COLUMN["n"]]
        pair = [suites.suite_of([f"b{index}" for index in range(40)], side) for side in (base, moved)]
        for is_known, policy in ((True, DEFAULT_POLICY), (False, unknown)):
            verdicts = {row.verdict for row in judge_pairs(*pair, policy=policy).assessments}
            alarms[is_known] += "regressed" in verdicts
    assert alarms[True] <= 3
    assert alarms[False] >= 15


def test_an_undecided_row_is_not_sent_to_measure_pairs_that_cannot_help() -> None:
    names = [f"b{index:02}" for index in range(40)]
    factors = dict(zip(names, 1 + spread(40, 0.014), strict=True))
    decision = judge_pairs(*sides(8, factors, dict.fromkeys(names, 0.002), 16))
    cures = {row.cure for row in decision.assessments if row.verdict == "inconclusive"}
    assert cures == {reasons.ALIGNMENT_CURE}


def test_alignment_is_written_read_and_shown() -> None:
    names = [f"b{index:02}" for index in range(12)]
    decision = judge_pairs(*sides(9, dict.fromkeys(names, 1.0), dict.fromkeys(names, 0.002), 16))
    shown = report(*decision.assessments)
    again = json_v1.load(json_v1.dump(shown), "here")
    for before, after in zip(shown.assessments, again.assessments, strict=True):
        assert before.comparison.noise is not None
        assert before.comparison.noise.alignment == pytest.approx(0.004, abs=0.0015)
        assert after.comparison.noise == before.comparison.noise
        known = dict(facts(after))
        assert re.fullmatch(
            r"±0\.\d%, from this job.*; the layout of the head's code adds ±0\.\d% in all of its runs",
            known["Run-to-run noise"],
        )
    older = [
        replace(row, comparison=replace(row.comparison, noise=Noise(source="x", sd=0.1))) for row in shown.assessments
    ]
    assert '"alignment"' not in json_v1.dump(report(*older))
