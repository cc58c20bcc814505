"""The instrument "memory": what a benchmark has allocated at most, and where (``schemas/memory-v1.json``).

One call is looked at by ``tracemalloc``, after two that are not: its peak counts every byte that Python's allocators
gave out since the call began and that was not freed yet. Two more calls find where that was: the first looks at every
line for the one at which most is allocated, and the second lists all blocks there. None of these calls is a timing.

What Python keeps on free lists is emptied by the collection before each call, so the numbers are the same in every
process. Memory that C code takes from the system itself is not seen.
"""

from __future__ import annotations

import gc
import linecache
import random
import sys
import time
import tracemalloc
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    Call = Callable[[], object]

MOST_LINES, MOST_CHARACTERS = 50, 300
MOST_FRAMES = 20
"""Callers of an allocation, among which the one in the project is looked for."""
LONGEST_WITH_LINES = 0.2
"""Seconds of a call whose lines are looked at, which makes it up to a hundred times as long."""
_SEED = 1


class Memory:
    """Looks at the memory of a benchmark."""

    schema = "memory/v1"
    facts: Mapping[str, Any] = {}

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.tree = environ.get("BENCHVERDICT_TREE")
        self.calls: Any = import_module("benchverdict_calls")
        self.place_of: Any = import_module("benchverdict_functions").place_of

    def look(self, _name: str, prepare: Callable[[], Call], *, many: bool) -> dict[str, Any]:
        """Return the peak of a call that ``prepare`` makes, and the blocks that are there then."""
        with self.calls.undisturbed():
            for _ in range(self.calls.CALLS_BEFORE):
                call = prepare()
                began = time.perf_counter()
                call()
                each = time.perf_counter() - began
            peak = _peak(prepare())
            if each > LONGEST_WITH_LINES:
                return {"peak": peak, "blocks": None, "lines": []}
            height = _Height()
            height.run(prepare())
            found = _Height(stop=height.at)
            found.run(prepare())
        return self._entry(peak, found.snapshot)

    def look_once(self, call: Call) -> dict[str, Any]:
        """Return the peak of the one call that there will be."""
        with self.calls.undisturbed():
            return {"peak": _peak(call), "blocks": None, "lines": []}

    def _entry(self, peak: int, snapshot: tracemalloc.Snapshot | None) -> dict[str, Any]:
        if snapshot is None:
            return {"peak": peak, "blocks": None, "lines": []}
        lines: dict[tuple[str, int], list[int]] = {}
        blocks = 0
        for trace in snapshot.traces:
            place = self._place(trace.traceback)
            if place:
                blocks += 1
                sums = lines.setdefault(place, [0, 0])
                sums[0] += trace.size
                sums[1] += 1
        most = sorted(lines.items(), key=lambda item: -item[1][0])[:MOST_LINES]
        return {"peak": peak, "blocks": blocks, "lines": [self._line(*place, *sums) for place, sums in most]}

    def _place(self, traceback: tracemalloc.Traceback) -> tuple[str, int] | None:
        """Return the line that allocates: the innermost of the project, or else the innermost; none for ours."""
        frames = [(frame.filename, frame.lineno) for frame in reversed(traceback)]
        if not frames or frames[0][0] in (__file__, tracemalloc.__file__):
            return None
        inside = (frame for frame in frames if self.place_of(frame[0], self.tree)[1] == "project")
        return next(inside, frames[0])

    def _line(self, file: str, line: int, size: int, blocks: int) -> dict[str, Any]:
        shown, place = self.place_of(file, self.tree)
        text = linecache.getline(file, line).strip()
        return {
            "file": shown[-MOST_CHARACTERS:],
            "place": place,
            "line": line,
            "text": text[:MOST_CHARACTERS],
            "bytes": size,
            "blocks": blocks,
        }


def _peak(call: Call) -> int:
    with _traced(1):
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        return tracemalloc.get_traced_memory()[1] - before


class _Height:
    """Looks at every line of a call for the one at which most is allocated; at the line ``stop`` it takes all down."""

    def __init__(self, stop: int | None = None) -> None:
        self.stop, self.lines, self.most, self.at = stop, 0, -1, 0
        self.snapshot: tracemalloc.Snapshot | None = None

    def run(self, call: Call) -> None:
        """Call once."""
        with _traced(1 if self.stop is None else MOST_FRAMES):
            sys.settrace(self._trace)
            try:
                call()
            finally:
                sys.settrace(None)

    def _trace(self, _frame: FrameType, _event: str, _argument: object) -> Any:
        self.lines += 1
        if self.stop is None:
            now = tracemalloc.get_traced_memory()[0]
            if now > self.most:
                self.most, self.at = now, self.lines
        elif self.lines == self.stop:
            self.snapshot = tracemalloc.take_snapshot()
        return self._trace


class _traced:  # noqa: N801 - a context manager without the frames of a generator
    """Traces what is allocated, from a heap without free lists and a fresh ``random`` on."""

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def __enter__(self) -> None:
        random.seed(_SEED)
        gc.collect()
        tracemalloc.start(self.frames)

    def __exit__(self, *_: object) -> None:
        tracemalloc.stop()
