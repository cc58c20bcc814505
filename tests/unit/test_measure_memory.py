"""What is made of the memory of two sides, and what is read of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reporter.decide.changed_lines import ChangedLines
from reporter.decide.memory import memory_use
from reporter.ingest import memory
from reporter.ingest.memory import Benchmark, Line
from reporter.render.cause_text import memory_fact, memory_sentence
from reporter.shared.errors import InputError
from tests.reports import HOSTILE_NAMES
from tests.reports import memory_use as more_memory

if TYPE_CHECKING:
    from pathlib import Path


def line(text: str, size: int, number: int = 1) -> Line:
    return Line(file="a.py", place="project", line=number, text=text, bytes=size, blocks=1)


def test_a_line_that_only_moved_is_not_to_blame() -> None:
    base = Benchmark(peak=10_000, blocks=3, lines=(line("big()", 9_000, 5), line("small()", 1_000, 9)))
    head = Benchmark(peak=10_200, blocks=3, lines=(line("big()", 9_000, 25), line("small()", 1_200, 29)))
    use = memory_use(base, head, ChangedLines())
    assert use.line is not None
    assert (use.line.line, use.line.bytes, use.line.in_diff) == (29, 200, False)


@pytest.mark.parametrize(("before", "after", "grew"), [(100, 116, False), (100, 117, True), (10**6, 1_005_000, False)])
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
    with pytest.raises(InputError, match="not what a run allocates"):
        memory.read(tmp_path / "memory.json")


def test_numbers_out_of_bounds_are_refused(tmp_path: Path) -> None:
    content: dict[str, Any] = {"schema": "memory/v1", "python": "3", "collected": [], "benchmarks": {}}
    content["benchmarks"]["a"] = {"peak": -1, "blocks": None, "lines": []}
    (tmp_path / "memory.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="not what a run allocates"):
        memory.read(tmp_path / "memory.json")
