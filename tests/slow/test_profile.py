"""``benchverdict profile`` through everything: a real repository, worktrees, environments and pytest processes."""

from __future__ import annotations

import json
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

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "cause-v1.json").read_text(encoding="utf-8"))
SUITE = """
from kit.index import search

def test_search(benchmark):
    benchmark(search, "some words to look for " * 20)

def test_other(benchmark):
    benchmark(sum, range(100))
"""
CORE = "def normalize(word):\n    word = word.lower()\n    return word.strip('s')\n"
INDEX = """from kit.core import normalize


def search(text):
    found = [normalize(word) for word in text.split()]
    return sorted(set(found))
"""
TWICE = INDEX.replace("normalize(word) for", "normalize(normalize(word)) for")
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    files = {"test_kit.py": SUITE, "kit/__init__.py": "", "kit/core.py": CORE, "kit/index.py": INDEX}
    made = new_project(tmp_path, files, {"kit/index.py": TWICE})
    monkeypatch.chdir(made.tree)
    return made


def called(project: Project, *arguments: str, command: Sequence[str] = COMMAND) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    root = str(project.folder / "root")
    code = main(["profile", *arguments, "--root", root, "--", *command], stdout, stderr)
    assert project.worktrees() == [str(project.tree)]
    return code, stdout.getvalue(), stderr.getvalue()


def written(project: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((project.folder / "root" / "profile.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return content


def test_it_names_what_is_called_more_often_and_the_line_that_does_it(project: Project) -> None:
    code, shown, log = called(project, "search")
    assert code == 0, log
    text = " ".join(shown.split())
    assert "is in normalize() (kit/core.py:1), called 200 times instead of 100;" in text
    assert "this pull request changed line 5 in search() (kit/index.py:5)" in text
    assert "profile: 4 runs, about 6 s for a benchmark" in log
    (benchmark,) = written(project)["benchmarks"]
    page = (project.folder / "root" / "profile.html").read_text(encoding="utf-8")
    assert 'data-frames="-1,' in page
    assert "<code>normalize</code> <span>kit/core.py</span>" in page
    assert benchmark["cause"]["kind"] == "called-more-often"
    assert benchmark["cause"]["changed"] == {"function": "search", "file": "kit/index.py", "line": 5, "last": 5}


def test_what_is_not_committed_counts_and_equal_work_is_said_to_be_equal(project: Project) -> None:
    project.write({"kit/index.py": INDEX.replace("found", "result")})
    code, shown, log = called(project, "test_*", "--base", "HEAD~1")
    assert code == 0, log
    assert shown.count("No cause was found: both sides make the same calls") == 1
    assert shown.count("No cause was found: the profiler saw no function of either side") == 1
    whys = sorted(entry["cause"]["why"] for entry in written(project)["benchmarks"])
    assert whys == ["equal-calls", "no-functions"]


def test_a_name_that_no_benchmark_has(project: Project) -> None:
    code, _, log = called(project, "serch")
    assert code == 2
    assert "[unknown-benchmark]" in log
    assert "there are 2 on both sides" in log


def test_what_cannot_be_profiled_is_said_before_anything_runs(project: Project) -> None:
    code, _, log = called(project, "search", command=("true",))
    assert code == 2
    assert "[cannot-profile]" in log


def test_a_side_that_fails_shows_why(project: Project) -> None:
    project.commit({"kit/core.py": "raise SystemExit('broken')\n"})
    code, _, log = called(project, "search")
    assert code == 4
    assert "[profile-failed]" in log
