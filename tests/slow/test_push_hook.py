"""The hook of pre-commit before a push, run by pre-commit itself in a small repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.story import Project

ROOT = Path(__file__).parents[2]
SCRIPT = """import json, pathlib, sys
value = float(pathlib.Path("value.txt").read_text())
pathlib.Path(sys.argv[1]).write_text(json.dumps([{"name": "render", "unit": "ms", "value": value}]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository whose benchmark reads its own time from a file, so that nothing depends on how fast anything is."""
    source = tmp_path / "source"
    source.mkdir()
    hooks = Project(folder=source)
    hooks.git("init", "--quiet")
    (source / ".pre-commit-hooks.yaml").write_bytes((ROOT / ".pre-commit-hooks.yaml").read_bytes())
    revision = hooks.commit("The hooks")
    made = Project(folder=tmp_path / "project")
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    (made.folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: file://{source}\n    rev: {revision}\n    hooks:\n      - id: benchverdict\n"
        "        args: [--base, main, --time-limit, 60s]\n"
    )
    (made.folder / "bench.py").write_text(SCRIPT)
    (made.folder / "value.txt").write_text("10\n")
    (made.folder / "benchverdict.toml").write_text(f'[measure]\ncommand = "{sys.executable} bench.py {{output}}"\n')
    made.commit("A benchmark")
    made.git("checkout", "--quiet", "-b", "topic")
    return made


def push(project: Project, home: Path) -> tuple[int, str]:
    """Run what pre-commit runs before a push."""
    tools = Path(sys.executable).parent
    environ = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(home),
        "NO_COLOR": "1",
    }
    command = [str(tools / "pre-commit"), "run", "--hook-stage", "pre-push", "--all-files"]
    done = subprocess.run(command, cwd=project.folder, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_push_ends_where_the_gate_fails(project: Project, tmp_path: Path) -> None:
    (project.folder / "value.txt").write_text("13\n")
    project.commit("Slower")
    code, said = push(project, tmp_path / "home")
    assert code == 1, said
    assert "exit code: 10" in said
    assert "render" in said


def test_a_push_goes_on_where_nothing_changed(project: Project, tmp_path: Path) -> None:
    (project.folder / "README.md").write_text("Words.\n")
    project.commit("Words")
    code, said = push(project, tmp_path / "home")
    assert code == 0, said
    assert "Passed" in said
