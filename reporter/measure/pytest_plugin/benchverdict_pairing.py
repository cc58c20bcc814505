"""A pytest plugin that measure puts in place for pairs: short runs, and equal rounds and iterations on both sides.

pytest-benchmark calibrates in each process, noisily: one side may time 4 calls a round and the other 5, and then their
minima are not of the same thing. The first run of a measuring writes the file that BENCHVERDICT_CALIBRATION names, and
every later run, of either side, takes its rounds and iterations from there. Settings in markers are overruled too,
because they would beat a command line; pedantic benchmarks keep what their authors fixed, and warm-up stays as it is.

Every round is called from another depth of the stack. Where the frames of a function lie beside what it allocates makes
a plain loop some percent faster or slower, in every process alike, and code that nobody calls moves that place. With
rounds from depths that span more than a page of memory, the fastest ones of either side have a good place.

pytest-benchmark also looks up the processor and the commit in every process, which takes longer than many a suite. The
first run of a side notes the answers in the file that BENCHVERDICT_FACTS names, and later runs take them from there.

BENCHVERDICT_PROFILE lets a process profile benchmarks in place of timing them (``benchverdict_profile``),
BENCHVERDICT_MEMORY lets it look at what they allocate (``benchverdict_memory``), BENCHVERDICT_INSTRUCTIONS lets it
count their instructions (``benchverdict_instructions``), and BENCHVERDICT_REACH lets it note what runs in each
(``benchverdict_reach``).

BENCHVERDICT_SELECT names a file with the benchmarks to run, all others are deselected. BENCHVERDICT_SHARE names the
plan of one of several jobs, in which its part of the benchmarks stands: those of other parts are deselected, and what
is in no part yet goes by its name. BENCHVERDICT_EVIDENCE names a
file in which it is left where the modules of this run came from, and which files hold benchmarks.

Where pytest is called with a file that the base (BENCHVERDICT_TREE) lacks and the head (BENCHVERDICT_HEAD_TREE) has,
the base runs what is left without it.

pytest finds it through the entry point beside this file, as soon as this folder is on the import path. Standard library
only. Where pytest-benchmark is missing, or calibrates in another way, it does nothing.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from importlib import import_module
from itertools import cycle
from mmap import PAGESIZE, mmap
from pathlib import Path
from typing import Any
from zlib import crc32

FEWEST_ROUNDS = 50
FEWEST_SLOW_ROUNDS = 5
TICKS_PER_ROUND = 1000
MOST_SECONDS = 1.0
SLICE_SECONDS = 0.003
"""Rounds between two hand-overs of the token in lock-step: long enough for its cost, short enough for one weather."""
SLICES = 20
DEPTHS = 48
"""A frame below takes at least 100 bytes, so these are more than the 4 KiB after which addresses act alike."""
SMALL_OBJECT = 512
"""Bytes; Python itself keeps smaller objects of one size together, in pools of at most 16 KiB."""
MOST_KEPT = 300
MOST_PAGES = 512
"""Of memory, 2 MiB: one huge page."""
_PLUGIN_NAMES = ("benchmark", "pytest_benchmark.plugin", "pytest-benchmark")
_NO_TESTS_COLLECTED = 5
_LOOKERS = {
    "PROFILE": ("benchverdict_profile", "Functions"),
    "MEMORY": ("benchverdict_memory", "Memory"),
    "INSTRUCTIONS": ("benchverdict_instructions", "Instructions"),
}


def pytest_configure(config: Any) -> None:
    """Take part as far as measure asks for it."""
    calibration = os.environ.get("BENCHVERDICT_CALIBRATION")
    if calibration and any(config.pluginmanager.hasplugin(name) for name in _PLUGIN_NAMES):
        from pytest_benchmark.fixture import BenchmarkFixture

        if hasattr(BenchmarkFixture, "_calibrate_timer"):
            sliced = bool(os.environ.get("BENCHVERDICT_LOCKSTEP"))
            plugin = _Calibration(calibration, BenchmarkFixture, sliced=sliced)
            config.pluginmanager.register(plugin, "benchverdict-calibration")
            if hasattr(BenchmarkFixture, "_make_runner"):
                _take_turns(config, BenchmarkFixture, calibration)
                config.pluginmanager.register(_Depths(BenchmarkFixture), "benchverdict-depths")
        facts = os.environ.get("BENCHVERDICT_FACTS")
        if facts:
            config.pluginmanager.register(_Facts(facts), "benchverdict-facts")
    only_in_head = _leave_out_what_only_the_head_has(config)
    selection = os.environ.get("BENCHVERDICT_SELECT")
    if selection:
        config.pluginmanager.register(_Selection(selection), "benchverdict-selection")
    share = os.environ.get("BENCHVERDICT_SHARE")
    if share:
        config.pluginmanager.register(_Share(share), "benchverdict-share")
    evidence = os.environ.get("BENCHVERDICT_EVIDENCE")
    if evidence:
        config.pluginmanager.register(_Evidence(evidence, only_in_head), "benchverdict-evidence")
    _look(config)
    _record_reach(config)


def pytest_addoption() -> None:
    """Start again under valgrind, or to record, where that is asked for, before anything of the user's is imported."""
    if os.environ.get("BENCHVERDICT_INSTRUCTIONS"):
        import_module("benchverdict_instructions").begin(os.environ)
    if os.environ.get("BENCHVERDICT_REACH"):
        import_module("benchverdict_reach").begin(os.environ)


def _look(config: Any) -> None:
    """Let an instrument take part where measuring asks for one."""
    # A pytest that a test starts is not looked at.
    asked = {name: os.environ.pop(f"BENCHVERDICT_{name}", None) for name in _LOOKERS}
    name = next((name for name, path in asked.items() if path), None)
    if not name or hasattr(config, "workerinput") or not any(map(config.pluginmanager.hasplugin, _PLUGIN_NAMES)):
        return
    from pytest_benchmark.fixture import BenchmarkFixture

    module, looker = _LOOKERS[name]
    made = getattr(import_module(module), looker)(os.environ)
    plugin = import_module("benchverdict_profile").Profiling(asked[name], os.environ, BenchmarkFixture, made)
    config.pluginmanager.register(plugin, "benchverdict-profile")


def _record_reach(config: Any) -> None:
    """Record what benchmarks reach where measuring asks for it; in several processes it is not known."""
    path = os.environ.pop("BENCHVERDICT_REACH", None)  # a pytest that a test starts is not looked at
    if not path or hasattr(config, "workerinput") or not any(map(config.pluginmanager.hasplugin, _PLUGIN_NAMES)):
        return
    from pytest_benchmark.fixture import BenchmarkFixture

    plugin = import_module("benchverdict_reach").plugin_for(path, BenchmarkFixture)
    config.pluginmanager.register(plugin, "benchverdict-reach")


def _chance() -> random.Random:
    """Return a generator that gives both sides of a pair the same, and every pair something else."""
    return random.Random(os.environ.get("BENCHVERDICT_CHANCE"))  # noqa: S311 - no secret depends on it


def _placed_by_chance() -> list[Any]:
    """Return a random number of objects of each size and of pages, to be kept while the process lives.

    What is allocated after them lies in another place in every pair. Else a side would have its own place in all of its
    processes, which makes some benchmarks percents faster or slower, in every pair alike. Within a pair both sides get
    the same objects: where measuring could fix the addresses, equal code then meets equal places.
    """
    chance = _chance()
    small = [bytes(size) for size in range(0, SMALL_OBJECT, 16) for _ in range(chance.randrange(MOST_KEPT))]
    large = [bytes(chance.randrange(SMALL_OBJECT, 8192)) for _ in range(chance.randrange(20))]
    pages = mmap(-1, chance.randrange(1, MOST_PAGES) * PAGESIZE)
    return [*small, *large, pages]


def _leave_out_what_only_the_head_has(config: Any) -> list[str]:
    """Take the arguments out that lead to nothing here and to something in the head; return them."""
    own, head = os.environ.get("BENCHVERDICT_TREE"), os.environ.get("BENCHVERDICT_HEAD_TREE")
    if not own or not head:
        return []
    only = [argument for argument in config.args if _is_only_in_head(argument, Path(own), Path(head))]
    config.args[:] = [argument for argument in config.args if argument not in only]
    return only


def _is_only_in_head(argument: str, own: Path, head: Path) -> bool:
    path = Path.cwd() / argument.partition("::")[0]
    try:
        return not path.exists() and (head / path.relative_to(own)).exists()
    except (OSError, ValueError):
        return False


def _take_turns(config: Any, fixture_class: Any, calibration: str) -> None:
    """Take turns with the other side where measuring asks for it. Registered first, it is innermost around a round."""
    path = os.environ.pop("BENCHVERDICT_LOCKSTEP", None)  # a pytest that a test starts takes no turns of its own
    if not path or hasattr(config, "workerinput"):
        return
    lengths = {name: entry["slice"] for name, entry in _load(calibration).items()}
    plugin = import_module("benchverdict_lockstep").LockStep(path, os.environ, lengths, SLICE_SECONDS, fixture_class)
    config.pluginmanager.register(plugin, "benchverdict-lockstep")


def rounds_for(round_seconds: float, seconds: float) -> int:
    """Choose how many rounds of ``round_seconds`` a run has: ``seconds`` worth, at least 50, few where they are long.

    A benchmark of which 50 rounds would take more than a second gets what fits into that, and never fewer than five.
    """
    fitting = math.ceil(seconds / max(round_seconds, 1e-9))
    affordable = int(MOST_SECONDS / max(round_seconds, 1e-9))
    return max(fitting, min(FEWEST_ROUNDS, max(FEWEST_SLOW_ROUNDS, affordable)))


def slices_for(round_seconds: float) -> tuple[int, int]:
    """Return the rounds of a slice in lock-step and of a whole run: 20 slices, fewer where rounds are long."""
    length = max(1, math.ceil(SLICE_SECONDS / max(round_seconds, 1e-9)))
    affordable = int(MOST_SECONDS / max(length * round_seconds, 1e-9))
    return length, length * max(FEWEST_SLOW_ROUNDS, min(SLICES, affordable))


class _Calibration:
    """Stands in for the calibration of pytest-benchmark, for all benchmarks that it would calibrate."""

    def __init__(self, path: str, fixture_class: Any, *, sliced: bool) -> None:
        self.path = path
        self.rounds = "sliced_rounds" if sliced else "rounds"
        self.seconds = float(os.environ.get("BENCHVERDICT_SECONDS", "0.05"))
        self.kept = _placed_by_chance()
        self.known = _load(path)
        self.found: dict[str, dict[str, int]] = {}
        self.fixture_class = fixture_class
        self.original = fixture_class._calibrate_timer
        calibration = self
        fixture_class._calibrate_timer = lambda fixture, runner: calibration.calibrate(fixture, runner)

    def calibrate(self, fixture: Any, runner: Any) -> tuple[float, int, range]:
        """Return what ``_calibrate_timer`` gives: seconds of a round, iterations, and the range of its loop."""
        fixed = self.known.get(fixture.fullname)
        if fixed is None:
            # What markers and options say of the length is overruled: how long a round is, and how long it warms up.
            fixture._min_time, fixture._max_time = 0.0, self.seconds
            fixture._calibration_precision = TICKS_PER_ROUND
            duration, iterations, _ = self.original(fixture, runner)
            length, sliced = slices_for(duration)
            rounds = rounds_for(duration, self.seconds)
            fixed = {"iterations": iterations, "rounds": rounds, "slice": length, "sliced_rounds": sliced}
            self.found[fixture.fullname] = fixed
        fixture._min_rounds = fixed[self.rounds]
        # With no time to fill, pytest-benchmark runs exactly the fewest rounds; with a precision to reach, maybe fewer.
        fixture._max_time = 0.0
        fixture._precision = None
        return 1.0, fixed["iterations"], range(fixed["iterations"])

    def pytest_unconfigure(self) -> None:
        """Leave what this run found for the next ones."""
        self.fixture_class._calibrate_timer = self.original
        if self.found:
            _write(self.path, {**self.known, **self.found})


class _Depths:
    """Calls the rounds of all benchmarks from depths in random order, pedantic ones included."""

    def __init__(self, fixture_class: Any) -> None:
        # Shuffled: in steps, a benchmark that slows down as it goes would tell of it as of a place.
        self.depths = cycle(_chance().sample(range(DEPTHS), DEPTHS))
        # Benchmarks that recurse as far as they may can do so still.
        sys.setrecursionlimit(sys.getrecursionlimit() + DEPTHS)
        self.fixture_class = fixture_class
        self.original = fixture_class._make_runner
        depths = self
        fixture_class._make_runner = lambda fixture, *arguments: depths.make_runner(fixture, *arguments)

    def make_runner(self, fixture: Any, *arguments: Any) -> Any:
        """Return what ``_make_runner`` gives, a function that runs one round and returns its seconds, moved."""
        runner = self.original(fixture, *arguments)

        def run_round(*range_and_timer: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            return _from_depth(next(self.depths), runner, *range_and_timer, **named)

        return run_round

    def pytest_unconfigure(self) -> None:
        """Put back what was there."""
        self.fixture_class._make_runner = self.original
        sys.setrecursionlimit(sys.getrecursionlimit() - DEPTHS)


def _from_depth(depth: int, runner: Any, *arguments: Any, **named: Any) -> Any:
    """Call ``runner``, which reads the clock itself, below so many more frames."""
    __tracebackhide__ = True
    if depth:
        return _from_depth(depth - 1, runner, *arguments, **named)
    return runner(*arguments, **named)


class _Facts:
    """Answers what an earlier run looked up. Registered last, it is asked first; ``None`` lets the others answer."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.known = _load(path)
        self.found: dict[str, Any] = {}

    def pytest_benchmark_generate_machine_info(self) -> Any:
        """Return the machine as it was described, before anybody adds to that."""
        return self.known.get("machine")

    def pytest_benchmark_update_machine_info(self, machine_info: Any) -> None:
        """Note the description of the machine."""
        self.found["machine"] = dict(machine_info)

    def pytest_benchmark_generate_commit_info(self) -> Any:
        """Return the commit as it was described."""
        return self.known.get("commit")

    def pytest_benchmark_update_commit_info(self, commit_info: Any) -> None:
        """Note the description of the commit."""
        self.found["commit"] = dict(commit_info)

    def pytest_unconfigure(self) -> None:
        """Leave what was looked up for the next runs."""
        if self.found and not self.known:
            _write(self.path, self.found)


def _ids(names: list[str]) -> set[str]:
    """Return pytest's ids of benchmarks, where they have them with characters beyond ASCII."""
    return {*names, *(name.encode("ascii", "backslashreplace").decode() for name in names)}


class _Deselecting:
    """Deselects what is not wanted."""

    def __init__(self) -> None:
        self.left_none = False

    def wants(self, name: str) -> bool:
        """Return whether a benchmark runs, by pytest's id."""
        raise NotImplementedError

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Keep the items that are wanted."""
        unwanted = [item for item in items if not self.wants(item.nodeid)]
        if unwanted:
            config.hook.pytest_deselected(items=unwanted)
            items[:] = [item for item in items if self.wants(item.nodeid)]
            self.left_none = not items

    def pytest_sessionfinish(self, session: Any) -> None:
        """End well with no test left: of several calls of pytest in one command, some have none that is wanted."""
        if self.left_none and session.exitstatus == _NO_TESTS_COLLECTED:
            session.exitstatus = 0


class _Selection(_Deselecting):
    """Keeps the benchmarks of a file."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.wanted = _ids(json.loads(Path(path).read_text(encoding="utf-8")))

    def wants(self, name: str) -> bool:
        """Return whether the file has it."""
        return name in self.wanted


class _Share(_Deselecting):
    """Keeps the part of one of several jobs. New benchmarks are in no list: both sides and all jobs go by the name."""

    def __init__(self, path: str) -> None:
        super().__init__()
        share = json.loads(Path(path).read_text(encoding="utf-8"))["share"]
        self.number, self.count = share["number"], share["count"]
        self.here, self.elsewhere = _ids(share["here"]), _ids(share["elsewhere"])

    def wants(self, name: str) -> bool:
        """Return whether it is of this part."""
        if name in self.here or name in self.elsewhere:
            return name in self.here
        return bool(crc32(name.encode("utf-8", "backslashreplace")) % self.count == self.number - 1)


class _Evidence:
    """Notes which code was run."""

    def __init__(self, path: str, only_in_head: list[str]) -> None:
        self.path = path
        self.only_in_head = only_in_head
        self.benchmark_files: set[str] = set()

    def pytest_collection_finish(self, session: Any) -> None:
        """Note the files of the tests that ask for the fixture of pytest-benchmark."""
        for item in session.items:
            if "benchmark" in getattr(item, "fixturenames", ()):
                self.benchmark_files.add(str(getattr(item, "path", None) or item.fspath))

    def pytest_unconfigure(self) -> None:
        """Leave the files of the top-level modules; of packages without a file of their own, the folder."""
        places = {name: _place(module) for name, module in list(sys.modules.items()) if "." not in name}
        modules = {name: place for name, place in places.items() if place}
        files = sorted(self.benchmark_files)
        _write(self.path, {"modules": modules, "benchmark_files": files, "only_in_head": self.only_in_head})


def _place(module: Any) -> str | None:
    try:
        place = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    except Exception:  # modules may be replaced by objects that raise anything
        return None
    return place if isinstance(place, str) else None


def _load(path: str) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return known


def _write(path: str, content: dict[str, Any]) -> None:
    temporary = Path(f"{path}.{os.getpid()}")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)
