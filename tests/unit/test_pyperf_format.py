from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyperf
import pytest

from reporter.ingest import assemble, read_file
from reporter.model import COLUMN, Metric
from reporter.shared.errors import InputError

DATA = Path(__file__).parents[1] / "data" / "pyperf"
RECORDED = sorted(path.name for path in DATA.glob("*.json*"))


@pytest.mark.parametrize("recorded", RECORDED)
def test_values_are_those_that_pyperf_reads(recorded: str) -> None:
    theirs = pyperf.BenchmarkSuite.load(str(DATA / recorded))
    ours = read_file(DATA / recorded).readings
    assert [reading.name for reading in ours] == [entry.get_name() for entry in theirs]
    for reading, entry in zip(ours, theirs, strict=True):
        assert [list(run) for run in reading.runs] == [list(run.values) for run in entry.get_runs() if run.values]


def test_every_process_is_an_inner_run_and_calibration_is_none() -> None:
    raw = json.loads((DATA / "calibrated.json").read_text("utf-8"))
    assert len(raw["benchmarks"][0]["runs"]) == 4
    assert len(read_file(DATA / "calibrated.json").readings[0].runs) == 3


def test_a_file_is_one_run_however_many_processes_pyperf_started() -> None:
    file = read_file(DATA / "timeit.json")
    suite = assemble([[file], [], [file]], suite="s")
    sample = suite.benchmarks[0].samples[0][1]
    assert suite.runs == 3
    assert [len(run) for run in sample.rounds] == [6, 0, 6]
    assert np.isnan(sample.statistics[1]).all()
    lowest = [min(run) for run in file.readings[0].runs]
    assert sample.statistics[0, COLUMN["min"]] == pytest.approx(np.exp(np.mean(np.log(lowest))))


def test_memory_is_in_bytes() -> None:
    suite = assemble([[read_file(DATA / "memory.json")]], suite="s")
    metric, sample = suite.benchmarks[0].samples[0]
    assert metric == Metric(name="memory", unit="B", better="lower")
    assert (sample.statistics[:, 1] > 1e6).all()


def test_machine_is_read_from_the_common_metadata() -> None:
    fingerprint = read_file(DATA / "suite.json").fingerprint
    assert (fingerprint.os, fingerprint.architecture) == ("Linux", "x86_64")
    assert fingerprint.cpu_model
    assert (fingerprint.language or "").startswith("CPython 3.")


def small(tmp_path: Path, runs: list[Any], **metadata: Any) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"version": "1.0", "metadata": metadata, "benchmarks": [{"runs": runs}]}))
    return path


def test_name_may_be_missing_or_in_the_only_run(tmp_path: Path) -> None:
    assert read_file(small(tmp_path, [{"values": [1.0]}])).readings[0].name == "unnamed"
    named = small(tmp_path, [{"values": [1], "metadata": {"name": "only", "unit": "integer"}}])
    assert read_file(named).readings[0].name == "only"
    assert read_file(named).readings[0].metric == Metric(name="value", unit="1", better="lower")


def test_only_calibration_or_nan_is_errored(tmp_path: Path) -> None:
    calibrated = small(tmp_path, [{"warmups": [[1, 0.5]]}], name="a")
    assert read_file(calibrated).readings[0].error == "none of its 1 runs has a value"
    nan = small(tmp_path, [{"values": [0.1]}, {"values": [math.nan]}], name="a")
    assert read_file(nan).readings[0].error == "a value is NaN"


@pytest.mark.parametrize(
    ("runs", "metadata", "place"),
    [
        ([5], {}, "benchmarks[0].runs[0]"),
        ([{"values": 5}], {}, "benchmarks[0].runs[0].values"),
        ([{"values": [5]}], {"unit": "furlong"}, "benchmarks[0].metadata.unit"),
        ([{"values": [5]}], {"name": ["x"]}, "benchmarks[0].metadata.name"),
    ],
)
def test_broken_layout_names_the_place(tmp_path: Path, runs: list[Any], metadata: dict[str, Any], place: str) -> None:
    path = small(tmp_path, runs, **metadata)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")
