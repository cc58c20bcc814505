from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

GOOGLE = DATA / "google-benchmark"


def of(file: FileReading, name: str, metric: str) -> Reading:
    [found] = [entry for entry in file.readings if (entry.name, entry.metric.name) == (name, metric)]
    return found


def raw(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((GOOGLE / name).read_text())["benchmarks"]
    return entries


def small(tmp_path: Path, *entries: Any) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"context": {}, "benchmarks": entries}))
    return path


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "real_time": 5, "cpu_time": 4, "time_unit": "ns", **more}


def test_repetitions_are_the_rounds_in_seconds_and_their_sums_are_left_out() -> None:
    file = read_file(GOOGLE / "repeated.json")
    assert {reading.name for reading in file.readings} == {
        "Repeat/8/iterations:50",
        "Repeat/4096/iterations:50",
        "Slow/iterations:20",
        "Fails",
    }
    slow = [line for line in raw("repeated.json") if line["name"] == "Slow/iterations:20"]
    assert list(of(file, "Slow/iterations:20", "time").values) == pytest.approx([e["real_time"] * 1e-6 for e in slow])
    assert list(of(file, "Slow/iterations:20", "cpu_time").values) == pytest.approx(
        [e["cpu_time"] * 1e-6 for e in slow]
    )
    assert len(slow) == 3


def test_only_aggregates_give_statistics() -> None:
    file = read_file(GOOGLE / "aggregates.json")
    [mean] = [line for line in raw("aggregates.json") if line["name"] == "Slow/iterations:20_mean"]
    slow = of(file, "Slow/iterations:20", "time")
    assert slow.known.keys() == {"n", "mean", "median"}
    assert slow.known["n"] == mean["repetitions"]
    assert slow.known["mean"] == pytest.approx(mean["real_time"] * 1e-6)
    [line] = [line for line in raw("aggregates.json") if line["name"] == "Repeat/8/iterations:50_median"]
    assert of(file, "Repeat/8/iterations:50", "bytes_per_second").known["median"] == line["bytes_per_second"]


def test_failed_benchmark_is_errored_and_fits_are_left_out() -> None:
    suite = assemble([[read_file(GOOGLE / "once.json")]], suite="s")
    assert {b.name: b.error for b in suite.benchmarks if b.error} == {"Fails": "the benchmark failed: no data"}
    assert not [b.name for b in suite.benchmarks if "BigO" in b.name or "RMS" in b.name]
    assert "debug-build" in {notice.code for notice in suite.warnings}


def test_rates_are_better_when_higher_and_counters_undeclared() -> None:
    file = read_file(GOOGLE / "once.json")
    [line] = [line for line in raw("once.json") if line["name"] == "Repeat/8/iterations:50"]
    rate = of(file, "Repeat/8/iterations:50", "bytes_per_second")
    assert rate.metric == Metric(name="bytes_per_second", unit="B/s", better="higher")
    assert list(rate.values) == [line["bytes_per_second"]]
    assert of(file, "Repeat/8/iterations:50", "widgets").metric.better is None
    assert {reading.metric.name for reading in file.readings} == {"time", "cpu_time", "bytes_per_second", "widgets"}


def test_sums_in_files_older_than_their_mark_are_left_out(tmp_path: Path) -> None:
    path = small(tmp_path, entry("A"), entry("A"), entry("A_mean"), entry("A_stddev"), entry("B_mean"))
    assert {reading.name for reading in read_file(path).readings} == {"A", "B_mean"}


def test_bare_nan_is_errored(tmp_path: Path) -> None:
    time = read_file(small(tmp_path, entry("A", real_time=float("nan")))).readings[0]
    assert time.error == "a value is NaN"


def test_aggregate_of_no_known_kind_is_errored(tmp_path: Path) -> None:
    [reading] = read_file(small(tmp_path, entry("A", run_type="aggregate", aggregate_name=["x"]))).readings
    assert reading.error == "only a sum of repetitions is there, of no known kind"


@pytest.mark.parametrize(
    ("second", "place"),
    [
        (5, "benchmarks[1]"),
        (entry("B", time_unit="weeks"), "benchmarks[1].time_unit"),
        (entry("B", time_unit=["ns"]), "benchmarks[1].time_unit"),
        (entry(""), "benchmarks[1].name"),
    ],
)
def test_broken_entry_names_its_place(tmp_path: Path, second: Any, place: str) -> None:
    path = small(tmp_path, entry("A"), second)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")
