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

HYPERFINE = DATA / "hyperfine"


def test_every_time_is_a_round_and_parameters_belong_to_the_identity() -> None:
    path = HYPERFINE / "scan.json"
    readings = read_file(path).readings
    raw = json.loads(path.read_text())["results"]
    assert [entry.values for entry in readings] == [entry["times"] for entry in raw]
    assert [(entry.name, entry.params) for entry in readings] == [
        ("sleep 0.001", (("n", "1"),)),
        ("sleep 0.002", (("n", "2"),)),
    ]
    assert {entry.metric for entry in readings} == {Metric(name="time", unit="s", better="lower")}


def test_name_goes_before_the_command_and_one_time_is_enough() -> None:
    suite = assemble([[read_file(HYPERFINE / "named.json")]], suite="s")
    [benchmark] = suite.benchmarks
    assert benchmark.name == "short nap"
    assert len(benchmark.samples[0][1].rounds[0]) == 1


def test_command_that_always_failed_is_errored() -> None:
    failing, working = read_file(HYPERFINE / "failing.json").readings
    assert failing.error == "the command failed all 3 times (exit code 1)"
    assert not failing.values
    assert working.error is None


def small(tmp_path: Path, **entry: Any) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"results": [{"command": "a", "mean": 0.5, **entry}]}))
    return path


def test_some_failures_are_a_notice(tmp_path: Path) -> None:
    [notice] = read_file(small(tmp_path, times=[0.1, 0.2, 0.3], exit_codes=[0, None, 1])).warnings
    assert notice.text.startswith("a failed 2 of 3 times")


def test_statistics_stand_in_for_times_and_memory_is_a_metric(tmp_path: Path) -> None:
    time, memory = read_file(small(tmp_path, memory_usage_byte=[100, 200], median=None)).readings
    assert time.known == {"mean": 0.5}
    assert (memory.metric.name, memory.metric.unit, memory.values) == ("memory", "B", [100, 200])


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"times": 5}, "results[0].times"),
        ({"mean": None}, "results[0]"),
        ({"command": ""}, "results[0].command"),
        ({"parameters": {"n": [1]}}, "results[0].parameters.n"),
    ],
)
def test_broken_layout_names_the_place(tmp_path: Path, entry: dict[str, Any], place: str) -> None:
    path = small(tmp_path, **entry)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")
