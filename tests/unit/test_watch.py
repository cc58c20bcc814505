"""Watching: what is suspected in a history, and between which commits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.watch_states import watch
from tests.suites import MACHINE
from tests.watched import NAMES, OTHER, history_of, sessions, step, suite_at, watched
from tests.watches import sha

if TYPE_CHECKING:
    from reporter.model import Suite
    from reporter.records.watch import Watch


def places(found: Watch) -> list[tuple[str, str, list[str]]]:
    """Return each cause by its two commits and its benchmarks."""
    return [(each.before, each.first, sorted({row.benchmark for row in each.rows})) for each in found.causes]


def test_rows_that_moved_between_the_same_commits_are_one_cause() -> None:
    found = watched(history_of(20, step(12, "test_b", "test_d")))
    assert places(found) == [(sha("m11"), sha("m12"), ["test_b", "test_d"])]
    [cause] = found.causes
    assert cause.state == "suspected"
    assert [round(row.new / row.old, 2) for row in cause.rows] == pytest.approx([1.1, 1.1], abs=0.02)
    assert [found.next and found.next.base, found.next and found.next.head] == [sha("m11"), sha("m19")]


def test_rows_that_moved_at_other_commits_are_another_cause() -> None:
    def level(name: str, commit: int) -> float:
        return step(12, "test_a")(name, commit) * step(18, "test_b")(name, commit)

    found = watched(history_of(26, level))
    assert places(found) == [(sha("m11"), sha("m12"), ["test_a"]), (sha("m17"), sha("m18"), ["test_b"])]
    assert found.next is not None
    assert found.next.base == sha("m11")


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_cause(seed: int) -> None:
    names = tuple(f"test_{number}" for number in range(50))
    assert watched(history_of(40, lambda *_: 1.0, names=names, seed=seed)).causes == ()


@pytest.mark.parametrize("disturbed", [(14,), (19,), (18, 19), (16, 18), (19, 17)])
def test_one_or_two_outliers_are_no_level(disturbed: tuple[int, ...]) -> None:
    assert (
        watched(history_of(20, lambda name, commit: 1 + 0.5 * (name == "test_a" and commit in disturbed))).causes == ()
    )


def test_three_sessions_are_enough_for_a_large_step_and_two_are_not() -> None:
    assert watched(history_of(19, step(17, "test_a", by=0.3))).causes == ()
    assert places(watched(history_of(20, step(17, "test_a", by=0.3)))) == [(sha("m16"), sha("m17"), ["test_a"])]


def test_what_got_faster_is_no_cause_and_less_of_what_should_be_high_is() -> None:
    assert watched(history_of(20, step(12, "test_a", by=-0.2))).causes == ()
    [cause] = watched(history_of(20, step(12, "test_a", by=-0.2), better="higher")).causes
    assert cause.rows[0].new < cause.rows[0].old


def test_a_level_that_came_back_has_recovered() -> None:
    [cause] = watched(history_of(30, step(12, "test_a", back=20))).causes
    assert [cause.state, cause.first] == ["recovered", sha("m12")]
    assert cause.rows[0].now == pytest.approx(1e-3, rel=0.03)


def test_machines_are_never_joined() -> None:
    """Each of two machines has its own level, and no step."""
    suites = [
        suite_at(number, lambda _, commit: 1.5 if commit >= 12 else 1.0, machine=OTHER if number >= 12 else MACHINE)
        for number in range(24)
    ]
    found = watched(suites)
    assert found.causes == ()
    assert sorted(machine.sessions for machine in found.machines) == [12, 12]


def test_ways_of_measuring_are_never_joined() -> None:
    suites = history_of(24, step(12, *NAMES, by=0.5))
    suites = [replace(suite, plan="pairs" if number >= 12 else "whole") for number, suite in enumerate(suites)]
    assert watched(suites).causes == ()


def test_machines_that_take_turns_narrow_one_cause_down() -> None:
    """The first has the commits 0, 2, 4 …, the other 1, 3, 5 …: together they know the commit."""
    suites = [suite_at(number, step(15, "test_a"), machine=OTHER if number % 2 else MACHINE) for number in range(32)]
    found = watched(suites)
    assert places(found) == [(sha("m14"), sha("m15"), ["test_a"])]
    assert len({row.machine for row in found.causes[0].rows}) == 2


def test_what_moves_between_two_sessions_of_one_commit_is_the_machine() -> None:
    suites = [suite_at(number, step(12, "test_a"), called=sha("the only one")) for number in range(24)]
    assert watched(suites).causes == ()


def test_what_a_benchmark_of_other_code_took_does_not_count() -> None:
    suites = [
        _of_code(suite, "new" if number >= 12 else "old")
        for number, suite in enumerate(history_of(24, step(12, "test_a")))
    ]
    assert watched(suites).causes == ()


def _of_code(suite: Suite, code: str) -> Suite:
    return replace(suite, benchmarks=tuple(replace(each, code=code) for each in suite.benchmarks))


@pytest.mark.parametrize("called", ["", "v1.2", "x" * 40])
def test_sessions_that_name_no_commit_are_left_out(called: str) -> None:
    suites = history_of(20, step(12, "test_a"))
    nameless = [replace(suite_at(50 + number, step(0, "test_a", by=3)), commit=called or None) for number in range(5)]
    found = watch(suites[-1], sessions([*suites[:15], *nameless, *suites[15:]]), None)
    assert places(found) == [(sha("m11"), sha("m12"), ["test_a"])]


def test_seven_sessions_tell_nothing() -> None:
    assert watched(history_of(7, step(4, *NAMES, by=1.0))).causes == ()


def test_only_the_newest_fifty_sessions_count() -> None:
    found = watched(history_of(80, step(12, "test_a")))
    assert [found.causes, found.machines[0].sessions] == [(), 50]


def test_an_undeclared_direction_is_never_suspected() -> None:
    suites = history_of(20, step(12, "test_a"), better=None)
    assert watched(suites).causes == ()


def test_counts_without_any_noise_move_for_certain() -> None:
    suites = history_of(20, lambda *_: 1.0, names=("test_a",))
    for number, suite in enumerate(suites):
        [(metric, sample)] = suite.benchmarks[0].samples
        value = 1000.0 if number < 12 else 1050.0
        statistics = np.where(np.isnan(sample.statistics), np.nan, value)
        exact = replace(
            suite.benchmarks[0], samples=((metric, type(sample)(statistics=statistics, rounds=sample.rounds)),)
        )
        suites[number] = replace(suite, benchmarks=(exact,))
    assert places(watched(suites)) == [(sha("m11"), sha("m12"), ["test_a"])]
