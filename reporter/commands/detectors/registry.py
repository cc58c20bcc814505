"""The tools that ``init`` looks for, in the order in which one is chosen where all else is equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.commands.detectors import (
    asv,
    benchmark_js,
    benchmarkdotnet,
    cargo,
    catch2,
    go,
    google_benchmark,
    jmh_gradle,
    jmh_maven,
    k6,
    locust,
    pyperf,
    pytest_benchmark,
    pytest_codspeed,
    tinybench,
    vitest,
)

if TYPE_CHECKING:
    from reporter.commands.detectors.found import Detector, Found
    from reporter.commands.detectors.project import Project

DETECTORS: tuple[tuple[str, Detector], ...] = (
    ("pytest-benchmark", pytest_benchmark.look),
    ("pytest-codspeed", pytest_codspeed.look),
    ("asv", asv.look),
    ("pyperf", pyperf.look),
    ("Go", go.look),
    ("Criterion, libtest, bencher and divan of cargo", cargo.look),
    ("Google Benchmark", google_benchmark.look),
    ("Catch2", catch2.look),
    ("Vitest", vitest.look),
    ("Benchmark.js", benchmark_js.look),
    ("tinybench", tinybench.look),
    ("JMH with Gradle", jmh_gradle.look),
    ("JMH with Maven", jmh_maven.look),
    ("BenchmarkDotNet", benchmarkdotnet.look),
    ("k6", k6.look),
    ("Locust", locust.look),
)
"""Each tool with its name for people."""


def found_in(project: Project) -> list[Found]:
    """Return what every detector finds, what is chosen first of all in front.

    That is what can be run and read, no load test, in the most files.
    """
    found = [each for _, look in DETECTORS for each in look(project)]
    return sorted(found, key=lambda each: (not each.command, each.is_load_test, -each.files))
