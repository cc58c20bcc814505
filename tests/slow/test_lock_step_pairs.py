"""Pairs in lock-step through all of measuring and reporting: real repositories, worktrees and pytest processes."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.commands.build_report import GateOptions
from reporter.commands.report_request import ReportRequest
from reporter.commands.reporting import report
from reporter.config import Config
from reporter.measure import address_space
from reporter.measure.paired.pairs import paired_sides
from reporter.records import json_v1
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

SUITE = """
from work import work

def test_first(benchmark):
    benchmark(work)

def test_second(benchmark):
    benchmark(sum, range(5000))
"""
COMPUTE = "def work():\n    return sum(range({size}))\n"
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


def project_of(folder: Path, monkeypatch: pytest.MonkeyPatch, base: dict[str, str], head: dict[str, str]) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    project = new_project(folder, {"test_work.py": SUITE, **base}, head)
    monkeypatch.chdir(project.tree)
    return project


def measured(project: Project, count: int, *, command: tuple[str, ...] = COMMAND, **pairs: Any) -> dict[str, Any]:
    outcome, content, shown = project.measure(count, plan=project.plan(command=command, pairs=pairs))
    assert outcome.status == "complete", shown
    return content


def verdicts(project: Project) -> dict[str, Any]:
    """Return the rows of the report on what was measured, by the name of the test."""
    request = ReportRequest(
        measure=project.output,
        baseline=None,
        output=project.folder / "report",
        format=None,
        gate=GateOptions(),
    )
    rows = report(request, Config()).report.assessments
    return {row.comparison.name.rpartition("::")[2]: row for row in rows}


def judged_again(project: Project) -> None:
    """Reach the verdicts again from the verdict.json that was written, and find both sides to have begun in turn."""
    path = project.folder / "report" / "verdict.json"
    told = StringIO()
    assert main(("explain", "--recompute", "--from", str(path)), told, told) == 0, told.getvalue()
    (judging,) = json_v1.read(path).judgings
    assert sorted(judging.began) == ["b"] * 4 + ["h"] * 4


def test_a_slower_head_is_found_in_few_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"work.py": COMPUTE.format(size=5000)}, {"work.py": COMPUTE.format(size=7500)}
    project = project_of(tmp_path, monkeypatch, *files)
    content = measured(project, 8)
    assert all(run["slices"] for run in content["runs"])
    assert content["warnings"] == []
    found = verdicts(project)
    assert found["test_first"].verdict == "regressed"
    assert found["test_first"].comparison.change.marginal.point == pytest.approx(0.5, abs=0.15)
    assert found["test_second"].verdict != "regressed"
    judged_again(project)


NOTES = """
import os, pathlib

def pytest_configure():
    lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
    stack = next(line.split()[0] for line in lines if line.endswith("[stack]"))
    with open({log!r}, "a") as log:
        log.write(f"{os.environ.get('BENCHVERDICT_CHANCE')} {os.environ['PYTHONHASHSEED']} {hash('text')} {stack}\\n")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="addresses can be fixed on Linux alone")
def test_both_sides_of_a_pair_have_the_same_chance_and_every_pair_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "notes.txt"
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    notes = NOTES.replace("{log!r}", repr(str(log)))
    project = project_of(
        tmp_path, monkeypatch, {"work.py": COMPUTE.format(size=50), "conftest.py": notes}, {"x.py": ""}
    )
    measured(project, 3)
    lines = [line.split() for line in log.read_text().splitlines()][-6:]
    assert [lines[index][:3] == lines[index + 1][:3] for index in (0, 2, 4)] == [True] * 3
    assert len({line[0] for line in lines}) == 3
    with address_space.fixed(wanted=True) as is_fixed:
        stacks = {line[3] for line in lines}
        assert len(stacks) == 1 if is_fixed else len(stacks) > 1


def test_a_head_that_waits_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = "import time\n\ndef work():\n    time.sleep(0.0005)\n    return sum(range(5000))\n"
    project = project_of(tmp_path, monkeypatch, {"work.py": COMPUTE.format(size=5000)}, {"work.py": wait})
    measured(project, 8)
    found = verdicts(project)["test_first"]
    assert found.verdict == "regressed"
    assert found.comparison.change.marginal.point > 1
    assert found.comparison.clock == "wall"
    judged_again(project)


def test_what_cannot_run_twice_at_once_is_measured_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = f"import fcntl\nlock = open({str(tmp_path / 'lock')!r}, 'w')\n"
    lock = opened + "fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    locked = lock + COMPUTE.format(size=5000)
    project = project_of(tmp_path, monkeypatch, {"work.py": locked}, {"note.txt": "x"})
    content = measured(project, 3)
    assert [run["slices"] for run in content["runs"]] == [None] * 6
    (warning,) = content["warnings"]
    assert warning["code"] == "not-lock-step"
    assert "they could not run at once" in warning["text"]


def test_in_turn_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of(tmp_path, monkeypatch, {"work.py": COMPUTE.format(size=500)}, {"note.txt": "x"})
    content = measured(project, 2, lock_step=False)
    assert [run["slices"] for run in content["runs"]] == [None] * 4
    assert content["warnings"] == []


def test_selected_benchmarks_take_turns_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of(tmp_path, monkeypatch, {"work.py": COMPUTE.format(size=500)}, {"note.txt": "x"})
    plan = project.plan(command=COMMAND)
    with paired_sides(plan, project.output, environ=project.environ) as sides:
        sides.measure(1)
        sides.measure(2, select=["test_work.py::test_second"])
    found = verdicts(project)
    assert found["test_first"].comparison.head.runs == 1
    assert found["test_second"].comparison.head.runs == 3


@pytest.mark.parametrize("side", ["base", "head"])
def test_orphans_of_one_side_end_with_it_and_not_with_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    daemon = (
        "import os, subprocess, sys\n"
        f"if os.environ['BENCHVERDICT_SIDE'] == '{side}':\n"
        "    subprocess.Popen(['setsid', 'sleep', '300'])\n" + COMPUTE.format(size=500)
    )
    project = project_of(tmp_path, monkeypatch, {"work.py": daemon}, {"note.txt": "x"})
    content = measured(project, 1)
    assert all(run["complete"] for run in content["runs"])
    assert {warning["code"] for warning in content["warnings"]} == {"processes-left-behind"}
    assert all(side in warning["text"] for warning in content["warnings"])
