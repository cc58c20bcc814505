"""Ctrl-C and its relatives, as a count that the measuring loop looks at."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Interrupt:
    """How often the process was asked to stop: once means end gracefully, twice means at once."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def listening(self) -> Iterator[Interrupt]:
        """Count signals instead of dying of them; the former handlers come back at the end.

        Signals that were ignored stay ignored (``nohup``). Outside the main thread Python allows no handlers, so there
        the caller's stay in force.
        """
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        former = {number: signal.getsignal(number) for number in numbers}
        wanted = [number for number in numbers if former[number] not in (signal.SIG_IGN, None)]
        try:
            for number in wanted:
                signal.signal(number, self._heard)
            yield self
        finally:
            for number in wanted:
                signal.signal(number, former[number])

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
