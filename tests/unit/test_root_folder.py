"""The folder of store and runs keeps out of git by itself, and nobody's own folder is touched."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from reporter.cli import main

RESULT = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    return tmp_path


@pytest.mark.parametrize("verb", ["run", "measure"])
def test_git_does_not_see_the_folder(verb: str, project: Path) -> None:
    assert _call(verb) == 0
    status = subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True, text=True)
    assert (project / ".benchverdict").is_dir()
    assert status.stdout == ""


def test_a_folder_that_is_there_is_left_as_it_is(project: Path) -> None:
    (project / "own").mkdir()
    assert _call("run", "--root", "own") == 0
    assert not (project / "own" / ".gitignore").exists()


def test_a_folder_that_cannot_be_made_is_named(project: Path) -> None:
    (project / "file").write_text("", encoding="utf-8")
    stderr = io.StringIO()
    assert _call("run", "--root", "file/store", stderr=stderr) == 2
    assert "file/store" in stderr.getvalue()
    assert "name another one with --root" in stderr.getvalue()


def _call(verb: str, *options: str, stderr: io.StringIO | None = None) -> int:
    command = ("--", "cp", str(RESULT), "{output}")
    return main([verb, *options, *command], io.StringIO(), stderr or io.StringIO())
