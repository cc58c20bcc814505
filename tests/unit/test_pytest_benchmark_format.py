from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.model import Metric
from reporter.shared.errors import InputError

DATA = Path(__file__).parents[1] / "data" / "pytest-benchmark"
RECORDED = sorted(path.name for path in DATA.glob("*.json"))

NAMES = [
    "test_sample.py::test_sum[plain-10]",
    "test_sample.py::test_sum[a[b]::c|d-10]",
    "test_sample.py::test_sum[back\\\\slash é-20]",
    "test_sample.py::test_sum[ключ 🙂-20]",
    "test_sample.py::TestSorting::test_sorted",
    "test_sample.py::test_single_round",
    "test_sample.py::test_no_json_parameter[object]",
]


def times(file: FileReading) -> list[Reading]:
    return [reading for reading in file.readings if reading.metric.name == "time"]


@pytest.mark.parametrize("recorded", RECORDED)
def test_every_version_gives_the_same_names_and_true_seconds(recorded: str) -> None:
    file = read_file(DATA / recorded)
    assert [reading.name.replace("::()::", "::") for reading in times(file)] == NAMES
    suite = assemble([[file]], suite="s")
    stats = [entry["stats"] for entry in json.loads((DATA / recorded).read_text("utf-8"))["benchmarks"]]
    for benchmark, theirs in zip(suite.benchmarks, stats, strict=True):
        metric, sample = benchmark.samples[0]
        assert metric == Metric(name="time", unit="s", better="lower")
        ours = dict(zip(("n", "min", "median", "max", "mean"), sample.statistics[0, [0, 1, 4, 9, 10]], strict=True))
        assert ours.pop("n") == theirs["rounds"]
        assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-12)


@pytest.mark.parametrize("recorded", RECORDED)
def test_machine_commit_and_time_are_read(recorded: str) -> None:
    file = read_file(DATA / recorded)
    machine = json.loads((DATA / recorded).read_text("utf-8"))["machine_info"]
    assert file.fingerprint.language == "CPython " + ".".join(machine["python_version"].split(".")[:2])
    assert (file.fingerprint.os, file.fingerprint.architecture) == (machine["system"], machine["machine"])
    cpu = machine.get("cpu", {})
    assert (file.fingerprint.cpu_model, file.fingerprint.cores) == (cpu.get("brand_raw"), cpu.get("count"))
    assert dict(file.fingerprint.details)["pytest-benchmark"] == recorded.removesuffix(".json").partition("-")[0]
    assert file.commit is not None
    assert len(file.commit) == 40
    assert file.measured_at is not None
    assert 1.7e9 < file.measured_at < 4e9


def test_rounds_are_kept_where_the_file_has_them() -> None:
    assert all(reading.values for reading in times(read_file(DATA / "5.3.1.json")))
    saved = times(read_file(DATA / "5.3.1-saved.json"))
    assert not any(reading.values for reading in saved)
    assert set(saved[0].known) == {"n", "min", "q25", "median", "q75", "max", "mean"}


def test_statistics_without_rounds_leave_the_unknown_ones_unknown() -> None:
    suite = assemble([[read_file(DATA / "5.3.1-saved.json")]], suite="s")
    row = suite.benchmarks[0].samples[0][1].statistics[0]
    assert np.isnan(row).tolist() == [False, False, True, False, False, False, True, True, True, False, False]
    assert len(suite.benchmarks[0].samples[0][1].rounds[0]) == 0


def test_parameters_are_details_and_not_part_of_the_identity() -> None:
    suite = assemble([[read_file(DATA / "5.3.1.json")]], suite="s")
    assert {benchmark.params for benchmark in suite.benchmarks} == {()}
    assert suite.benchmarks[1].details == (("label", "a[b]::c|d"), ("n", "10"))
    assert suite.benchmarks[3].details == (("label", "ключ 🙂"), ("n", "20"))
    assert suite.benchmarks[6].details == (), "an object's address differs from run to run"


def test_group_is_the_category() -> None:
    suite = assemble([[read_file(DATA / "5.3.1.json")]], suite="s")
    assert [benchmark.category for benchmark in suite.benchmarks] == [None] * 4 + ["sorting", None, None]


def test_numbers_in_extra_info_are_metrics_without_direction() -> None:
    suite = assemble([[read_file(DATA / "5.3.1.json")]], suite="s")
    extra = {metric: sample.rounds[0].tolist() for metric, sample in suite.benchmarks[0].samples[1:]}
    assert extra == {
        Metric(name="rows", unit="1", better=None): [10.0],
        Metric(name="hit_rate", unit="1", better=None): [0.75],
    }


def document(tmp_path: Path, **changes: Any) -> Path:
    """A recorded file of which the first benchmark is changed; a dotted key reaches inside."""
    content = json.loads((DATA / "5.3.1.json").read_text("utf-8"))
    for key, value in changes.items():
        *way, last = key.split("__")
        table = content["benchmarks"][0]
        for step in way:
            table = table[step]
        table[last] = value
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"t[\xe9\u043a\U0001f642]", "t[éк🙂]"),
        (r"t[\\xe9]", r"t[\\xe9]"),
        (r"t[\\\xe9]", r"t[\\é]"),
        (r"t[\n\x1b\x00]", r"t[\n\x1b\x00]"),
        (r"t[\u0041\u00e9\U0000043a]", r"t[\u0041\u00e9\U0000043a]"),
        (r"t[\ud83d\U00110000]", r"t[\ud83d\U00110000]"),
        (r"t[é\u043a]", r"t[é\u043a]"),
        (r"t\xe9", r"t\xe9"),
        ("t[\ud800]", r"t[\ud800]"),
    ],
)
def test_escapes_of_pytest_are_undone_where_no_two_ids_become_equal(tmp_path: Path, raw: str, shown: str) -> None:
    reading = read_file(document(tmp_path, name=raw, fullname=f"über.py::{raw}")).readings[0]
    assert reading.name == f"über.py::{shown}"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("stats__data", [0.1, math.nan], "a value is NaN"),
        ("stats__data", [0.1, -math.inf], "a value is -Infinity"),
        ("stats__data", [0.1, None], "a value is null, not a number"),
        ("stats__data", [0.1, "0.2"], "a value is a text, not a number"),
        ("stats__data", [0.1, True], "a value is true, not a number"),
        ("stats__data", [0.1, -0.2], "a time is below zero (-0.2 s)"),
        ("stats__data", [0.1, 1e200], "a value is too large to be a measurement"),
        ("stats__data", [0.1, 10**400], "a value is too large to be a measurement"),
        ("stats", {"rounds": 5, "min": 0.1, "mean": math.nan}, "mean: a value is NaN"),
        ("stats", {"rounds": 5, "min": {}}, "min: a value is an object, not a number"),
        ("stats", {"rounds": -5, "min": 0.1}, "n: this is not a number of rounds"),
    ],
)
def test_unusable_values_are_an_errored_benchmark_and_never_zero(
    tmp_path: Path, key: str, value: object, reason: str
) -> None:
    changes = {key: value} | ({"stats__rounds": 2} if key == "stats__data" else {})
    file = read_file(document(tmp_path, **changes))
    assert file.readings[0].error == reason
    suite = assemble([[file]], suite="s")
    assert (suite.benchmarks[0].error, suite.benchmarks[0].samples) == (reason, ())
    assert [benchmark.error for benchmark in suite.benchmarks[1:]] == [None] * 6
    assert [notice.code for notice in suite.warnings] == ["errored-reading"]


def test_extra_info_that_is_not_a_number_is_ignored_and_nan_is_errored(tmp_path: Path) -> None:
    extra = {"ok": 1, "text": "1", "flag": True, "none": None, "nested": {"a": 1}, "bad": math.nan, "time": 3.0}
    file = read_file(document(tmp_path, extra_info=extra))
    ours = [(r.metric.name, r.error) for r in file.readings if r.name == NAMES[0]]
    assert ours == [("time", None), ("ok", None), ("bad", "a value is NaN"), ("extra_info.time", None)]


def test_rounds_cut_to_make_the_file_smaller_fall_back_on_the_statistics(tmp_path: Path) -> None:
    file = read_file(document(tmp_path, stats__data=[0.1, "… omitted"]))
    assert (file.readings[0].values, file.readings[0].error) == ([], None)
    assert file.readings[0].known["min"] > 0
    assert [notice.code for notice in file.warnings] == ["rounds-cut"]


def test_first_benchmark_without_statistics_hides_neither_the_format_nor_its_place(tmp_path: Path) -> None:
    results = json.loads((DATA / "5.3.1.json").read_text())
    results["benchmarks"][0]["stats"] = {}
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results))
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, benchmarks[0].stats")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fullname": 5}, "benchmarks[0].fullname"),
        ({"fullname": "  "}, "benchmarks[0].fullname"),
        ({"fullname": "x" * 6000}, "benchmarks[0].fullname"),
        ({"stats__data": {"a": 1}}, "benchmarks[0].stats.data"),
        ({"stats": {"rounds": 3, "mean": None, "min": None}}, "benchmarks[0].stats"),
        ({"extra_info": {"": 1}}, "benchmarks[0].extra_info"),
    ],
)
def test_broken_layout_is_an_error_that_names_the_place(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    path = document(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")


def test_later_benchmark_without_stats_is_an_error_and_not_skipped(tmp_path: Path) -> None:
    content = json.loads((DATA / "5.3.1.json").read_text("utf-8"))
    content["benchmarks"][3] = "nonsense"
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.where.endswith("benchmarks[3]")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be changed here")
def test_file_of_the_earliest_layout_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 3.0 there were no parameters, extra_info, total, ops and CPU; times were UTC without saying so."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    content = json.loads((DATA / "3.0.0.json").read_text("utf-8"))
    content["machine_info"].pop("cpu", None)
    for entry in content["benchmarks"]:
        for key in ("params", "param", "extra_info"):
            entry.pop(key, None)
        for key in ("data", "total", "ops"):
            entry["stats"].pop(key, None)
    path = tmp_path / "old.json"
    path.write_text(json.dumps(content | {"datetime": "2015-08-15T00:01:46.250433"}))
    file = read_file(path)
    monkeypatch.undo()
    time.tzset()
    assert len(file.readings) == 7
    assert file.measured_at == 1439596906.250433
    assert file.fingerprint.cpu_model is None


def test_name_is_the_fallback_and_machine_info_may_be_of_any_type(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    entry = {"name": "test_a", "stats": {"mean": 0.5}}
    path.write_text(json.dumps({"machine_info": [], "commit_info": {"id": "unversioned"}, "benchmarks": [entry]}))
    file = read_file(path)
    assert [(reading.name, reading.known) for reading in file.readings] == [("test_a", {"mean": 0.5})]
    assert (file.commit, file.measured_at) == (None, None)


def test_file_without_any_benchmark_says_so(tmp_path: Path) -> None:
    content = json.loads((DATA / "5.3.1.json").read_text("utf-8"))
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(content | {"benchmarks": []}))
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.exit_code) == ("no-benchmark", 3)
