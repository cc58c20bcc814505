"""Calls of a benchmark that are counted and timed, function by function, for ``benchverdict_profile``.

The counted call comes at the same place on both sides (after two calls), so that a benchmark which remembers earlier
calls is counted alike. Garbage is collected before every block and not meanwhile, and ``random`` starts from one seed.
"""

from __future__ import annotations

import _thread
import cProfile
import gc
import math
import random
import sys
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import CodeType, FrameType

    Call = Callable[[], object]

CALLS_BEFORE = 2
BLOCK_SECONDS = 0.0005
"""Without cProfile, which makes it some times longer. Fewer calls would tell more of cProfile's own first steps, and
more of them are seldom left alone on a busy machine."""
MOST_CALLS, MOST_BLOCKS, FEWEST_BLOCKS = 10_000, 300, 3
WALL_TIMES = 5.0
"""Blocks end after so many times the processor time that they may take: others use the processor, or a call waits."""
LONGEST_WITH_BYTECODES, LONGEST_WITH_CALLS = 0.2, 2.0
"""Seconds of a call that is counted: a trace of bytecodes takes up to a hundred times as long, one of calls ten."""
MOST_STACKS, MOST_DEPTH = 10_000, 100
"""Of one call; what goes beyond belongs to the function that calls it."""
_FREE_TOOLS = (3, 4)
"""Of ``sys.monitoring``: those that no debugger, coverage or profiler has by convention."""
_SEED = 1
_THREAD_STARTS = tuple(
    getattr(_thread, name) for name in ("start_new_thread", "start_joinable_thread") if hasattr(_thread, name)
)
"""``threading`` calls one of these to start a thread; the second is there from Python 3.13 on. A call of them
by C code, as through ``functools.partial``, is not seen."""


class Stacks:
    """The tree of calls: each node is a function with all that called it, and counts its calls and bytecodes.

    The first node is the benchmark itself. ``now`` is the one that runs. Frames are looked up by what called them, and
    not by a stack, because a generator goes on below another function than it began.
    """

    def __init__(self) -> None:
        self.codes: list[CodeType | None] = [None]
        self.parents, self.depths, self.calls, self.bytecodes = [-1], [0], [0], [0]
        self.now = 0
        self._nodes: dict[tuple[int, CodeType], int] = {}
        self._running: dict[FrameType, int] = {}

    def enter(self, frame: FrameType, back: FrameType | None) -> None:
        """Begin, or go on with, a function."""
        above = self._running.get(back, 0) if back else 0
        key = (above, frame.f_code)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = self._added(*key)
        if node != above:
            self.calls[node] += 1
        self._running[frame] = self.now = node

    def leave(self, frame: FrameType) -> None:
        """End a function, or let it wait."""
        self._running.pop(frame, None)
        back = frame.f_back
        self.now = self._running.get(back, 0) if back else 0

    def _added(self, above: int, code: CodeType) -> int:
        if len(self.codes) >= MOST_STACKS or self.depths[above] >= MOST_DEPTH:
            return above
        self.codes.append(code)
        self.parents.append(above)
        self.depths.append(self.depths[above] + 1)
        self.calls.append(0)
        self.bytecodes.append(0)
        return len(self.codes) - 1


class Counts:
    """What one call did: calls of each function by the function that called it, its bytecodes, its calls of C.

    ``threads`` is how many it started; what they do is not counted.
    """

    def __init__(self) -> None:
        self.calls: Counter[tuple[CodeType, CodeType | None]] = Counter()
        self.bytecodes: Counter[CodeType] = Counter()
        self.native: Counter[CodeType] = Counter()
        self.stacks = Stacks()
        self.threads = 0

    def run(self, call: Call, *, bytecodes: bool) -> None:
        """Call once, and count; without ``bytecodes`` only calls, which is quicker."""
        with _counting_bytecodes(self.bytecodes, self.stacks) if bytecodes else nullcontext():
            sys.setprofile(self._profiler())
            try:
                call()
            finally:
                sys.setprofile(None)

    def _profiler(self) -> Any:
        calls, native, stacks = self.calls, self.native, self.stacks

        def profile(frame: FrameType, event: str, argument: object) -> None:
            if event == "call":
                back = frame.f_back
                calls[frame.f_code, back.f_code if back else None] += 1
                stacks.enter(frame, back)
            elif event == "return":
                stacks.leave(frame)
            elif event == "c_call":
                native[frame.f_code] += 1
                self.threads += argument in _THREAD_STARTS

        return profile


def _counting_bytecodes(executed: Counter[CodeType], stacks: Stacks) -> AbstractContextManager[None]:
    """Count bytecodes; from Python 3.12 on a trace misses those of the first call, and is slower."""
    monitoring = getattr(sys, "monitoring", None)
    return _tracing(executed, stacks) if monitoring is None else _monitoring(executed, stacks, monitoring)


@contextmanager
def _tracing(executed: Counter[CodeType], stacks: Stacks) -> Iterator[None]:
    def trace_opcode(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "opcode":
            executed[frame.f_code] += 1
            stacks.bytecodes[stacks.now] += 1
        return trace_opcode

    def trace(frame: FrameType, _event: str, _argument: object) -> Any:
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return trace_opcode

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def _monitoring(executed: Counter[CodeType], stacks: Stacks, monitoring: Any) -> Iterator[None]:
    tool = next((number for number in _FREE_TOOLS if monitoring.get_tool(number) is None), _FREE_TOOLS[0])

    def count(code: CodeType, _offset: int) -> None:
        executed[code] += 1
        stacks.bytecodes[stacks.now] += 1

    monitoring.use_tool_id(tool, "benchverdict")
    monitoring.register_callback(tool, monitoring.events.INSTRUCTION, count)
    monitoring.set_events(tool, monitoring.events.INSTRUCTION)
    try:
        yield
    finally:
        monitoring.set_events(tool, 0)
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, None)
        monitoring.free_tool_id(tool)


class Times:
    """The own seconds of each function in a call, C included: the minimum over blocks."""

    def __init__(self) -> None:
        self.blocks: list[dict[CodeType, float]] = []

    def run(self, call: Call, calls: int) -> None:
        """Add a block of so many calls."""
        profile = cProfile.Profile()
        profile.enable()
        try:
            for _ in range(calls):
                call()
        finally:
            profile.disable()
        own = _own_seconds(profile.getstats())
        self.blocks.append({code: seconds / calls for code, seconds in own.items()})

    def fastest(self) -> dict[CodeType, float]:
        """Return the minimum of each function that most blocks have."""
        most = Counter(code for block in self.blocks for code in block)
        usual = [code for code, count in most.items() if 2 * count >= len(self.blocks)]
        return {code: min(block[code] for block in self.blocks if code in block) for code in usual}


def _own_seconds(entries: Sequence[Any]) -> dict[CodeType, float]:
    """Return the own time of each Python function of a profile, with that of the C code it called."""
    inside = {entry.code: _below(entry) / max(1, entry.callcount) for entry in entries if isinstance(entry.code, str)}
    own = {}
    for entry in entries:
        if not isinstance(entry.code, str):
            native = [each for each in entry.calls or () if isinstance(each.code, str)]
            folded = sum(each.inlinetime + each.callcount * inside.get(each.code, 0.0) for each in native)
            own[entry.code] = entry.inlinetime + folded
    return own


def _below(entry: Any) -> float:
    """Return the own time of C code that was called by C code."""
    return math.fsum(
        each.inlinetime for each in entry.calls or () if isinstance(each.code, str) and each.code != entry.code
    )


def profiled(prepare: Callable[[], Call], seconds: float, *, many: bool) -> tuple[Counts | None, Times, bool]:
    """Call what is prepared: counted once, then timed; return whether bytecodes were counted too.

    ``many`` calls may follow on one preparation.
    """
    with undisturbed():
        for _ in range(CALLS_BEFORE):
            call = prepare()
            began = time.perf_counter()
            call()
            each = time.perf_counter() - began
        counts, bytecodes = None, each <= LONGEST_WITH_BYTECODES
        if each <= LONGEST_WITH_CALLS:
            counts = Counts()
            _counted(counts, prepare(), bytecodes=bytecodes)
        return counts, _timed(prepare, seconds, each, many=many), bytecodes


def counted_once(call: Call) -> Counts:
    """Count the one call that there will be."""
    counts = Counts()
    with undisturbed():
        _counted(counts, call, bytecodes=True)
    return counts


def _counted(counts: Counts, call: Call, *, bytecodes: bool) -> None:
    random.seed(_SEED)
    gc.collect()
    counts.run(call, bytecodes=bytecodes)


def _timed(prepare: Callable[[], Call], seconds: float, each: float, *, many: bool) -> Times:
    times = Times()
    calls = min(MOST_CALLS, max(1, math.ceil(BLOCK_SECONDS / max(each, 1e-9)))) if many else 1
    fewest = FEWEST_BLOCKS if each <= LONGEST_WITH_CALLS else 1
    until_processor, until = time.process_time() + seconds, time.perf_counter() + WALL_TIMES * seconds
    while len(times.blocks) < MOST_BLOCKS:
        call = prepare()
        random.seed(_SEED)
        gc.collect()
        times.run(call, calls)
        is_over = time.process_time() > until_processor or time.perf_counter() > until
        if is_over and len(times.blocks) >= fewest:
            break
    return times


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep other tracers, garbage collection and the state of ``random`` out of it."""
    tracer, profiler, collects, state = sys.gettrace(), sys.getprofile(), gc.isenabled(), random.getstate()
    sys.settrace(None)
    sys.setprofile(None)
    gc.disable()
    gc.collect()
    gc.freeze()  # what pytest holds is not looked through again before every block
    try:
        yield
    finally:
        gc.unfreeze()
        random.setstate(state)
        if collects:
            gc.enable()
        sys.setprofile(profiler)
        sys.settrace(tracer)
