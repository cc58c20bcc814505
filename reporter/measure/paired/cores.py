"""Which core a run is kept on. Linux only; elsewhere, and where it is forbidden, runs are left where they are."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Core:
    """The core of one run, and the cores that are left for whatever watches it (the same one, if there is no other)."""

    number: int
    others: frozenset[int]

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Keep processes that are started inside on the core, and this thread on the others from then on."""
        os.sched_setaffinity(0, {self.number})
        try:
            yield
        finally:
            os.sched_setaffinity(0, self.others)


class Cores:
    """The cores this process may use, one after the other; none unless that is ``wanted``."""

    def __init__(self, *, wanted: bool) -> None:
        self._all = _allowed() if wanted else frozenset()

    def __len__(self) -> int:
        return len(self._all)

    def of_pair(self, number: int) -> Core | None:
        """Return the core of both runs of a pair; ``None`` when runs cannot be kept on one."""
        if not self._all:
            return None
        core = sorted(self._all)[number % len(self._all)]
        return Core(core, frozenset(self._all - {core}) or frozenset({core}))

    @contextmanager
    def used(self) -> Iterator[None]:
        """Whatever cores are lent inside, this thread has all of its own again afterwards."""
        try:
            yield
        finally:
            if self._all:
                os.sched_setaffinity(0, self._all)


def _allowed() -> frozenset[int]:
    try:
        allowed = frozenset(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed)
    except (AttributeError, OSError):
        return frozenset()
    return allowed
