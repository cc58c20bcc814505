"""A whole run of the tests fails when a test that shows a feature did not run: the table is ``docs/features.md``.

Part of a run (paths, ``-k``, ``-m`` and the like) shows what it shows and is not held against the table. A test that
was skipped counts as run, because a tool may be missing on somebody's machine; where nothing may be missing, in CI, it
does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
_SELECTIONS = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "collectonly")


def ids_of(page: Path) -> tuple[str, ...]:
    """Return the tests that the rows of the table name."""
    rows = (line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    return tuple(dict.fromkeys(found for row in rows for found in _ID.findall(row)))


class ShownFeatures:
    """A plugin of pytest; ``strict`` lets nothing be skipped."""

    def __init__(self, wanted: tuple[str, ...], *, strict: bool) -> None:
        """Take the ids that have to run."""
        self._wanted = wanted
        self._strict = strict
        self._run: set[str] = set()
        self._missing: tuple[str, ...] = ()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what ran: one case of a parametrised test is enough, and a failure fails the run by itself."""
        was_run = report.when == "call" and not report.skipped
        if was_run or (report.skipped and not self._strict):
            self._run.add(report.nodeid.partition("[")[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail a whole run that would else have passed."""
        if exitstatus == pytest.ExitCode.OK and is_whole(session.config):
            self._missing = tuple(name for name in self._wanted if name not in self._run)
            if self._missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name what did not run."""
        if self._missing:
            terminalreporter.section("features that nothing showed (docs/features.md)", red=True)
            for name in self._missing:
                terminalreporter.line(name)


def is_whole(config: pytest.Config) -> bool:
    """Return whether all tests were asked for."""
    whole = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    return whole and not any(config.getoption(name, default=None) for name in _SELECTIONS)
