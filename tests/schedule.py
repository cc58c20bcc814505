"""Which tests pytest-xdist keeps together in one process; ``--dist`` has no say in it."""

from __future__ import annotations

from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = "tests/e2e/"
"""They share the engine, its images and what they measure on; pytest-xdist's own groups do not work with pytest 9.2."""


class Schedule(LoadScopeScheduling):  # type: ignore[misc] # has no types
    """Hand each process one test at a time, the largest group first."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid
