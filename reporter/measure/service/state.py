"""``service.json`` of the output folder: which service runs, or what became of it. It is there only while one runs.

If it is there when measuring begins, the measuring before was killed.
"""

from __future__ import annotations

import json
import math
import operator
import os
import signal as signals
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from reporter.measure.process import GRACE_SECONDS, ON_WINDOWS
from reporter.measure.record import writing_to
from reporter.measure.resources import Usage
from reporter.measure.tree import ON_LINUX, Tree, read_process
from reporter.shared.files import read_json, unfinished_of, write_whole
from reporter.shared.model import MemorySeries, Notice

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.measure.process import Ended

FILE_NAME = "service.json"
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Held:
    """A process, and when it was started (ticks since boot), which tells it from a later one with its number."""

    pid: int
    started: int | None = None

    @classmethod
    def of(cls, pid: int) -> Held:
        """Describe a process that is there."""
        process = read_process(pid) if ON_LINUX else None
        return cls(pid, process.started if process else None)


@dataclass(frozen=True)
class State:
    """A service and who holds it. ``was_stopped`` says whether it was asked to end; ``None`` while it runs."""

    supervisor: Held
    service: Held
    was_stopped: bool | None = None
    exit_code: int | None = None
    signal: int | None = None
    usage: Usage | None = None

    def ended(self, ended: Ended, usage: Usage | None) -> State:
        """Return how it ended."""
        return replace(
            self, was_stopped=ended.cut is not None, exit_code=ended.exit_code, signal=ended.signal, usage=usage
        )


def write(state: State, path: Path) -> None:
    """Put the file in place; a full disk must not keep the service running, so nothing is raised."""
    with suppress(OSError):
        write_whole(path, json.dumps(asdict(state)))


def read(path: Path) -> State | None:
    """Read the file; ``None`` when there is none, or one that is not ours."""
    try:
        content = read_json(path)
        return _state(**content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def remove(output: Path) -> None:
    """Remove the file, and what a killed process left of it.

    Raises:
        UsageError: that is not possible.
    """
    path = output / FILE_NAME
    with writing_to(output):
        for file in (path, *unfinished_of(path)):
            file.unlink(missing_ok=True)


def settle(output: Path) -> Notice | None:
    """End the service that an earlier measuring left, and say so; ``None`` when none was left.

    Raises:
        UsageError: the file that tells of it cannot be removed.
    """
    path = output / FILE_NAME
    if not os.path.lexists(path):
        return None
    found = read(path)
    became = "nothing is known of it any more" if found is None else _became(found)
    remove(output)
    text = f"the measuring before this one was killed while its service ran: {became}"
    return Notice("service-left-behind", text)


def _became(found: State) -> str:
    if found.was_stopped is not None:
        return "the service was ended then"
    number = found.service.pid
    if found.service.started is None:
        return f"look whether process {number} still runs, and end it"
    if not _living(found.service):
        return "the service has ended"
    _end(found)
    if _living(found.service):
        return f"its process {number} cannot be ended: end it by hand"
    return f"its process {number} still ran, and was ended now"


def _end(found: State) -> None:
    for number in (signals.SIGTERM, getattr(signals, "SIGKILL", signals.SIGTERM)):
        for held in (found.supervisor, found.service):
            for pid in _living(held):
                with suppress(OSError):
                    os.kill(pid, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while _living(found.service) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)


def _living(held: Held) -> list[int]:
    """Return the processes of a session, as long as its number has not been given to another one."""
    leader = read_process(held.pid)
    if ON_WINDOWS or (leader is not None and leader.started != held.started):
        return []
    return [process.pid for process in Tree(held.pid).look() if process.is_alive]


def _state(*, supervisor: Any, service: Any, usage: Any, was_stopped: Any, exit_code: Any, signal: Any) -> State:
    if not isinstance(was_stopped, (bool, type(None))):
        raise TypeError("no answer")
    return State(
        supervisor=_held(supervisor),
        service=_held(service),
        was_stopped=was_stopped,
        exit_code=_whole(exit_code),
        signal=_whole(signal),
        usage=_usage(usage),
    )


def _whole(value: Any) -> int | None:
    return None if value is None else operator.index(value)


def _held(content: dict[str, Any]) -> Held:
    held = Held(**content)
    if type(held.pid) is not int or held.pid <= 1 or not (held.started is None or type(held.started) is int):
        raise ValueError("no process")
    return held


def _usage(content: dict[str, Any] | None) -> Usage | None:
    if content is None:
        return None
    cpu, memory = content["cpu_seconds"], content["memory"]
    if cpu is not None and not 0 <= cpu < math.inf:
        raise ValueError("no time")
    return Usage(
        cpu_seconds=cpu,
        peak_memory_bytes=_whole(content["peak_memory_bytes"]),
        read_bytes=_whole(content["read_bytes"]),
        written_bytes=_whole(content["written_bytes"]),
        memory=MemorySeries.from_json(memory) if memory else None,
    )
