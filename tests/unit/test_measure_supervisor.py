"""The process that holds a service ends it, whatever goes wrong in it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, cast

import pytest

from reporter.measure.interrupt import Interrupt
from reporter.measure.service import supervisor

if TYPE_CHECKING:
    from reporter.measure.process import Child


class Uncountable:
    """A service of which nothing can be counted, as when /proc has just lost it."""

    def count_from_now(self) -> None:
        pass

    def counted(self) -> None:
        raise KeyError("gone")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_service_that_cannot_be_counted_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"count\n")
    os.close(writing)
    read = os.read
    monkeypatch.setattr(
        "reporter.measure.service.supervisor.os.read", lambda fd, size: read(reading if fd == 0 else fd, size)
    )
    interrupt = Interrupt()
    orders = supervisor._Orders(cast("Child", Uncountable()), interrupt)
    deadline = time.monotonic() + 10
    while not interrupt.count and time.monotonic() < deadline:
        time.sleep(0.01)
    os.close(reading)
    assert (interrupt.count, orders.usage) == (1, None)
