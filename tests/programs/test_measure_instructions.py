"""The instrument "instructions" by itself: dumps of callgrind, what is missing for it, and bytecodes in its place."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporter.decide.counts import compare
from reporter.ingest import instructions
from reporter.measure.instruments.instrument import INSTRUCTIONS, INSTRUCTIONS_AGAIN
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.pytest_plugin import benchverdict_valgrind as valgrind
from reporter.shared.errors import InputError

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "instructions-v1.json").read_text(encoding="utf-8"))
SUITE = """
import subprocess
import sys
import threading

def test_sum(benchmark):
    assert benchmark(lambda: sum(i for i in range(50))) == 1225

def test_fresh(benchmark):
    benchmark.pedantic(list.sort, setup=lambda: (([3, 1, 2],), {}), rounds=20)

def test_once(benchmark):
    calls = []
    def once():
        calls.append(1)
        assert len(calls) == 1
    benchmark.pedantic(once)

def test_child(benchmark):
    benchmark(lambda: subprocess.run([sys.executable, "-S", "-c", "pass"]))

def test_thread(benchmark):
    def start_and_end():
        thread = threading.Thread(target=sum, args=([1, 2],))
        thread.start()
        thread.join()
    benchmark(start_and_end)
"""
DUMP = """# callgrind format
events: Ir sysCount sysTime sysCpuTime
positions: line

ob=(1) /usr/lib/libpython.so
fn=(1) PyObject_Malloc
10 7
cob=(2) /usr/lib/libc.so.6
cfn=(2) malloc
calls=3 0
+2 60
* 5
cfn=(3) list_append
calls=4 0
* 40

fn=(3)
7 40

ob=(2)
fn=(2)
0 30
cfn=(4) _int_malloc
calls=3 0
0 30
cfn=(5) free
calls=1 0
0 9

fn=(4)
0 21 2 9000 500

fn=(5)
0 9

fn=(6) start
1 4
cfn=(7) pthread_create@@GLIBC_2.34
calls=2 0
2 10

totals: 116 2 9000 500
"""


def test_a_dump_is_read_with_calls_of_the_allocator_from_outside_of_it() -> None:
    counted = valgrind.read_dump(DUMP.splitlines(keepends=True))
    assert counted == valgrind.Counted(
        instructions=116,
        allocator=60,
        allocations=3,
        threads=2,
        system_calls=2,
        elapsed_nanoseconds=9000,
        system_nanoseconds=500,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="client requests are made on Linux")
def test_a_client_request_does_nothing_outside_of_valgrind() -> None:
    requests = valgrind.Requests()
    for request in (requests.start, requests.zero, requests.dump, requests.stop):
        request()
    assert ctypes.sizeof(requests._kept[0]) == 48


def on_path(folder: Path, script: str | None) -> dict[str, str]:
    """Return the path of a machine without valgrind, or with one that is a script."""
    programs = folder / "programs"
    programs.mkdir()
    if script is not None:
        (programs / "valgrind").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "valgrind").chmod(0o755)
    return {"PATH": str(programs)}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere valgrind is not looked for")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        (None, "valgrind is not installed: `apt-get install valgrind`, about 10 s"),
        ("echo valgrind-3.15.0", "valgrind 3.15 is older than 3.16"),
        ("exit 1", "valgrind does not start"),
        ("echo valgrind-3.22.0", None),
    ],
)
def test_what_is_missing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, why: str | None
) -> None:
    monkeypatch.setenv("PATH", on_path(tmp_path, script)["PATH"])
    assert valgrind.unmet() == why


def run(folder: Path, *names: str, **variables: str) -> dict[str, Any]:
    (folder / "test_suite.py").write_text(SUITE)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))}
    own = INSTRUCTIONS.variables(folder / "out" / "found.json", names)
    environ = {**inherited, "PYTHONPATH": str(PLUGIN_FOLDER), **own, **variables}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json=result.json"]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    content: dict[str, Any] = json.loads((folder / "out" / "found.json").read_text())
    jsonschema.validate(content, SCHEMA)
    assert instructions.read(folder / "out" / "found.json").python == content["python"]
    return content


def test_without_valgrind_bytecodes_are_counted_and_the_file_says_why(tmp_path: Path) -> None:
    content = run(tmp_path, "test_sum", "test_fresh", "once", "child", **on_path(tmp_path, None))
    assert (content["tool"], content["why"]) == ("bytecodes", valgrind.NO_VALGRIND)
    assert content["collected"] == [
        f"test_suite.py::test_{name}" for name in ("sum", "fresh", "once", "child", "thread")
    ]
    found = {name.partition("::")[2]: each for name, each in content["benchmarks"].items()}
    blocks = found["test_sum"]["blocks"]
    assert len(blocks) == 3
    assert blocks[0] == blocks[1] == blocks[2]
    assert blocks[0]["instructions"] - found["test_sum"]["empty"]["instructions"] > 100
    assert len(found["test_once"]["blocks"]) == 1
    assert [found[name]["signs"]["children"] for name in ("test_sum", "test_child")] == [False, True]


def test_a_thread_that_ended_is_seen_in_bytecodes_too(tmp_path: Path) -> None:
    """No account of the system lists it before the block or after it."""
    found = run(tmp_path, "thread", "test_sum", **on_path(tmp_path, None))["benchmarks"]
    started = {name: [each["threads"] for each in one["blocks"]] for name, one in found.items()}
    assert started == {"test_suite.py::test_sum": [0, 0, 0], "test_suite.py::test_thread": [1, 1, 1]}
    counted = instructions.read(tmp_path / "out" / "found.json").benchmarks["test_suite.py::test_thread"]
    assert compare("bytecodes", [counted], [counted]).not_countable == "threads"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere valgrind is not looked for")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('[ "$1" = --version ] && echo valgrind-3.19.0 && exit; exit 1', "valgrind did not start Python"),
        (
            '[ "$1" = --version ] && echo valgrind-3.19.0 && exit; kill -ILL $$',
            "valgrind does not know an instruction of this processor",
        ),
    ],
)
def test_where_valgrind_gives_up_bytecodes_are_counted(tmp_path: Path, script: str, why: str) -> None:
    content = run(tmp_path, "test_sum", **on_path(tmp_path, script))
    assert (content["tool"], content["why"]) == ("bytecodes", why)


def test_both_sides_have_one_seed_and_a_second_look_another() -> None:
    seeds = [each.settings["PYTHONHASHSEED"] for each in (INSTRUCTIONS, INSTRUCTIONS_AGAIN)]
    assert seeds == ["0", "1"]


def test_a_new_look_forgets_the_calls_of_the_one_before(tmp_path: Path) -> None:
    shared = Path(INSTRUCTIONS.variables(tmp_path / "x.json", ["a"])["BENCHVERDICT_BLOCK_CALLS"])
    shared.write_text("{}")
    INSTRUCTIONS.forget(tmp_path)
    assert not shared.exists()


@pytest.mark.parametrize("change", [{"tool": "perf"}, {"benchmarks": {"a": {"calls": -1}}}, {"more": 1}])
def test_what_no_plugin_writes_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "found.json"
    whole = {"schema": "instructions/v1", "python": "3.11.0", "tool": "callgrind", "why": None}
    path.write_text(json.dumps({**whole, "collected": [], "benchmarks": {}, **change}))
    with pytest.raises(InputError, match=r"\[profile-broken\]"):
        instructions.read(path)
