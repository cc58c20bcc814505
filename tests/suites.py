"""Suites made from plain numbers, for tests of everything behind the reading of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.model import STATISTICS, Baseline, BaselineSource, Benchmark, Metric, Sample, Suite
from reporter.shared.model import Fingerprint
from reporter.store.history import session_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.model import Better

TIME = Metric(name="time", unit="s", better="lower")
MACHINE = Fingerprint(cpu_model="Test CPU", cores=2, architecture="x86_64", os="Linux", language="CPython 3.11")


def sample_of(runs: Sequence[Sequence[float]]) -> Sample:
    """Make a sample from round values per run; an empty run is one that lacks the benchmark."""
    rows = []
    for values in runs:
        if not len(values):
            rows.append([np.nan] * len(STATISTICS))
            continue
        low = np.quantile(values, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1])
        rows.append([len(values), *low, float(np.mean(values))])
    return Sample(statistics=np.array(rows), rounds=tuple(np.asarray(values, dtype=float) for values in runs))


def suite_of(
    benchmarks: Mapping[str, Sequence[Sequence[float]]],
    *,
    better: Better | None = "lower",
    unit: str = "s",
    fingerprint: Fingerprint = MACHINE,
    commit: str | None = None,
    plan: str = "whole",
) -> Suite:
    """Make a suite from round values per run and benchmark."""
    metric = Metric(name="time", unit=unit, better=better)
    runs = max((len(values) for values in benchmarks.values()), default=0)
    return Suite(
        name="suite",
        benchmarks=tuple(
            Benchmark(name=name, samples=((metric, sample_of(values)),)) for name, values in benchmarks.items()
        ),
        runs=runs,
        fingerprint=fingerprint,
        commit=commit,
        plan=plan,
    )


def baseline_of(suites: Sequence[Suite]) -> Baseline:
    """Make a baseline whose history is these suites, oldest first."""
    return Baseline(
        suite=suites[-1],
        history=tuple(session_of(suite) for suite in suites),
        source=BaselineSource(commit=suites[-1].commit),
    )


def noisy_runs(
    generator: np.random.Generator, *, level: float = 1e-3, sd: float = 0.01, runs: int = 5, rounds: int = 60
) -> list[list[float]]:
    """Draw runs whose true level differs by log-normal run effects, with skewed rounds above it."""
    levels = level * np.exp(generator.normal(0, sd, runs))
    return [(run * (1 + generator.exponential(0.02, rounds))).tolist() for run in levels]
