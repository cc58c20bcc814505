"""Workers of Locust: processes of the same command that make the load, while the command itself is their master."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from reporter.measure import wording
from reporter.measure.process import Child, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.interrupt import Interrupt
    from reporter.measure.log import Log
    from reporter.measure.process import Ended

QUIT_SECONDS = 3.0
"""From the end of a test, at which workers end, to the end of the master; a worker may not end before that."""
CONNECT_SECONDS = 60
WORKER = "BENCHVERDICT_WORKER"
_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 0.05
_ESTABLISHED = "01"
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def master_variables(host: str, port: int, workers: int) -> dict[str, str]:
    """Return Locust's own variables that make a command the master of so many workers."""
    return {
        "LOCUST_MODE_MASTER": "true",
        "LOCUST_MASTER_BIND_HOST": host,
        "LOCUST_MASTER_BIND_PORT": str(port),
        "LOCUST_EXPECT_WORKERS": str(workers),
        "LOCUST_EXPECT_WORKERS_MAX_WAIT": str(CONNECT_SECONDS),
    }


def worker_variables(host: str, port: int, number: int) -> dict[str, str]:
    """Return the variables that make the same command a worker."""
    return {
        "LOCUST_MODE_WORKER": "true",
        "LOCUST_MASTER_NODE_HOST": host,
        "LOCUST_MASTER_NODE_PORT": str(port),
        WORKER: str(number),
    }


@dataclass
class Worker:
    """A worker that was started: its log, and when it was first seen to have ended (``None`` while it runs)."""

    number: int
    child: Child
    log: Log
    ended_at: float | None = None


class Workers:
    """The workers of one run that were started here."""

    def __init__(self) -> None:
        self._workers: list[Worker] = []

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: Log, folder: Path) -> None:
        """Start one more. Raises ``OSError`` when it cannot be started."""
        mark = f"{WORKER}={environ[WORKER]}"
        child = Child(arguments, environ=environ, sink=log.write, folder=folder, place=Place(mark=mark))
        self._workers.append(Worker(len(self._workers) + 1, child, log))

    def look(self) -> None:
        """Note which have ended."""
        for worker in self._workers:
            if worker.ended_at is None and worker.child.has_ended:
                worker.ended_at = time.monotonic()

    def end(self, interrupt: Interrupt, over: float, *, at_once: bool, code: int | None = None) -> list[str]:
        """End those that still run and name those that ended before the test was ``over``, a sentence each.

        ``code`` is what their master ended with; a worker may end with it, too.
        """
        while not at_once and self._running() and time.monotonic() < over + QUIT_SECONDS and not interrupt.count:
            time.sleep(_PAUSE_SECONDS)
            self.look()
        held, self._workers = self._workers, []
        with ThreadPoolExecutor(max(1, len(held))) as at_the_same_time:
            ended = list(at_the_same_time.map(lambda worker: worker.child.finish(_cut(worker), interrupt), held))
        for worker in held:
            worker.log.close()
        if at_once:
            return []
        lost = [one for one in zip(held, ended) if _is_lost(*one, over, code)]
        return [_in_words(*one, count=len(held)) for one in lost]

    def _running(self) -> bool:
        return any(worker.ended_at is None for worker in self._workers)


def _in_words(worker: Worker, ended: Ended, count: int) -> str:
    last = worker.log.last_lines(1)
    last_line = f": {last[0]}" if last and not ended.signal else ""
    how = wording.how_it_ended(ended.exit_code, ended.signal)
    return f"worker {worker.number} of {count} {how} after {ended.wall_seconds:.0f} s{last_line}"


def _cut(worker: Worker) -> str | None:
    return None if worker.child.has_ended else "time limit"


def _is_lost(worker: Worker, ended: Ended, over: float, code: int | None) -> bool:
    """Return whether a worker ended before the test did; at its end each ends by itself, moments before the master.

    One that fails in these moments is lost, too. Where requests failed, Locust itself ends with another code than 0:
    the master always, and a worker that has not sent its last failures.
    """
    if worker.ended_at is None:
        return False
    failed = ended.signal is not None or ended.exit_code not in (0, code)
    return failed or worker.ended_at < over - QUIT_SECONDS


class Connections:
    """How many workers are connected to a master on this machine, seen in the table of the kernel once a second."""

    def __init__(self, port: int, count: Callable[[int], int | None] | None = None) -> None:
        self._port, self._count = port, count or connected
        self._seen: list[tuple[float, int]] = []
        self._next = 0.0

    def look(self, now: float) -> None:
        """Count them, unless that was done a moment ago."""
        if now < self._next:
            return
        self._next = now + _LOOK_SECONDS
        found = self._count(self._port)
        if found is not None and (not self._seen or self._seen[-1][1] != found):
            self._seen.append((now, found))

    def lost(self, over: float, wanted: int) -> str | None:
        """Return how many were gone before the test was over; ``None`` when none was, or no table tells."""
        counted = [count for at, count in self._seen if at <= over - QUIT_SECONDS]
        most = max(counted, default=0)
        if not counted or most < wanted or counted[-1] >= most:
            return None
        return f"{most - counted[-1]} of {most} workers lost their connection to the master during the test"


def connected(port: int) -> int | None:
    """Count the connections to a port of this machine; ``None`` where the system does not tell."""
    counts = [_count_in(table, f"{port:04X}") for table in _TABLES if table.is_file()]
    return sum(counts) if counts else None


def _count_in(table: Path, port: str) -> int:
    try:
        rows = [line.split() for line in table.read_text("ascii", "replace").split("\n")[1:]]
    except OSError:
        return 0
    return sum(len(row) > 3 and row[1].endswith(f":{port}") and row[3] == _ESTABLISHED for row in rows)
