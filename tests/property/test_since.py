"""The change of pairs since the saved baseline: like is compared with like, and nothing is decided by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec import structs

from reporter.decide.in_step import with_clock
from reporter.decide.judge import Pairs, judge_looks
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.since import with_since
from reporter.model import Baseline, BaselineSource, Benchmark
from reporter.shared.model import Fingerprint
from reporter.store.history import AGAINST_ITSELF, KEPT, session_of
from reporter.store.short_runs import HOW, metric_by, way_of_session, with_levels
from tests.suites import MACHINE, suite_of

if TYPE_CHECKING:
    from reporter.decide.decision import Decision
    from reporter.model import FloatArray, Session, Suite

IN_TURN, IN_STEP = "one after the other", "in lock-step"
LEVELS = {"a": 1e-3, "b": 2e-3, "c": 3e-3, "d": 4e-3, "e": 5e-3}


def runs_of(levels: dict[str, float], runs: int, *, noise: float = 1e-3, seed: int = 1) -> Suite:
    generator = np.random.default_rng(seed)
    drawn = {name: level * np.exp(generator.normal(0, noise, runs)) for name, level in levels.items()}
    return suite_of({name: [[value * (1 + 1e-3 * i) for i in range(30)] for value in drawn[name]] for name in levels})


def sliced(suite: Suite, *, wall: float, cpu: float, share: float = 1.0) -> Suite:
    """Return a suite whose slices say that many times what its whole runs do, by either clock."""

    def with_slices(benchmark: Benchmark) -> Benchmark:
        metric, sample = benchmark.samples[0]
        low = sample.statistics[:, 1]
        table = np.column_stack([low * wall, low * cpu, np.full(len(low), share)])
        return replace(benchmark, samples=((metric, structs.replace(sample, in_step=table)),))

    return replace(suite, benchmarks=tuple(map(with_slices, suite.benchmarks)))


def pairs_of(levels: dict[str, float], head: dict[str, float] | None = None, count: int = 8) -> Pairs:
    return Pairs(base=runs_of(levels, count, seed=2), head=runs_of(head or levels, count, seed=3))


def session(levels: dict[str, float], number: int, *, way: str = IN_TURN, slices: float | None = None) -> Session:
    """Return four pairs of a commit and itself as they are saved, a day after the session before."""
    base, head = (runs_of(levels, 4, seed=100 + 2 * number + side) for side in (0, 1))
    if slices:
        base, head = (sliced(side, wall=slices, cpu=slices / 2) for side in (base, head))
    both = runs_of(levels, 8, seed=300 + number)
    stored = replace(
        session_of(both), plan=AGAINST_ITSELF, commit=f"{number:040x}", measured_at=1e9 + 86_400.0 * number
    )
    return with_levels(stored, base, head, way)


def saved(*sessions: Session) -> Baseline:
    suite = runs_of(LEVELS, 2)
    return Baseline(suite=suite, history=(*sessions, session_of(suite)), source=BaselineSource(commit=None))


def judged(pairs: Pairs, baseline: Baseline, way: str = IN_TURN, clock: str = "auto") -> Decision:
    policy = with_clock(DEFAULT_POLICY, clock)
    return with_since(judge_looks(pairs, policy=policy), pairs, way, baseline, policy)


def days(count: int, *, spread: float, seed: int = 9) -> list[dict[str, float]]:
    """Return the levels of as many days, which differ by a spread of their own."""
    generator = np.random.default_rng(seed)
    return [
        {name: level * float(np.exp(generator.normal(0, spread))) for name, level in LEVELS.items()}
        for _ in range(count)
    ]


def points(decision: Decision) -> dict[str, float]:
    return {row.comparison.name: row.comparison.since.point for row in decision.assessments if row.comparison.since}


def test_the_change_since_the_baseline_stands_beside_the_one_since_the_base() -> None:
    slower = {name: level * 1.3 for name, level in LEVELS.items()}
    found = judged(pairs_of(slower, slower | {"a": slower["a"] * 1.5}), saved(session(LEVELS, 1)))
    assert points(found) == pytest.approx(dict.fromkeys(LEVELS, 0.3) | {"a": 0.95}, abs=0.01)
    since_base = {row.comparison.name: row.comparison.change for row in found.assessments}
    assert since_base["a"] is not None
    assert since_base["a"].marginal.point == pytest.approx(0.5, abs=0.01)
    assert [(one.commit, one.measured_at) for one in found.sessions] == [(f"{1:040x}", 1e9 + 86_400.0)]


def test_a_session_before_the_baseline_is_not_taken_for_it() -> None:
    older = saved(session(LEVELS, 1))
    found = judged(pairs_of(LEVELS), older).since
    assert found is not None
    assert found.is_older, "the baseline itself has no short runs"
    own = replace(older, suite=replace(older.suite, commit=f"{1:040x}", measured_at=1e9 + 86_400.0))
    found = judged(pairs_of(LEVELS), own).since
    assert found is not None
    assert not found.is_older


@pytest.mark.parametrize("commit", [f"{1:040x}", None])
def test_an_earlier_saving_of_the_same_commit_is_not_taken_for_the_baseline(commit: str | None) -> None:
    """Without git no saving has a commit."""
    older = saved(replace(session(LEVELS, 1), commit=commit))
    again = replace(older, suite=replace(older.suite, commit=commit, measured_at=1e9 + 2 * 86_400.0))
    found = judged(pairs_of(LEVELS), again).since
    assert found is not None
    assert found.is_older


def test_verdicts_stay_what_the_pairs_made_them() -> None:
    pairs = pairs_of(LEVELS, LEVELS | {"a": 1.2e-3})
    alone = judge_looks(pairs)
    found = judged(pairs, saved(*(session(level, day) for day, level in enumerate(days(9, spread=0.2)))))
    bare = [replace(row, comparison=replace(row.comparison, since=None, history=())) for row in found.assessments]
    assert bare == list(alone.assessments)
    assert (found.shift, found.suspects, found.notices) == (alone.shift, alone.suspects, alone.notices)


def test_few_sessions_give_no_interval() -> None:
    for count, known in ((DEFAULT_POLICY.few_sessions - 1, False), (DEFAULT_POLICY.few_sessions, True)):
        sessions = [session(level, day) for day, level in enumerate(days(count, spread=0.01))]
        found = judged(pairs_of(LEVELS), saved(*sessions))
        changes = [row.comparison.since for row in found.assessments if row.comparison.since]
        assert [change.low is not None and change.high is not None for change in changes] == [known] * len(LEVELS)


def test_the_interval_holds_what_days_differ_by_and_not_pairs_alone() -> None:
    """Nothing changed but the day: the interval holds zero about as often as it says."""
    held, widest = [], 0.0
    for seed in range(40):
        *past, today = days(9, spread=0.03, seed=seed)
        found = judged(pairs_of(today), saved(*(session(level, day) for day, level in enumerate(past))))
        for row in found.assessments:
            since = row.comparison.since
            assert since is not None
            assert since.low is not None
            assert since.high is not None
            held.append(since.low <= 0 <= since.high)
            widest = max(widest, since.high - since.low)
    assert np.mean(held) > 0.9
    assert widest < 0.4


@pytest.mark.parametrize(("clock", "factor"), [("wall", 3.0), ("cpu", 1.5)])
def test_a_row_in_lock_step_is_compared_by_its_own_clock(clock: str, factor: float) -> None:
    pairs = pairs_of(LEVELS)
    head = Pairs(base=sliced(pairs.base, wall=3.0, cpu=1.5), head=sliced(pairs.head, wall=3.0, cpu=1.5))
    found = judged(head, saved(session(LEVELS, 1, way=IN_STEP, slices=2.0)), IN_STEP, clock)
    expected = factor / (2.0 if clock == "wall" else 1.0) - 1
    assert points(found) == pytest.approx(dict.fromkeys(LEVELS, expected), abs=0.01)
    assert {row.comparison.clock for row in found.assessments} == {clock}


@pytest.mark.parametrize(
    ("change", "absent"),
    [
        ({"history": ()}, "not-saved"),
        ({"fingerprint": Fingerprint(cpu_model="another", details=((HOW, IN_TURN),))}, "other-machine"),
        ({"fingerprint": replace(MACHINE, details=((HOW, IN_STEP),))}, "other-way"),
        ({"fingerprint": MACHINE}, "not-saved"),
        ({"statistics": {}}, "no-row"),
    ],
)
def test_what_cannot_be_compared_is_said_once(change: dict[str, object], absent: str) -> None:
    sessions = () if "history" in change else (replace(session(LEVELS, 1), **change),)  # type: ignore[arg-type]
    found = judged(pairs_of(LEVELS), saved(*sessions))
    assert found.since is not None
    assert found.since.absent == absent
    assert not points(found)
    assert not found.sessions
    assert not found.trends


def test_a_benchmark_whose_code_was_another_is_left_out() -> None:
    pairs = pairs_of(LEVELS)
    coded = replace(pairs.head, benchmarks=tuple(replace(each, code="now") for each in pairs.head.benchmarks))
    stored = session(LEVELS, 1)
    whole = replace(
        session_of(runs_of(LEVELS, 2)),
        commit=stored.commit,
        measured_at=stored.measured_at,
        codes=dict.fromkeys(LEVELS, "now") | {"b": "then"},
    )
    found = judged(replace(pairs, head=coded), saved(stored, whole))
    assert points(found).keys() == LEVELS.keys() - {"b"}


def test_sessions_without_short_runs_are_counted_as_left_out() -> None:
    """The history breaks off where an older version saved it; that of another machine is no part of it."""
    old = [replace(session_of(runs_of(LEVELS, 2)), commit=f"{day:040x}", measured_at=float(day)) for day in range(4)]
    other = replace(old[0], fingerprint=Fingerprint(cpu_model="another"), measured_at=99.0)
    stored = session(LEVELS, 1)
    own = replace(session_of(runs_of(LEVELS, 2)), commit=stored.commit, measured_at=stored.measured_at)
    baseline = replace(saved(), history=(*old, other, stored, own))
    found = judged(pairs_of(LEVELS), baseline)
    assert found.since is not None
    assert (found.since.absent, found.since.left_out) == (None, len(old))


def test_the_trend_has_the_sessions_of_short_runs_and_the_head() -> None:
    levels = [*days(7, spread=0.002), *({**day, "a": day["a"] * 1.5} for day in days(7, spread=0.002, seed=4))]
    sessions = [session(level, day) for day, level in enumerate(levels)]
    found = judged(pairs_of(LEVELS | {"a": 1.5e-3}), saved(*sessions))
    (trend,) = found.trends
    assert (trend.benchmark, len(trend.values)) == ("a", 15)
    assert [change.session for change in trend.changes] == [7]
    assert trend.changes[0].ratio == pytest.approx(0.5, abs=0.02)
    row = next(row for row in found.assessments if row.comparison.name == "a")
    assert row.comparison.history[6:8] == pytest.approx((1e-3, 1.5e-3), rel=0.02)


def test_older_sessions_than_are_kept_tell_nothing() -> None:
    sessions = [session(LEVELS, day) for day in range(KEPT + 3)]
    assert len(judged(pairs_of(LEVELS), saved(*sessions)).sessions) == KEPT


def test_a_session_holds_the_runs_of_both_sides_in_turn_by_either_clock() -> None:
    base, head = (sliced(runs_of({"a": level}, 2, noise=0), wall=1.0, cpu=0.5) for level in (1.0, 2.0))
    both = replace(session_of(runs_of({"a": 1.0}, 4)), plan=AGAINST_ITSELF)
    stored = with_levels(both, base, head, IN_STEP)
    assert way_of_session(stored) == IN_STEP
    wall, cpu = (_column(stored, metric_by("time", clock)) for clock in ("wall", "cpu"))
    assert wall.tolist() == pytest.approx([1.0, 2.0, 1.0, 2.0])
    assert cpu.tolist() == pytest.approx([0.5, 1.0, 0.5, 1.0])
    assert np.array_equal(_column(stored, "time"), _column(both, "time"))


def _column(stored: Session, metric: str) -> FloatArray:
    table: FloatArray = stored.statistics["a", (), metric][:, 1]
    return table
