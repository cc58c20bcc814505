"""Which processes belong to a run: Linux's /proc, read as often as asked. Elsewhere the tree is always empty."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
ON_LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class Process:
    """One line of ``/proc/PID/stat``. ``cpu_ticks`` includes the children it has waited for.

    ``started`` (in ticks since boot) tells a process from a later one with the same number.
    """

    pid: int
    name: str
    state: str
    parent: int
    group: int
    session: int
    cpu_ticks: int
    started: int

    @property
    def is_alive(self) -> bool:
        """Whether it can still do anything: not a zombie, not dead."""
        return self.state not in "ZXx"


def parse_stat(text: str) -> Process:
    """Read a stat line (proc(5)). The name in parentheses may hold spaces and parentheses, so the last one counts."""
    pid = int(text[: text.index(" ")])
    fields = text[text.rindex(")") + 2 :].split()
    return Process(
        pid=pid,
        name="".join(c if c.isprintable() else "?" for c in text[text.index("(") + 1 : text.rindex(")")]),
        state=fields[0],
        parent=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        cpu_ticks=sum(int(field) for field in fields[11:15]),
        started=int(fields[19]),
    )


class Tree:
    """The processes of the session that ``root`` leads, and all descendants, also after they left the session.

    Membership is decided when a process is first seen and lasts until it ends: an orphan's parent no longer tells.
    ``adopts_since`` is the time (ticks since boot) from which this process is the parent of all orphans below it;
    without it one that left the session and lost its parent before it was ever seen stays unknown. Where two commands
    run at once, only an orphan whose environment has the ``mark`` (``NAME=value``) belongs to this one.
    """

    def __init__(self, root: int, adopts_since: int | None = None, mark: str | None = None) -> None:
        self.root = root
        self._mark = None if mark is None else mark.encode()
        self._adopts_since = adopts_since
        self._members: dict[int, Process] = {}
        self._strangers: set[int] = set()
        self._lock = threading.Lock()

    def look(self, *, afresh: bool = False) -> list[Process]:
        """Return the members that exist now, zombies included.

        ``afresh`` asks again about those that were no members before: one may have been seen between its parent's end
        and its adoption.
        """
        if not ON_LINUX:
            return []
        with self._lock:
            numbers = process_numbers()
            self._strangers = set() if afresh else self._strangers & numbers
            found = [process for process in map(read_process, numbers - self._strangers) if process]
            self._members = self._belonging(found)
            self._strangers.update(process.pid for process in found if process.pid not in self._members)
            return list(self._members.values())

    def _belonging(self, found: list[Process]) -> dict[int, Process]:
        members = {process.pid: process for process in found if self._is_sure(process)}
        candidates = [process for process in found if process.pid not in members]
        while True:
            children = [process for process in candidates if process.parent in members]
            if not children:
                return members
            members.update((child.pid, child) for child in children)
            candidates = [process for process in candidates if process.pid not in members]

    def _is_sure(self, process: Process) -> bool:
        known = self._members.get(process.pid)
        same = known is not None and known.started == process.started
        return same or self.root in (process.pid, process.session) or self._is_adopted(process)

    def _is_adopted(self, process: Process) -> bool:
        since = self._adopts_since
        is_adopted = since is not None and process.parent == os.getpid() and process.started >= since
        return is_adopted and (self._mark is None or self._mark in _environment(process.pid))


def process_numbers() -> set[int]:
    """Return the numbers of all processes there are; none outside Linux."""
    try:
        return {int(name) for name in os.listdir(PROC) if name.isdigit()}  # noqa: PTH208 - ten times a second
    except OSError:
        return set()


def _environment(pid: int) -> list[bytes]:
    """Return the variables that a process began with; none where it has ended."""
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def read_process(pid: int) -> Process | None:
    """Read one process; ``None`` when there is none of that number, or outside Linux."""
    try:
        return parse_stat((PROC / str(pid) / "stat").read_text("utf-8", "replace"))
    except (OSError, ValueError, IndexError):
        return None
