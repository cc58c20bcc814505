"""The process that holds one service: it starts it, adopts its orphans, watches its cost, and ends all of it.

A process of its own keeps the service's processes apart from those of the benchmark command, and outlives a measuring
that is killed: when its standard input ends, for whatever reason, it ends the service. Until then any line
there means that the cost is counted from now on. The log of the service goes to standard output, what became of it
into the state file.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from reporter.measure import environment
from reporter.measure.interrupt import Interrupt
from reporter.measure.process import Child
from reporter.measure.service import state
from reporter.measure.service.state import Held, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.measure.resources import Usage

COULD_NOT_START = 127


def supervise(arguments: Sequence[str], path: Path) -> int:
    """Hold a service until told to end it, or until it ends; ``path`` is that of the state file."""
    interrupt = Interrupt()
    with interrupt.listening():
        try:
            child = Child(arguments, environ=environment.as_inherited(os.environ), sink=_pass_on)
        except OSError as error:
            _pass_on(f"cannot start {arguments[0]}: {error.strerror or error}\n".encode())
            return COULD_NOT_START
        begun = State(supervisor=Held.of(os.getpid()), service=Held.of(child.pid))
        state.write(begun, path)
        orders = _Orders(child, interrupt)
        ended = child.finish(child.watch(interrupt, None, _nothing), interrupt)
        state.write(begun.ended(ended, orders.usage), path)
    return 0


class _Orders:
    """What comes on standard input. ``usage`` is what the service cost from the first word to the end."""

    def __init__(self, child: Child, interrupt: Interrupt) -> None:
        self.usage: Usage | None = None
        self._child, self._interrupt = child, interrupt
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            self._count()
        finally:  # whatever went wrong with counting: a service that nobody ends runs for ever
            self._interrupt.count += 1

    def _count(self) -> None:
        is_counting = False
        with suppress(OSError):
            while os.read(0, 1024):  # not sys.stdin, which a thread must not hold when the interpreter ends
                self._child.count_from_now()
                is_counting = True
        if is_counting:
            self.usage = self._child.counted()


def _pass_on(data: bytes) -> None:
    with suppress(OSError):  # who read it may be gone; the service is ended then, and must not block before
        while data:
            data = data[os.write(1, data) :]


def _nothing() -> None:
    pass
