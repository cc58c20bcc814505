"""Why something is slower, found after the verdict: by ``run`` in one process, by the action in two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.cli import main
from reporter.config import MeasureSettings
from reporter.measure.plan import dump
from reporter.pipeline.plan import in_its_way, whole_plan
from tests.measure_plans import ROOT
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((ROOT / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
EXPLAINED = json.loads((ROOT / "schemas" / "explained-v1.json").read_text(encoding="utf-8"))
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
MORE = INDEX.replace("normalize(word) for", "normalize(normalize(normalize(word))) for")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    files = {"test_kit.py": SUITE, "kit/__init__.py": "", "kit/core.py": CORE, "kit/index.py": INDEX}
    made = new_project(tmp_path, files, {"kit/index.py": MORE})
    monkeypatch.chdir(made.tree)
    return made


def run(project: Project, *arguments: str) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    root = str(project.folder / "root")
    given = ("--root", root, "--base", "HEAD~1", "--compare", "paired", "--time-limit", "60s", *arguments)
    code = main(["run", *given, "--", *PYTEST], stdout, stderr)
    assert project.worktrees() == [str(project.tree)]
    return code, stdout.getvalue(), stderr.getvalue()


def verdict_of(folder: Path) -> dict[str, dict[str, Any]]:
    content: dict[str, Any] = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return {row["name"].rpartition("::")[2]: row for row in content["benchmarks"]}


def hold(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["test_search"]["verdict"] == "regressed"
    cause = rows["test_search"]["cause"]
    assert (cause["kind"], cause["function"], cause["file"]) == ("called-more-often", "normalize", "kit/core.py")
    assert (cause["calls"], cause["in_diff"]) == ([100, 300], True)
    assert cause["changed"] == {"function": "search", "file": "kit/index.py", "line": 5, "last": 5}
    assert {each["name"] for each in cause["functions"]} == {"search", "normalize"}
    assert {each["name"] for each in cause["flame"]["functions"]} == {"search", "normalize"}
    assert [frame[0] for frame in cause["flame"]["frames"]] == [-1, 0]
    assert "cause" not in rows["test_other"]
    memory = rows["test_search"]["memory"]
    assert (memory["grew"], memory["line"]) == (False, None)
    assert memory["base"]["peak"] > 1000


def test_a_run_names_the_cause_of_what_regressed(project: Project) -> None:
    code, shown, log = run(project)
    assert code == 10, shown + log
    hold(verdict_of(project.folder / "root" / "report"))
    text = " ".join(shown.split())
    assert (
        "is in normalize() (kit/core.py:1), called 300 times instead of 100; this pull request changed line 5" in text
    )
    record = json.loads((project.folder / "root" / "measure" / "instruments" / "explained.json").read_text())
    jsonschema.validate(record, EXPLAINED)
    assert record["names"] == ["test_kit.py::test_search"]
    assert 0 < record["seconds"] < 60


def test_never_means_never(project: Project) -> None:
    code, shown, _ = run(project, "--explain", "never")
    assert code == 10
    rows = verdict_of(project.folder / "root" / "report")
    assert (rows["test_search"]["verdict"], "cause" in rows["test_search"]) == ("regressed", False)
    assert not (project.folder / "root" / "measure" / "instruments").exists()
    assert "profile" not in shown


def test_what_cannot_be_profiled_is_one_line_and_changes_nothing(project: Project) -> None:
    """The command fails as soon as a profile is wanted of it."""
    check = "import os, sys\nif os.environ.get('BENCHVERDICT_PROFILE'):\n    sys.exit('no profile here')\n"
    project.commit({"kit/index.py": INDEX, "conftest.py": check})
    project.commit({"kit/index.py": MORE})
    code, shown, log = run(project)
    assert code == 10, log
    rows = verdict_of(project.folder / "root" / "report")
    assert (rows["test_search"]["verdict"], "cause" in rows["test_search"]) == ("regressed", False)
    assert shown.count("[not-explained]") == 1
    assert "no profile here" in " ".join(shown.split())


def test_the_steps_of_the_action_do_the_same(project: Project, tmp_path: Path) -> None:
    work = tmp_path / "work"
    for name in ("exit", "messages", "measure", "report", "baseline"):
        (work / name).mkdir(parents=True)
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider --benchmark-json={{output}}"
    settings = MeasureSettings(command=command, time_limit_seconds=60.0)
    plan = in_its_way(whole_plan("bench", settings), settings, "auto", lambda _: "HEAD~1", has_budgets=False)
    (work / "plan.json").write_text(dump(plan), encoding="utf-8")
    step("measure.sh", work)
    log = step("report.sh", work)
    assert log.count("profile: done in ") == 1
    hold(verdict_of(work / "report"))
    assert (work / "exit" / "measure").read_text() == "0\n"
    assert (work / "exit" / "report").read_text() == "10\n"
    assert not (work / "report" / "next-step.json").exists()


def step(name: str, work: Path) -> str:
    own = {"BENCHVERDICT_WORK": str(work), "GITHUB_OUTPUT": str(work / "output"), "BENCHVERDICT_SAVING": "false"}
    own |= {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": sys.executable}
    inputs = ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON", "EXPLAIN")
    own |= {f"BENCHVERDICT_INPUT_{name}": "" for name in inputs}
    command = ["bash", str(ROOT / "entrypoint" / "steps" / name)]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=True).stdout
