"""What benchmarks reach: the plugin of the instrument in pytest processes, and a whole run of a small repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.selecting.reached import Reached, read

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "reach-v1.json").read_text(encoding="utf-8"))
CORE = """
from functools import cached_property, lru_cache

def loop(n=50):
    return inner(n)

def inner(n):
    return sum(i * i for i in range(n))

@lru_cache
def table(n):
    return build(n)

def build(n):
    return [str(i) for i in range(n)]

def lookup(i):
    return table(100)[i]

class Lazy:
    @cached_property
    def value(self):
        return build(3)

def late():
    import late
    return late.go()

def second_time(seen=[]):
    if seen:
        return warm()
    seen.append(1)

def warm():
    return 1

def read():
    with open("data.txt") as file:
        return file.read()

def start():
    import subprocess, sys
    subprocess.run([sys.executable, "-c", ""])

def threaded():
    import threading
    thread = threading.Thread(target=inner, args=(3,))
    thread.start()
    thread.join()

def unused():
    return 0
"""
SUITE = """
import pytest, core

@pytest.fixture(scope="module")
def shared():
    return core.build(2)

@pytest.fixture
def own():
    return core.inner(2)

def test_loop(benchmark): benchmark(core.loop)
def test_lookup(benchmark): benchmark(core.lookup, 3)
def test_lookup_again(benchmark): benchmark.pedantic(core.lookup, args=(4,), rounds=5)
def test_lazy(benchmark): benchmark(lambda: core.Lazy().value)
def test_late(benchmark): benchmark(core.late)
def test_warm(benchmark): benchmark(core.second_time)
def test_read(benchmark): benchmark(core.read)
def test_start(benchmark): benchmark.pedantic(core.start)
def test_threaded(benchmark): benchmark(core.threaded)
def test_shared(benchmark, shared): benchmark(len, shared)
def test_own(benchmark, own): benchmark(len, [own])
def test_asked(request): request.getfixturevalue("benchmark")(core.late)
def test_no_benchmark(): core.unused()
"""
FILES = {"core.py": CORE, "test_suite.py": SUITE, "late.py": "def go(): return 3\nX = go()\n", "data.txt": "hi\n"}


def run(folder: Path, *commands: str) -> Reached:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))}
    found = folder / "reach.json"
    environ = {**inherited, "PYTHONPATH": str(PLUGIN_FOLDER), "BENCHVERDICT_TREE": str(folder)}
    for command in commands or ("test_suite.py",):
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, *command.split()],
            cwd=folder,
            env={**environ, "BENCHVERDICT_REACH": str(found)},
            check=False,
            capture_output=True,
        )
    jsonschema.validate(json.loads(found.read_text(encoding="utf-8")), SCHEMA)
    return read(found)


def functions(found: Reached, name: str) -> set[str]:
    return {
        function for file, function in found.benchmarks[f"test_suite.py::{name}"].functions if file != "test_suite.py"
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Reached:
    return run(tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("test_loop", {"loop", "inner"}),
        ("test_lookup", {"lookup"}),
        ("test_lookup_again", {"lookup"}),
        ("test_late", {"late", "go"}),
        ("test_warm", {"second_time", "warm"}),
        ("test_threaded", {"threaded", "inner"}),
        ("test_shared", set()),
        ("test_own", {"inner"}),
    ],
)
def test_what_runs_in_a_benchmark_counts_for_it(recorded: Reached, name: str, expected: set[str]) -> None:
    assert functions(recorded, name) == expected


def test_what_others_may_find_done_counts_for_all(recorded: Reached) -> None:
    shared = {function for file, function in recorded.shared.functions if file in ("core.py", "late.py")}
    assert {"table", "build", "Lazy.value", "go", "<module>"} <= shared
    assert not {"loop", "inner", "lookup", "unused"} & shared


def test_opened_files_and_processes_are_noted(recorded: Reached) -> None:
    assert recorded.benchmarks["test_suite.py::test_read"].opened == {"data.txt"}
    assert "another process" in str(recorded.benchmarks["test_suite.py::test_start"].doubt)
    assert [name for name, found in recorded.benchmarks.items() if found.doubt] == ["test_suite.py::test_start"]
    assert recorded.imported == {"core.py", "late.py", "test_suite.py"}
    assert (recorded.doubts, recorded.early) == ((), frozenset())
    assert "test_suite.py::test_no_benchmark" not in recorded.benchmarks
    assert "test_suite.py::test_asked" in recorded.benchmarks
    assert recorded.shared.doubt is None


@pytest.mark.skipif(hasattr(sys, "monitoring"), reason="Python 3.12 and later have a place for each tool")
def test_a_benchmark_that_takes_the_profiler_away_is_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("import sys\ndef test_it(benchmark): benchmark(sys.setprofile, None)\n")
    assert "replaces the profiler" in str(run(tmp_path, "test_own.py test_suite.py").shared.doubt)


def test_several_calls_of_pytest_are_one_recording_and_a_failure_is_a_doubt(tmp_path: Path) -> None:
    found = run(tmp_path, "test_suite.py -k test_loop", "test_suite.py -k test_own", "missing.py")
    assert functions(found, "test_loop") == {"loop", "inner"}
    assert functions(found, "test_own") == {"inner"}
    assert found.doubts == ("pytest ended with exit code 4",)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def select(folder: Path) -> tuple[dict[str, object], str, int]:
    command = f"{sys.executable} -m pytest test_suite.py -q --benchmark-json={{output}}"
    (folder / "benchverdict.toml").write_text(f"[measure]\ncommand = '''{command}'''\n", encoding="utf-8")
    call = [sys.executable, "-m", "reporter", "run", "--base", "HEAD~1", "--select", "affected", "--explain", "never"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*call, "--compare", "paired", "--time-limit", "4m"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    report = folder / ".benchverdict" / "report"
    comment = (report / "comment.md").read_text(encoding="utf-8")
    return json.loads((report / "verdict.json").read_text(encoding="utf-8")), comment, done.returncode


SMALL_SUITE = """
import core

def test_loop(benchmark): benchmark(core.loop)
def test_lookup(benchmark): benchmark(core.lookup, 3)
def test_read(benchmark): benchmark(core.read)
"""


def test_a_run_measures_only_what_the_change_reaches(tmp_path: Path) -> None:
    added = {"test_suite.py": SMALL_SUITE, "README.md": "one\n", ".gitignore": "__pycache__\n.b*\nb*.toml\n"}
    for name, text in {**FILES, **added}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    slower = CORE.replace("def lookup(i):\n", "def lookup(i):\n    sum(range(5))\n")
    (tmp_path / "core.py").write_text(slower, encoding="utf-8")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "slower")
    verdict, comment, code = select(tmp_path)
    rows = {row["name"]: row["verdict"] for row in verdict["benchmarks"]}  # type: ignore[attr-defined] # JSON
    assert rows == {"test_suite.py::test_lookup": "regressed"}
    assert verdict["selection"]["measured"] == 1  # type: ignore[index] # JSON
    assert "2 of 3 benchmarks were not measured: nothing that changed runs in them" in comment
    assert code == 10
    (tmp_path / "README.md").write_text("two\n", encoding="utf-8")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "words")
    verdict, comment, code = select(tmp_path)
    assert verdict["benchmarks"] == []
    assert verdict["gate"]["status"] == "passed"  # type: ignore[index] # JSON
    assert comment.startswith("### ✅ Nothing that changed runs in any of 3 benchmarks: nothing was measured")
    assert code == 0
