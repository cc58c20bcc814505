"""The generator draws what its parameters say, the same for the same seed, and keeps the final seeds apart."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate import synthetic, worlds
from benchmarks.evaluate.figures import QUICK, Figures, Progress
from benchmarks.evaluate.round_statistics import statistics_of_exponential_rounds
from reporter.model import STATISTICS
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from reporter.model import FloatArray

WORLDS, SEEDS = worlds.read_worlds()
FEW = replace(QUICK, pulls=6, slowed=3)
ORDINARY = WORLDS["ordinary"]


def _log_minima(runs: FloatArray) -> FloatArray:
    return np.asarray(np.log(runs[:, :, STATISTICS.index("min")]))


@pytest.mark.parametrize("rounds", [3, 50, 200])
def test_statistics_of_rounds_are_distributed_like_those_of_real_rounds(rounds: int) -> None:
    generator = np.random.default_rng(1)
    level, jitter = np.full(20_000, 2.0), np.full(20_000, 0.1)
    drawn = statistics_of_exponential_rounds(level, jitter, rounds, generator)
    real = 2 * (1 + 0.1 * generator.exponential(size=(20_000, rounds)))
    assert set(drawn[:, STATISTICS.index("n")].tolist()) == {rounds}
    for name, share in {"min": 0, "q10": 0.1, "q25": 0.25, "median": 0.5, "q90": 0.9, "max": 1}.items():
        column, values = drawn[:, STATISTICS.index(name)], np.quantile(real, share, axis=1)
        assert column.mean() == pytest.approx(values.mean(), rel=2e-3), name
        # The nearest rank stands for the interpolated quantile: with 50 rounds that is a visible part of the spread.
        assert column.std() == pytest.approx(values.std(), rel=0.12), name
    ordered = drawn[:, [STATISTICS.index(name) for name in ("min", "q10", "q25", "median", "q75", "q90", "max")]]
    assert (np.diff(ordered, axis=1) >= 0).all()


def test_noise_of_a_pair_is_that_of_two_runs() -> None:
    world = replace(WORLDS["quiet"], sd=(0.02, 0.02), benchmarks=400, jitter=1e-6)
    generator = np.random.default_rng(2)
    base, head = worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), 20, generator)
    ratios = _log_minima(head) - _log_minima(base)
    assert ratios.std() == pytest.approx(0.02 * np.sqrt(2), rel=0.03)
    assert ratios.mean() == pytest.approx(0, abs=0.001)


def test_pairs_alternate_their_order_so_that_drift_cancels() -> None:
    world = replace(WORLDS["quiet"], sd=(1e-9, 1e-9), jitter=1e-9, drift_step=0.01)
    generator = np.random.default_rng(3)
    base, head = worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), 2000, generator)
    before, after = _log_minima(base)[0], _log_minima(head)[0]
    assert (after - before).std() == pytest.approx(0.01, rel=0.05)
    assert (after[1::2] - after[::2]).std() == pytest.approx(0.01, rel=0.05)
    assert (before[2::2] - before[1:-1:2]).std() == pytest.approx(0.01, rel=0.05)
    # A walk shared by all benchmarks moves all ratios alike.
    assert np.ptp(_log_minima(head) - _log_minima(base), axis=0).max() < 1e-6


def test_only_the_runs_of_a_pair_share_noise_and_their_spread_stays() -> None:
    world = replace(WORLDS["shared-noise"], sd=(0.02, 0.02), benchmarks=200, jitter=1e-6, burst_chance=0.0)
    generator = np.random.default_rng(6)
    base, head = (
        _log_minima(side) for side in worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), 50, generator)
    )
    before, after = (side - side.mean(axis=1, keepdims=True) for side in (base, head))
    assert before.std() == pytest.approx(0.02, rel=0.05)
    assert np.mean(before * after) / np.mean(before**2) == pytest.approx(world.pair_share, abs=0.05)
    assert np.mean(before[:, 1:] * after[:, :-1]) / np.mean(before**2) == pytest.approx(0, abs=0.05)


def test_load_comes_in_spells_and_meets_all_benchmarks_at_once() -> None:
    world = replace(WORLDS["load"], sd=(1e-9, 1e-9), jitter=1e-9, burst_chance=0.0)
    generator = np.random.default_rng(7)
    minima = _log_minima(worlds.draw_runs(world, worlds.draw_benchmarks(world, generator), 20_000, generator))
    busy = minima > minima.min(axis=1, keepdims=True) + 1e-6
    assert (busy.any(axis=0) == busy.all(axis=0)).all()
    assert busy[0].mean() == pytest.approx(world.load_share, abs=0.03)
    assert busy[0].sum() / np.sum(busy[0, 1:] & ~busy[0, :-1]) == pytest.approx(world.load_runs, rel=0.1)


def test_special_worlds_do_what_they_are_called() -> None:
    generator = np.random.default_rng(4)
    still = replace(WORLDS["quiet"], sd=(1e-9, 1e-9), jitter=1e-9, benchmarks=200)
    bursts = replace(still, burst_chance=0.08)
    runs = _log_minima(worlds.draw_runs(bursts, worlds.draw_benchmarks(bursts, generator), 50, generator))
    hit = runs > np.median(runs, axis=1, keepdims=True) + 1e-6
    assert hit.mean() == pytest.approx(0.08, abs=0.01)
    modal = replace(still, modal_share=0.3)
    runs = _log_minima(worlds.draw_runs(modal, worlds.draw_benchmarks(modal, generator), 50, generator))
    spread = np.ptp(runs, axis=1)
    assert np.mean(spread > 0.02) == pytest.approx(0.3, abs=0.08)
    heavy = replace(still, sd=(0.02, 0.02), tail_df=2.5)
    runs = _log_minima(worlds.draw_runs(heavy, worlds.draw_benchmarks(heavy, generator), 200, generator))
    assert np.median(np.abs(runs - np.median(runs, axis=1, keepdims=True))) < 0.02 * 0.6745
    slower = worlds.slowed_benchmarks(WORLDS["everything-slower"], generator)
    assert slower.all()
    assert worlds.slowed_benchmarks(ORDINARY, generator).sum() == 1


def test_jobs_differ_by_their_own_effects_and_by_machine() -> None:
    world = replace(WORLDS["runner-change"], benchmarks=400, job_sd=0.0, sd=(1e-6, 1e-6), jitter=1e-6)
    generator = np.random.default_rng(5)
    jobs = worlds.draw_jobs(world, worlds.draw_benchmarks(world, generator), 3, generator)
    assert [runs.shape[1] for runs in jobs.runs] == [3] * 10 + [3]
    first = _log_minima(jobs.runs[0])[:, 0]
    for runs, machine in zip(jobs.runs, jobs.machine, strict=True):
        same = machine == jobs.machine[0]
        assert (np.abs(_log_minima(runs)[:, 0] - first).max() < 1e-3) == same
    assert len(set(jobs.machine.tolist())) == 2


def _run(name: str, seed: int, designs: tuple[str, ...] = ("pairs-3", "screen")) -> Figures:
    world = replace(WORLDS[name], designs=designs, levels=(0.20,))
    return synthetic.run([world], FEW, seed, Progress(stream=StringIO()))


def test_the_same_seed_gives_the_same_figures_whatever_else_is_run() -> None:
    figures = _run("bursts", 1)
    assert figures == _run("bursts", 1)
    assert figures != _run("bursts", 2)
    alone = _run("bursts", 1, ("screen",))
    assert alone == {name: figure for name, figure in figures.items() if ".screen." in name}


def test_quiet_worlds_are_judged_right_and_other_machines_not_at_all() -> None:
    quiet = _run("quiet", 1)
    assert quiet["world.quiet.pairs-3.+20%.found"].value == 1.0
    assert quiet["world.quiet.pairs-3.harmless.alarmed"].value == 0.0
    assert 0.8 < quiet["world.quiet.pairs-3.harmless.covered"].value <= 1.0
    assert quiet["world.quiet.screen.harmless.not comparable"].value == 0.0
    assert quiet["world.quiet.screen.+20%.found"].value == 1.0
    changed = replace(WORLDS["runner-change"], machines=40, designs=("screen",), levels=())
    figures = synthetic.run([changed], FEW, 1, Progress(stream=StringIO()))
    assert figures["world.runner-change.screen.harmless.not comparable"].value > 0.5


def test_a_slowdown_of_everything_has_no_benchmark_left_to_be_wrong_about() -> None:
    figures = _run("everything-slower", 1, ("pairs-3",))
    assert "world.everything-slower.pairs-3.+20%.alarmed" not in figures
    assert figures["world.everything-slower.pairs-3.+20%.shift"].value == 1.0
    assert figures["world.everything-slower.pairs-3.harmless.shift"].value == 0.0


def test_final_seeds_are_not_for_development() -> None:
    assert SEEDS.check(None, final=False) == SEEDS.development[0]
    assert SEEDS.check(None, final=True) == SEEDS.final[0]
    assert SEEDS.development[1] < SEEDS.final[0]
    for seed, final in ((SEEDS.final[0], False), (SEEDS.development[0], True)):
        with pytest.raises(UsageError, match="is not one of"):
            SEEDS.check(seed, final=final)
