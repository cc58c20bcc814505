"""Suites made from run statistics: what the engine is given, without the round values it does not decide on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.model import STATISTICS, Baseline, BaselineSource, Benchmark, Metric, Sample, Suite
from reporter.shared.model import Fingerprint
from reporter.store.history import session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray

TIME = Metric(name="time", unit="s", better="lower")
MACHINE = Fingerprint(cpu_model="the recording machine", cores=2, architecture="x86_64", os="Linux")
_COUNT = STATISTICS.index("n")


def suite_of(names: Sequence[str], statistics: FloatArray, fingerprint: Fingerprint = MACHINE) -> Suite:
    """Make a suite from benchmarks × runs × ``STATISTICS``."""
    return Suite(
        name="suite",
        benchmarks=tuple(
            Benchmark(name=name, samples=((TIME, Sample(statistics=statistics[index], rounds=())),))
            for index, name in enumerate(names)
        ),
        runs=statistics.shape[1],
        fingerprint=fingerprint,
    )


def baseline_of(sessions: Sequence[Suite]) -> Baseline:
    """Make a baseline from suites, oldest first; each one is a job of its own."""
    return Baseline(
        suite=sessions[-1],
        history=tuple(session_of(suite) for suite in sessions),
        source=BaselineSource(commit=None),
    )


def slowed(statistics: FloatArray, factor: FloatArray) -> FloatArray:
    """Multiply all times by ``factor`` (benchmarks × runs); the number of rounds stays."""
    times = statistics * factor[:, :, None]
    times[:, :, _COUNT] = statistics[:, :, _COUNT]
    return np.asarray(times)
