"""A store that outlives every job: measurings are only ever added to it, each under a name of its own.

So writers never meet, and one that is killed leaves what was there. What cannot be read is passed over with a notice
and stays. Where measurings are kept is a ``Log``: objects of a bucket or a folder, or rows of a database.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from reporter.masking import without_secrets
from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError
from reporter.shared.model import Notice
from reporter.shared.printable import listed
from reporter.store import history, snapshot
from reporter.store.history import AGAINST_ITSELF, KEPT
from reporter.store.measuring import has_rounds, last_of_each_kind, measurings_of, name_of, without_rounds
from reporter.store.protocol import Missing, Store
from reporter.store.refusals import IN_STORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reporter.model import Session
    from reporter.store.measuring import Name

DAY = 86_400.0
MOST_NAMES = 200_000
"""Measurings of one suite: one for every push of ten years with fifty a day."""
LARGEST = 64 * 2**20
"""Bytes of one measuring, packed."""
TIDIED = 8
"""One of so many measurings, by chance, has the log put in order: that asks for all names."""
_CURE = "nothing is lost: it stays in the store, and is read again once it can be"


class Log(Protocol):
    """Where the measurings of a lasting store are kept. Every method raises ``InputError`` where that fails."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Return its address as it may be printed."""

    @abstractmethod
    def key(self, suite: str) -> str:
        """Return by what a suite is known here."""

    @abstractmethod
    def keys(self) -> list[str]:
        """Return by what the suites are known that have any measuring."""

    @abstractmethod
    def names(self, key: str) -> list[Name]:
        """Return the names of a suite's measurings, in order."""

    @abstractmethod
    def read(self, key: str, names: Sequence[Name]) -> Iterator[tuple[Name, bytes | InputError]]:
        """Yield the bytes of each, without rounds, in order, or why one cannot be read; what is gone is left out."""

    @abstractmethod
    def rounds(self, key: str, name: Name) -> bytes | None:
        """Return the bytes of one with its rounds, if they are kept."""

    @abstractmethod
    def add(self, key: str, name: Name, kept: Kept) -> bool:
        """Keep a measuring whole, unless there is one of that name; return whether it was added."""

    @abstractmethod
    def remove(self, key: str, names: Sequence[Name]) -> None:
        """Remove measurings, rounds last; one that is gone already is no error."""

    @abstractmethod
    def series(self, key: str, benchmark: str, names: Sequence[Name]) -> dict[Name, list[Session]]:
        """Return the sessions of one benchmark by measuring, as far as they are had faster than by reading these."""

    @abstractmethod
    def tidy(self, key: str) -> None:
        """Prepare what makes ``series`` fast, where measurings have been added or removed."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A measuring and its bytes: without rounds, and with them where it has any."""

    measuring: Baseline
    statistics: bytes
    rounds: bytes | None


def kept_of(measuring: Baseline) -> Kept:
    """Return a measuring as it is kept: without secrets."""
    measuring = without_secrets(measuring)
    bare = replace(measuring, suite=without_rounds(measuring.suite))
    whole = snapshot.dump(measuring) if has_rounds(measuring.suite) else None
    return Kept(measuring, snapshot.dump(bare), whole)


@dataclass(frozen=True, slots=True)
class LastingStore(Store):
    """Baselines and their whole history in a log. ``pinned`` is a commit whose session is read however old it is."""

    log: Log
    pinned: str | None = None

    def find(self, suite: str) -> Baseline | Missing:
        """Load the newest measuring of a suite as its baseline, with the last sessions of each kind as its history."""
        return self._found(self.log.key(suite), suite)

    def save(self, baseline: Baseline) -> str:
        """Add every measuring of a baseline that is not here yet; return where the last of them is."""
        self.add([baseline])
        return f"{self.log.place} ({name_of(measurings_of(baseline)[-1])})"

    def add(self, baselines: Iterable[Baseline]) -> int:
        """Add every measuring of some baselines that is not here yet; return how many these are.

        One measuring alone is simply put: it is refused where it is known. Of many the names are asked for first.
        """
        known: dict[str, set[Name]] = {}
        added: list[tuple[str, Name]] = []
        for number, baseline in enumerate(baselines):
            key, measurings = self.log.key(baseline.suite.name), measurings_of(baseline)
            if key not in known and (number or len(measurings) > 1):
                known[key] = set(self.log.names(key))
            for measuring in measurings:
                name = name_of(measuring)
                if name not in known.get(key, ()) and self.log.add(key, name, kept_of(measuring)):
                    added.append((key, name))
        for key in {key for key, name in added if len(added) > TIDIED or int(name.identity[:2], 16) % TIDIED == 0}:
            with suppress(InputError):  # what was added is there, and one of the next puts the log in order
                self.log.tidy(key)
        return len(added)

    def forget(self, suite: str) -> None:
        """Remove every measuring of a suite."""
        key = self.log.key(suite)
        self.log.remove(key, self.log.names(key))

    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        """Load the baseline of every suite."""
        keys = sorted(self.log.keys())
        return tuple((f"{self.log.place} {key}", self._found(key, None)) for key in keys)

    def history(self, suite: str, benchmark: str | None = None) -> tuple[Session, ...]:
        """Return all saved sessions of a suite, oldest first; of one benchmark alone where it is named."""
        key = self.log.key(suite)
        names = self.log.names(key)
        known = {} if benchmark is None else self.log.series(key, benchmark, names)
        others, _ = self._read(key, suite, [name for name in names if name not in known], benchmark)
        found = known | {name: list(measuring.history) for name, measuring in others}
        return history.of_benchmark((session for name in sorted(found) for session in found[name]), benchmark)

    def sessions(self, suite: str) -> Iterator[Session]:
        """Yield all saved sessions of a suite, oldest first, one measuring at a time; broken ones are passed over."""
        key = self.log.key(suite)
        for name, content in self.log.read(key, self.log.names(key)):
            with suppress(InputError):
                yield from self._loaded(name, content, suite).history

    def has(self, suite: str) -> bool:
        """Return whether there is any measuring of a suite, of whatever use."""
        return bool(self.log.names(self.log.key(suite)))

    def measurings(self, suite: str, problems: list[InputError]) -> Iterator[Baseline]:
        """Yield every measuring of a suite with its rounds, oldest first; what cannot be read joins ``problems``."""
        key = self.log.key(suite)
        for name, content in self.log.read(key, self.log.names(key)):
            try:
                yield self._whole(key, name, self._loaded(name, content, suite))
            except InputError as error:
                if error.code in IN_STORE:
                    raise
                problems.append(error)

    def older(self, suite: str, moment: float) -> list[Name]:
        """Return the measurings from before a moment, but never one of the pinned commit, nor one that is needed.

        Needed is the newest of each kind, and the newest that can be loaded; those from the future are neither.
        """
        key = self.log.key(suite)
        names = _past(self.log.names(key))
        needed = {*last_of_each_kind(names, 1, self.pinned), *self._newest_usable(key, suite, names)}
        return [name for name in names if name not in needed and 0 < name.moment < moment]

    def _newest_usable(self, key: str, suite: str, names: Sequence[Name]) -> Iterator[Name]:
        done: set[str] = set()
        for name in reversed(names):
            if name.kind not in done and self._read(key, suite, [name])[0]:
                done.add(name.kind)
                yield name

    def remove(self, suite: str, names: Sequence[Name]) -> None:
        """Remove measurings of a suite."""
        key = self.log.key(suite)
        self.log.remove(key, names)
        self.log.tidy(key)

    def _found(self, key: str, suite: str | None) -> Baseline | Missing:
        names = self.log.names(key)
        if not names:
            return Missing(reason=f"No baseline of {suite or key!r} is stored in {self.log.place}.")
        past = _past(names)
        read, problems = self._read(key, suite, last_of_each_kind(past, KEPT, self.pinned))
        notices = (*_of_problems(problems), *_of_future(len(names) - len(past)))
        whole = [pair for pair in read if pair[1].suite.plan != AGAINST_ITSELF] or read
        if not whole:
            reason = f"None of the saved measurings of {suite or key!r} in {self.log.place} can be used."
            return Missing(reason=reason, notice=notices[0] if notices else None)
        newest = self._whole(key, *whole[-1])
        others = [each for name, each in read if name != whole[-1][0]]
        united = history.unite(newest, others, pinned=self.pinned)
        return replace(united, source=BaselineSource(commit=newest.suite.commit), notices=notices)

    def _read(
        self, key: str, suite: str | None, names: Sequence[Name], benchmark: str | None = None
    ) -> tuple[list[tuple[Name, Baseline]], list[InputError]]:
        measurings: list[tuple[Name, Baseline]] = []
        problems: list[InputError] = []
        for name, content in self.log.read(key, names):
            try:
                measurings.append((name, self._loaded(name, content, suite, benchmark)))
            except InputError as error:
                problems.append(error)
        return measurings, problems

    def _loaded(
        self, name: Name, content: bytes | InputError, suite: str | None, benchmark: str | None = None
    ) -> Baseline:
        if isinstance(content, InputError):
            raise content
        where = f"{self.log.place} ({name})"
        loaded = snapshot.load(content, where, benchmark)
        if suite is not None and loaded.suite.name != suite:
            what = f"it holds a measuring of {loaded.suite.name!r}, not of {suite!r}"
            raise InputError("other-suite", what, where=where, cure="remove it, or give each suite a name of its own")
        return loaded

    def _whole(self, key: str, name: Name, bare: Baseline) -> Baseline:
        """Return a measuring with its rounds, where they can be read; it is complete without."""
        try:
            content = self.log.rounds(key, name)
            return bare if content is None else self._loaded(name, content, bare.suite.name)
        except InputError as error:
            if error.code in IN_STORE:
                raise
            return bare


def is_future(moment: float) -> bool:
    """Return whether a moment is more than a day ahead of this clock: no clock is that far off by itself."""
    return moment > time.time() + DAY


def _past(names: Iterable[Name]) -> list[Name]:
    return [name for name in names if not is_future(name.moment)]


def _of_problems(problems: Iterable[InputError]) -> Iterator[Notice]:
    """Yield a notice for each kind of what was passed over."""
    by_code: dict[str, list[InputError]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for found in by_code.values():
        places = listed([problem.where for problem in found], 3)
        text = f"A saved measuring is passed over: {found[0].what}. Where: {places}. What to do: {_CURE}."
        yield Notice(code="measuring-passed-over", text=text)


def _of_future(count: int) -> Iterator[Notice]:
    if count:
        text = (
            f"{count} of the saved measurings {'is' if count == 1 else 'are'} from the future by this clock and passed "
            "over. What to do: set the clock of this machine, or of the one that saved them."
        )
        yield Notice(code="measuring-from-the-future", text=text)
