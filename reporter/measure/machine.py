"""How noisy this machine is: one fixed piece of work again and again, each time in a fresh process on one core."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from reporter.measure import conditions
from reporter.measure.conditions import CPUS, Conditions
from reporter.measure.paired.cores import Cores
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

RUN_SECONDS = 0.05
FEWEST_RUNS = 4
_PATIENCE_SECONDS = 60.0
_KERNEL = f"""\
import time

def work():
    table = {{}}
    for number in range(1000):
        key = str(number * number % 97)
        table[key] = table.get(key, 0) + len(key)
    return table

clock = time.perf_counter
best, end = float("inf"), clock() + {RUN_SECONDS}
while clock() < end:
    began = clock()
    work()
    best = min(best, clock() - began)
print(best)
"""
"""Strings, a dictionary and integers: what most Python does. A round takes about 0.2 ms."""


@dataclass(frozen=True)
class MachineSample:
    """What measuring the machine gave. ``values`` are the best round of each run in seconds; pair i is runs 2i, 2i + 1.

    ``cpu_seconds`` is our own work, ``clocks_hz`` the mean clock of the cores before each run. ``turbo`` is ``None``
    where it cannot be read, as is everything else.
    """

    values: tuple[float, ...]
    wall_seconds: float
    cpu_seconds: float
    conditions: Conditions
    clocks_hz: tuple[float, ...]
    load_average: float | None
    governor: str | None
    turbo: bool | None


def measure_machine(seconds: float, on_run: Callable[[float], None]) -> MachineSample:
    """Measure for so many seconds; ``on_run`` is called before each run with the seconds that have passed.

    Raises:
        UsageError: this Python cannot be started again.
    """
    cores = Cores(wanted=True)
    load, before, cpu = _load_average(), conditions.look(), _cpu_seconds()
    values: list[float] = []
    clocks: list[float | None] = []
    began = time.monotonic()
    passed = 0.0
    with cores.used():
        while passed < seconds or len(values) < FEWEST_RUNS:
            on_run(passed)
            clocks.append(conditions.frequency_hz())
            core = cores.of_pair(len(values) // 2)
            with core.lent() if core else nullcontext():
                values.append(_one_run())
            passed = time.monotonic() - began
    return MachineSample(
        values=tuple(values),
        wall_seconds=passed,
        cpu_seconds=_cpu_seconds() - cpu,
        conditions=conditions.between(before, conditions.look()),
        clocks_hz=tuple(clock for clock in clocks if clock is not None),
        load_average=load,
        governor=governor(),
        turbo=turbo(),
    )


def governor(cpus: Path = CPUS) -> str | None:
    """Return who chooses the clock of the cores: ``performance``, ``powersave`` …; several with commas."""
    found = sorted({_text(path) for path in cpus.glob("cpu[0-9]*/cpufreq/scaling_governor")} - {""})
    return ", ".join(found) or None


def turbo(cpus: Path = CPUS) -> bool | None:
    """Return whether cores may run above their nominal clock."""
    off = _text(cpus / "intel_pstate" / "no_turbo")
    if off in {"0", "1"}:
        return off == "0"
    boost = _text(cpus / "cpufreq" / "boost")
    return boost == "1" if boost in {"0", "1"} else None


def _one_run() -> float:
    command = [sys.executable, "-I", "-S", "-c", _KERNEL]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_SECONDS, check=True)
        return float(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        what = f"this Python cannot be started again: {error}"
        cure = "see the message; other programs of this job may be stopped in the same way"
        raise UsageError("cannot-start", what, where=sys.executable, cure=cure) from None


def _cpu_seconds() -> float:
    """Return the work of this process and of the children it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _load_average() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
