from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

GO = DATA / "go"
ONE = "example.test/shop/one"
TWO = "example.test/shop/two"


def of(file: FileReading, name: str, metric: str) -> Reading:
    [found] = [entry for entry in file.readings if (entry.name, entry.metric.name) == (name, metric)]
    return found


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bench.txt"
    path.write_text(text)
    return path


def test_repeated_lines_are_the_rounds_and_units_are_base_units() -> None:
    file = read_file(GO / "counted.txt")
    lines = [line.split() for line in (GO / "counted.txt").read_text().splitlines() if "text=short" in line]
    label = f"{ONE}.BenchmarkRepeat/text=short-2"
    time = of(file, label, "time")
    assert list(time.values) == pytest.approx([float(words[2]) * 1e-9 for words in lines])
    assert len(lines) == 3
    assert list(of(file, label, "throughput").values) == pytest.approx([float(words[4]) * 1e6 for words in lines])
    assert list(of(file, label, "memory").values) == [512, 512, 512]
    assert of(file, label, "allocations").metric == Metric(name="allocations", unit="1", better="lower")
    assert of(file, f"{ONE}.BenchmarkOwnUnit-2", "widgets/op").metric.better is None
    assert (file.fingerprint.os, file.fingerprint.architecture) == ("linux", "amd64")


def test_same_name_in_two_packages_is_two_benchmarks() -> None:
    names = {entry.name for entry in read_file(GO / "packages.txt").readings}
    assert {f"{ONE}.BenchmarkOwnUnit-2", f"{TWO}.BenchmarkOwnUnit-2"} <= names


def test_numbers_on_a_line_of_their_own_belong_to_the_name_before() -> None:
    talks = of(read_file(GO / "packages.txt"), f"{TWO}.BenchmarkTalks-2", "time")
    assert list(talks.values) == pytest.approx([4386e-9])


def test_failure_is_errored_under_the_name_it_has_when_it_works() -> None:
    suite = assemble([[read_file(GO / "packages.txt")]], suite="s")
    assert {benchmark.name: benchmark.error for benchmark in suite.benchmarks if benchmark.error} == {
        f"{TWO}.BenchmarkFails-2": "the benchmark failed"
    }
    assert "failed-packages" in {notice.code for notice in suite.warnings}


def test_configuration_tells_two_results_of_one_name_apart(tmp_path: Path) -> None:
    before_text = "note: before\ndate: today\nBenchmarkX 1 100 ns/op\n\n"
    after_text = "note: after\nBenchmarkX 1 101 ns/op\nBenchmarkX 1 102 ns/op\n"
    before, after = read_file(written(tmp_path, before_text + after_text)).readings
    assert (before.params, len(before.values)) == ((("note", "before"),), 1)
    assert (after.params, len(after.values)) == ((("note", "after"),), 2)


def test_unit_lines_tell_the_direction_and_time_comes_first(tmp_path: Path) -> None:
    text = (
        "Unit hits/op better=higher assume=exact\nUnit p99-ns better=lower\nBenchmarkX 1 5 hits/op 7 p99-ns 3 ns/op\r\n"
    )
    readings = read_file(written(tmp_path, text)).readings
    assert [(entry.metric.name, entry.metric.better) for entry in readings] == [
        ("time", "lower"),
        ("hits/op", "higher"),
        ("p99-ns", "lower"),
    ]


def test_infinity_is_errored_and_0_allocations_are_0(tmp_path: Path) -> None:
    text = "BenchmarkX 1 3 ns/op +Inf MB/s 0 allocs/op\n"
    file = read_file(written(tmp_path, text))
    assert of(file, "BenchmarkX", "throughput").error == "a value is Infinity"
    assert of(file, "BenchmarkX", "allocations").values == [0]


def test_cut_line_names_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_file(written(tmp_path, "BenchmarkX 1 3 ns/op 5 B/op\nBenchmarkX 1 3 ns/op 5"))
    assert caught.value.where.endswith("line 2")
