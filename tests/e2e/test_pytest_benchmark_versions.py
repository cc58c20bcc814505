"""Pairs of a pytest suite under older versions of pytest-benchmark, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.measure_plans import NEWEST, OLDEST, interpreter
from tests.measure_repositories import new_project

if TYPE_CHECKING:
    from pathlib import Path

SUITE = """
import pytest
from shapes import SIDES

@pytest.mark.benchmark(min_rounds=3, min_time=0.2, max_time=1.0, warmup=True)
def test_marked(benchmark):
    benchmark(sum, range(100))

def test_plain(benchmark):
    benchmark(sum, range(SIDES))

def test_fixed(benchmark):
    benchmark.pedantic(sum, args=(range(100),), rounds=7, iterations=3)
"""


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("version", "pytest_version", "python"),
    [("3.4.1", "pytest<7", OLDEST), ("4.0.0", "pytest<8", NEWEST)],
)
def test_rounds_and_iterations_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, pytest_version: str, python: str
) -> None:
    environment = tmp_path / "environment"
    subprocess.run([interpreter(python), "-m", "venv", "--without-pip", str(environment)], check=True)
    install = [sys.executable, "-m", "pip", "--python", str(environment), "install", "--quiet"]
    packages = [f"pytest-benchmark=={version}", pytest_version]
    subprocess.run([*install, "--disable-pip-version-check", *packages], check=True)
    monkeypatch.setenv("PATH", f"{environment}/bin:/usr/bin:/bin")
    files = {"test_speed.py": SUITE, "pytest.ini": "[pytest]\n", "shapes.py": "SIDES = 3\n"}
    project = new_project(tmp_path, files, {"shapes.py": "SIDES = 4\n"})
    monkeypatch.chdir(project.tree)
    command = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")
    outcome, content, _ = project.measure(2, plan=project.plan(command=command, pairs={"seconds": 0.01}))
    assert (outcome.status, content["warnings"]) == ("complete", [])
    found = [json.loads((project.output / run["results"][0]).read_text()) for run in content["runs"]]
    assert {run["version"] for run in found} == {version}
    shapes = [{b["name"]: (b["stats"]["rounds"], b["stats"]["iterations"]) for b in run["benchmarks"]} for run in found]
    assert shapes == [shapes[0]] * 4
    assert shapes[0]["test_fixed"] == (7, 3)
    assert 50 <= shapes[0]["test_marked"][0] < 5000
