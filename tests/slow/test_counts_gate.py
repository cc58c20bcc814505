"""Counts that decide, through the whole command line: a real repository, both sides, callgrind and tracemalloc."""

from __future__ import annotations

import json
import os
import shutil
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporter.cli import main
from tests.measure_plans import ROOT
from tests.measure_repositories import Project, new_project

needs_valgrind = pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
SCHEMA = json.loads((ROOT / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
SUITE = """
import threading
from kit.index import search

def test_search(benchmark):
    benchmark(search, "some words to look for " * 20)

def test_sort(benchmark):
    benchmark(sorted, [str(each * 7919 % 1000) for each in range(1000)])

def test_threads(benchmark):
    def start():
        thread = threading.Thread(target=sum, args=(range(100),))
        thread.start()
        thread.join()
    benchmark(start)
"""
INDEX = "def search(text):\n    return sorted({word.lower() for word in text.split()})\n"
MORE_WORK = INDEX.replace("word.lower()", "word.lower().strip()")
MORE_MEMORY = INDEX.replace("    return", "    kept = [0] * 2000\n    return")
UNUSED = "".join(f"def unused_{i}(value):\n    return [value, {i}]\n\n\n" for i in range(100))
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    files = {"test_kit.py": SUITE, "kit/__init__.py": "", "kit/index.py": INDEX}
    made = new_project(tmp_path, files, {"kit/index.py": UNUSED + INDEX})
    monkeypatch.chdir(made.tree)
    return made


def run(project: Project, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    stdout, stderr = StringIO(), StringIO()
    root = project.folder / "root"
    given = ("--root", str(root), "--base", "HEAD~1", "--explain", "never", "--time-limit", "10s", *arguments)
    code = main(["run", *given, "--", *PYTEST], stdout, stderr)
    assert project.worktrees() == [str(project.tree)]
    content: dict[str, Any] = json.loads((root / "report" / "verdict.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return code, stdout.getvalue() + stderr.getvalue(), content


def verdicts(content: dict[str, Any], metric: str) -> dict[str, str]:
    rows = [row for row in content["benchmarks"] if row["metric"] == metric]
    return {row["name"].partition("::")[2]: row["verdict"] for row in rows}


@needs_valgrind
def test_instructions_alone_decide(project: Project) -> None:
    project.commit({"kit/index.py": UNUSED + MORE_WORK})
    code, shown, content = run(project, "--compare", "instructions")
    assert code == 10, shown
    assert verdicts(content, "counted instructions") == {
        "test_search": "regressed",
        "test_sort": "unchanged",
        "test_threads": "not_comparable",
    }
    assert len(content["benchmarks"]) == 3
    assert content["gate"]["reasons"] == ["1 benchmark regressed"]
    comment = (project.folder / "root" / "report" / "comment.md").read_text(encoding="utf-8")
    assert "test_search" in comment
    (reason,) = [row["reason"] for row in content["benchmarks"] if row["verdict"] == "regressed"]
    assert "more in one call, beyond ±" in reason
    assert "decided-by-counts" in shown


@needs_valgrind
def test_code_that_nobody_calls_passes_by_counts(project: Project) -> None:
    code, shown, content = run(project, "--compare", "instructions")
    assert code == 0, shown
    assert content["gate"] == {"status": "passed", "reasons": [], "cause": None}


@needs_valgrind
def test_memory_and_instructions_fail_where_they_are_asked_for(project: Project) -> None:
    budget = '[[budget]]\nmatch = "*test_sort"\nmetric = "instructions"\ncritical = 1000\n'
    project.commit({"kit/index.py": UNUSED + MORE_MEMORY, "benchverdict.toml": budget})
    code, shown, content = run(project, "--compare", "paired", "--fail-on", "memory,instructions,budget-critical")
    assert code == 10, shown
    assert verdicts(content, "allocated memory") == {
        "test_search": "regressed",
        "test_sort": "unchanged",
        "test_threads": "unchanged",
    }
    assert content["gate"]["reasons"][0] == "1 benchmark allocates more memory"
    assert content["gate"]["reasons"][-1] == "1 budget critical"
    assert len(verdicts(content, "time")) == 3
    (held,) = content["budgets"]
    assert (held["metric"], held["status"]) == ("instructions", "critical")
    assert held["value"] > 50_000, "sorting strings is C code"


def test_without_valgrind_bytecodes_are_counted_and_prove_no_pass(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what is missing; a pass would need counts of C code, and more bytecodes are more work."""
    folders = [each for each in os.environ["PATH"].split(os.pathsep) if not (Path(each) / "valgrind").exists()]
    tools = project.folder / "tools"
    tools.mkdir()
    for name in ("git", "bash", "sh", "env", "uname", "cat"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), *folders]))
    code, shown, content = run(project, "--compare", "instructions")
    assert (code, content["gate"]["status"]) == (0, "undecided"), shown
    assert shown.count("instructions: not counted, valgrind is not installed") == 1
    assert verdicts(content, "counted instructions") == {
        "test_search": "inconclusive",
        "test_sort": "inconclusive",
        "test_threads": "not_comparable",
    }
    project.commit({"kit/index.py": UNUSED + MORE_WORK})
    code, shown, content = run(project, "--compare", "instructions")
    assert (code, verdicts(content, "counted instructions")["test_search"]) == (10, "regressed"), shown
