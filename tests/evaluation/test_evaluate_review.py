"""The worlds of the statistical review draw what their parameters say, and are judged as the product judges."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate import several_runs, synthetic, worlds
from benchmarks.evaluate.figures import QUICK, Figures, Progress
from benchmarks.evaluate.outcomes import METRICS, of_shards
from benchmarks.evaluate.suites import baseline_of
from reporter.decide.judge import DEFAULT_POLICY, judge_pairs
from reporter.model import STATISTICS
from reporter.store.history import AGAINST_ITSELF

if TYPE_CHECKING:
    from benchmarks.evaluate.worlds import World
    from reporter.decide.judge import Decision
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray, Suite

WORLDS, _ = worlds.read_worlds()
STILL = {"sd": (1e-9, 1e-9), "jitter": 1e-9, "burst_chance": 0.0, "job_sd": 0.0}


def _still(name: str, **changes: object) -> World:
    return replace(WORLDS[name], **STILL | changes)  # type: ignore[arg-type] # values of its own fields


def _figures(world: World, design: str, pulls: int = 4) -> Figures:
    counts = replace(QUICK, pulls=pulls, slowed=pulls)
    return synthetic.run([replace(world, designs=(design,))], counts, 1, Progress(stream=StringIO()))


def _log_minima(runs: FloatArray) -> FloatArray:
    return np.asarray(np.log(runs[:, :, STATISTICS.index("min")]))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("level-up", 1.10, 1.10),
        ("level-down", 1 / 1.10, 1 / 1.10),
        ("level-up-lately", 1.10, 1.10),
        ("level-down-lately", 1 / 1.10, 1 / 1.10),
        ("small-step-up", 1.02, 1.04),
        ("small-step-down", 0.96, 0.98),
    ],
)
def test_a_change_of_level_meets_its_share_of_benchmarks_at_any_age_it_may_have(
    name: str, low: float, high: float
) -> None:
    world = _still(name)
    generator = np.random.default_rng(1)
    ages = set()
    slow = np.arange(world.benchmarks) == 3
    changed = []
    for _ in range(60):
        jobs = worlds.draw_jobs(world, worlds.draw_benchmarks(world, generator), 1, generator, slow)
        minima = np.stack([_log_minima(runs)[:, 0] for runs in jobs.runs], axis=1)
        factor = np.exp(minima[:, -1] - minima[:, 0])
        moved = np.abs(factor - 1) > 1e-3
        assert moved[3], "what the head may give back was changed"
        assert low - 1e-3 <= factor[moved].min() <= factor[moved].max() <= high + 1e-3
        steps = np.abs(np.diff(minima, axis=1)) > 1e-3
        assert (steps.sum(axis=1) == moved).all()
        ages.add(world.sessions - 1 - int(np.flatnonzero(steps[3])[0]))
        changed.append(np.delete(moved, 3).mean())
    first, last = world.change_age
    assert ages <= set(range(first, last + 1))
    assert {first, last} <= ages
    assert np.mean(changed) == pytest.approx(world.change_share, abs=0.06)


def test_a_head_after_a_gain_gives_it_back_to_the_level_before() -> None:
    world = _still("level-down", levels=(0.10,))
    seen: list[float] = []

    def spy(
        head: Suite, baseline: object, again: Suite, names: list[str], truth: FloatArray, policy: Policy
    ) -> dict[str, float]:
        assert isinstance(baseline, type(baseline_of([head])))
        place = int(np.argmax(truth))
        key = (names[place], (), "time")
        column = STATISTICS.index("min")
        now = head.benchmarks[place].samples[0][1].statistics[0, column]
        seen.append(float(now / baseline.history[0].statistics[key][0, column]))
        return dict.fromkeys(METRICS, 0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "screened_outcome", spy)
        synthetic.cell(world, "screen", 0.10, 5, 1)
    assert seen == pytest.approx([1.0] * 5, abs=1e-4)


def test_alignment_moves_the_head_alone_and_each_benchmark_by_its_own() -> None:
    names = [name for name in WORLDS if name.startswith("alignment-")]
    assert len(names) == 9
    for name in names:
        world, (thousandths, count) = WORLDS[name], name.removeprefix("alignment-").split("-of-")
        assert (world.alignment_sd, world.benchmarks) == (int(thousandths) / 1000, int(count))
    assert WORLDS["lock-step-alignment-8"].alignment_sd == WORLDS["alignment-8-of-12"].alignment_sd
    world = _still("alignment-8-of-200", benchmarks=2000)
    sides = _sides_of(world, "pairs-8")
    effects = _effects(*sides)
    assert effects.mean() == pytest.approx(0, abs=0.001)
    assert effects.std() == pytest.approx(0.008, rel=0.06)
    assert _effects(*_sides_of(_still("ordinary"), "pairs-8")).std() < 1e-6
    spread = np.log(sides[1].benchmarks[0].samples[0][1].statistics[:, STATISTICS.index("min")]).std()
    assert spread < 1e-6, "the same in all runs of the head"


def _sides_of(world: World, design: str) -> tuple[Suite, Suite]:
    found: list[tuple[Suite, Suite]] = []

    def spy(base: Suite, head: Suite, **known: object) -> Decision:
        found.append((base, head))
        return judge_pairs(base, head)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "judge_pairs", spy)
        synthetic.cell(world, design, 0.0, 1, 1)
    return found[0]


def _effects(base: Suite, head: Suite) -> FloatArray:
    column = STATISTICS.index("min")
    logs = [
        np.log([benchmark.samples[0][1].statistics[:, column].mean() for benchmark in side.benchmarks])
        for side in (base, head)
    ]
    return np.asarray(logs[1] - logs[0])


def test_stored_pairs_are_known_of_their_share_of_the_benchmarks() -> None:
    world = replace(WORLDS["half-stored"], benchmarks=200)
    pull = synthetic.PullRequest(
        world=world,
        design="pairs-3",
        slow=np.zeros(200, dtype=bool),
        truth=np.zeros(200),
        generator=np.random.default_rng(1),
    )
    found = synthetic._stored(pull, worlds.draw_benchmarks(world, pull.generator))
    assert found is not None
    (session,) = found
    assert session.plan == AGAINST_ITSELF
    assert len(session.statistics) == pytest.approx(100, abs=25)
    assert {len(runs) for runs in session.statistics.values()} == {2 * world.stored_pairs}
    nothing = replace(pull, world=replace(world, stored_pairs=0))
    assert synthetic._stored(nothing, worlds.draw_benchmarks(world, pull.generator)) is None


def test_stored_pairs_reach_the_engine() -> None:
    decisions = []

    def spy(base: Suite, head: Suite, **known: object) -> Decision:
        decisions.append(known["stored"])
        return judge_pairs(base, head)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "judge_pairs", spy)
        for name in ("half-stored", "ordinary"):
            synthetic.cell(WORLDS[name], "pairs-3", 0.0, 1, 1)
    assert decisions[0]
    assert decisions[1] is None


def test_an_alarm_of_one_shard_is_one_of_the_whole() -> None:
    quiet = dict.fromkeys(METRICS, np.nan) | {"alarmed": 0.0, "alarms": 0.0, "all covered": 1.0, "covered": 1.0}
    loud = quiet | {"alarmed": 1.0, "alarms": 0.2, "all covered": 0.0, "covered": 0.8, "found": 1.0}
    whole = of_shards([quiet, loud, quiet, quiet])
    known = {metric: value for metric, value in whole.items() if not np.isnan(value)}
    assert known == {
        "alarmed": 1.0,
        "alarms": pytest.approx(0.05),
        "all covered": 0.0,
        "covered": pytest.approx(0.95),
        "found": 1.0,
    }


def test_every_shard_is_a_job_of_its_own_and_one_of_them_is_slowed() -> None:
    world = replace(WORLDS["eight-shards"], benchmarks=4)
    truths: list[FloatArray] = []

    def spy(pull: synthetic.PullRequest) -> dict[str, float]:
        assert pull.policy == DEFAULT_POLICY.of_one_among(8)
        truths.append(pull.truth)
        return dict.fromkeys(METRICS, 0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(synthetic._JUDGES, "pairs", spy)
        synthetic.cell(world, "pairs-8", 0.10, 1, 1)
    assert len(truths) == 8
    assert sorted(np.concatenate(truths).tolist()) == [0.0] * 31 + [0.10]


def test_files_hold_runs_that_share_the_noise_of_their_file() -> None:
    world = replace(WORLDS["several-runs"], sd=(0.03, 0.03), jitter=1e-9, benchmarks=300)
    generator = np.random.default_rng(1)
    benchmarks = worlds.draw_benchmarks(world, generator)
    truth = np.full(300, 0.10)
    base, head = several_runs.draw_files(world, benchmarks, 4, (20, 5), truth, generator)
    assert base.shape == (300, 4, 20, world.inner_rounds)
    assert head.shape == (300, 4, 5, world.inner_rounds)
    logs = np.log(base[..., 0])
    assert logs.std(axis=2, ddof=1).mean() == pytest.approx(world.inner_sd, rel=0.05)
    between = np.sqrt(np.var(logs.mean(axis=2), axis=1, ddof=1).mean())
    assert between == pytest.approx(np.sqrt(0.03**2 + world.inner_sd**2 / 20), rel=0.08)
    assert np.log(head).mean() - np.log(base).mean() == pytest.approx(np.log(1.10), abs=0.005)


def test_files_are_read_and_judged_as_compare_does_it() -> None:
    names = ["a", "b"]
    values = np.exp(np.random.default_rng(1).normal(0, 1e-4, (2, 4, 6, 3)))
    slower = np.array([1.0, 1.5])[:, None, None, None] * values[:, ::-1]
    for paired, kind in ((True, "paired"), (False, "confirmed")):
        decision = several_runs.judge_files(names, values, slower, paired=paired)
        assert decision.compare == kind
        assert [row.comparison.name for row in decision.assessments] == names
        change = decision.assessments[1].comparison.change
        assert change is not None
        assert change.marginal.point == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("design", WORLDS["several-runs"].designs)
def test_every_design_of_files_is_judged(design: str) -> None:
    figures = _figures(replace(WORLDS["several-runs"], levels=()), design, 2)
    assert f"world.several-runs.{design}.harmless.alarmed" in figures
