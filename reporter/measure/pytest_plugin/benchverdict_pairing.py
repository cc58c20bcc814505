"""A pytest plugin that measure puts in place for pairs: short runs, and equal rounds and iterations on both sides.

pytest-benchmark calibrates in each process, noisily: one side may time 4 calls a round and the other 5, and then their
minima are not of the same thing. The first run of a measuring writes the file that BENCHVERDICT_CALIBRATION names, and
every later run, of either side, takes its rounds and iterations from there. Settings in markers are overruled too,
because they would beat a command line; pedantic benchmarks keep what their authors fixed.

Standard library only. Where pytest-benchmark is missing, or calibrates in another way, it does nothing.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

FEWEST_ROUNDS = 50
FEWEST_SLOW_ROUNDS = 5
TICKS_PER_ROUND = 1000
MOST_SECONDS = 1.0


def pytest_configure(config: Any) -> None:
    """Take the place of the calibration, when measure asks for it and pytest-benchmark is there."""
    path = os.environ.get("BENCHVERDICT_CALIBRATION")
    if not path or not config.pluginmanager.hasplugin("benchmark"):
        return
    from pytest_benchmark.fixture import BenchmarkFixture

    if hasattr(BenchmarkFixture, "_calibrate_timer"):
        config.pluginmanager.register(_Calibration(path, BenchmarkFixture), "benchverdict-calibration")


def rounds_for(round_seconds: float, seconds: float) -> int:
    """Choose how many rounds of ``round_seconds`` a run has: ``seconds`` worth, at least 50, few where they are long.

    A benchmark of which 50 rounds would take more than a second gets what fits into that, and never fewer than five.
    """
    fitting = math.ceil(seconds / max(round_seconds, 1e-9))
    affordable = int(MOST_SECONDS / max(round_seconds, 1e-9))
    return max(fitting, min(FEWEST_ROUNDS, max(FEWEST_SLOW_ROUNDS, affordable)))


class _Calibration:
    def __init__(self, path: str, fixture_class: Any) -> None:
        self.path = path
        self.seconds = float(os.environ.get("BENCHVERDICT_SECONDS", "0.05"))
        self.known = _load(path)
        self.found: dict[str, dict[str, int]] = {}
        self.fixture_class = fixture_class
        self.original = fixture_class._calibrate_timer
        calibration = self
        fixture_class._calibrate_timer = lambda fixture, runner: calibration.calibrate(fixture, runner)

    def calibrate(self, fixture: Any, runner: Any) -> tuple[float, int, range]:
        """Give what ``_calibrate_timer`` gives: seconds of a round, iterations, and the range of its loop or None."""
        fixed = self.known.get(fixture.fullname)
        if fixed is None:
            fixture._calibration_precision = max(fixture._calibration_precision, TICKS_PER_ROUND)
            duration, iterations, _ = self.original(fixture, runner)
            fixed = {"iterations": iterations, "rounds": rounds_for(duration, self.seconds)}
            self.found[fixture.fullname] = fixed
        fixture._min_rounds = fixed["rounds"]
        # With no time to fill, pytest-benchmark runs exactly the fewest rounds.
        fixture._max_time = 0.0
        fixture._warmup = False
        fixture._precision = None
        return 1.0, fixed["iterations"], range(fixed["iterations"])

    def pytest_unconfigure(self) -> None:
        """Leave what this run found for the next ones."""
        self.fixture_class._calibrate_timer = self.original
        if self.found:
            temporary = Path(f"{self.path}.{os.getpid()}")
            temporary.write_text(json.dumps({**self.known, **self.found}), encoding="utf-8")
            temporary.replace(self.path)


def _load(path: str) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return known
