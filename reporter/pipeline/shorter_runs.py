"""By which option of its tool a run becomes shorter: advice where time is too short for pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest import pytest_benchmark
from reporter.measure.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Collection

_OPTIONS = {tool.name: tool.advice for tool in TOOLS}
_ANY_TOOL = "fewer benchmarks in the command, or shorter ones"


def shorter_run(formats: Collection[str], *, shortened: bool = False) -> str:
    """Return what makes a run of these result formats shorter.

    With ``shortened`` the runs of pytest-benchmark are as short as they get, and its option would do nothing.
    """
    known = set(formats) - ({pytest_benchmark.name} if shortened else set())
    return " and ".join(_OPTIONS[name] for name in sorted(known) if name in _OPTIONS) or _ANY_TOOL
