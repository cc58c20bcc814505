"""Orphans of the command: on Linux they come to this process instead of to init, so that none gets lost."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from reporter.measure.tree import ON_LINUX, Tree, process_numbers, read_process

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.measure.tree import Process

_PR_SET_CHILD_SUBREAPER = 36
_NO_PROCESS = -1
_MOST_SECONDS = 5.0
_LOOK_SECONDS = 0.05


def adopt() -> int | None:
    """Become the parent of all orphans below this process, and give the time (ticks since boot) from which it holds.

    ``None`` where the system knows no such thing. It stays so: orphans go on to init when this process ends.
    """
    if not ON_LINUX:
        return None
    since = int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))
    return since if _is_subreaper() else None


def end_adopted(since: int | None) -> tuple[str, ...]:
    """End every orphan that this process has adopted since then, and return their names."""
    tree = Tree(_NO_PROCESS, since)
    names: dict[int, str] = {}
    deadline = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < deadline:
        left = tree.look(afresh=True)
        bury(left, _NO_PROCESS)
        alive = [process for process in left if process.is_alive]
        if not alive:
            break
        for process in alive:
            names[process.pid] = process.name
            with suppress(OSError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(_LOOK_SECONDS)
    return tuple(names.values())


def bury(processes: Iterable[Process], root: int) -> None:
    """Take note that adopted processes have ended, as init would. ``root`` is waited for by somebody else."""
    for process in processes:
        if process.state == "Z" and process.parent == os.getpid() and process.pid != root:
            with suppress(OSError):
                os.waitpid(process.pid, os.WNOHANG)


def remain() -> bool:
    """Return whether a child of this process, born here or adopted, still lives; unknown outside Linux."""
    children = (read_process(number) for number in process_numbers()) if ON_LINUX else ()
    return any(child.parent == os.getpid() and child.is_alive for child in children if child)


def _is_subreaper() -> bool:
    try:
        import ctypes

        library = ctypes.CDLL(None)
        return bool(library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False
