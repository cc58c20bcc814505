"""What each function of a benchmark does on both sides, and which seconds of the difference are believed.

Times are noisy and counts are not. A function that is called as often, and has as many bytecodes and calls of C as
before, does the same, unless its time moved far beyond what two runs of one side differ by: then C code, or an
operator, has more to do. Where the counts differ and the time does not tell, the bytecodes do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.decide.policy import CausePolicy
from reporter.ingest.profile import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reporter.ingest.profile import Benchmark, Function

    Key = tuple[str, str]

POLICY = CausePolicy()
SECONDS_OF_A_BYTECODE = 2e-8
"""Where there is no time at all; only the shares of functions depend on it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A function on one side: its own ``seconds`` in a call of the benchmark, and by how much two runs differ.

    ``counts`` are its calls, bytecodes and calls of C, where two runs agree about them; without a second run it is not
    ``repeated``, and its noise is not known.
    """

    function: Function
    seconds: float
    noise: float
    counts: tuple[int | None, ...]
    repeated: bool

    @property
    def calls(self) -> int | None:
        """How often it is called."""
        return self.function.calls

    @property
    def bytecodes(self) -> int | None:
        """How many bytecodes it runs."""
        return self.function.bytecodes


@dataclass(frozen=True, slots=True)
class Side:
    """The functions of one side, and the calls from one to another; what the benchmark calls itself has no caller.

    ``callers`` are the functions that call each one.
    """

    works: Mapping[Key, Work]
    calls: Mapping[tuple[Key | None, Key], int]
    callers: Mapping[Key, Sequence[Key]]

    @property
    def seconds(self) -> float:
        """What all functions take."""
        return sum(work.seconds for work in self.works.values())

    def called(self, key: Key) -> int:
        """Return how often a function is called."""
        work = self.works.get(key)
        return (work.calls or 0) if work else 0

    def between(self, caller: Key | None, key: Key) -> int:
        """Return how often one function calls another."""
        return self.calls.get((caller, key), 0)


def side_of(runs: Sequence[Benchmark]) -> Side:
    """Put the runs of one side together: the least time of each function, and the counts that all runs agree about."""
    found: dict[Key, list[Function]] = defaultdict(list)
    for run in runs:
        for function in run.functions:
            found[function.key].append(function)
    calls: dict[tuple[Key | None, Key], int] = defaultdict(int)
    for function in runs[0].functions:
        for index, number in function.callers:
            caller = runs[0].functions[index].key if ROOT < index < len(runs[0].functions) else None
            calls[caller, function.key] += number
    callers: dict[Key, list[Key]] = defaultdict(list)
    for caller, called in calls:
        if caller is not None:
            callers[called].append(caller)
    return Side({key: _work(each, len(runs)) for key, each in found.items()}, dict(calls), dict(callers))


def _work(found: Sequence[Function], runs: int) -> Work:
    seconds = [_seconds(function) for function in found]
    noise = max(seconds) - min(seconds) if len(found) == runs else min(seconds)
    return Work(found[0], min(seconds), noise, _agreed(found), repeated=runs > 1)


def _seconds(function: Function) -> float:
    if function.seconds is not None:
        return function.seconds
    return SECONDS_OF_A_BYTECODE * (function.bytecodes or 0)


def _agreed(found: Sequence[Function]) -> tuple[int | None, ...]:
    counts = [(each.calls, each.bytecodes, each.native) for each in found]
    return tuple(same.pop() if len(same) == 1 else None for same in map(set, zip(*counts, strict=True)))


@dataclass(frozen=True, slots=True)
class Difference:
    """A function on both sides, where it is there, and the ``seconds`` that the head takes more for it."""

    key: Key
    base: Work | None
    head: Work | None
    seconds: float

    @property
    def is_equal_work(self) -> bool:
        """Whether nothing that was counted differs."""
        return self.base is not None and self.head is not None and equal_counts(self.base, self.head)


def equal_counts(base: Work, head: Work) -> bool:
    """Return whether all that both sides could count is the same; what was not counted exactly may differ."""
    both = [(before, after) for before, after in zip(base.counts, head.counts, strict=True)]
    known = [(before, after) for before, after in both if before is not None and after is not None]
    return bool(known) and all(before == after for before, after in known)


def differences(base: Side, head: Side) -> list[Difference]:
    """Return every function of either side with the seconds that are believed; one that moved to a file is one."""
    moved = _moved(base, head)
    keys: Iterable[Key] = dict.fromkeys([*head.works, *base.works])
    found = [(key, base.works.get(moved.get(key, key)), head.works.get(key)) for key in keys]
    gone = set(moved.values())
    return [_difference(*each) for each in found if each[0] not in gone]


def _moved(base: Side, head: Side) -> dict[Key, Key]:
    """Return where functions of the head came from that have the name and code of one that is gone."""
    gone = {(key[1], base.works[key].function.code): key for key in base.works.keys() - head.works.keys()}
    new = {key: (key[1], head.works[key].function.code) for key in head.works.keys() - base.works.keys()}
    return {key: gone[name] for key, name in new.items() if name in gone}


def _difference(key: Key, base: Work | None, head: Work | None) -> Difference:
    if base is None or head is None:
        return Difference(key, base, head, (head.seconds if head else 0.0) - (base.seconds if base else 0.0))
    return Difference(key, base, head, _believed(base, head))


def _believed(base: Work, head: Work) -> float:
    measured = head.seconds - base.seconds
    noise = max(base.noise, head.noise)
    if equal_counts(base, head):
        if not (base.repeated and head.repeated):
            return 0.0
        bound = max(POLICY.equal_noises * noise, POLICY.equal_part * base.seconds)
        return measured if abs(measured) > bound else 0.0
    if abs(measured) > max(POLICY.noises * noise, POLICY.part * base.seconds):
        return measured
    if base.bytecodes and head.bytecodes:
        return base.seconds * (head.bytecodes / base.bytecodes - 1)
    return measured if _is_counted(base, head) else 0.0


def _is_counted(*sides: Work) -> bool:
    """Return whether anything of a function was counted; samples alone say nothing within their noise."""
    return any(count is not None for side in sides for count in side.counts)
