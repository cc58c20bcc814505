"""``benchverdict read``: what a result file was understood as."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from reporter.commands import arguments as shared
from reporter.commands.configured import config_of
from reporter.commands.suites import suite_from
from reporter.ingest.run_files import inner_runs, read_run, together
from reporter.model import STATISTICS, Benchmark, Metric, Sample, Suite

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser
    from reporter.config import Config
    from reporter.shared.errors import InputError


def add_arguments(parser: CommandParser) -> None:
    """Add what ``read`` takes."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="each file, or folder of files, is one run")
    shared.add_input_format(parser, parser.add_group("input"))
    shared.add_place(parser, root=False)
    parser.add_examples("benchverdict read results.json", page="docs/formats.md")


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Read; return the exit code."""
    return read(tuple(arguments.files), arguments.input_format, arguments.name, config_of(arguments), stdout)


def read(paths: tuple[Path, ...], format_name: str | None, suite: str, config: Config, stdout: TextIO) -> int:
    """Print the files and folders as one suite in JSON, with every run they hold; base units, unknown is null.

    Raises:
        InputError: a file cannot be read.
    """
    problems: list[InputError] = []
    runs = together([read_run(path, format_name, problems) for path in paths])
    if problems:
        raise problems[0]
    every = [part for run in runs for part in inner_runs(run)]
    document = _document(suite_from(every, config, suite), sorted({file.format for run in runs for file in run}))
    stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    return 0


def _document(suite: Suite, formats: list[str]) -> dict[str, Any]:
    return {
        "schema": "suite/v1",
        "suite": suite.name,
        "formats": formats,
        "runs": suite.runs,
        "commit": suite.commit,
        "measured_at": suite.measured_at,
        "fingerprint": suite.fingerprint.to_json(),
        "benchmarks": [_benchmark(benchmark) for benchmark in suite.benchmarks],
        "warnings": [{"code": notice.code, "text": notice.text} for notice in suite.warnings],
    }


def _benchmark(benchmark: Benchmark) -> dict[str, Any]:
    return {
        "name": benchmark.name,
        "params": dict(benchmark.params),
        "category": benchmark.category,
        "error": benchmark.error,
        "metrics": [_metric(metric, sample) for metric, sample in benchmark.samples],
    }


def _metric(metric: Metric, sample: Sample) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "unit": metric.unit,
        "better": metric.better,
        "runs": [
            {name: _number(value) for name, value in zip(STATISTICS, row, strict=True)} | {"rounds": rounds.tolist()}
            for row, rounds in zip(sample.statistics.tolist(), sample.rounds, strict=True)
        ],
    }


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
