from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from reporter.decide.judge import judge_pairs
from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.ingest.assemble import Provenance
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

SHOP = DATA / "locust"
HEADER = (
    "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
    "Max Response Time,Average Content Size,Requests/s,Failures/s,50%,95%,99%"
)


def of(file: FileReading, name: str, metric: str) -> Reading:
    [found] = [entry for entry in file.readings if (entry.name, entry.metric.name) == (name, metric)]
    return found


def stats(tmp_path: Path, *rows: str, end: str = "\n") -> Path:
    path = tmp_path / "x_stats.csv"
    path.write_bytes(end.join([HEADER, *rows, ""]).encode())
    return path


def test_table_is_read_in_seconds_and_its_sum_is_left_out() -> None:
    file = read_file(SHOP / "shop_stats.csv")
    with (SHOP / "shop_stats.csv").open(newline="") as stream:
        rows = {f"{row['Type']} {row['Name']}": row for row in csv.DictReader(stream) if row["Type"]}
    assert {entry.name for entry in file.readings} == rows.keys() == {"GET /", "GET /broken", "POST /order"}
    for name in ("GET /", "POST /order"):
        known = of(file, name, "time").known
        assert known["mean"] == pytest.approx(float(rows[name]["Average Response Time"]) / 1000)
        assert known["median"] == pytest.approx(float(rows[name]["Median Response Time"]) / 1000)
        assert known["p95"] == pytest.approx(float(rows[name]["95%"]) / 1000)
        assert known["max"] == pytest.approx(float(rows[name]["Max Response Time"]) / 1000)
        assert known["n"] == int(rows[name]["Request Count"])
        assert of(file, name, "throughput").values == (float(rows[name]["Requests/s"]),)
        assert of(file, name, "failures").values == (0,)


def test_request_that_always_fails_is_errored() -> None:
    broken = of(read_file(SHOP / "shop_stats.csv"), "GET /broken", "time")
    assert broken.error
    assert broken.error.endswith("requests failed")
    assert not broken.known


def test_json_gives_what_its_counts_hold() -> None:
    path = SHOP / "shop.json"
    [raw] = [entry for entry in json.loads(path.read_text()) if entry["name"] == "/order"]
    times = sorted(float(time) for time, count in raw["response_times"].items() for _ in range(count))
    file = read_file(path)
    known = of(file, "POST /order", "time").known
    assert known["n"] == len(times) == raw["num_requests"]
    assert known["median"] == pytest.approx(times[len(times) // 2] / 1000)
    assert known["p95"] == pytest.approx(times[int(len(times) * 0.95)] / 1000)
    assert known["mean"] == pytest.approx(raw["total_response_time"] / raw["num_requests"] / 1000)
    assert file.measured_at == max(entry["last_request_timestamp"] for entry in json.loads(path.read_text()))


def test_files_beside_the_statistics_add_nothing_but_the_notice_of_exceptions() -> None:
    files = [read_file(path) for path in sorted(SHOP.glob("*.csv"))]
    assert [file.path.name for file in files if not file.companion] == ["shop_stats.csv"]
    suite = assemble([files], suite="s")
    assert len(suite.benchmarks) == 3
    assert [notice.code for notice in suite.warnings] == ["load-test-exceptions", "errored-reading"]
    with pytest.raises(InputError) as caught:
        assemble([[file for file in files if file.companion]], suite="s")
    assert caught.value.code == "only-companions"


def test_row_without_requests_is_errored_and_only_the_sum_counts_when_alone(tmp_path: Path) -> None:
    empty = ",Aggregated,0,0,0,0,0,0,0,0.0,0.0,N/A,N/A,N/A"
    [only] = read_file(stats(tmp_path, empty)).readings
    assert (only.name, only.error) == ("Aggregated", "no request was made")
    with_part = read_file(stats(tmp_path, "GET,/a,0,0,0,0,0,0,0,0.0,0.0,N/A,N/A,N/A", empty))
    assert [entry.name for entry in with_part.readings] == ["GET /a"]


def test_sum_of_old_versions_is_not_read_beside_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text(
        '"Method","Name","# requests","# failures","Median response time","Average response time",'
        '"Min response time","Max response time","Average Content Size","Requests/s"\n'
        '"GET","/",40,1,52,55,10,130,2048,4.01\n"None","Total",40,1,52,55,10,130,2048,4.01\n'
    )
    assert {entry.name for entry in read_file(path).readings} == {"GET /"}


def test_lines_from_windows_and_a_request_called_aggregated(tmp_path: Path) -> None:
    path = stats(
        tmp_path,
        "GET,Aggregated,4,1,5,5,5,5,0,2.0,0.0,5,5,N/A",
        ",Aggregated,4,1,5,5,5,5,0,2.0,0.0,5,5,5",
        end="\r\r\n",
    )
    file = read_file(path)
    assert {entry.name for entry in file.readings} == {"GET Aggregated"}
    assert "p99" not in of(file, "GET Aggregated", "time").known
    assert of(file, "GET Aggregated", "failures").values == (0.25,)


@pytest.mark.parametrize(
    "row",
    [
        "GET,/a,many,0,5,5,5,5,0,2.0,0.0,5,5,5",
        "GET,/a,-1,0,5,5,5,5,0,2,0,5,5,5",
        "GET,/a,1,0",
        "GET,,1,0,5,5,5,5,0,2,0,5,5,5",
    ],
)
def test_broken_row_names_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(stats(tmp_path, row))
    assert caught.value.code == "broken-result"
    assert "line 2" in caught.value.where


def test_rounded_percentiles_are_told_and_exact_times_decide() -> None:
    file = read_file(SHOP / "shop_stats.csv")
    home = of(file, "GET /", "time")
    assert home.details == (("percentiles rounded to", "2 digits"),)
    suites = [assemble([[file], [file]], suite="s", known=Provenance(commit=name * 40)) for name in "ab"]
    decided = judge_pairs(*suites)
    statistics = {row.comparison.change.statistic for row in decided.assessments if row.comparison.change}
    assert statistics <= {"min", "max", "mean"}


def test_time_that_is_no_number_is_errored_and_not_0(tmp_path: Path) -> None:
    file = read_file(stats(tmp_path, "GET,/a,4,1,5,nan,5,5,0,2.0,0.0,5,5,5"))
    assert of(file, "GET /a", "time").error == "mean: a value is NaN"
