"""The instrument's plugin by itself, in pytest processes with the pytest-benchmark that is installed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporter.ingest import profile as profiles
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.pytest_plugin.benchverdict_profile import chosen

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "profile-v1.json").read_text(encoding="utf-8"))
SUITE = """
import json
from functools import lru_cache
from work import outer, tree

def test_outer(benchmark):
    assert benchmark(outer, 5) == 20
    assert benchmark.stats is not None

def test_fresh(benchmark):
    benchmark.pedantic(list.sort, setup=lambda: (([3, 1, 2],), {}), rounds=20)

def test_once(benchmark):
    calls = []
    def once():
        calls.append(1)
        outer(2)
        assert len(calls) == 1
    benchmark.pedantic(once)

def test_tree(benchmark):
    benchmark(tree)

def test_plain():
    raise AssertionError("no benchmark")
"""
WORK = """
LIMIT = 4

def inner(value):
    return sorted(range(value), key=lambda each: -each)

def outer(count):
    return sum(len(inner(LIMIT)) for _ in range(count))

def numbers():
    for _ in range(3):
        yield inner(LIMIT)

def failing():
    inner(LIMIT)
    raise ValueError

def tree():
    for each in numbers():
        pass
    try:
        failing()
    except ValueError:
        return outer(2)
"""


def run(folder: Path, *names: str, **variables: str) -> dict[str, Any]:
    (folder / "test_suite.py").write_text(SUITE)
    (folder / "work.py").write_text(WORK)
    (folder / "names.json").write_text(json.dumps(names))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))}
    environ = {
        **inherited,
        "PYTHONPATH": str(PLUGIN_FOLDER),
        "BENCHVERDICT_PROFILE": str(folder / "profile.json"),
        "BENCHVERDICT_NAMES": str(folder / "names.json"),
        "BENCHVERDICT_PROFILE_SECONDS": "0.01",
        "BENCHVERDICT_TREE": str(folder),
        **variables,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json=result.json"]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    content: dict[str, Any] = json.loads((folder / "profile.json").read_text())
    jsonschema.validate(content, SCHEMA)
    assert profiles.read(folder / "profile.json").python == content["python"]
    return content


def functions_of(content: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    found = {entry["name"]: entry for entry in content["benchmarks"][f"test_suite.py::{name}"]["functions"]}
    assert len(found) == len(content["benchmarks"][f"test_suite.py::{name}"]["functions"])
    return found


def test_calls_bytecodes_and_callers_are_counted_exactly(tmp_path: Path) -> None:
    content = run(tmp_path, "test_outer")
    assert content["collected"] == [f"test_suite.py::test_{name}" for name in ("outer", "fresh", "once", "tree")]
    found = functions_of(content, "test_outer")
    assert {name: entry["calls"] for name, entry in found.items()} == {"inner": 5, "outer": 1}
    names = list(found)
    assert found["inner"]["callers"] == [[names.index("outer"), 5]]
    assert found["outer"]["callers"] == [[-1, 1]]
    assert found["outer"]["uses"] == [[2, 2]]
    assert found["inner"]["file"] == "work.py"
    assert (found["inner"]["line"], found["inner"]["last"], found["inner"]["place"]) == (4, 5, "project")
    assert found["inner"]["native"] == 5
    assert all(entry["seconds"] > 0 and entry["bytecodes"] > 0 for entry in found.values())


def ways(content: dict[str, Any], name: str) -> dict[str, tuple[int, int]]:
    """Return the calls and bytecodes of each node of the tree of calls, by the way to it."""
    entry = content["benchmarks"][f"test_suite.py::{name}"]
    found: list[str] = []
    for above, function, _, _ in entry["stacks"]:
        called = entry["functions"][function]["name"]
        found.append(called if above < 0 else f"{found[above]};{called}")
    counts = [(calls, bytecodes) for _, _, calls, bytecodes in entry["stacks"]]
    return dict(zip(found, counts, strict=True))


def test_the_tree_of_calls_has_every_bytecode_where_it_runs(tmp_path: Path) -> None:
    content = run(tmp_path, "test_outer", "test_tree")
    assert {way: calls for way, (calls, _) in ways(content, "test_outer").items()} == {"outer": 1, "outer;inner": 5}
    tree, functions = ways(content, "test_tree"), functions_of(content, "test_tree")
    assert {way: calls for way, (calls, _) in tree.items()} == {
        "tree": 1,
        "tree;numbers": 4,
        "tree;numbers;inner": 3,
        "tree;failing": 1,
        "tree;failing;inner": 1,
        "tree;outer": 1,
        "tree;outer;inner": 2,
    }
    for name, function in functions.items():
        assert sum(count for way, (_, count) in tree.items() if way.split(";")[-1] == name) == function["bytecodes"]
    assert tree["tree;numbers;inner"][1] == 3 * tree["tree;failing;inner"][1]


def test_two_runs_count_the_same(tmp_path: Path) -> None:
    first, second = (functions_of(run(tmp_path, "test_outer"), "test_outer") for _ in range(2))
    for name, entry in first.items():
        assert {**entry, "seconds": 0} == {**second[name], "seconds": 0}


def test_pedantic_benchmarks_are_set_up_for_every_call(tmp_path: Path) -> None:
    content = run(tmp_path, "fresh", "once")
    assert list(content["benchmarks"]) == ["test_suite.py::test_fresh", "test_suite.py::test_once"]
    once = functions_of(content, "test_once")
    assert once["inner"]["calls"] == 2
    assert once["inner"]["seconds"] is None


def test_no_benchmark_of_that_name_is_no_failure(tmp_path: Path) -> None:
    content = run(tmp_path, "test_nothing")
    assert content["benchmarks"] == {}
    assert len(content["collected"]) == 4


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("b.py::test_a", {"b.py::test_a"}),
        ("test_a", {"b.py::test_a"}),
        ("test_a*", {"b.py::test_a", "b.py::test_ab[1]"}),
        ("AB[1", {"b.py::test_ab[1]"}),
        ("test_ab[1]", {"b.py::test_ab[1]"}),
        ("none", set()),
    ],
)
def test_benchmarks_are_chosen_by_the_nearest_match(name: str, wanted: set[str]) -> None:
    assert chosen(["b.py::test_a", "b.py::test_ab[1]"], [name]) == wanted
