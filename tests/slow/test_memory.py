"""What a benchmark allocates: the instrument's plugin by itself, in pytest processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from reporter.decide.changed_lines import ChangedLines, Lines
from reporter.decide.memory import memory_use
from reporter.ingest import memory
from reporter.measure.paired.virtual import PLUGIN_FOLDER

if TYPE_CHECKING:
    from reporter.ingest.memory import Memory

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "memory-v1.json").read_text(encoding="utf-8"))
SUITE = """
from work import outer

def test_outer(benchmark):
    assert benchmark(outer, 1000) == 1000

def test_fresh(benchmark):
    benchmark.pedantic(outer, setup=lambda: ((10,), {}), rounds=3)

def test_once(benchmark):
    calls = []
    benchmark.pedantic(lambda: calls.append(bytearray(5000)))
    assert len(calls) == 1

def test_other(benchmark):
    benchmark(outer, 1)
"""
WORK = """
def inner(count):
    return [float(each) for each in range(count)]

def outer(count):
    return len(inner(count))
"""


def run(folder: Path, *names: str, work: str = WORK, seed: int = 0) -> Memory:
    folder.mkdir(exist_ok=True)
    (folder / "test_suite.py").write_text(SUITE)
    (folder / "work.py").write_text(work)
    (folder / "names.json").write_text(json.dumps(names))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))}
    environ = {
        **inherited,
        "PYTHONPATH": str(PLUGIN_FOLDER),
        "PYTHONHASHSEED": str(seed),
        "BENCHVERDICT_MEMORY": str(folder / "memory.json"),
        "BENCHVERDICT_NAMES": str(folder / "names.json"),
        "BENCHVERDICT_TREE": str(folder),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json=result.json"]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    jsonschema.validate(json.loads((folder / "memory.json").read_text()), SCHEMA)
    return memory.read(folder / "memory.json")


def test_the_peak_its_blocks_and_the_line_that_allocates_them(tmp_path: Path) -> None:
    found = run(tmp_path, "test_outer", "test_fresh", "test_once")
    assert sorted(found.benchmarks) == [f"test_suite.py::test_{name}" for name in ("fresh", "once", "outer")]
    outer = found.benchmarks["test_suite.py::test_outer"]
    assert 24 * 1000 < outer.peak < 50 * 1000
    assert outer.blocks is not None
    assert 1000 <= outer.blocks < 1100
    first = outer.lines[0]
    assert (first.file, first.place, first.line) == ("work.py", "project", 3)
    assert first.text == "return [float(each) for each in range(count)]"
    assert 0 < found.benchmarks["test_suite.py::test_fresh"].peak < 2000
    once = found.benchmarks["test_suite.py::test_once"]
    assert (once.peak > 5000, once.blocks, once.lines) == (True, None, ())


def test_equal_code_allocates_the_same_to_the_byte_and_a_percent_is_seen(tmp_path: Path) -> None:
    base = run(tmp_path / "base", "test_outer").benchmarks["test_suite.py::test_outer"]
    longer = WORK + "".join(f"\ndef unused_{i}():\n    return {i}\n" for i in range(40))
    same = run(tmp_path / "same", "test_outer", work=longer, seed=7).benchmarks["test_suite.py::test_outer"]
    assert (same.peak, same.blocks) == (base.peak, base.blocks)
    assert not memory_use(base, same, ChangedLines()).grew
    more = WORK.replace("    return len(inner", "    kept = bytearray(400)\n    return len(inner")
    head = run(tmp_path / "head", "test_outer", work=more).benchmarks["test_suite.py::test_outer"]
    use = memory_use(base, head, ChangedLines({"work.py": [Lines(6, 6)]}))
    assert use.grew
    assert use.line is not None
    assert (use.line.file, use.line.line, use.line.in_diff) == ("work.py", 6, True)
