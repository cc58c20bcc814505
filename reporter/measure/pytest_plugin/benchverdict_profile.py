"""The instrument "profile": what a benchmark does, function by function (``schemas/profile-v1.json``).

A benchmark is called a few more times than usual, and none of these calls is a timing of it. First one call is counted:
the calls of each function and where they come from, its bytecodes, and its calls of C. These counts are exact and the
same on a busy machine. Then blocks of calls run under cProfile, and the minimum over the blocks is the own time of a
function: what runs in C counts for the function that called it, because only that has a line in the project.

Comprehensions, generator expressions and lambdas belong to the function around them, as in newer Pythons.

BENCHVERDICT_PROFILE names the file to write, BENCHVERDICT_NAMES a file with the benchmarks that are wanted (an id, a
glob, or a part of one), and BENCHVERDICT_PROFILE_SECONDS is how long one benchmark may be under cProfile.
"""

from __future__ import annotations

import json
import os
import sys
from fnmatch import fnmatchcase
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType

    from reporter.measure.pytest_plugin.benchverdict_calls import Counts

    Call = Callable[[], object]

MOST_COLLECTED = 2000
_NO_TESTS_COLLECTED = 5


class Profiling:
    """The pytest plugin: selects benchmarks, and profiles each before its one round."""

    def __init__(self, path: str, environ: Mapping[str, str], fixture_class: Any, looker: Any) -> None:
        self.path = path
        self.looker = looker
        self.names = json.loads(Path(environ["BENCHVERDICT_NAMES"]).read_text(encoding="utf-8"))
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
        self._profile(fixture, lambda: lambda: function(*given, **named), many=True)
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
            self._profile(fixture, _preparation(asked), many=set_up is None)
        asked.update(rounds=1, warmup_rounds=0, iterations=1)
        return self.original_pedantic(*bound.args, **bound.kwargs)

    def _profile(self, fixture: Any, prepare: Callable[[], Call], *, many: bool) -> None:
        self._keep(fixture.fullname, self.looker.look(fixture.fullname, prepare, many=many))

    def _counting(self, fixture: Any, target: Any) -> Any:
        """Return ``target``, which counts its first call."""

        def counting(*given: Any, **named: Any) -> Any:
            result: list[Any] = []
            self._keep(fixture.fullname, self.looker.look_once(lambda: result.append(target(*given, **named))))
            return result[0]

        return counting

    def _keep(self, name: str, entry: dict[str, Any]) -> None:
        """Add a benchmark to the file at once: what a time limit cuts off later keeps what there is."""
        self.profiles[name] = entry
        self._write()

    def _write(self) -> None:
        facts = {"schema": self.looker.schema, "python": ".".join(map(str, sys.version_info[:3])), **self.looker.facts}
        content = {**facts, "collected": self.collected, "benchmarks": self.profiles}
        temporary = Path(f"{self.path}.{os.getpid()}")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self.path)

    def pytest_unconfigure(self) -> None:
        """Put back what was there."""
        self.fixture_class._raw, self.fixture_class._raw_pedantic = self.original, self.original_pedantic


class Functions:
    """Looks at a benchmark function by function."""

    schema = "profile/v1"
    facts: Mapping[str, Any] = {}

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.seconds = float(environ.get("BENCHVERDICT_PROFILE_SECONDS", "1"))
        self.tree = environ.get("BENCHVERDICT_TREE")
        self.calls: Any = import_module("benchverdict_calls")

    def look(self, _name: str, prepare: Callable[[], Call], *, many: bool) -> dict[str, Any]:
        """Return what calls do that ``prepare`` makes; ``many`` may follow on one preparation."""
        counts, times, bytecodes = self.calls.profiled(prepare, self.seconds, many=many)
        return self._entry(len(times.blocks), counts, times.fastest(), bytecodes=bytecodes)

    def look_once(self, call: Call) -> dict[str, Any]:
        """Return what the one call does that there will be."""
        return self._entry(0, self.calls.counted_once(call), {}, bytecodes=True)

    def _entry(
        self, blocks: int, counts: Counts | None, seconds: Mapping[CodeType, float], *, bytecodes: bool
    ) -> dict[str, Any]:
        own = (__file__, self.calls.__file__)
        describe = import_module("benchverdict_functions").describe
        return {"blocks": blocks, **describe(counts, seconds, self.tree, own, bytecodes=bytecodes)}


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
