"""What a run's surroundings were: counters read from the files of Linux, and unknown where they say nothing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from reporter.measure import record
from reporter.measure.conditions import Conditions, Moment, between, frequency_hz, look
from tests.measure_plans import plan_json, read_measure

if TYPE_CHECKING:
    from pathlib import Path


def _machine(folder: Path, stat: str, clocks: tuple[str, ...] = ()) -> Moment:
    proc, cpus = folder / "proc", folder / "cpus"
    proc.mkdir(parents=True, exist_ok=True)
    (proc / "stat").write_text(stat)
    for number, clock in enumerate(clocks):
        place = cpus / f"cpu{number}" / "cpufreq"
        place.mkdir(parents=True, exist_ok=True)
        (place / "scaling_cur_freq").write_text(clock)
    return look(proc, cpus)


def test_work_and_steal_between_two_moments(tmp_path: Path) -> None:
    ticks = 100
    before = _machine(tmp_path, "cpu  100 20 30 5000 7 1 2 40 0 0\ncpu0 1 2\n", ("3000000\n", "2000000\n"))
    after = _machine(tmp_path, "cpu  300 20 80 5900 9 2 3 70 0 0\ncpu0 1 2\n", ("1000000\n", "1000000\n"))
    found = between(before, after)
    assert found.busy_seconds == pytest.approx((200 + 50 + 1 + 1) / ticks)
    assert found.steal_seconds == pytest.approx(30 / ticks)
    assert (found.frequency_before_hz, found.frequency_after_hz) == (2.5e9, 1e9)


@pytest.mark.parametrize("stat", ["", "cpu\n", "cpu 1 2 3\n", "cpux 1 2 3 4 5 6 7 8\n", "cpu a b c d e f g h\n"])
def test_what_cannot_be_read_is_unknown(tmp_path: Path, stat: str) -> None:
    moment = _machine(tmp_path, stat)
    assert between(moment, moment) == Conditions()


def test_counters_that_stand_still_are_unknown(tmp_path: Path) -> None:
    moment = _machine(tmp_path, "cpu  0 0 0 0 0 0 0 0 0 0\n")
    assert between(moment, moment).busy_seconds is None
    assert look(tmp_path / "none", tmp_path / "none") == Moment({}, None)


def test_a_clock_that_is_no_number_does_not_count(tmp_path: Path) -> None:
    _machine(tmp_path, "", ("2000000", "<unknown>"))
    assert frequency_hz(tmp_path / "cpus") == 2e9


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_every_run_has_its_conditions_and_an_older_record_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporter.measure.plan import load
    from reporter.measure.series import measure

    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(plan_json()))
    assert measure(load(tmp_path / "plan.json"), tmp_path / "out").exit_code == 0
    content = read_measure(tmp_path / "out")
    assert all(set(run["conditions"]) >= {"busy_seconds", "steal_seconds"} for run in content["runs"])
    assert record.load(tmp_path / "out").runs[0].conditions is not None
    for run in content["runs"]:
        del run["conditions"]
    (tmp_path / "out" / "measure.json").write_text(json.dumps(content))
    assert record.load(tmp_path / "out").runs[0].conditions is None
