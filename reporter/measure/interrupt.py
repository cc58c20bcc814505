"""Ctrl-C and its relatives, as a count that the measuring loop looks at."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ALWAYS_HEARD = ("SIGINT", "SIGTERM", "SIGBREAK")
HEARD_UNLESS_IGNORED = ("SIGHUP",)


class Interrupt:
    """How often the process was asked to stop: once means end gracefully, twice means at once."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def listening(self) -> Iterator[Interrupt]:
        """Count signals instead of dying of them; the former handlers come back at the end.

        A hang-up that is ignored (``nohup``) stays ignored. An ignored Ctrl-C does not: shells ignore it for whatever
        they start in the background, and a cancelled workflow still has to end there. Outside the main thread Python
        allows no handlers, so there the caller's stay in force.
        """
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        former = {number: signal.getsignal(number) for number in _wanted()}
        try:
            for number in former:
                signal.signal(number, self._heard)
            yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1


def _wanted() -> list[signal.Signals]:
    known = signal.Signals.__members__
    always = [known[name] for name in ALWAYS_HEARD if name in known]
    others = [known[name] for name in HEARD_UNLESS_IGNORED if name in known]
    return always + [number for number in others if signal.getsignal(number) is not signal.SIG_IGN]
