from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from reporter.ingest import FileReading, Reading, assemble
from reporter.ingest.assemble import Provenance
from reporter.model import Baseline, BaselineSource, Metric, Suite
from reporter.shared.model import Fingerprint
from reporter.store import history

if TYPE_CHECKING:
    from collections.abc import Iterable

TIME = Metric(name="time", unit="s", better="lower")


def suite(number: int, *, cpu: str = "A", plan: str = "whole", measured_at: float | None = None) -> Suite:
    reading = Reading(name="a", metric=TIME, place="", values=(1.0 + number,), params=(("n", "1"),))
    file = FileReading(path=Path("x"), format="test", readings=(reading,))
    at = float(number) if measured_at is None else measured_at
    return assemble(
        [[file], [file]],
        suite="s",
        known=Provenance(commit=f"{number:040x}", measured_at=at, plan=plan, fingerprint=Fingerprint(cpu_model=cpu)),
    )


def save(*suites: Suite) -> Baseline | None:
    baseline: Baseline | None = None
    for entry in suites:
        sessions = history.extend(baseline, entry)
        baseline = Baseline(suite=entry, history=sessions, source=BaselineSource(commit=None))
    return baseline


def test_session_has_the_statistics_of_every_run() -> None:
    session = history.session_of(suite(1))
    assert {key: table.shape for key, table in session.statistics.items()} == {("a", (("n", "1"),), "time"): (2, 11)}
    assert (session.commit, session.measured_at, session.plan) == (f"{1:040x}", 1.0, "whole")


def test_oldest_first_and_ends_with_the_own_session() -> None:
    sessions = history.extend(save(suite(1), suite(2)), suite(3))
    assert [session.measured_at for session in sessions] == [1, 2, 3]


def test_same_measurement_saved_again_is_replaced() -> None:
    sessions = history.extend(save(suite(1), suite(2)), suite(1))
    assert [session.measured_at for session in sessions] == [2, 1]
    again = history.extend(save(suite(1), suite(2)), suite(1, measured_at=9.0))
    assert len(again) == 3, "the same commit measured at another time is another session"


def test_last_fifty_of_each_machine_and_plan_are_kept() -> None:
    others = [suite(1000, cpu="B"), suite(1001, plan="short")]
    sessions = history.extend(save(*others, *(suite(number) for number in range(60))), suite(60))
    assert len(sessions) == history.KEPT + 2
    assert [session.measured_at for session in sessions[:3]] == [1000, 1001, 11]
    assert sessions[-1].measured_at == 60


def saved_beside(parent: Baseline | None, numbers: Iterable[int]) -> list[Baseline]:
    """Save each number as a job that only knows the parent."""
    made = []
    for number in numbers:
        entry = suite(number)
        made.append(
            Baseline(suite=entry, history=history.extend(parent, entry), source=BaselineSource(commit=entry.commit))
        )
    return made


def test_50_concurrent_saves_are_all_in_the_united_history() -> None:
    parent = save(*(suite(number) for number in range(3)))
    saved = saved_beside(parent, range(100, 147))
    Random(3).shuffle(saved)
    united = history.unite(saved[0], saved[1:])
    own = saved[0].suite.measured_at
    assert own is not None
    others = [number for number in (0, 1, 2, *range(100, 147)) if number != own]
    assert [session.measured_at for session in united.history] == [*others, own]
    again = history.unite(united, [*saved, *saved, united])
    assert [session.commit for session in again.history] == [session.commit for session in united.history]
    backwards = history.unite(saved[0], saved[:0:-1])
    assert [session.commit for session in backwards.history] == [session.commit for session in united.history]


def test_union_keeps_the_last_fifty_and_its_own() -> None:
    saved = saved_beside(None, range(80))
    united = history.unite(saved[0], saved[1:])
    assert len(united.history) == history.KEPT
    assert [session.measured_at for session in united.history] == [*range(31, 80), 0]


def test_union_drops_values_of_another_unit() -> None:
    ours, theirs = saved_beside(None, (1, 2))
    metric = Metric(name="time", unit="ms", better="lower")
    benchmarks = tuple(
        replace(each, samples=tuple((metric, sample) for _, sample in each.samples)) for each in theirs.suite.benchmarks
    )
    united = history.unite(ours, [replace(theirs, suite=replace(theirs.suite, benchmarks=benchmarks))])
    assert [len(session.statistics) for session in united.history] == [0, 1]


def test_the_pinned_session_stays_however_many_follow() -> None:
    pinned = f"{3:040x}"
    baseline: Baseline | None = None
    for number in range(70):
        entry = suite(number)
        sessions = history.extend(baseline, entry, pinned=pinned)
        baseline = Baseline(suite=entry, history=sessions, source=BaselineSource(commit=None))
    assert baseline is not None
    assert [session.measured_at for session in baseline.history] == [3, *range(20, 70)]
    united = history.unite(baseline, [baseline], pinned=pinned)
    assert [session.measured_at for session in united.history] == [3, *range(20, 70)]
    assert len(history.unite(baseline, []).history) == history.KEPT, "the pin was taken away"


def test_a_pinned_commit_that_was_measured_often_is_kept_once_a_machine() -> None:
    often = [suite(3, measured_at=float(moment)) for moment in range(5)]
    others = [suite(number) for number in range(100, 150)]
    everything = Baseline(
        suite=others[-1],
        history=tuple(history.session_of(each) for each in (*often, suite(3, cpu="B", measured_at=5.0), *others)),
        source=BaselineSource(commit=None),
    )
    sessions = history.extend(everything, suite(150), pinned=f"{3:040x}")
    assert [session.measured_at for session in sessions] == [4, 5, *range(101, 151)]


def test_pairs_of_the_pinned_commit_and_itself_are_no_reference() -> None:
    session = replace(history.session_of(suite(3)), plan=history.AGAINST_ITSELF)
    assert not history.is_of(session, f"{3:040x}")
    assert history.is_of(history.session_of(suite(3)), f"{3:040x}"[:38])
    assert not history.is_of(history.session_of(suite(3)), None)
