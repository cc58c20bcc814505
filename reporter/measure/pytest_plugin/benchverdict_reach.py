"""The instrument "reach": which functions of the project run in which benchmark (``schemas/reach-v1.json``).

Each benchmark is called a few times, untimed. A function counts for the benchmark in whose set-up, call or teardown it
runs. What runs anywhere else counts for all benchmarks: collection, fixtures that several benchmarks share, the bodies
of modules wherever they are imported, and what runs below a function whose results are cached, because only the first
benchmark to ask runs it. Files of the checkout that are opened count in the same way.

What cannot be seen is written down as a doubt: of one benchmark where it starts a process, and of all where the project
is compiled or traced by something else. BENCHVERDICT_REACH names the file to write.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import FrameType

CALLS = 2
"""Before the round of pytest-benchmark: a second call may take another way than the first, which fills a cache."""
MOST_BENCHMARKS, MOST_FUNCTIONS, MOST_FILES, MOST_CHARACTERS = 10_000, 100_000, 20_000, 1000
SHARED = ""
"""Stands for what counts for all benchmarks."""
_FREE_TOOLS = (4, 3)
_COMPILERS = ("numba", "jax", "torch._dynamo", "tensorflow", "pyximport")
"""Modules that run a function of the project as something else than the code that Python sees."""
_STARTING = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec"})
_PROCESSES = ("multiprocessing.popen_fork", "multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver")
_READS_SOURCES = ("<frozen importlib", f"{os.sep}_pytest{os.sep}assertion{os.sep}", f"{os.sep}linecache.py")
_ASKS_MACHINE = (f"{os.sep}pytest_benchmark{os.sep}", f"{os.sep}cpuinfo{os.sep}", f"{os.sep}platform.py")
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_OFTEN_BELOW = ("", "src", "lib", "python")
_started: Recorder | None = None


class Recorder:
    """Notes code and opened files for the benchmark that is under way, or for all."""

    def __init__(self, tree: str) -> None:
        self.tree = os.path.realpath(tree) + os.sep
        self.context = SHARED
        self.codes: dict[str, set[CodeType]] = {SHARED: set()}
        self.opened: dict[str, set[str]] = {SHARED: set()}
        self.doubts: dict[str, str] = {}
        self.cached: set[CodeType] = set()
        self.depths: dict[int, int] = {}
        self.fixtures = 0
        self.listens = True
        self.profile: Any = None
        self.early = {place for place in map(_file_of, list(sys.modules.values())) if place}

    def enter(self, code: CodeType) -> None:
        """Note that a function begins or goes on."""
        if not self.listens:
            return
        thread = threading.get_ident()
        if code.co_name == "<module>" or code in self.cached:
            self.depths[thread] = self.depths.get(thread, 0) + 1
        self.codes[self._context(thread)].add(code)

    def leave(self, code: CodeType) -> None:
        """Note that a function ends or pauses."""
        if code.co_name == "<module>" or code in self.cached:
            thread = threading.get_ident()
            self.depths[thread] = max(0, self.depths.get(thread, 0) - 1)

    def _context(self, thread: int) -> str:
        return SHARED if self.fixtures or self.depths.get(thread) else self.context

    def begin(self, name: str) -> None:
        """Count what follows for one benchmark."""
        self.codes.setdefault(name, set())
        self.opened.setdefault(name, set())
        self.context = name

    def end(self) -> None:
        """Count what follows for all benchmarks."""
        self.context = SHARED

    def look_on(self) -> None:
        """Doubt everything where somebody has taken the profiler away, and go on."""
        if self.profile is not None and sys.getprofile() is not self.profile:
            self.doubts.setdefault(SHARED, "a benchmark replaces the profiler, so that not everything was seen")
            sys.setprofile(self.profile)

    def stop(self) -> None:
        """Note nothing more, also in other threads: what was noted is read from now on."""
        self.listens = False
        self.codes = {name: set(found) for name, found in list(self.codes.items())}
        self.opened = {name: set(found) for name, found in list(self.opened.items())}

    def audit(self, event: str, given: tuple[Any, ...]) -> None:
        """Note a file that is opened, or a process that is started. Never raises."""
        if not self.listens:
            return
        if event == "open":
            self._open(given[0])
        elif event in _STARTING and (self.context or self.fixtures or not _by_the_tool()):
            context = self._context(threading.get_ident())
            self.doubts.setdefault(context, "it starts another process, in which nothing is seen")

    def _open(self, path: object) -> None:
        if not isinstance(path, (str, bytes)):
            return
        try:
            real = os.path.realpath(os.fsdecode(path))
            if real.startswith(self.tree) and not (real.endswith((".py", ".pyc")) and _for_its_code()):
                self.opened[self._context(threading.get_ident())].add(real)
        except (OSError, ValueError):
            return


def _by_the_tool() -> bool:
    """Return whether pytest-benchmark asks for the machine or the commit."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if any(part in frame.f_code.co_filename for part in _ASKS_MACHINE):
            return True
        frame = frame.f_back
    return False


def _for_its_code() -> bool:
    """Return whether an import, or what shows lines of code, opens a file."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(6):
        if frame is None:
            return False
        if any(part in frame.f_code.co_filename for part in _READS_SOURCES):
            return True
        frame = frame.f_back
    return False


def begin(environ: Any) -> None:
    """Start to record, before anything of the project is imported; once in a process."""
    global _started
    tree = environ.get("BENCHVERDICT_TREE")
    if _started is not None or not tree:
        return
    _started = Recorder(tree)
    _note_caches(_started)
    sys.addaudithook(_started.audit)
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        _started.profile = _profiler(_started)
        threading.setprofile(_started.profile)
        sys.setprofile(_started.profile)
    else:
        _monitor(_started, monitoring)


def _profiler(recorder: Recorder) -> Any:
    enter, leave = recorder.enter, recorder.leave

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            enter(frame.f_code)
        elif event == "return":
            leave(frame.f_code)

    return profile


def _monitor(recorder: Recorder, monitoring: Any) -> None:
    tool = next((number for number in _FREE_TOOLS if monitoring.get_tool(number) is None), _FREE_TOOLS[0])
    events = monitoring.events
    enter: Callable[..., None] = lambda code, *_: recorder.enter(code)  # noqa: E731 - one of two alike
    leave: Callable[..., None] = lambda code, *_: recorder.leave(code)  # noqa: E731
    monitoring.use_tool_id(tool, "benchverdict")
    for event in (events.PY_START, events.PY_RESUME, events.PY_THROW):
        monitoring.register_callback(tool, event, enter)
    for event in (events.PY_RETURN, events.PY_YIELD, events.PY_UNWIND):
        monitoring.register_callback(tool, event, leave)
    entering = events.PY_START | events.PY_RESUME | events.PY_THROW
    monitoring.set_events(tool, entering | events.PY_RETURN | events.PY_YIELD | events.PY_UNWIND)


def _note_caches(recorder: Recorder) -> None:
    """Learn of every function whose results are cached: those that there are, and those that will be made."""
    module: Any = functools
    make, init = module._lru_cache_wrapper, module.cached_property.__init__
    for found in gc.get_objects():
        if type(found) is make:
            _note_cached(recorder, found.__wrapped__)
        elif type(found) is module.cached_property:
            _note_cached(recorder, found.func)

    def making(function: Any, *given: Any) -> Any:
        _note_cached(recorder, function)
        return make(function, *given)

    def initialised(self: Any, func: Any) -> None:
        _note_cached(recorder, func)
        init(self, func)

    module._lru_cache_wrapper, module.cached_property.__init__ = making, initialised


def _note_cached(recorder: Recorder, function: Any) -> None:
    code = getattr(getattr(function, "func", function), "__code__", None)
    if isinstance(code, CodeType):
        recorder.cached.add(code)


class Reach:
    """The pytest plugin: tells the recorder which benchmark is under way, and leaves the file."""

    def __init__(self, path: str, fixture_class: Any) -> None:
        assert _started is not None  # noqa: S101 - begun where the plugin was loaded
        self.path, self.recorder = path, _started
        self.doubts: list[str] = []
        self.collected: dict[str, str] = {}
        self.item: Any = None
        self.fixture_class = fixture_class
        self.original, self.original_pedantic = fixture_class._raw, fixture_class._raw_pedantic
        plugin = self
        fixture_class._raw = lambda fixture, *given, **named: plugin.raw(fixture, *given, **named)
        fixture_class._raw_pedantic = lambda fixture, *given, **named: plugin.pedantic(fixture, *given, **named)

    def around_item(self, item: Any) -> Generator[None, Any, Any]:
        """Count what runs for one test for that test."""
        self.item = item
        self.recorder.begin(item.nodeid)
        try:
            return (yield)
        finally:
            self.recorder.end()
            self.recorder.look_on()

    @contextmanager
    def around_fixture(self, fixturedef: Any) -> Iterator[None]:
        """Count what sets up something that several benchmarks share for all of them."""
        is_shared = str(fixturedef.scope) != "function"
        self.recorder.fixtures += is_shared
        try:
            yield
        finally:
            self.recorder.fixtures -= is_shared

    def pytest_collection_finish(self, session: Any) -> None:
        """Note which benchmarks there are, and in which files."""
        for item in session.items:
            if "benchmark" in getattr(item, "fixturenames", ()):
                self.note(item)

    def note(self, item: Any) -> None:
        """Note that a test is a benchmark."""
        self.collected[item.nodeid] = str(getattr(item, "path", None) or item.fspath)

    def raw(self, fixture: Any, function: Any, *given: Any, **named: Any) -> Any:
        """Call ``function`` a few times, then do what ``_raw`` does, in one round."""
        __tracebackhide__ = True
        self.note(self.item)  # the fixture may come from getfixturevalue
        for _ in range(CALLS):
            function(*given, **named)
        fixture._min_rounds, fixture._max_time, fixture._precision, fixture._warmup = 1, 0.0, None, False
        fixture._calibrate_timer = lambda _runner: (1.0, 1, range(1))
        return self.original(fixture, function, *given, **named)

    def pedantic(self, fixture: Any, *given: Any, **named: Any) -> Any:
        """Do what ``_raw_pedantic`` does in no more rounds than its author asked for, and without its pauses."""
        __tracebackhide__ = True
        self.note(self.item)
        bound = signature(self.original_pedantic).bind(fixture, *given, **named)
        bound.apply_defaults()
        asked = bound.arguments
        rounds = min(CALLS + 1, asked["rounds"] * asked["iterations"])
        asked.update(rounds=rounds, warmup_rounds=min(1, asked["warmup_rounds"]), iterations=1)
        target = asked["target"]

        def recorded(*each: Any, **every: Any) -> Any:
            with _recording(self.recorder):
                return target(*each, **every)

        asked["target"] = recorded
        return self.original_pedantic(*bound.args, **bound.kwargs)

    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> None:
        """Doubt what a run has recorded that failed; one without any test may be one of several."""
        if getattr(session.config.option, "numprocesses", None) or getattr(session.config.option, "tx", None):
            self.doubts.append("the tests run in several processes")
        if exitstatus not in (0, 5):
            self.doubts.append(f"pytest ended with exit code {int(exitstatus)}")

    def pytest_unconfigure(self) -> None:
        """Stop recording, and leave the file."""
        self.recorder.stop()
        self.fixture_class._raw, self.fixture_class._raw_pedantic = self.original, self.original_pedantic
        found = _Found(self.recorder, self.collected)
        content = _joined(_earlier(self.path), found.content([*self.doubts, *_compiled()]))
        temporary = Path(f"{self.path}.{os.getpid()}")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self.path)


@contextmanager
def _recording(recorder: Recorder) -> Iterator[None]:
    """Have a call seen for which pytest-benchmark took the profiler away."""
    if hasattr(sys, "monitoring"):
        yield
        return
    before = sys.getprofile()
    sys.setprofile(_profiler(recorder))
    try:
        yield
    finally:
        sys.setprofile(before)


def plugin_for(path: str, fixture_class: Any) -> Any:
    """Return the plugin with its hooks around tests and fixtures, which pytest has to mark."""
    import pytest

    class WithHooks(Reach):
        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtest_protocol(self, item: Any) -> Any:
            yield from self.around_item(item)

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_fixture_setup(self, fixturedef: Any) -> Any:
            with self.around_fixture(fixturedef):
                yield

    return WithHooks(path, fixture_class)


class _Found:
    """What a recorder has, as it is written: every file and function once, and their indexes."""

    def __init__(self, recorder: Recorder, collected: dict[str, str]) -> None:
        self.recorder, self.collected = recorder, collected
        self.function_of: Any = import_module("benchverdict_functions").function_of
        self.places: dict[str, str | None] = {}
        self.functions: dict[tuple[str, str], int] = {}

    def content(self, doubts: list[str]) -> dict[str, Any]:
        """Return the content of the file."""
        modules = {name: place for name, place in _modules() if place}
        imported = sorted({inside for inside in map(self.place, modules.values()) if inside})
        names = [name for name in self.collected if name in self.recorder.codes]
        benchmarks = {name: {**self.entry(name), "file": self.place(self.collected[name])} for name in names}
        shared = self.entry(SHARED)
        seen = {file for file, _ in self.functions}
        early = sorted({inside for inside in map(self.place, self.recorder.early) if inside})
        elsewhere = sorted(name.replace(".", "/") for name, place in modules.items() if not self.is_source(place))
        content = {
            "schema": "reach/v1",
            "python": ".".join(map(str, sys.version_info[:3])),
            "doubts": doubts,
            "imported": sorted({*imported, *seen}),
            "early": early,
            "elsewhere": elsewhere,
            "functions": [list(key) for key in self.functions],
            "shared": shared,
            "benchmarks": benchmarks,
        }
        if _is_too_much(content):
            content.update(doubts=[*doubts, "there are more functions or benchmarks than can be recorded"])
            content.update(imported=[], early=[], elsewhere=[], functions=[], shared=_NOTHING, benchmarks={})
        return content

    def entry(self, context: str) -> dict[str, Any]:
        """Return what one benchmark reaches, or all."""
        keys = set()
        for code in self.recorder.codes[context]:
            place = self.place(code.co_filename)
            if place:
                keys.add((place, self.function_of(code)))
        indexes = sorted(self.functions.setdefault(key, len(self.functions)) for key in sorted(keys))
        opened = sorted(filter(None, map(self.place, self.recorder.opened[context])))
        return {"functions": indexes, "opened": opened, "doubt": self.recorder.doubts.get(context)}

    def is_source(self, path: str) -> bool:
        """Return whether a module is a Python file of the tree, and not compiled."""
        return path.endswith(".py") and self.place(path) is not None

    def place(self, path: str) -> str | None:
        """Return a path from the top of the tree, also of an installed copy that is equal; none where it is neither."""
        if path not in self.places:
            self.places[path] = _place(path, self.recorder.tree)
        return self.places[path]


_NOTHING: dict[str, Any] = {"functions": [], "opened": [], "doubt": None}


def _place(path: str, tree: str) -> str | None:
    if path.startswith("<"):
        return None
    real = os.path.realpath(path)
    if real.startswith(tree) and not any(part in real[len(tree) - 1 :] for part in _INSTALLED):
        return Path(real[len(tree) :]).as_posix()
    inside = next((real.partition(part)[2] for part in _INSTALLED if part in real), "")
    for below in _OFTEN_BELOW if inside else ():
        for top in dict.fromkeys((os.getcwd(), tree)):  # noqa: PTH109 - joined as text
            copy = os.path.join(top, below, inside)  # noqa: PTH118 - a string is needed
            if copy.startswith(tree) and _are_equal(real, copy):
                return Path(copy[len(tree) :]).as_posix()
    return None


def _are_equal(path: str, other: str) -> bool:
    try:
        return Path(other).is_file() and Path(path).read_bytes() == Path(other).read_bytes()
    except OSError:
        return False


def _modules() -> Iterator[tuple[str, str | None]]:
    for name, module in list(sys.modules.items()):
        yield name, _file_of(module)


def _file_of(module: Any) -> str | None:
    try:
        place = getattr(module, "__file__", None)
    except Exception:  # modules may be replaced by objects that raise anything
        return None
    return place if isinstance(place, str) else None


def _compiled() -> list[str]:
    found = [name for name in _COMPILERS if name in sys.modules]
    doubts = [f"{name} is imported, and what it compiles runs unseen" for name in found[:1]]
    if any(name in sys.modules for name in _PROCESSES):
        doubts.append("processes of multiprocessing run, in which nothing is seen")
    return doubts


def _is_too_much(content: dict[str, Any]) -> bool:
    names = [*content["benchmarks"], *content["imported"], *(name for key in content["functions"] for name in key)]
    return (
        len(content["benchmarks"]) > MOST_BENCHMARKS
        or len(content["functions"]) > MOST_FUNCTIONS
        or max(len(content["imported"]), len(content["elsewhere"])) > MOST_FILES
        or any(len(name) > MOST_CHARACTERS for name in names)
    )


def _earlier(path: str) -> dict[str, Any] | None:
    """Return what an earlier call of pytest in the same command left."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _joined(earlier: dict[str, Any] | None, now: dict[str, Any]) -> dict[str, Any]:
    """Return what two calls of pytest recorded: what is shared in one of them is so in both."""
    if earlier is None:
        return now
    offset = len(earlier["functions"])
    for entry in (now["shared"], *now["benchmarks"].values()):
        entry["functions"] = [index + offset for index in entry["functions"]]
    lists = {name: [*earlier[name], *now[name]] for name in ("doubts", "imported", "early", "elsewhere", "functions")}
    shared = {name: [*earlier["shared"][name], *now["shared"][name]] for name in ("functions", "opened")}
    shared["doubt"] = earlier["shared"]["doubt"] or now["shared"]["doubt"]
    return {**now, **lists, "shared": shared, "benchmarks": {**earlier["benchmarks"], **now["benchmarks"]}}
