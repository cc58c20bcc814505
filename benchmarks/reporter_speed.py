"""How long ``benchverdict compare`` takes, as a ratio to ``pytest-benchmark compare`` on the same two files.

Whole processes, in turns, so that a busy machine slows both: only the ratios count. They run in a folder of their own,
because pytest-benchmark takes longer in a checkout with pytest plugins, and from bytecode, as installed programs do: a
checkout has none where PYTHONDONTWRITEBYTECODE is set. Reading is held against ``json.load`` of the same file. Run it
with ``python -m benchmarks.reporter_speed [--benchmarks 1000] [--rounds 20] [--turns 9]``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reporter.ingest import read_file

CHANGED = 11
"""Benchmarks whose head is slower by 30%: with the overview they make twelve charts."""


def main() -> int:
    """Measure and print; there is nothing to pass or fail here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--turns", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{side}.json" for side in ("base", "head")]
        for seed, file in enumerate(files):
            document = result_file(arguments.benchmarks, arguments.rounds, seed)
            file.write_text(json.dumps(document), encoding="utf-8")
        report(_seconds(_commands(files, Path(folder)), arguments.turns, folder), arguments)
        _report_reading(files[0], arguments.turns)
    return 0


def result_file(benchmarks: int, rounds: int, seed: int) -> dict[str, object]:
    """Make a pytest-benchmark document; seed 0 is the base."""
    generator = random.Random(seed)
    return {
        "machine_info": {"machine": "x86_64", "python_version": "3.11.7", "system": "Linux", "cpu": {"count": 2}},
        "commit_info": {"id": f"{seed:040x}", "dirty": False},
        "benchmarks": [_benchmark(index, rounds, generator, seed) for index in range(benchmarks)],
        "datetime": "2026-01-01T00:00:00+00:00",
        "version": "5.2.0",
    }


def _benchmark(index: int, rounds: int, generator: random.Random, seed: int) -> dict[str, object]:
    level = 1e-6 * (1 + index) * (1.3 if seed and index < CHANGED else 1.0)
    data = [level * (1 + abs(generator.gauss(0, 0.01))) for _ in range(rounds)]
    low, median, high = statistics.quantiles(data, n=4)
    mean = statistics.fmean(data)
    return {
        "group": None,
        "name": f"test_{index}",
        "fullname": f"benchmarks/test_suite.py::test_{index}",
        "params": None,
        "param": None,
        "extra_info": {},
        "options": {"min_rounds": 5, "max_time": 1.0, "min_time": 5e-6, "warmup": False},
        "stats": {
            "min": min(data), "max": max(data), "mean": mean, "stddev": statistics.stdev(data), "rounds": rounds,
            "median": median, "iqr": high - low, "q1": low, "q3": high, "iqr_outliers": 0, "stddev_outliers": 0,
            "outliers": "0;0", "ld15iqr": min(data), "hd15iqr": max(data), "ops": 1 / mean, "total": sum(data),
            "data": data, "iterations": 1,
        },
    }  # fmt: skip


def _commands(files: list[Path], folder: Path) -> dict[str, list[str]]:
    scripts = Path(sys.executable).parent
    base, head = map(str, files)
    ours = [str(scripts / "benchverdict"), "compare", "--baseline", base, "--head", head]
    light = ["--output", f"json:{folder}/verdict.json", "--output", f"markdown:{folder}/summary.md"]
    return {
        "pytest-benchmark compare": [str(scripts / "pytest-benchmark"), "compare", base, head],
        "benchverdict compare, JSON and Markdown": [*ours, *light],
        "the same with HTML and twelve charts": [*ours, *light, "--output", f"html:{folder}/report.html"],
    }


def _seconds(commands: dict[str, list[str]], turns: int, folder: str) -> dict[str, list[float]]:
    """Time every command once per turn, after one turn that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
    for turn in range(turns + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
            if turn:
                seconds[name].append(time.perf_counter() - start)
        print(f"turn {turn} of {turns}", file=sys.stderr)
    return seconds


def _report_reading(file: Path, turns: int) -> None:
    """Print how long reading one file takes, as a ratio to parsing it; the quickest of each, taken in turns."""
    parsing: list[float] = []
    reading: list[float] = []
    for _ in range(turns):
        start = time.perf_counter()
        with file.open(encoding="utf-8") as stream:
            json.load(stream)
        parsing.append(time.perf_counter() - start)
        start = time.perf_counter()
        read_file(file)
        reading.append(time.perf_counter() - start)
    print(f"{min(reading):7.3f} s  ratio {min(reading) / min(parsing):5.2f}  read_file, to json.load of the same file")


def report(seconds: dict[str, list[float]], arguments: argparse.Namespace) -> None:
    """Print median seconds and the median of the ratios turn by turn."""
    print(f"{arguments.benchmarks} benchmarks × {arguments.rounds} rounds, {arguments.turns} turns")
    first = next(iter(seconds.values()))
    for name, values in seconds.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(values, first, strict=True))
        print(f"{statistics.median(values):7.3f} s  ratio {ratio:5.2f}  {name}")


if __name__ == "__main__":
    sys.exit(main())
