from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reporter.ingest import assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

RESULT = DATA / "jmh" / "result.json"


def test_forks_are_runs_and_operations_per_time_are_better_when_higher() -> None:
    throughput, allocated, collecting, *_ = read_file(RESULT).readings
    assert throughput.metric == Metric(name="throughput", unit="1/s", better="higher")
    assert [list(run) for run in throughput.runs] == [[240e3, 250e3], [260e3, 250e3]]
    assert throughput.params == (("mode", "thrpt"), ("threads", "2"))
    assert allocated.metric == Metric(name="gc.alloc.rate.norm", unit="B", better="lower")
    assert collecting.metric == Metric(name="gc.time", unit="s", better=None)


def test_modes_of_one_method_are_two_benchmarks() -> None:
    average, sampled = read_file(RESULT).readings[3:]
    assert average.params == (("jmh.mode", "avgt"), ("mode", "fast"), ("size", "10"), ("threads", "2"))
    assert sampled.params == (("jmh.mode", "sample"), ("mode", "fast"), ("size", "10"), ("threads", "2"))
    assert [list(run) for run in average.runs] == [pytest.approx([2.25e-6, 2.75e-6])]
    assert sampled.known == pytest.approx(
        {"n": 9, "min": 1e-6, "median": 1.5e-6, "q90": 3e-6, "p95": 4e-6, "p99": 5e-6, "max": 8e-6, "mean": 2e-6}
    )
    assert len(assemble([[read_file(RESULT)]], suite="s").benchmarks) == 3


def small(tmp_path: Path, **primary: Any) -> Path:
    metric = {"score": 5, "scoreUnit": "ns/op", **primary}
    path = tmp_path / "small.json"
    path.write_text(json.dumps([{"benchmark": "a", "mode": "avgt", "primaryMetric": metric}]))
    return path


def test_text_nan_is_errored(tmp_path: Path) -> None:
    assert read_file(small(tmp_path, score="NaN")).readings[0].error == "mean: a value is NaN"
    assert read_file(small(tmp_path, rawData=[[1, "NaN"]])).readings[0].error == "a value is NaN"


@pytest.mark.parametrize(
    ("primary", "place"),
    [
        ({"scoreUnit": None}, "[0].primaryMetric.scoreUnit"),
        ({"rawData": 5}, "[0].primaryMetric.rawData"),
        ({"rawData": [[1], 5]}, "[0].primaryMetric.rawData[1]"),
    ],
)
def test_broken_layout_names_the_place(tmp_path: Path, primary: dict[str, Any], place: str) -> None:
    path = small(tmp_path, **primary)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")
