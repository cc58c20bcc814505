"""What differs on macOS and Windows, as far as it can be run here."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reporter.measure import process, resources, run, shell, tree
from reporter.measure.plan import Plan
from reporter.measure.process import Ended
from reporter.measure.resources import Usage, total
from reporter.measure.series import measure
from tests.measure_plans import is_running, noted_pid, read_measure

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """POSIX without /proc, as on macOS."""
    for module in (process, resources, tree):
        monkeypatch.setattr(module, "ON_LINUX", False)


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.usefixtures("without_proc")
def test_without_proc_the_cpu_time_is_known_and_the_rest_is_null(tmp_path: Path) -> None:
    plan = Plan(name="sample", script=f"{sys.executable} -c 'sum(range(3_000_000))'; echo 1 > {{output}}")
    assert measure(plan, tmp_path / "out", stream=io.StringIO()).status == "complete"
    record = read_measure(tmp_path / "out")["runs"][0]
    assert record["cpu_seconds"] > 0
    assert [record[key] for key in ("peak_memory_bytes", "read_bytes", "written_bytes")] == [None, None, None]


@pytest.mark.usefixtures("without_proc")
def test_without_proc_the_process_group_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.2)
    script = "trap '' TERM; sleep 300 & echo $! > grandchild.pid; wait"
    measure(Plan(name="sample", script=script, run_time_limit_seconds=0.3), tmp_path / "out", stream=io.StringIO())
    assert read_measure(tmp_path / "out")["runs"][0]["signal"] == signal.SIGKILL
    assert not is_running(noted_pid(tmp_path / "grandchild.pid"))


def test_without_an_account_of_the_kernel_nothing_is_invented() -> None:
    assert total(None, [], None) == Usage()


@pytest.mark.parametrize(("on_windows", "expected"), [(False, (None, 9)), (True, (-9, None))])
def test_windows_has_no_signals(
    monkeypatch: pytest.MonkeyPatch, on_windows: bool, expected: tuple[int | None, int | None]
) -> None:
    monkeypatch.setattr(process, "ON_WINDOWS", on_windows)
    ended = Ended(code=-9, cut=None, started_at=0, wall_seconds=0, usage=Usage(), left_behind=())
    assert (ended.exit_code, ended.signal) == expected


def test_on_windows_the_bash_beside_git_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_subsystem = program(tmp_path, "system/bash")
    program(tmp_path, "git/cmd/git")
    environ = {"PATH": f"{tmp_path}/system:{tmp_path}/git/cmd"}
    monkeypatch.setattr(shell, "ON_WINDOWS", True)
    assert shell.bash(environ) == str(of_subsystem)
    of_git = program(tmp_path, "git/bin/bash.exe")
    assert shell.bash(environ) == str(of_git)


def test_on_windows_programs_are_started_by_their_full_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = program(tmp_path, "npm")
    environ = {"PATH": str(tmp_path)}
    assert run._found_on_windows("npm", environ) == "npm"
    monkeypatch.setattr(run, "ON_WINDOWS", True)
    assert run._found_on_windows("npm", environ) == str(npm)
    assert run._found_on_windows("none", environ) == "none"


@pytest.mark.parametrize(("force", "number"), [(False, signal.SIGTERM), (True, signal.SIGKILL)])
def test_on_windows_a_command_is_asked_first_and_forced_later(force: bool, number: signal.Signals) -> None:
    with subprocess.Popen(["sleep", "300"], stdout=subprocess.PIPE) as child:
        process._end_on_windows(child, force=force)  # here TERM stands for CTRL_BREAK, and taskkill is missing
        assert child.wait() == -number
