"""Tests that need more than two seconds of processor time are named at the end of a run; far beyond that they fail.

A bound on wall time would fail a test because the machine is busy. Processor time, that of ended child processes too,
hardly grows then, but it is that of one machine: two seconds here are five elsewhere. So two seconds are a report, and
only a test that no ordinary machine runs in two seconds fails.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

USUAL, MOST = 2.0, 10.0
"""Seconds of a test that is not marked ``slow`` or ``e2e``, with its fixtures: beyond the first it is named."""

TITLE = "tests that need much processor time: make them smaller, or move them to tests/slow"

_FREE = ("slow", "e2e")
_BEGAN = pytest.StashKey[float]()
_PROPERTY = "processor_seconds"


class ProcessorTime:
    """A plugin of pytest; with pytest-xdist the workers measure and the controller reports."""

    def __init__(self) -> None:
        self._long: dict[str, float] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.stash[_BEGAN] = spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "teardown" and not any(item.get_closest_marker(name) for name in _FREE):
            report.user_properties.append((_PROPERTY, spent() - item.stash[_BEGAN]))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = dict(report.user_properties).get(_PROPERTY)
        if isinstance(seconds, float) and seconds > USUAL:
            self._long[report.nodeid] = seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and any(seconds > MOST for seconds in self._long.values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._long:
            terminalreporter.section(TITLE)
        for name, seconds in sorted(self._long.items(), key=lambda one: -one[1]):
            terminalreporter.line(f"{seconds:6.1f} s  {name}{'  (fails)' if seconds > MOST else ''}")


def spent() -> float:
    """Return the seconds of processor time of this process and of its children that ended."""
    return sum(os.times()[:4])
