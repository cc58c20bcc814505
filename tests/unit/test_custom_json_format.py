"""The two formats people write themselves: Bencher's metrics, and the list of github-action-benchmark."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import read_file
from reporter.model import Metric
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path


def written(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document))
    return path


def test_measures_of_bencher_are_known_by_name_and_others_undeclared() -> None:
    readings = read_file(DATA / "bencher" / "metrics.json").readings
    assert [(entry.name, entry.metric, entry.values[0]) for entry in readings] == [
        ("shop::search", Metric(name="latency", unit="s", better="lower"), 3247.5 * 1e-9),
        ("shop::search", Metric(name="Max Bytes", unit="1", better=None), 9),
        ("shop::buy", Metric(name="throughput", unit="1/s", better="higher"), 70),
        ("shop::buy", Metric(name="latency", unit="s", better="lower"), 0),
    ]


def test_direction_of_custom_values_is_that_of_the_entry_or_the_unit_or_unknown() -> None:
    readings = read_file(DATA / "github-action-benchmark" / "custom.json").readings
    assert [(entry.name, entry.metric, entry.values[0]) for entry in readings] == [
        ("search", Metric(name="time", unit="s", better="lower"), 90.5 * 1e-9),
        ("buy", Metric(name="value", unit="1/s", better="higher"), 63.72),
        ("memory", Metric(name="value", unit="B", better="lower"), 4.5e6),
        ("hits", Metric(name="value", unit="1", better="higher"), 0.5),
        ("load", Metric(name="value", unit="1", better=None), 0.5),
    ]


@pytest.mark.parametrize("value", [None, "many", True, [], float("nan")])
def test_value_that_is_no_number_is_errored(tmp_path: Path, value: object) -> None:
    entry = {"name": "a", "unit": "ms", "value": value}
    assert read_file(written(tmp_path, [entry])).readings[0].error
    assert read_file(written(tmp_path, {"a": {"latency": {"value": value}}})).readings[0].error


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([{"name": "a", "unit": "ms", "value": 1}, 5], "[1]"),
        ([{"name": "a", "unit": "ms", "value": 1}, {"name": "b", "unit": 5, "value": 1}], "[1]"),
        ([{"name": "", "unit": "ms", "value": 1}], "[0].name"),
    ],
)
def test_broken_entry_names_its_place(tmp_path: Path, document: object, place: str) -> None:
    path = written(tmp_path, document)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")


def test_measure_without_value_is_refused_when_the_format_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, {"a": {"latency": {}}})
    with pytest.raises(InputError) as caught:
        read_file(path, format_name="bencher")
    assert caught.value.where == f"{path}, a.latency"
