"""``benchverdict calibrate`` as a command: sessions are kept and add up, and the user's tree stays as it is."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.cli import main
from tests.measure_repositories import Project, new_project
from tests.programs.test_doctor import QUICK
from tests.unit.test_harmless import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

ARGUMENTS = ("calibrate", "--output", "json")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = new_project(tmp_path, {"a.txt": "1"}, {"a.txt": "2", "benchverdict.toml": _config(QUICK)})
    monkeypatch.chdir(made.tree)
    return made


def _config(command: str) -> str:
    return f"[measure]\ncommand = '''{command}'''\n"


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _shown(*arguments: str) -> dict[str, Any]:
    code, stdout, stderr = _call(*ARGUMENTS, *arguments)
    assert code == 0, stderr
    content: dict[str, Any] = json.loads(stdout[stdout.index("{\n") :])
    jsonschema.validate(content, SCHEMA)
    return content


@pytest.mark.slow
def test_sessions_add_up_and_leave_the_tree_as_it_was(project: Project) -> None:
    project.write({"a.txt": "not committed"})
    first = _shown("--minutes", "0.01")
    assert (first["sessions"], first["suite"]) == (1, "default")
    second = _shown("--minutes", "0.01")
    assert second["sessions"] == 2
    assert second["pairs"] > first["pairs"]
    assert _shown("--minutes", "0") == second
    project.check_clean()
    assert (project.tree / "a.txt").read_text() == "not committed"
    assert project.git("status", "--short") == "M a.txt"


def test_both_sides_are_the_commit_and_not_what_lies_beside_it(project: Project) -> None:
    command = f"cat a.txt >> '{project.folder}/seen'; {QUICK}"
    project.commit({"benchverdict.toml": _config(command)})
    project.write({"a.txt": "not committed"})
    _shown("--minutes", "0.005")
    assert set((project.folder / "seen").read_text()) == {"2"}


def test_sessions_of_another_command_are_left_out_and_said(project: Project) -> None:
    before = _shown("--minutes", "0.005")
    project.write({"benchverdict.toml": _config(f"true; {QUICK}")})
    code, _, stderr = _call("calibrate", "--minutes", "0")
    assert code == 3
    assert "001 is left out: it measured another suite or command" in stderr
    assert "benchverdict calibrate --duration 10m" in stderr
    project.write({"benchverdict.toml": _config(QUICK)})
    assert _shown("--minutes", "0") == before


def test_a_damaged_session_is_left_out_and_said(project: Project) -> None:
    before = _shown("--minutes", "0.005")
    damaged = project.tree / ".benchverdict" / "calibrate" / "002"
    damaged.mkdir()
    (damaged / "measure.json").write_text("{")
    code, stdout, stderr = _call(*ARGUMENTS, "--minutes", "0")
    assert code == 0
    assert json.loads(stdout) == before
    assert "warning: a session of pairs was left out" in stderr
    assert _shown("--minutes", "0.005")["sessions"] == 2
    assert (damaged.parent / "003").is_dir()


def test_a_command_that_fails_ends_it_with_its_code(project: Project) -> None:
    project.commit({"benchverdict.toml": _config("exit 7")})
    code, _, stderr = _call("calibrate", "--minutes", "0.01")
    assert code == 4
    assert "7" in stderr
    project.check_clean()


def test_without_a_repository_or_a_command_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, stderr = _call("calibrate")
    assert (code, "no-command" in stderr) == (2, True)
    code, _, stderr = _call("calibrate", "--", "true")
    assert (code, "no-repository" in stderr) == (2, True)
    assert _call("calibrate", "--minutes", "-1")[0] == 2
    assert _call("calibrate", "--minutes", "nan")[0] == 2
    assert "unknown-output" in _call("calibrate", "--output", "html", "--", "true")[2]


def test_it_is_shown_for_people_and_written_for_programs(project: Project) -> None:
    report = project.folder / "calibration.json"
    code, stdout, _ = _call("calibrate", "--minutes", "0.01", "--output", "console", "--output", f"json:{report}")
    assert code == 0
    assert "False alarms" in stdout
    assert "Detectable" in stdout
    jsonschema.validate(json.loads(report.read_text()), SCHEMA)
    assert "Pairs 1 to" in stdout
    assert "\r" not in stdout
