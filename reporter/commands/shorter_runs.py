"""By which option of its tool a run becomes shorter: advice for who has too little time for pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest import (
    benchmarkdotnet,
    catch2,
    criterion,
    go_testing,
    google_benchmark,
    hyperfine,
    jmh,
    pyperf,
    pytest_benchmark,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_OPTIONS = {
    benchmarkdotnet.name: "`--job short` of BenchmarkDotNet",
    catch2.name: "`--benchmark-samples` of Catch2",
    criterion.name: "`--measurement-time` of Criterion",
    go_testing.name: "`-benchtime` of Go",
    google_benchmark.name: "`--benchmark_min_time` of Google Benchmark",
    hyperfine.name: "`--runs` of hyperfine",
    jmh.name: "`-f`, `-wi` and `-i` of JMH",
    pyperf.name: "`--fast` of pyperf",
    pytest_benchmark.name: "`--benchmark-max-time` of pytest-benchmark",
}
_ANY_TOOL = "fewer benchmarks in the command, or shorter ones"


def shorter_run(formats: Collection[str], *, shortened: bool = False) -> str:
    """Return what makes a run of these result formats shorter.

    With ``shortened`` the runs of pytest-benchmark are as short as they get, and its option would do nothing.
    """
    known = set(formats) - ({pytest_benchmark.name} if shortened else set())
    return " and ".join(_OPTIONS[name] for name in sorted(known) if name in _OPTIONS) or _ANY_TOOL
