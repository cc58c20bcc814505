"""How the runs of an instrument share the time that there is, with a clock and runs that are made."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from reporter.measure.console import Console
from reporter.measure.instruments.explaining import NO_SIDES, explain_sides
from reporter.measure.instruments.instrument import MEMORY, PROFILE
from reporter.measure.instruments.sides import NO_PLUGIN, InstrumentedSides
from reporter.shared.files import read_json
from reporter.shared.next_step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.instruments.instrument import Instrument
    from reporter.measure.run import Attempt


@dataclass(frozen=True)
class Made(InstrumentedSides):
    """Sides whose runs take so many ``seconds``, or as long as they may; ``limits`` are those that they were given."""

    clock: list[float] = field(default_factory=lambda: [0.0])
    limits: list[float] = field(default_factory=list)
    seconds: float = 5.0
    leaves: bool = True
    message: str | None = None

    def _run(
        self, index: int, name: str, instrument: Instrument, variables: Mapping[str, str], limit_seconds: float
    ) -> Attempt:
        self.limits.append(round(limit_seconds, 1))
        self.clock[0] += min(self.seconds, limit_seconds)
        if self.leaves:
            Path(next(iter(variables.values()))).write_text("{}")
        return cast("Attempt", SimpleNamespace(status="failed" if self.message else "complete", message=self.message))


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, **given: Any) -> Made:
    nothing = cast("Any", None)
    found = Made(nothing, folder, folder, {}, Console(io.StringIO(), {}), nothing, nothing, **given)
    monkeypatch.setattr("reporter.measure.instruments.sides.time.monotonic", lambda: found.clock[0])
    return found


def test_all_runs_are_made_where_they_fit_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(tmp_path, monkeypatch)
    looked = found.look(PROFILE, ["a"], 60.0, limit_of_all=60.0)
    assert {side: len(files) for side, files in looked.files.items()} == {"base": 2, "head": 2}
    assert found.limits == [30.0, 55.0, 50.0, 45.0]


def test_one_run_of_each_side_where_two_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(tmp_path, monkeypatch, seconds=20.0)
    looked = found.look(PROFILE, ["a"], 60.0, limit_of_all=60.0)
    assert {side: len(files) for side, files in looked.files.items()} == {"base": 1, "head": 1}
    assert (looked.problems, found.clock[0]) == ((), 40.0)


def test_a_slow_base_leaves_half_of_the_time_to_the_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(tmp_path, monkeypatch, seconds=1000.0)
    found.look(PROFILE, ["a"], 60.0, limit_of_all=60.0)
    assert (found.limits, found.clock[0]) == ([30.0, 30.0], 60.0)


def test_where_somebody_waits_each_run_has_the_whole_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(tmp_path, monkeypatch, seconds=50.0)
    found.look(PROFILE, ["a"], 600.0)
    assert found.limits == [600.0] * 4


@pytest.mark.parametrize(("message", "problem"), [(None, NO_PLUGIN), ("no such module", "no such module")])
def test_a_run_that_leaves_nothing_ends_it_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: str | None, problem: str
) -> None:
    found = made(tmp_path, monkeypatch, leaves=False, message=message)
    looked = found.look(MEMORY, ["a"], 60.0)
    assert (looked.problems, len(found.limits)) == ((problem,), 1)


def test_without_sides_the_record_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "reporter.measure.instruments.explaining.record.load"
    monkeypatch.setattr(place, lambda _: SimpleNamespace(started_at=5.0))
    outcome = explain_sides(tmp_path, None, Step(explain=("a",), seconds=60.0))
    content = read_json(tmp_path / "instruments" / "explained.json")
    assert (outcome.exit_code, content["files"], content["problems"]) == (0, [], [NO_SIDES])
    assert (content["started_at"], content["names"]) == (5.0, ["a"])
