from __future__ import annotations

from pathlib import Path

from reporter.ingest import FileReading, Reading, assemble
from reporter.model import Baseline, BaselineSource, Fingerprint, Metric, Suite
from reporter.store import history

TIME = Metric(name="time", unit="s", better="lower")


def suite(number: int, *, cpu: str = "A", plan: str = "whole", measured_at: float | None = None) -> Suite:
    reading = Reading(name="a", metric=TIME, place="", values=(1.0 + number,), params=(("n", "1"),))
    file = FileReading(path=Path("x"), format="test", readings=(reading,))
    at = float(number) if measured_at is None else measured_at
    return assemble(
        [[file], [file]],
        suite="s",
        commit=f"{number:040x}",
        measured_at=at,
        plan=plan,
        fingerprint=Fingerprint(cpu_model=cpu),
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
