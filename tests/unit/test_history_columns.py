"""A suite's sessions in columns: what is shown of each, which belong together, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.model import Metric
from reporter.site.columns import read_history
from reporter.site.levels import level_changes
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.histories import (
    OTHER_MACHINE,
    RATE,
    TIME,
    TOKENS,
    commit_of,
    shop,
    steady,
    step,
    suite_at,
)
from tests.suites import MACHINE, sample_of

if TYPE_CHECKING:
    from reporter.model import Suite
    from reporter.site.columns import History
    from reporter.site.levels import Change


def _history(*suites: Suite) -> History:
    return read_history(suites[-1], map(session_of, suites))


def test_the_value_is_the_mean_over_runs_of_what_decides_and_the_spread_is_that_of_the_runs() -> None:
    suite = suite_at(0, {("a", (), TIME): steady(1.0), ("b", (), RATE): steady(1.0)})
    (first, second) = suite.benchmarks
    runs = ([1.0, 1.5], [2.0, 2.5], [4.0, 9.0])
    suite = replace(
        suite,
        benchmarks=(
            replace(first, samples=((TIME, sample_of([sorted(run) * 6 for run in runs])),)),
            replace(second, samples=((RATE, sample_of([sorted(run) * 6 for run in runs])),)),
        ),
    )
    (machine,) = _history(suite).machines
    assert machine.value[:, 0] == pytest.approx([2.0, (1.5 * 2.5 * 9.0) ** (1 / 3)])
    assert machine.low[:, 0] == pytest.approx([1.0, 1.5])
    assert machine.high[:, 0] == pytest.approx([4.0, 9.0])


def test_machines_and_ways_of_measuring_are_never_joined() -> None:
    levels = {("a", (), TIME): steady(1.0)}
    kinds = [(MACHINE, "whole"), (OTHER_MACHINE, "whole"), (MACHINE, "short"), (MACHINE, "whole")]
    history = _history(
        *(suite_at(place, levels, fingerprint=one, plan=plan) for place, (one, plan) in enumerate(kinds))
    )
    assert [machine.moments.tolist() for machine in history.machines] == [[0, 3], [1], [2]]
    assert [moment.machine for moment in history.moments] == [0, 1, 2, 0]


def test_details_of_a_machine_do_not_part_it() -> None:
    levels = {("a", (), TIME): steady(1.0)}
    patched = replace(MACHINE, details=(("kernel", "6.2"),))
    assert len(_history(suite_at(0, levels), suite_at(1, levels, fingerprint=patched)).machines) == 1


def test_pairs_of_a_commit_and_itself_are_left_out_with_their_rows() -> None:
    pairs = suite_at(
        0, {("a", (), Metric(name="time by cpu clock", unit="s", better="lower")): steady(1.0)}, plan=AGAINST_ITSELF
    )
    history = _history(pairs, suite_at(1, {("a", (), TIME): steady(1.0)}))
    assert [moment.commit for moment in history.moments] == [commit_of(1)]
    assert [key[2] for key in history.keys] == ["time"]
    assert [moment.commit for moment in _history(pairs).moments] == [commit_of(0)]


def test_a_benchmark_that_is_gone_keeps_its_values_and_the_unit_of_its_metric() -> None:
    history = _history(
        suite_at(0, {("gone", (), TIME): steady(1.0), ("odd", (), TOKENS): steady(7.0)}),
        suite_at(1, {("here", (), TIME): steady(2.0)}),
    )
    assert [key[0] for key in history.keys] == ["gone", "odd", "here"]
    assert [metric.unit for metric in history.metrics] == ["s", "", "s"]
    assert history.metrics[1].better is None
    (machine,) = history.machines
    assert np.isnan(machine.value).tolist() == [[False, True], [False, True], [True, False]]


def test_numbers_beyond_what_can_be_drawn_are_unknown() -> None:
    history = _history(suite_at(0, {("a", (), TIME): steady(1e200), ("b", (), TIME): steady(1.0)}))
    assert [key[0] for key in history.keys] == ["b"]


def test_rows_stand_in_the_order_in_which_they_appear() -> None:
    names = [f"benchmark {number}" for number in range(40)]
    first = suite_at(0, {(name, (), TIME): steady(1.0) for name in names[:20]})
    second = suite_at(1, {(name, (), TIME): steady(1.0) for name in names})
    assert [key[0] for key in _history(first, second).keys] == names


def _changes(*suites: Suite) -> tuple[History, list[list[tuple[Change, ...]]]]:
    history = _history(*suites)
    told: list[int] = []
    found = [level_changes(machine, history.metrics, told.append) for machine in history.machines]
    assert told
    return history, found


def test_changes_of_level_are_those_of_the_trend_on_each_machine() -> None:
    baseline = shop(24)
    history = read_history(baseline.suite, baseline.history)
    first, second = (level_changes(machine, history.metrics, lambda _: None) for machine in history.machines)
    names = [f"{name} {metric}" for name, _, metric in history.keys]
    found = {
        name: (
            history.moments[history.machines[0].moments[change.session]].commit,
            round(change.ratio, 2),
            change.direction,
        )
        for name, changes in zip(names, first, strict=True)
        for change in changes
    }
    assert found == {
        "bench/test_shop.py::test_parse time": (commit_of(12), 0.2, "worse"),
        "bench/test_shop.py::test_sort time": (commit_of(9), -0.2, "better"),
        "serve throughput": (commit_of(14), -0.22, "worse"),
        "render tokens": (commit_of(10), 0.1, None),
    }
    assert not any(second), "six sessions are too few to tell"


def test_a_change_has_the_levels_before_and_after() -> None:
    _, ((changes,),) = _changes(*(suite_at(at, {("a", (), TIME): step(1e-3, 1.5e-3, 6)}) for at in range(12)))
    (change,) = changes
    assert [change.before, change.after] == pytest.approx([1e-3, 1.5e-3], rel=0.01)


def test_sessions_in_which_a_row_is_missing_count_as_if_there_were_none() -> None:
    def level(session: int) -> float:
        return float("nan") if session % 3 == 1 else 1.0 if session < 15 else 1.4

    levels = {("a", (), TIME): level, ("b", (), TIME): steady(1.0)}
    _, ((changes, other),) = _changes(*(suite_at(at, levels) for at in range(30)))
    assert [change.session for change in changes] == [15]
    assert other == ()


def test_a_row_whose_code_changed_begins_again() -> None:
    suites = [suite_at(at, {("a", (), TIME): step(1.0, 2.0, 10)}) for at in range(20)]
    recoded = [
        replace(suite, benchmarks=tuple(replace(one, code="old" if at < 10 else "new") for one in suite.benchmarks))
        for at, suite in enumerate(suites)
    ]
    history, ((changes,),) = _changes(*recoded)
    assert changes == ()
    assert history.machines[0].recoded == {0: (10,)}
    assert [change.session for change in _changes(*suites)[1][0][0]] == [10]
