"""How long a store takes that has many rows: ``python -m benchmarks.store_times PLACE [--rows N]``.

A row is one run of one benchmark. PLACE is filled by a suite of its own with sessions of 2,000 benchmarks, each of one
run; then one more session is appended, the baseline is found, and the history of one benchmark is read. With
``--imports`` the results of a generated asv project and a generated ``data.js`` are imported as well. Credentials and
addresses of servers come from the environment, as always.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reporter.cli import main as benchverdict
from reporter.model import STATISTICS, Baseline, BaselineSource, Benchmark, Metric, Sample, Suite
from reporter.shared.model import Fingerprint
from reporter.store.history import session_of
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARKS = 2_000
TIME = Metric(name="time", unit="s", better="lower")
FIRST = 1_600_000_000.0
ASV_RESULTS = 2_000
DATA_JS_BYTES = 4_000_000
REPEATS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--benchmarks", type=int, default=BENCHMARKS, metavar="N", help="of each session")
    parser.add_argument("--imports", action="store_true", help="import from asv and github-action-benchmark too")
    arguments = parser.parse_args()
    suite = f"times {time.time_ns()}"
    sessions = arguments.rows // arguments.benchmarks
    store = open_store(arguments.place)

    def add(number: int) -> None:
        open_store(arguments.place).save(measuring(suite, number, arguments.benchmarks))

    def fill() -> None:
        with ThreadPoolExecutor(2) as writers:
            list(writers.map(add, range(sessions)))

    print(f"{sessions} sessions of {arguments.benchmarks} benchmarks: filled in {_seconds(fill):.1f} s")
    numbers = iter(range(sessions, sessions + REPEATS))
    _tell("append one session", lambda: store.save(measuring(suite, next(numbers), arguments.benchmarks)))
    _tell("find the baseline", lambda: store.find(suite))
    _tell("history of one benchmark", lambda: store.history(suite, "benchmark 7"))
    if arguments.imports:
        _import(arguments.place, suite)
    return 0


def measuring(suite: str, number: int, benchmarks: int) -> Baseline:
    """Make what one job saves."""
    chance = np.random.default_rng(number)
    tables = np.exp(chance.normal(0, 0.01, (benchmarks, 1, len(STATISTICS)))) * 1e-3
    tables[:, :, 0] = 60
    made = Suite(
        name=suite,
        runs=1,
        commit=f"{number:040x}",
        measured_at=FIRST + 3_600 * number,
        fingerprint=Fingerprint(cpu_model="Some CPU", cores=4, os="debian 12", language="CPython 3.13"),
        benchmarks=tuple(
            Benchmark(name=f"benchmark {each}", samples=((TIME, Sample(statistics=table, rounds=(np.empty(0),))),))
            for each, table in enumerate(tables)
        ),
    )
    return Baseline(suite=made, history=(session_of(made),), source=BaselineSource(commit=made.commit))


def _tell(what: str, do: Callable[[], object]) -> None:
    taken = sorted(_seconds(do) for _ in range(REPEATS))
    middle, low, high = (1e3 * taken[place] for place in (REPEATS // 2, 0, -1))
    print(f"{what}: {middle:.0f} ms (median of {REPEATS}, {low:.0f} to {high:.0f})")


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _import(place: str, suite: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asv, data = Path(folder) / "results", Path(folder) / "data.js"
        _write_asv(asv)
        data.write_text(_data_js())
        for source in (asv, data):
            call = ["history", "import", str(source), "--store", place, "--name", f"{suite} {source.name}"]
            output = io.StringIO()
            taken = _seconds(lambda call=call, output=output: benchverdict(call, output, sys.stderr))  # type: ignore[misc]
            print(f"{output.getvalue().splitlines()[0]}\n  {source.name}: {taken:.1f} s")


def _write_asv(folder: Path) -> None:
    """Write results as asv 0.6 does: a file for each commit, and one that describes the benchmarks."""
    machine = folder / "machine"
    machine.mkdir(parents=True)
    (machine / "machine.json").write_text(json.dumps({"machine": "machine", "cpu": "Some CPU", "version": 1}))
    columns = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"]
    for number in range(ASV_RESULTS):
        chance = np.random.default_rng(number)
        values = (1e-3 * np.exp(chance.normal(0, 0.01, 20))).tolist()
        results = {f"suite.time_{each}": [[value], [], "v1"] for each, value in enumerate(values)}
        document = {
            "commit_hash": f"{number:040x}",
            "date": int((FIRST + 3_600 * number) * 1e3),
            "env_name": "python3.13",
            "env_vars": {},
            "params": {"machine": "machine", "python": "3.13", "cpu": "Some CPU"},
            "python": "3.13",
            "requirements": {},
            "result_columns": columns,
            "results": results,
            "durations": {},
            "version": 2,
        }
        (machine / f"{number:08x}-python3.13.json").write_text(json.dumps(document))
    described = {
        f"suite.time_{each}": {
            "name": f"suite.time_{each}",
            "type": "time",
            "unit": "seconds",
            "params": [],
            "version": "v1",
        }
        for each in range(20)
    }
    (folder / "benchmarks.json").write_text(json.dumps({**described, "version": 2}))


def _data_js() -> str:
    """Return a history as github-action-benchmark keeps it, of the size of those that are years old."""
    entries: list[dict[str, object]] = []
    size = 0
    while size < DATA_JS_BYTES:
        number = len(entries)
        benches = [
            {"name": f"test_{each}", "value": 1000.0 + number % 17, "unit": "iter/sec", "range": "stddev: 0.001"}
            for each in range(40)
        ]
        commit = {
            "id": f"{number:040x}",
            "message": "a change",
            "timestamp": "2024-01-01T00:00:00Z",
            "url": "",
            "author": {},
        }
        entry = {"commit": commit, "date": (FIRST + 3_600 * number) * 1e3, "tool": "pytest", "benches": benches}
        entries.append(entry)
        size += len(json.dumps(entry))
    document = {"lastUpdate": 0, "repoUrl": "", "entries": {"Benchmark": entries}}
    return f"window.BENCHMARK_DATA = {json.dumps(document)}"


if __name__ == "__main__":
    sys.exit(main())
