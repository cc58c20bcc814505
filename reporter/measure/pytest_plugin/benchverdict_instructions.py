"""The instrument "instructions": how many instructions a benchmark executes (``schemas/instructions-v1.json``).

The process starts its own command again under callgrind. There the calls of a block are counted together, and blocks
repeat, so that what differs between equal blocks is known. The first run of either side leaves how many calls a block
has, and all other runs have as many.

Where callgrind cannot run, or does not know an instruction of the processor, bytecodes of Python are counted instead,
and what C code does is not seen.

BENCHVERDICT_INSTRUCTIONS names the file to write, BENCHVERDICT_BLOCK_CALLS the one with the calls of a block.
"""

from __future__ import annotations

import gc
import json
import math
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    Call = Callable[[], object]
    Loop = Callable[[list[Call]], None]

BLOCKS = 3
BLOCK_INSTRUCTIONS = 500_000
MOST_CALLS = 2_000
LONGEST_SECONDS = 1.0
"""Of one call before anything is counted, under valgrind: callgrind takes ten times as long. Counts of bytecodes take a
hundred times as long as the call, but without valgrind it is five times as fast."""
_SEED = 1
_SIGILL = 4
_BEGAN = "began"
_END_BYTES = 300
_DUMPS, _WHY_BYTECODES = "BENCHVERDICT_DUMPS", "BENCHVERDICT_WHY_BYTECODES"
_UNKNOWN_INSTRUCTION = "valgrind does not know an instruction of this processor"
_NOTHING_COUNTED = dict.fromkeys(
    ("allocator", "allocations", "threads", "system_calls", "elapsed_nanoseconds", "system_nanoseconds"), 0
)
_SETTINGS = {"PYTHONMALLOC": "malloc", "LD_BIND_NOW": "1"}
"""Python's own allocator would hide the calls; functions of libraries are found at once, not when first called."""


def begin(environ: MutableMapping[str, str]) -> None:
    """Start this command again under callgrind, and end as it ends; return there, and where bytecodes have to do."""
    if _DUMPS in environ:
        return
    valgrind = import_module("benchverdict_valgrind")
    why = valgrind.unmet()
    if why is None:
        folder = Path(tempfile.mkdtemp(prefix="benchverdict-"))
        try:
            code = valgrind.run_again(folder, {**_SETTINGS, _DUMPS: str(folder)})
            why = _why_not(folder, code)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if why is None:
        sys.stdout.flush()
        os._exit(code if code >= 0 else 128 - code)
    environ[_WHY_BYTECODES] = why


def _why_not(folder: Path, code: int) -> str | None:
    """Return why callgrind did not count, where that was no fault of the command."""
    if code == -_SIGILL:
        return _UNKNOWN_INSTRUCTION
    return None if (folder / _BEGAN).exists() else "valgrind did not start Python"


class Instructions:
    """Counts blocks of calls of a benchmark."""

    schema = "instructions/v1"

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self.shared = Path(environ["BENCHVERDICT_BLOCK_CALLS"])
        self.calls: Any = import_module("benchverdict_calls")
        folder, why = environ.pop(_DUMPS, None), environ.pop(_WHY_BYTECODES, None)
        self.counter: Any = _Callgrind(Path(folder)) if folder else _Bytecodes(self.calls)
        self.facts = {"tool": self.counter.tool, "why": why}

    def look(self, name: str, prepare: Callable[[], Call], *, many: bool) -> dict[str, Any]:
        """Count blocks of what is prepared."""
        with self.calls.undisturbed():
            seconds = max(_seconds_of(prepare()) for _ in range(self.calls.CALLS_BEFORE))
            if seconds > self.counter.longest_seconds:
                return {"calls": 0, "blocks": [], "empty": None, "signs": None}
            loop = _fresh_loop()
            with self.counter.counting():
                number = self._calls_of_a_block(name, prepare, loop, many=many)
                blocks, signs = self._blocks(prepare, loop, number, BLOCKS)
        return self._read(number, blocks, signs)

    def look_once(self, call: Call) -> dict[str, Any]:
        """Count the one call there will be."""
        with self.calls.undisturbed(), self.counter.counting():
            blocks, signs = self._blocks(lambda: call, _fresh_loop(), 1, 1)
        return self._read(1, blocks, signs)

    def _calls_of_a_block(self, name: str, prepare: Callable[[], Call], loop: Loop, *, many: bool) -> int:
        """Return how many calls a block has; the side that finds that out calls as often as the other one."""
        known = _load(self.shared)
        nothing, once = (self.counter.total(self._block(each, loop, 1)) for each in (lambda: _nothing, prepare))
        if name not in known:
            once = max(1, once - nothing)
            wanted = math.ceil(BLOCK_INSTRUCTIONS / once) if many and self.counter.has_blocks else 1
            known[name] = min(MOST_CALLS, wanted)
            self.shared.write_text(json.dumps(known), encoding="utf-8")
        self._block(prepare, loop, known[name])
        return int(known[name])

    def _blocks(
        self, prepare: Callable[[], Call], loop: Loop, number: int, blocks: int
    ) -> tuple[list[Any], dict[str, Any]]:
        """Count blocks and then an empty one; return what the counter keeps of each."""
        signs = _Signs()
        found = []
        for _ in range(blocks):
            with signs.looked_for():
                found.append(self._block(prepare, loop, number))
        empty_loop = _fresh_loop()
        empty_loop([_nothing] * number)
        return [*found, self._block(lambda: _nothing, empty_loop, number)], signs.found()

    def _block(self, prepare: Callable[[], Call], loop: Loop, number: int) -> Any:
        calls = [prepare()] * number
        _start_alike()
        return self.counter.block(loop, calls)

    def _read(self, number: int, blocks: list[Any], signs: dict[str, Any]) -> dict[str, Any]:
        *found, empty = map(self.counter.read, blocks)
        return {"calls": number, "blocks": found, "empty": empty, "signs": signs}


class _Callgrind:
    """Counts blocks under callgrind. What is kept of a block is the file that it was dumped to."""

    tool = "callgrind"
    has_blocks = True
    longest_seconds = LONGEST_SECONDS

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.valgrind: Any = import_module("benchverdict_valgrind")
        self.requests = self.valgrind.Requests()
        self.dumps = 0
        (folder / _BEGAN).touch()

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count meanwhile; before and after it the process is ten times as fast."""
        self.requests.start()
        try:
            yield
        finally:
            self.requests.stop()

    def block(self, loop: Loop, calls: list[Call]) -> Path:
        """Count the calls together."""
        zero, dump = self.requests.zero, self.requests.dump
        self.dumps += 1
        zero()
        loop(calls)
        dump()
        return self.folder / f"dump.{self.dumps}"

    def total(self, block: Path) -> int:
        """Return the instructions of a block, its allocator's included: the end of the file says so."""
        with block.open("rb") as file:
            file.seek(-min(_END_BYTES, block.stat().st_size), os.SEEK_END)
            return int(file.read().rpartition(b"totals:")[2].split()[0])

    def read(self, block: Path) -> dict[str, int]:
        """Return what a block comes to."""
        with block.open(encoding="utf-8", errors="replace") as lines:
            counted: dict[str, int] = dict(vars(self.valgrind.read_dump(lines)))
        block.unlink()
        return counted


class _Bytecodes:
    """Counts the bytecodes of single calls, exactly; what is kept of a block is what it comes to."""

    tool = "bytecodes"
    has_blocks = False

    def __init__(self, calls: Any) -> None:
        self.calls = calls
        self.longest_seconds = calls.LONGEST_WITH_BYTECODES

    def counting(self) -> Any:
        """Count when a block is, not before."""
        return nullcontext()

    def block(self, loop: Loop, calls: list[Call]) -> dict[str, int]:
        """Count the calls together."""
        counts = self.calls.Counts()
        counts.run(lambda: loop(calls), bytecodes=True)
        return {**_NOTHING_COUNTED, "instructions": sum(counts.bytecodes.values()), "threads": counts.threads}

    def total(self, block: dict[str, int]) -> int:
        """Return the bytecodes of a block."""
        return block["instructions"]

    def read(self, block: dict[str, int]) -> dict[str, int]:
        """Return what a block comes to."""
        return block


class _Signs:
    """What else happens in blocks: the counts do not see it, or see what depends on the system."""

    def __init__(self) -> None:
        self.switches: list[float] = []
        self.children = self.threads = False

    @contextmanager
    def looked_for(self) -> Iterator[None]:
        """Look before and after a block."""
        before, threads = _account(), _other_threads()
        yield
        after = _account()
        self.switches.append(after[0] - before[0])
        self.children |= after[1:] != before[1:]
        self.threads |= _other_threads() != threads

    def found(self) -> dict[str, Any]:
        """Return what there was in any block; how often the processor was given up is that of the best one."""
        return {"threads": self.threads, "children": self.children, "switches": min(self.switches)}


def _account() -> tuple[float, ...]:
    """Return how often this process gave up the processor by itself, and what its ended children took."""
    try:
        resource = import_module("resource")
    except ImportError:  # Windows
        return (0, 0)
    own, ended = (resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own.ru_nvcsw, ended.ru_utime, ended.ru_stime, ended.ru_minflt)


def _other_threads() -> dict[str, str]:
    """Return the processor time of each other thread of this process; of none where the system does not tell."""
    found = {}
    with suppress(OSError):
        for thread in Path("/proc/self/task").iterdir():
            if thread.name != str(os.getpid()):
                found[thread.name] = (thread / "schedstat").read_text().split()[0]
    return found


def _fresh_loop() -> Loop:
    """Return a loop over calls that Python has not yet fitted to other ones."""
    return FunctionType(_loop.__code__.replace(), globals())


def _loop(calls: list[Call]) -> None:
    for call in calls:
        call()


def _nothing() -> None:
    """Do what an empty call does."""


def _start_alike() -> None:
    """Let every block have the same random numbers, and no garbage or kept objects of the ones before."""
    random.seed(_SEED)
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed(_SEED)
    gc.collect()


def _seconds_of(call: Call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _load(path: Path) -> dict[str, int]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
