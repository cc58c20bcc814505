"""The process that holds a service ends it, whatever goes wrong in it."""

from __future__ import annotations

import os
import threading
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
    interrupt, before = Interrupt(), threading.enumerate()
    orders = supervisor._Orders(cast("Child", Uncountable()), interrupt)
    for thread in set(threading.enumerate()).difference(before):
        thread.join(timeout=60)  # its error counts as one of this test only while the test lasts
    os.close(reading)
    assert (interrupt.count, orders.usage) == (1, None)
