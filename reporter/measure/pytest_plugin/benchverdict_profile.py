"""The instrument "profile": what a benchmark does, function by function (``schemas/profile-v1.json``).

A benchmark is called a few more times than usual, and none of these calls is a timing of it. First one call is counted:
the calls of each function and where they come from, its bytecodes, and its calls of C. These counts are exact and the
same on a busy machine. Then blocks of calls run under cProfile, and the minimum over the blocks is the own time of a
function: what runs in C counts for the function that called it, because only that has a line in the project.

The counted call comes at the same place on both sides (after two calls), so that a benchmark which remembers earlier
calls is counted alike. Garbage is collected before every block and not meanwhile, and ``random`` starts from one seed.
Comprehensions, generator expressions and lambdas belong to the function around them, as in newer Pythons.

BENCHVERDICT_PROFILE names the file to write, BENCHVERDICT_NAMES a file with the benchmarks that are wanted (an id, a
glob, or a part of one), and BENCHVERDICT_PROFILE_SECONDS is how long one benchmark may be under cProfile.
"""

from __future__ import annotations

import cProfile
import gc
import json
import math
import os
import random
import sys
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from fnmatch import fnmatchcase
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import CodeType, FrameType

    Call = Callable[[], object]

SCHEMA = "profile/v1"
CALLS_BEFORE = 2
BLOCK_SECONDS = 0.002
"""A block of fewer calls would tell more of cProfile's first steps than of the benchmark."""
MOST_CALLS, MOST_BLOCKS, FEWEST_BLOCKS = 10_000, 60, 3
LONGEST_WITH_BYTECODES, LONGEST_WITH_CALLS = 0.2, 2.0
"""Seconds of a call that is counted: a trace of bytecodes takes up to a hundred times as long, one of calls ten."""
MOST_COLLECTED = 2000
_NO_TESTS_COLLECTED = 5
_FREE_TOOLS = (3, 4)
"""Of ``sys.monitoring``: those that no debugger, coverage or profiler has by convention."""
_SEED = 1


class Counts:
    """What one call did: calls of each function by the function that called it, its bytecodes, its calls of C."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[CodeType, CodeType | None]] = Counter()
        self.bytecodes: Counter[CodeType] = Counter()
        self.native: Counter[CodeType] = Counter()

    def run(self, call: Call, *, bytecodes: bool) -> None:
        """Call once, and count; without ``bytecodes`` only calls, which is quicker."""
        with _counting_bytecodes(self.bytecodes) if bytecodes else nullcontext():
            sys.setprofile(self._profiler())
            try:
                call()
            finally:
                sys.setprofile(None)

    def _profiler(self) -> Any:
        calls, native = self.calls, self.native

        def profile(frame: FrameType, event: str, _argument: object) -> None:
            if event == "call":
                back = frame.f_back
                calls[frame.f_code, back.f_code if back else None] += 1
            elif event == "c_call":
                native[frame.f_code] += 1

        return profile


def _counting_bytecodes(executed: Counter[CodeType]) -> AbstractContextManager[None]:
    """Count bytecodes; from Python 3.12 on a trace misses those of the first call, and is slower."""
    monitoring = getattr(sys, "monitoring", None)
    return _tracing(executed) if monitoring is None else _monitoring(executed, monitoring)


@contextmanager
def _tracing(executed: Counter[CodeType]) -> Iterator[None]:
    def trace_opcode(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "opcode":
            executed[frame.f_code] += 1
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
def _monitoring(executed: Counter[CodeType], monitoring: Any) -> Iterator[None]:
    tool = next((number for number in _FREE_TOOLS if monitoring.get_tool(number) is None), _FREE_TOOLS[0])

    def count(code: CodeType, _offset: int) -> None:
        executed[code] += 1

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
    """Call what is prepared: counted once, then timed; gives whether bytecodes were counted too.

    ``many`` calls may follow on one preparation.
    """
    with _undisturbed():
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


def _counted(counts: Counts, call: Call, *, bytecodes: bool) -> None:
    random.seed(_SEED)
    gc.collect()
    counts.run(call, bytecodes=bytecodes)


def _timed(prepare: Callable[[], Call], seconds: float, each: float, *, many: bool) -> Times:
    times = Times()
    calls = min(MOST_CALLS, max(1, math.ceil(BLOCK_SECONDS / max(each, 1e-9)))) if many else 1
    fewest = FEWEST_BLOCKS if each <= LONGEST_WITH_CALLS else 1
    began = time.perf_counter()
    while len(times.blocks) < MOST_BLOCKS:
        call = prepare()
        random.seed(_SEED)
        gc.collect()
        times.run(call, calls)
        if len(times.blocks) >= fewest and time.perf_counter() - began > seconds:
            break
    return times


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep other tracers, garbage collection and the state of ``random`` out of it."""
    tracer, profiler, collects, state = sys.gettrace(), sys.getprofile(), gc.isenabled(), random.getstate()
    sys.settrace(None)
    sys.setprofile(None)
    gc.disable()
    try:
        yield
    finally:
        random.setstate(state)
        if collects:
            gc.enable()
        sys.setprofile(profiler)
        sys.settrace(tracer)


class Profiling:
    """The pytest plugin: selects benchmarks, and profiles each before its one round."""

    def __init__(self, path: str, environ: Mapping[str, str], fixture_class: Any) -> None:
        self.path = path
        self.seconds = float(environ.get("BENCHVERDICT_PROFILE_SECONDS", "1"))
        self.names = json.loads(Path(environ["BENCHVERDICT_NAMES"]).read_text(encoding="utf-8"))
        self.tree = environ.get("BENCHVERDICT_TREE")
        self.collected, self.profiles = _earlier(path)
        self.left_none = False
        self.fixture_class = fixture_class
        self.original, self.original_pedantic = fixture_class._raw, fixture_class._raw_pedantic
        plugin = self
        fixture_class._raw = lambda fixture, *given, **named: plugin.raw(fixture, *given, **named)
        fixture_class._raw_pedantic = lambda fixture, *given, **named: plugin.pedantic(fixture, *given, **named)

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Keep the benchmarks that are wanted."""
        benchmarks = [item for item in items if "benchmark" in getattr(item, "fixturenames", ())]
        ids = [item.nodeid for item in benchmarks]
        self.collected = [*self.collected, *ids][:MOST_COLLECTED]
        kept = chosen(ids, self.names)
        unwanted = [item for item in items if item.nodeid not in kept]
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in benchmarks if item.nodeid in kept]
        self.left_none = not items

    def pytest_sessionfinish(self, session: Any) -> None:
        """End well with no test left: of several calls of pytest in one command, some have none that is wanted.

        Then the ids of all benchmarks are left, which tell what there is instead.
        """
        if self.left_none and session.exitstatus == _NO_TESTS_COLLECTED:
            session.exitstatus = 0
            self._write()

    def raw(self, fixture: Any, function: Any, *given: Any, **named: Any) -> Any:
        """Profile ``function``, then do what ``_raw`` does, in one round."""
        __tracebackhide__ = True
        self._keep(fixture, *profiled(lambda: lambda: function(*given, **named), self.seconds, many=True))
        fixture._min_rounds, fixture._max_time, fixture._precision, fixture._warmup = 1, 0.0, None, False
        fixture._calibrate_timer = lambda _runner: (1.0, 1, range(1))
        return self.original(fixture, function, *given, **named)

    def pedantic(self, fixture: Any, *given: Any, **named: Any) -> Any:
        """Profile as ``_raw_pedantic`` calls it, then do what that does, in one round.

        What its author calls once, without a set-up, may not bear a second call: then that one call is counted.
        """
        __tracebackhide__ = True
        bound = signature(self.original_pedantic).bind(fixture, *given, **named)
        bound.apply_defaults()
        asked = bound.arguments
        set_up = asked.get("setup")
        if set_up is None and asked["rounds"] * asked["iterations"] + asked["warmup_rounds"] < 2:
            asked["target"] = self._counting(fixture, asked["target"])
        else:
            self._keep(fixture, *profiled(_preparation(asked), self.seconds, many=set_up is None))
        asked.update(rounds=1, warmup_rounds=0, iterations=1)
        return self.original_pedantic(*bound.args, **bound.kwargs)

    def _counting(self, fixture: Any, target: Any) -> Any:
        """Return ``target``, which counts its first call."""

        def counting(*given: Any, **named: Any) -> Any:
            if fixture.fullname in self.profiles:
                return target(*given, **named)
            result: list[Any] = []
            counts = Counts()
            with _undisturbed():
                _counted(counts, lambda: result.append(target(*given, **named)), bytecodes=True)
            self._keep(fixture, counts, Times(), True)
            return result[0]

        return counting

    def _keep(self, fixture: Any, counts: Counts | None, times: Times, bytecodes: bool) -> None:
        """Add a benchmark to the file at once: what a time limit cuts off later keeps what there is."""
        describe = import_module("benchverdict_functions").describe
        functions = describe(counts, times.fastest(), self.tree, own=__file__, bytecodes=bytecodes)
        self.profiles[fixture.fullname] = {"blocks": len(times.blocks), "functions": functions}
        self._write()

    def _write(self) -> None:
        python = ".".join(map(str, sys.version_info[:3]))
        content = {"schema": SCHEMA, "python": python, "collected": self.collected, "benchmarks": self.profiles}
        temporary = Path(f"{self.path}.{os.getpid()}")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self.path)

    def pytest_unconfigure(self) -> None:
        """Put back what was there."""
        self.fixture_class._raw, self.fixture_class._raw_pedantic = self.original, self.original_pedantic


def _preparation(asked: Mapping[str, Any]) -> Callable[[], Call]:
    """Return what sets a pedantic benchmark up for a call."""
    target, set_up = asked["target"], asked.get("setup")

    def prepare() -> Call:
        given, named = (set_up() if set_up else None) or (asked["args"], asked["kwargs"] or {})
        return lambda: target(*given, **named)

    return prepare


def chosen(ids: Sequence[str], names: Sequence[str]) -> set[str]:
    """Return the ids that are called so; where none is, those that a glob matches, or that have the name in them."""
    found: set[str] = set()
    for name in names:
        for matches in (_is_equal, _is_glob, _is_part):
            matching = [each for each in ids if matches(each, name)]
            if matching:
                found.update(matching)
                break
    return found


def _is_equal(each: str, name: str) -> bool:
    return name in (each, each.rpartition("::")[2], each.encode("ascii", "backslashreplace").decode())


def _is_glob(each: str, name: str) -> bool:
    pattern = name.replace("[", "[[]")  # pytest puts parameters in brackets
    return fnmatchcase(each, pattern) or fnmatchcase(each.rpartition("::")[2], pattern)


def _is_part(each: str, name: str) -> bool:
    return name.lower() in each.lower()


def _earlier(path: str) -> tuple[list[str], dict[str, Any]]:
    """Return what an earlier call of pytest in the same command left."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        return list(content["collected"]), dict(content["benchmarks"])
    except (OSError, ValueError, KeyError, TypeError):
        return [], {}
