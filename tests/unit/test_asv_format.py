from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA, recorded

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = DATA / "asv" / "results"
[RESULT] = (RESULTS / "box").glob("*-*.json")


def of(file: FileReading, name: str) -> list[Reading]:
    return [entry for entry in file.readings if entry.name == name]


def test_samples_of_each_combination_are_its_values_and_skipped_ones_are_left_out() -> None:
    raw = json.loads(RESULT.read_text())["results"]["shop.Shop.time_repeat"]
    readings = of(read_file(RESULT), "shop.Shop.time_repeat")
    assert [dict(entry.params)["size"] + dict(entry.params)["letter"] for entry in readings] == [
        "10'a'",
        "10'b'",
        "100'a'",
    ]
    assert [list(entry.values) for entry in readings] == raw[11][:3]
    assert {entry.metric for entry in readings} == {Metric(name="time", unit="s", better="lower")}


def test_failure_is_errored_and_units_are_those_of_the_list_of_benchmarks() -> None:
    file = read_file(RESULT)
    assert [entry.error for entry in of(file, "shop.Broken.time_fails")] == ["the benchmark failed"]
    [tracked] = of(file, "shop.Counted.track_widgets")
    assert tracked.metric == Metric(name="value", unit="widgets", better=None)
    assert list(tracked.values) == [7]
    assert of(file, "shop.mem_list")[0].metric == Metric(name="memory", unit="B", better="lower")
    assert file.commit == json.loads(RESULT.read_text())["commit_hash"]


def test_whole_results_folder_is_one_run() -> None:
    suite = assemble([[read_file(path) for path in recorded("asv")]], suite="s")
    assert len(suite.benchmarks) == 6


def test_without_the_list_the_kind_follows_from_the_name(tmp_path: Path) -> None:
    shutil.copy(RESULT, tmp_path / "result.json")
    file = read_file(tmp_path / "result.json")
    assert of(file, "shop.mem_list")[0].metric.name == "memory"
    assert of(file, "shop.Counted.track_widgets")[0].metric == Metric(name="value", unit="1", better=None)
    assert "param1" in dict(of(file, "shop.Shop.time_repeat")[0].params)


def small(tmp_path: Path, **results: Any) -> Path:
    document = {"commit_hash": "0123456789", "requirements": {}, "version": 1, "results": results}
    path = tmp_path / "small.json"
    path.write_text(json.dumps({**document, "benchmark_version": {"time_a": "1"}}))
    return path


def test_layout_1_is_read_with_its_failures_and_versions(tmp_path: Path) -> None:
    table = {"params": [["1", "2", "3"]], "result": [1, 4, None], "stats": [{"q_25": 0.5, "q_75": 2}, None, None]}
    path = small(tmp_path, time_a=0.5, time_b=None, time_skipped=float("nan"), time_c=table)
    file = read_file(path)
    assert [(entry.name, entry.error) for entry in file.readings] == [
        ("time_a", None),
        ("time_b", "the benchmark failed"),
        ("time_c", None),
        ("time_c", None),
        ("time_c", "the benchmark failed"),
    ]
    assert file.readings[0].params == (("version", "1"),)
    assert file.readings[2].known == {"q25": 0.5, "median": 1, "q75": 2}
    assert list(file.readings[3].values) == [4]


@pytest.mark.parametrize(
    ("result", "place"),
    [
        ("text", "results.time_x"),
        ({"params": [["1", "2"]], "result": [1]}, "results.time_x"),
        ({"params": [5], "result": [1]}, "results.time_x.params"),
        ({"params": [["1"] * 2000] * 4, "result": [1]}, "results.time_x.params"),
        ([[1], []], "result_columns"),
    ],
)
def test_broken_result_names_the_place(tmp_path: Path, result: Any, place: str) -> None:
    path = small(tmp_path, time_x=result)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")
