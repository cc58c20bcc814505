"""What else went on in the machine during a run: time stolen by other guests, work of others, the clock of the cores.

Read from /proc and /sys before and after; outside Linux, and where a system does not tell, everything is unknown.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reporter.measure.tree import PROC

CPUS = Path("/sys/devices/system/cpu")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_WORKING = ("user", "nice", "system", "irq", "softirq")
_COLUMNS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")


@dataclass(frozen=True)
class Conditions:
    """Seconds are summed over all cores; ``None`` where unknown.

    ``busy_seconds`` is work of anybody, the run itself included; ``steal_seconds`` is what the host gave to other
    guests while a core here wanted to work. Frequencies are means over the cores.
    """

    busy_seconds: float | None = None
    steal_seconds: float | None = None
    frequency_before_hz: float | None = None
    frequency_after_hz: float | None = None


@dataclass(frozen=True)
class Moment:
    """The counters of the machine at one moment; ``ticks`` by the names of proc(5), empty where unknown."""

    ticks: dict[str, int]
    frequency_hz: float | None


def look(proc: Path = PROC, cpus: Path = CPUS) -> Moment:
    """Read the counters. Never raises."""
    return Moment(_ticks(proc / "stat"), frequency_hz(cpus))


def between(before: Moment, after: Moment) -> Conditions:
    """Return what went on between two moments."""
    # Some kernels let a count fall by a little, which is no time passed.
    passed = {name: max(0, after.ticks[name] - before.ticks[name]) for name in before.ticks if name in after.ticks}
    counts = any(passed.values())  # some sandboxes show the file and leave it at zero
    return Conditions(
        busy_seconds=sum(passed[name] for name in _WORKING) / _TICKS_PER_SECOND if counts else None,
        steal_seconds=passed["steal"] / _TICKS_PER_SECOND if counts else None,
        frequency_before_hz=before.frequency_hz,
        frequency_after_hz=after.frequency_hz,
    )


def frequency_hz(cpus: Path = CPUS) -> float | None:
    """Return the present clock of the cores, on average."""
    known = [_number(path) for path in cpus.glob("cpu[0-9]*/cpufreq/scaling_cur_freq")]
    kilohertz = [value for value in known if value is not None]
    return 1000.0 * sum(kilohertz) / len(kilohertz) if kilohertz else None


def _ticks(path: Path) -> dict[str, int]:
    """Read the first line of /proc/stat: ``cpu`` and a count for each way a core can spend its time."""
    try:
        words = path.read_text("ascii", "replace").split("\n", 1)[0].split()
        counts = [int(word) for word in words[1:]]
    except (OSError, ValueError):
        return {}
    if words[:1] != ["cpu"] or len(counts) < len(_COLUMNS):
        return {}
    return dict(zip(_COLUMNS, counts))


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii", "replace"))
    except (OSError, ValueError):
        return None
