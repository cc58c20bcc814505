"""What the instruments in a pytest process share: which benchmarks they look at, and how they get at their calls.

A benchmark is called a few more times than usual, and none of these calls is a timing of it. An instrument says what
it found of each, and all that is one file.

BENCHVERDICT_NAMES names a file with the benchmarks that are wanted (an id, a glob, or a part of one).
"""

from __future__ import annotations

import json
import os
import sys
from fnmatch import fnmatchcase
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Call = Callable[[], object]

MOST_COLLECTED = 2000
_NO_TESTS_COLLECTED = 5


class Looking:
    """The pytest plugin: selects benchmarks, and has the instrument look at each before its one round.

    ``instrument`` has a ``schema`` and the ``facts`` that its file holds besides. Its ``look(name, prepare, many)``
    gets what prepares a call, or ``many``; ``look_once(call)`` gets the only call there will be.
    """

    def __init__(self, path: str, environ: Mapping[str, str], fixture_class: Any, instrument: Any) -> None:
        self.path = path
        self.instrument = instrument
        self.names = json.loads(Path(environ["BENCHVERDICT_NAMES"]).read_text(encoding="utf-8"))
        self.collected, self.found = _earlier(path)
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
        """Look at ``function``, then do what ``_raw`` does, in one round."""
        __tracebackhide__ = True
        self._keep(
            fixture, self.instrument.look(fixture.fullname, lambda: lambda: function(*given, **named), many=True)
        )
        fixture._min_rounds, fixture._max_time, fixture._precision, fixture._warmup = 1, 0.0, None, False
        fixture._calibrate_timer = lambda _runner: (1.0, 1, range(1))
        return self.original(fixture, function, *given, **named)

    def pedantic(self, fixture: Any, *given: Any, **named: Any) -> Any:
        """Look at what ``_raw_pedantic`` calls, then do what that does, in one round.

        What its author calls once, without a set-up, may not bear a second call: then it is that one call.
        """
        __tracebackhide__ = True
        bound = signature(self.original_pedantic).bind(fixture, *given, **named)
        bound.apply_defaults()
        asked = bound.arguments
        set_up = asked.get("setup")
        if set_up is None and asked["rounds"] * asked["iterations"] + asked["warmup_rounds"] < 2:
            asked["target"] = self._looked_at(fixture, asked["target"])
        else:
            self._keep(fixture, self.instrument.look(fixture.fullname, _preparation(asked), many=set_up is None))
        asked.update(rounds=1, warmup_rounds=0, iterations=1)
        return self.original_pedantic(*bound.args, **bound.kwargs)

    def _looked_at(self, fixture: Any, target: Any) -> Any:
        """Return ``target``, whose first call is looked at."""

        def looked_at(*given: Any, **named: Any) -> Any:
            result: list[Any] = []
            self._keep(fixture, self.instrument.look_once(lambda: result.append(target(*given, **named))))
            return result[0]

        return looked_at

    def _keep(self, fixture: Any, found: dict[str, Any]) -> None:
        """Add a benchmark to the file at once: what a time limit cuts off later keeps what there is."""
        self.found[fixture.fullname] = found
        self._write()

    def _write(self) -> None:
        facts = {"schema": self.instrument.schema, "python": ".".join(map(str, sys.version_info[:3]))}
        content = {**facts, **self.instrument.facts, "collected": self.collected, "benchmarks": self.found}
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
