"""What a run cost: CPU time, memory and disk I/O of its whole process tree.

The kernel's account of the root process (``wait4``) is exact and includes every descendant that was waited for. It
lacks orphans and what is still running at the end; those are added from readings of /proc. Memory is not additive over
time, so it is read while the processes live. Outside Linux only CPU time is known.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from reporter.measure.orphans import bury
from reporter.measure.tree import ON_LINUX, PROC, Process, Tree
from reporter.shared.model import MemorySeries

if TYPE_CHECKING:
    import resource

FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.1
"""Seconds between readings: close together at first, so that short runs are seen too."""
PAUSE_PER_READING = 30
"""Pause at least this many times as long as the last reading took, so that watching costs at most 3% of a core."""
_RUSAGE_BLOCK_BYTES = 512
COUNTED = {"page_faults": "ru_majflt", "preemptions": "ru_nivcsw"}
"""What the kernel counts of a run besides, by the name of its metric: waits for a page from storage, and how often the
run had to leave a processor to others. A new metric is one line here."""
Amount = TypeVar("Amount", int, float)


MOST_POINTS = 200
"""Moments that a series of memory keeps."""


@dataclass(frozen=True)
class Usage:
    """Cost of a run; ``None`` where it cannot be known.

    ``peak_memory_bytes`` is the largest sum of resident memory over the process tree seen at one moment (pages that
    processes share count once for each), and no less than the kernel's high-water mark of any single process.
    ``read_bytes`` and ``written_bytes`` went to and from storage; what the page cache served is not in them. ``counts``
    are those of ``COUNTED``, of all processes that were waited for.
    """

    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    memory: MemorySeries | None = None
    counts: dict[str, int] = field(default_factory=dict)


class Thinned:
    """A series that grows as long as one likes and keeps moments about equally far apart."""

    def __init__(self) -> None:
        self._points: list[tuple[float, int]] = []
        self._apart = 0.0

    def add(self, at: float, value: int) -> None:
        """Add a moment, unless the last one kept is too near."""
        if self._points and at - self._points[-1][0] < self._apart:
            return
        self._points.append((at, value))
        if len(self._points) > MOST_POINTS:
            self._apart = 2.0 * at / MOST_POINTS
            points, self._points = self._points, []
            for point in points:
                self.add(*point)

    def series(self) -> MemorySeries | None:
        """Return what was kept; ``None`` where nothing was."""
        seen = [(at, value) for at, value in self._points if value]
        return MemorySeries(tuple(round(at, 4) for at, _ in seen), tuple(value for _, value in seen)) if seen else None


@dataclass(frozen=True)
class Reading:
    """The last that was seen of one process. I/O is ``None`` where the kernel does not count or does not tell."""

    process: Process
    resident_bytes: int = 0
    high_water_bytes: int = 0
    read_bytes: int | None = None
    written_bytes: int | None = None


class Meter:
    """Reads the process tree of a run again and again until the run has ended.

    The thread that sums up does not wait for the watching thread to end, so the two share the readings under a lock.
    """

    def __init__(self, root: int, adopts_since: int | None = None, mark: str | None = None) -> None:
        self.tree = Tree(root, adopts_since, mark)
        self._lock = threading.Lock()
        self._readings: dict[tuple[int, int], Reading] = {}
        self._peak = 0
        self._began = time.perf_counter()
        self._memory = Thinned()
        self._before = Usage()
        self._known_peaks: dict[tuple[int, int], int] = {}

    def watch(self, ended: threading.Event) -> None:
        """Read until ``ended`` is set. Runs in a thread of its own."""
        pause = FIRST_PAUSE
        self._read()
        while not ended.wait(pause):
            began = time.perf_counter()
            self._read()
            pause = max(min(pause * 2, LONGEST_PAUSE), PAUSE_PER_READING * (time.perf_counter() - began))

    def usage(self, account: resource.struct_rusage | None) -> Usage:
        """Sum up, after the root has ended. ``account`` is what ``wait4`` returned."""
        with self._lock:
            remaining = {(process.pid, process.started) for process in self._look()}
            beside = unaccounted(self._readings, remaining, self.tree.root)
            return replace(total(account, beside, self._peak or None), memory=self._memory.series())

    def count_from_now(self) -> None:
        """Forget what the processes have cost so far; see ``counted``."""
        with self._lock:
            self._before = self._so_far()
            self._known_peaks = {key: reading.high_water_bytes for key, reading in self._readings.items()}
            self._began, self._memory, self._peak = time.perf_counter(), Thinned(), 0
            self._look()

    def counted(self) -> Usage:
        """Return what the processes have cost since then; CPU time in steps of the kernel's clock."""
        with self._lock:
            now, before = self._so_far(), self._before
            return Usage(
                cpu_seconds=_since(before.cpu_seconds, now.cpu_seconds),
                peak_memory_bytes=self._peak or None,
                read_bytes=_since(before.read_bytes, now.read_bytes),
                written_bytes=_since(before.written_bytes, now.written_bytes),
                memory=self._memory.series(),
            )

    def _so_far(self) -> Usage:
        """Sum up while the root lives: what it has cost, with the children it has waited for, and the others."""
        remaining = {(process.pid, process.started) for process in self._look()}
        root = [reading for key, reading in self._readings.items() if key[0] == self.tree.root]
        return spent([*root, *unaccounted(self._readings, remaining, self.tree.root)])

    def _read(self) -> None:
        with self._lock:
            self._look()

    def _look(self) -> list[Process]:
        """Take one reading of all processes of the tree and return them."""
        processes = self.tree.look()
        current = {(process.pid, process.started): _reading(process) for process in processes}
        for key, reading in current.items():
            self._readings[key] = _keeping_io(reading, self._readings.get(key))
        together = sum(reading.resident_bytes for reading in current.values())
        risen = (
            reading.high_water_bytes
            for key, reading in current.items()
            if reading.high_water_bytes > self._known_peaks.get(key, 0)
        )
        self._peak = max(self._peak, together, *risen, 0)
        self._memory.add(time.perf_counter() - self._began, together)
        bury(processes, self.tree.root)
        return processes


def unaccounted(readings: dict[tuple[int, int], Reading], remaining: set[tuple[int, int]], root: int) -> list[Reading]:
    """Choose the processes whose cost nobody who was waited for includes.

    A process hands its cost to the parent that waits for it. Those that still run have not; an orphan that ended
    handed it to a process outside the tree.
    """
    members = {pid for pid, _ in readings}
    return [
        reading
        for key, reading in readings.items()
        if key[0] != root and (key in remaining or reading.process.parent not in members)
    ]


def total(account: resource.struct_rusage | None, beside: list[Reading], peak: int | None) -> Usage:
    """Add the kernel's account of the root and what others cost."""
    if account is None:
        return Usage(peak_memory_bytes=peak)
    ticks = sum(reading.process.cpu_ticks for reading in beside)
    cpu = account.ru_utime + account.ru_stime + ticks / os.sysconf("SC_CLK_TCK")
    if not _counts_io():
        return Usage(cpu_seconds=cpu, peak_memory_bytes=peak)
    return Usage(
        counts={name: getattr(account, member) for name, member in COUNTED.items()},
        cpu_seconds=cpu,
        peak_memory_bytes=peak,
        read_bytes=account.ru_inblock * _RUSAGE_BLOCK_BYTES + sum(reading.read_bytes or 0 for reading in beside),
        written_bytes=account.ru_oublock * _RUSAGE_BLOCK_BYTES + sum(reading.written_bytes or 0 for reading in beside),
    )


def spent(readings: list[Reading]) -> Usage:
    """Add the cost of processes as /proc tells it; everything is unknown without any."""
    if not readings:
        return Usage()
    return Usage(
        cpu_seconds=sum(reading.process.cpu_ticks for reading in readings) / os.sysconf("SC_CLK_TCK"),
        read_bytes=sum(reading.read_bytes or 0 for reading in readings) if _counts_io() else None,
        written_bytes=sum(reading.written_bytes or 0 for reading in readings) if _counts_io() else None,
    )


def _since(before: Amount | None, now: Amount | None) -> Amount | None:
    return None if before is None or now is None else max(now - before, now * 0)


def _counts_io() -> bool:
    return ON_LINUX and (PROC / "self" / "io").exists()


def _reading(process: Process) -> Reading:
    status = _pairs(process.pid, "status")
    counted = _pairs(process.pid, "io")
    return Reading(
        process=process,
        resident_bytes=status.get("VmRSS", 0) * 1024,
        high_water_bytes=status.get("VmHWM", 0) * 1024,
        read_bytes=counted.get("read_bytes"),
        written_bytes=counted.get("write_bytes"),
    )


def _keeping_io(reading: Reading, former: Reading | None) -> Reading:
    """Keep the I/O that was read before: a zombie's is no longer told."""
    if former is None or reading.read_bytes is not None:
        return reading
    return Reading(reading.process, 0, 0, former.read_bytes, former.written_bytes)


def _pairs(pid: int, name: str) -> dict[str, int]:
    """Read the lines ``key: number …`` of a file in /proc; empty when the process is gone or not ours to see."""
    try:
        text = (PROC / str(pid) / name).read_text("utf-8", "replace")
    except OSError:
        return {}
    words = (line.split() for line in text.splitlines())
    return {parts[0].rstrip(":"): int(parts[1]) for parts in words if len(parts) > 1 and parts[1].isdigit()}
