from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA, recorded

if TYPE_CHECKING:
    from pathlib import Path

TARGET = DATA / "criterion" / "target"
NEW = TARGET / "Shop" / "buy" / "20" / "new"


def test_samples_are_divided_by_their_iterations_and_named_by_the_file_beside_them() -> None:
    [reading] = read_file(NEW / "sample.json").readings
    assert reading.name == "Shop/buy/20"
    assert reading.metric == Metric(name="time", unit="s", better="lower")
    assert list(reading.values) == pytest.approx([15e-9, 16.5e-9, 15e-9, 16.5e-9])


def test_whole_target_folder_is_one_run_of_one_benchmark() -> None:
    files = [read_file(path) for path in recorded("criterion") if TARGET in path.parents]
    assert len(files) == 9
    assert len(assemble([files], suite="s").benchmarks) == 1


def test_old_layout_raw_table_and_estimates_are_read_when_there_is_nothing_better(tmp_path: Path) -> None:
    for file in NEW.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "sample.json").write_text("[[2,4],[10.0,24.0]]")
    [old] = read_file(tmp_path / "sample.json").readings
    assert list(old.values) == pytest.approx([5e-9, 6e-9])
    (tmp_path / "sample.json").unlink()
    [estimates] = read_file(tmp_path / "estimates.json").readings
    assert estimates.known == pytest.approx({"mean": 15.75e-9, "median": 15.75e-9})
    raw = tmp_path / "raw.csv"
    raw.write_text("group,function,value,sample_time_nanos,iteration_count\nShop,buy,20,10,2\nShop,buy,20,24,4\n")
    [table] = read_file(raw).readings
    assert table.name == "Shop/buy/20"
    assert list(table.values) == pytest.approx([5e-9, 6e-9])
    assert read_file(tmp_path / "estimates.json").companion


def test_sample_without_its_name_is_refused_with_what_to_do(tmp_path: Path) -> None:
    shutil.copy(NEW / "sample.json", tmp_path)
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "sample.json")
    assert "benchmark.json" in caught.value.what


@pytest.mark.parametrize(
    "sample", ['{"iters": [0], "times": [5]}', '{"iters": [1], "times": []}', '{"iters": 1, "times": []}']
)
def test_broken_sample_is_refused(tmp_path: Path, sample: str) -> None:
    shutil.copy(NEW / "benchmark.json", tmp_path)
    (tmp_path / "sample.json").write_text(sample)
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "sample.json")
    assert caught.value.code == "broken-result"


def test_null_and_nan_times_are_errored(tmp_path: Path) -> None:
    shutil.copy(NEW / "benchmark.json", tmp_path)
    (tmp_path / "sample.json").write_text(json.dumps({"iters": [1, 1], "times": [float("nan"), 2]}))
    assert read_file(tmp_path / "sample.json").readings[0].error == "a value is NaN"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_gives_the_estimate_and_never_the_comparison(tmp_path: Path, end: str) -> None:
    path = tmp_path / "output.txt"
    path.write_bytes((DATA / "criterion" / "output.txt").read_bytes().replace(b"\n", end.encode()))
    readings = read_file(path).readings
    long = "Shop/a name that is longer than its column"
    assert [(entry.name, entry.metric.name, entry.metric.unit) for entry in readings] == [
        ("Shop/search 'a b'", "time", "s"),
        ("Shop/search 'a b'", "throughput", "1/s"),
        (long, "time", "s"),
        (long, "throughput", "B/s"),
    ]
    assert [entry.values[0] for entry in readings] == pytest.approx([2.0688e-6, 483370, 1.25e-3, 800 * 2**20])
