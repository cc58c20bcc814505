"""The subject's commits differ as they are meant to, and the product's measuring makes a recording of them."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.evaluate import recorder, subject_repository
from reporter.measure.conditions import Conditions
from reporter.measure.record import RunRecord

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WANTED = recorder.Wanted(equal=0, neutral=0, heads=1)


def shown(folder: Path, commit: str, file: str) -> str:
    command = ["git", "show", f"{commit}:{file}"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def units(source: str, benchmark: str) -> int:
    names: dict[str, object] = {}
    exec(compile(source, "slowdown.py", "exec"), names)  # the file under test is a module of another project
    function = names["units"]
    assert callable(function)
    return int(function(benchmark, 200))


def test_every_benchmark_can_be_slowed() -> None:
    names = subject_repository.benchmarks()
    assert len(names) == len(set(names)) == 12
    workloads = (subject_repository.TEMPLATE / "workloads.py").read_text(encoding="utf-8")
    assert all(f"def {name}(" in workloads for name in names if name != "echo")


def test_heads_differ_from_the_base_in_what_is_planted_alone(tmp_path: Path) -> None:
    folder = tmp_path / "subject"
    base = subject_repository.make_base(folder)
    assert subject_repository.make_head(folder, base, {}) == base
    slowed = subject_repository.make_head(folder, base, {"echo": 0.05, "parse_json": 0.1})
    neutral = subject_repository.make_head(folder, base, {}, neutral=True)
    planted = shown(folder, slowed, "slowdown.py")
    assert [units(planted, name) for name in ("echo", "parse_json", "other")] == [210, 220, 200]
    assert shown(folder, slowed, "workloads.py") == shown(folder, base, "workloads.py")
    assert shown(folder, neutral, "slowdown.py") == shown(folder, base, "slowdown.py")
    added = shown(folder, neutral, "workloads.py").removeprefix(shown(folder, base, "workloads.py"))
    assert added.count("def unused_") == 40
    compile(shown(folder, neutral, "workloads.py"), "workloads.py", "exec")


def test_heads_are_shared_out_among_the_levels() -> None:
    kinds = recorder.Wanted(equal=60, neutral=0, heads=40).kinds()
    assert kinds == {"0": 60, "0.03": 14, "0.05": 13, "0.10": 13}


def test_every_pair_is_measured_both_ways_and_the_first_way_takes_turns() -> None:
    order = list(recorder._order(recorder.Wanted(equal=3, neutral=2, heads=3), seed=5))
    assert len(order) == 16
    assert [one[1] for one in order[::2]] == [one[1] for one in order[1::2]]
    assert [way for way, _ in order[:4]] == ["in turn", "lock-step", "lock-step", "in turn"]


def test_what_is_done_is_not_measured_again() -> None:
    order = list(recorder._order(recorder.Wanted(equal=3, neutral=0, heads=0), seed=5))
    left = list(recorder._without(order, Counter({("lock-step", "0"): 2, ("in turn", "0"): 1})))
    assert Counter(left) == {("lock-step", "0"): 1, ("in turn", "0"): 2}
    assert left == order[-3:]


def _run(*, wall: float, cpu: float, busy: float, steal: float) -> RunRecord:
    conditions = Conditions(busy_seconds=busy, steal_seconds=steal)
    return RunRecord(
        index=0,
        side="base",
        batch=0,
        started_at=0.0,
        log="",
        wall_seconds=wall,
        cpu_seconds=cpu,
        conditions=conditions,
    )


def test_the_work_of_others_is_what_the_two_sides_did_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    # Both are alive for 2 s and work in turns, 1 s each; others work 3 s: half more than one core.
    in_step = [_run(wall=2.0, cpu=1.0, busy=5.0, steal=0.4)] * 2
    assert recorder._conditions(in_step, "lock-step") == ("1.500", "0.1000")
    # One after the other, 1 s each; others work half a core.
    after = [_run(wall=1.0, cpu=1.0, busy=1.5, steal=0.0)] * 2
    assert recorder._conditions(after, "in turn") == ("0.500", "0.0000")
    assert recorder._conditions([replace(run, conditions=None) for run in after], "in turn") == ("", "")
