"""What a benchmark allocates: the instrument's plugin in pytest processes, and what is made of two sides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.decide.changed_lines import ChangedLines, Lines
from reporter.decide.memory import memory_use
from reporter.ingest import memory
from reporter.ingest.memory import Benchmark, Line
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.render.cause_text import memory_fact, memory_sentence
from reporter.shared.errors import InputError
from tests.reports import HOSTILE_NAMES
from tests.reports import memory_use as more_memory

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


def line(text: str, size: int, number: int = 1) -> Line:
    return Line(file="a.py", place="project", line=number, text=text, bytes=size, blocks=1)


def test_a_line_that_only_moved_is_not_to_blame() -> None:
    base = Benchmark(peak=10_000, blocks=3, lines=(line("big()", 9_000, 5), line("small()", 1_000, 9)))
    head = Benchmark(peak=10_200, blocks=3, lines=(line("big()", 9_000, 25), line("small()", 1_200, 29)))
    use = memory_use(base, head, ChangedLines())
    assert use.line is not None
    assert (use.line.line, use.line.bytes, use.line.in_diff) == (29, 200, False)


@pytest.mark.parametrize(("before", "after", "grew"), [(100, 164, False), (100, 165, True), (10**6, 1_005_000, False)])
def test_half_a_percent_and_some_bytes_count(before: int, after: int, *, grew: bool) -> None:
    base, head = (Benchmark(peak=peak, blocks=None, lines=()) for peak in (before, after))
    use = memory_use(base, head, ChangedLines())
    assert (use.grew, use.line) == (grew, None)


def test_it_is_told_in_one_sentence_and_exactly() -> None:
    told = memory_sentence(more_memory())
    assert told == (
        "it also allocates more: 131 kB at most instead of 118 kB, most of it at textkit/words.py:44, which this "
        "pull request changed"
    )
    assert memory_fact(more_memory()) == "base 117,506 B in 2,188 blocks, head 131,000 B in 2,190 blocks"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_files_stay_text_of_one_line(name: str) -> None:
    told = memory_sentence(more_memory(name))
    assert told.isprintable()
    assert len(told) < 300


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 10**5, b'{"schema": "memory/v2"}'])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "memory.json").write_bytes(content)
    with pytest.raises(InputError, match="about memory"):
        memory.read(tmp_path / "memory.json")


def test_numbers_out_of_bounds_are_refused(tmp_path: Path) -> None:
    content: dict[str, Any] = {"schema": "memory/v1", "python": "3", "collected": [], "benchmarks": {}}
    content["benchmarks"]["a"] = {"peak": -1, "blocks": None, "lines": []}
    (tmp_path / "memory.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="about memory"):
        memory.read(tmp_path / "memory.json")
