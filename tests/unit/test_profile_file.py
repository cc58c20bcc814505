"""Profiles as a file of a stranger: read whole, or refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reporter.decide.cause import find_cause
from reporter.decide.changed_lines import ChangedLines
from reporter.ingest import profile as profiles
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION: dict[str, Any] = {
    "file": "a.py",
    "name": "f",
    "place": "project",
    "line": 1,
    "last": 2,
    "code": "x",
    "calls": 3,
    "bytecodes": 9,
    "native": 0,
    "seconds": 0.5,
    "callers": [[-1, 3]],
    "uses": [],
}


def written(folder: Path, **values: Any) -> Path:
    benchmarks = {"t.py::test": {"blocks": 1, "functions": [FUNCTION | values]}}
    path = folder / "profile.json"
    content = {"schema": "profile/v1", "python": "3.11.0", "collected": [], "benchmarks": benchmarks}
    path.write_text(json.dumps(content))
    return path


def test_a_whole_one(tmp_path: Path) -> None:
    (function,) = profiles.read(written(tmp_path)).benchmarks["t.py::test"].functions
    assert (function.key, function.callers) == (("a.py", "f"), ((-1, 3),))


@pytest.mark.parametrize(
    "values",
    [
        {"seconds": float("nan")},
        {"seconds": -1.0},
        {"calls": -1},
        {"name": "x" * 301},
        {"place": "elsewhere"},
        {"callers": [[1001, 1]]},
        {"more": 1},
    ],
)
def test_what_no_plugin_writes_is_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"\[profile-broken\]") as raised:
        profiles.read(written(tmp_path, **values))
    assert raised.value.code == "profile-broken"


def test_a_caller_that_is_not_there_is_the_benchmark(tmp_path: Path) -> None:
    run = profiles.read(written(tmp_path, callers=[[7, 3]])).benchmarks["t.py::test"]
    slower = profiles.read(written(tmp_path, callers=[[7, 9]], calls=9, seconds=1.5)).benchmarks["t.py::test"]
    assert find_cause([run], [slower], ChangedLines()).calls == (3, 9)


def test_functions_that_call_each_other_end_the_search(tmp_path: Path) -> None:
    run = profiles.read(written(tmp_path, callers=[[0, 3]])).benchmarks["t.py::test"]
    slower = profiles.read(written(tmp_path, callers=[[0, 9]], calls=9, seconds=1.5)).benchmarks["t.py::test"]
    assert find_cause([run], [slower], ChangedLines()).function == "f"
