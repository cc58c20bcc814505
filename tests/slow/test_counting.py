"""``benchverdict count`` through everything, under callgrind: a real repository, worktrees and pytest processes."""

from __future__ import annotations

import json
import shutil
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

pytestmark = pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "counts-v1.json").read_text(encoding="utf-8"))
SUITE = """
import threading
from kit.index import search

def test_search(benchmark):
    benchmark(search, "some words to look for " * 20)

def test_sort(benchmark):
    numbers = [str(each * 7919% 1000) for each in range(1000)]
    benchmark(sorted, numbers)

def test_threads(benchmark):
    def start():
        thread = threading.Thread(target=sum, args=(range(100),))
        thread.start()
        thread.join()
    benchmark(start)
"""
INDEX = "def search(text):\n    return sorted({word.lower() for word in text.split()})\n"
MORE = INDEX.replace("word.lower()", "word.lower().strip()")
UNUSED = "".join(f"def unused_{i}(value):\n    return [value, {i}]\n\n\n" for i in range(200))
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    files = {"test_kit.py": SUITE, "kit/__init__.py": "", "kit/index.py": INDEX}
    made = new_project(tmp_path, files, {"kit/index.py": UNUSED + MORE})
    monkeypatch.chdir(made.tree)
    return made


def called(project: Project, *names: str, command: Sequence[str] = COMMAND) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    code = main(["count", *names, "--root", str(project.folder / "root"), "--", *command], stdout, stderr)
    assert project.worktrees() == [str(project.tree)]
    return code, stdout.getvalue(), stderr.getvalue()


def written(project: Project) -> dict[str, dict[str, Any]]:
    content: dict[str, Any] = json.loads((project.folder / "root" / "instructions.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return {each["name"].partition("::")[2]: each["instructions"] for each in content["benchmarks"]}


def test_more_work_moved_and_unused_code_did_not(project: Project) -> None:
    code, shown, log = called(project)
    assert code == 0, log
    found = written(project)
    assert {each["tool"] for each in found.values()} == {"callgrind"}
    assert {name: each["moved"] for name, each in found.items()} == {
        "test_search": True,
        "test_sort": False,
        "test_threads": False,
    }
    assert 0.05 < found["test_search"]["change"] < 1
    assert abs(found["test_sort"]["change"]) < 0.005
    assert found["test_sort"]["base"] > 50_000, "sorting strings is C code"
    assert found["test_threads"]["not_countable"] == "threads"
    assert "1 of 3 moved, in instructions of one call." in shown
    assert "instructions-again: done" in log


def test_a_name_that_no_benchmark_has(project: Project) -> None:
    code, _, log = called(project, "serch")
    assert code == 2
    assert "[unknown-benchmark]" in log


def test_what_cannot_be_counted_is_said_before_anything_runs(project: Project) -> None:
    code, _, log = called(project, "search", command=("true",))
    assert code == 2
    assert "[cannot-profile]" in log
