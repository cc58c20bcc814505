"""``benchverdict bisect`` through everything: a real repository, worktrees, environments and pytest processes.

The slower commit takes three times as long, so that no machine is too noisy for the search.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.cli import main
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "bisect-v1.json").read_text(encoding="utf-8"))
SUITE = """
from kit import search

def test_search(benchmark):
    benchmark(search)
"""
FAST = "def search():\n    return sum(i * i for i in range(2000))\n"
SLOW = FAST.replace("2000", "6000")
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    made = new_project(tmp_path, {"test_kit.py": SUITE, "kit.py": FAST}, {"notes.txt": "1\n"})
    monkeypatch.chdir(made.tree)
    return made


def commit(project: Project, message: str, **files: str) -> str:
    project.write({name.replace("_py", ".py"): content for name, content in files.items()})
    for arguments in (("add", "-A"), ("commit", "-q", "--allow-empty", "-m", message)):
        subprocess.run(["git", *arguments], cwd=project.tree, check=True)
    answer = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project.tree, check=True, capture_output=True, text=True)
    return answer.stdout.strip()


def called(project: Project, *arguments: str, command: Sequence[str] = COMMAND) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    root = str(project.folder / "root")
    code = main(["bisect", *arguments, "--root", root, "--", *command], stdout, stderr)
    assert project.worktrees() == [str(project.tree)]
    return code, " ".join(stdout.getvalue().split()), stderr.getvalue()


def written(project: Project) -> dict[str, Any]:
    path = project.folder / "root" / "bisect" / "bisect.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return content


def test_it_names_the_slower_commit_past_one_that_does_not_run_and_goes_on_after_an_interruption(
    project: Project,
) -> None:
    good = commit(project, "good")
    commit(project, "broken", kit_py="raise ImportError\n")
    commit(project, "harmless", kit_py=FAST)
    slow = commit(project, "walk <b>everything</b> twice", kit_py=SLOW)
    for number in range(3):
        commit(project, f"later {number}")
    code, shown, log = called(project, "--good", good)
    assert code == 0, log
    assert f"{slow[:10]} (walk <b>everything</b> twice) made test_kit.py::test_search slower" in shown
    content = written(project)
    assert [content["result"]["first"], content["result"]["last"]] == [3, 3]
    assert len(content["commits"]) == 7
    assert content["result"]["change"] > 1

    looks = content["looks"]
    interrupted = {**content, "looks": looks[:1], "result": None}
    (project.folder / "root" / "bisect" / "bisect.json").write_text(json.dumps(interrupted), encoding="utf-8")
    code, again, log = called(project, "--good", good)
    assert code == 0, log
    assert "going on with the search that was interrupted after 1 look" in log
    assert re.search(r"look 2: ", again)
    assert "look 1: " not in again
    assert written(project)["result"]["first"] == 3


def test_without_a_slower_commit_it_says_so(project: Project) -> None:
    good = commit(project, "good")
    commit(project, "docs", notes_py="pass\n")
    code, shown, log = called(project, "--good", good)
    assert code == 0 or "ends-undecided" in log
    assert code in {0, 3}, log
    assert "slower" in shown + log
    assert not (project.folder / "root" / "bisect" / "bisect.json").exists()


def test_a_benchmark_is_named_by_a_part_of_its_name_and_an_unknown_one_is_refused(project: Project) -> None:
    good = commit(project, "good")
    slow = commit(project, "slow", kit_py=SLOW)
    code, shown, log = called(project, "--good", good, "--benchmark", "search")
    assert code == 0, log
    assert slow[:10] in shown
    code, _, log = called(project, "--good", good, "--benchmark", "test_serach")
    assert code == 2
    assert "unknown-benchmark" in log


def test_a_good_commit_that_does_not_run_is_an_error(project: Project) -> None:
    broken = commit(project, "broken", kit_py="raise ImportError\n")
    commit(project, "fast", kit_py=FAST)
    code, _, log = called(project, "--good", broken)
    assert code == 4
    assert "bisect-end-failed" in log
    assert "--good" in log


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [("HEAD", "HEAD", "no-range"), ("HEAD", "HEAD~1", "no-range"), ("nowhere", "HEAD", "commit-missing")],
)
def test_commits_that_are_no_range_are_refused(project: Project, good: str, bad: str, code: str) -> None:
    ended, _, log = called(project, "--good", good, "--bad", bad)
    assert ended == 2
    assert code in log


def test_without_a_good_commit_the_saved_baseline_is_asked(project: Project) -> None:
    ended, _, log = called(project)
    assert ended == 2
    assert "no-good-commit" in log
    assert "--good" in log


BROKEN = {"schema": "bisect/v1", "command": "c", "wanted": None, "commits": [{"sha": "a", "title": ""}] * 3}
LOOK = {"commit": 2, "change": 0.1, "noise": 0.01, "pairs": 4}
TARGET = {"benchmark": "b", "metric": "time"}


@pytest.mark.parametrize(
    "content",
    [
        "{",
        json.dumps({**BROKEN, "commits": []}),
        json.dumps({**BROKEN, "target": TARGET}),
        json.dumps({**BROKEN, "looks": [LOOK]}),
        json.dumps({**BROKEN, "target": TARGET, "looks": [LOOK, {**LOOK, "commit": 3}]}),
        json.dumps({**BROKEN, "target": TARGET, "looks": [{**LOOK, "pairs": 0}]}),
    ],
)
def test_a_file_that_is_broken_is_named(project: Project, content: str) -> None:
    good = commit(project, "good")
    commit(project, "docs")
    path = project.folder / "root" / "bisect" / "bisect.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    ended, _, log = called(project, "--good", good)
    assert ended == 3
    assert "broken-bisection" in log
    assert "bisect.json" in log
