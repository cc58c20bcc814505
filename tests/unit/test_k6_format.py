from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reporter.ingest import FileReading, assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

K6 = DATA / "k6"


def numbers(file: FileReading) -> dict[str, tuple[Metric, dict[str, float] | list[float]]]:
    return {entry.name: (entry.metric, dict(entry.known) or list(entry.values)) for entry in file.readings}


def test_summary_is_read_in_base_units_with_the_direction_of_each_kind() -> None:
    found = numbers(read_file(K6 / "summary.json"))
    assert found.keys() == {
        "basket_size", "checks", "checks{step:pay}", "data_received", "http_req_duration",
        "http_req_duration{expected_response:true}", "http_req_failed", "http_req_waiting", "http_reqs", "iterations",
        "iteration_duration", "queue",
    }  # fmt: skip
    metric, known = found["http_req_duration"]
    assert metric == Metric(name="time", unit="s", better="lower")
    assert known == pytest.approx(
        {"min": 0.008, "median": 0.011, "q90": 0.018, "p95": 0.0215, "max": 0.2405, "mean": 0.0125}
    )
    assert found["http_req_waiting"][0].better is None
    assert found["http_reqs"] == (Metric(name="rate", unit="1/s", better="higher"), [40.25])
    assert found["data_received"] == (Metric(name="rate", unit="B/s", better=None), [9056.25])
    assert found["http_req_failed"] == (Metric(name="share", unit="1", better="lower"), [0.025])
    assert found["checks"] == (Metric(name="share", unit="1", better="higher"), [0.975])
    assert found["basket_size"][0] == Metric(name="value", unit="1", better=None)


def test_export_says_the_same_as_the_summary() -> None:
    assert numbers(read_file(K6 / "summary-export.json")) == numbers(read_file(K6 / "summary.json"))


@pytest.mark.parametrize("file", ["summary.json", "summary-export.json"])
def test_crossed_threshold_is_a_notice_in_both_meanings_of_true(file: str) -> None:
    [notice] = read_file(K6 / file).warnings
    assert notice.text == "Thresholds of the k6 script were crossed: http_req_duration p(95)<20."


def test_check_that_never_ran_is_errored() -> None:
    suite = assemble([[read_file(K6 / "summary.json")]], suite="s")
    assert [b.error for b in suite.benchmarks if b.name == "checks{step:pay}"] == ["nothing was counted"]


@pytest.mark.parametrize(
    ("name", "values", "error"),
    [
        ("http_req_duration", {"avg": 0, "max": 0, "med": 0}, "nothing was measured"),
        ("http_req_duration{scenario:load}", {"avg": 0, "max": 0, "med": 0}, "nothing was measured"),
        ("http_req_duration", {"avg": 1.5, "max": 2, "med": 1}, None),
        ("search_time", {"avg": 0, "max": 0, "med": 0, "count": 0}, "nothing was measured"),
        ("search_time", {"avg": 0, "max": 0, "med": 0, "count": 3}, None),
        ("http_req_connecting", {"avg": 0, "max": 0, "med": 0}, None),
        ("http_req_connecting{scenario:load}", {"avg": 0, "max": 0, "med": 0}, None),
    ],
)
def test_trend_of_nothing_is_not_a_time_of_0(
    tmp_path: Path, name: str, values: dict[str, float], error: str | None
) -> None:
    path = changed(tmp_path, **{name: {"type": "trend", "contains": "time", "values": values}})
    assert [entry.error for entry in read_file(path).readings if entry.name == name] == [error]


def test_points_are_the_raw_values() -> None:
    found = numbers(read_file(K6 / "points.ndjson"))
    assert found["http_req_duration"][1] == pytest.approx([0.0125, 0.01125, 0.03, 0.01])
    assert found["http_req_failed"][1] == [0.25]
    assert found.keys() == {"http_req_duration", "http_req_waiting", "http_req_failed"}


@pytest.mark.parametrize("file", ["summary.json", "points.ndjson"])
def test_credentials_of_setup_and_tags_are_not_kept(file: str) -> None:
    assert "not-a-real-token" not in repr(read_file(K6 / file))


def changed(tmp_path: Path, **metrics: Any) -> Path:
    document = json.loads((K6 / "summary.json").read_text())
    document["metrics"].update(metrics)
    path = tmp_path / "k6.json"
    path.write_text(json.dumps(document))
    return path


def test_duration_of_requests_that_all_failed_is_errored(tmp_path: Path) -> None:
    failed = {"type": "rate", "contains": "default", "values": {"rate": 1, "passes": 400, "fails": 0}}
    errors = {entry.name: entry.error for entry in read_file(changed(tmp_path, http_req_failed=failed)).readings}
    assert errors["http_req_duration"] == errors["http_req_waiting"] == "every request failed"
    assert errors["iteration_duration"] is None


@pytest.mark.parametrize("entry", [5, {"type": "trend", "contains": "time", "values": {}}, {"values": []}])
def test_broken_metric_names_its_place(tmp_path: Path, entry: object) -> None:
    with pytest.raises(InputError) as caught:
        read_file(changed(tmp_path, zzz=entry))
    assert "metrics.zzz" in caught.value.where


def test_cut_last_line_of_points_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "points"
    path.write_text((K6 / "points.ndjson").read_text()[:-30])
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "truncated-json"
    assert "line 22" in caught.value.where


def test_the_logs_of_several_pods_are_the_points_of_one_test(tmp_path: Path) -> None:
    points = (K6 / "points.ndjson").read_text()
    banner = '\n     execution: local\ntime="2026-03-01T10:00:00Z" level=info msg="Test finished"\n'
    path = tmp_path / "pods.txt"
    path.write_text(f"{banner}{points}{banner}{points}{banner}")
    found = read_file(path)
    one, both = numbers(read_file(K6 / "points.ndjson")), numbers(found)
    assert both["http_req_duration"][1] == pytest.approx([*one["http_req_duration"][1]] * 2)
    assert both["http_req_failed"] == one["http_req_failed"]
    assert [notice.code for notice in found.warnings] == ["lines-passed-over"]
    assert found.warnings[0].text.startswith("4 lines")


@pytest.mark.parametrize("what", ['"metric":"http_req_duration"', '"type":"Point"'])
def test_a_damaged_point_is_no_line_of_a_log(tmp_path: Path, what: str) -> None:
    path = tmp_path / "points"
    lines = (K6 / "points.ndjson").read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *(f"xx{line}" if what in line else line for line in lines[1:])]))
    with pytest.raises(InputError, match="a point of k6 that does not begin as one"):
        read_file(path)
