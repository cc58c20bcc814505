"""What `benchverdict read` says, against tables written down from the raw files by a reader who had not seen ours.

`tests/expected/README.md` explains the tables.
"""

from __future__ import annotations

import functools
import io
import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import main

TESTS = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("BENCHVERDICT_CORPUS") or TESTS.parents[1] / "shared" / "corpus")
TABLES = sorted((TESTS / "expected").glob("*.toml"))
STATISTICS = ("n", "min", "q10", "q25", "median", "q75", "q90", "p95", "p99", "max", "mean")
UNDECLARED = "nobody says"


def _values() -> list[Any]:
    made = []
    for table in TABLES:
        for index, value in enumerate(tomllib.loads(table.read_text(encoding="utf-8"))["value"]):
            what = value.get("benchmark", "the file")
            here = "file" in value or CORPUS.is_dir()
            marks = () if here else pytest.mark.skip(reason="the corpus is not here")
            made.append(pytest.param(value, marks=marks, id=f"{table.stem}-{index}-{what}"))
    return made


@functools.cache
def _read(path: Path, name: str | None) -> tuple[dict[str, Any], str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(("read", *(("--format", name) if name else ()), str(path)), stdout, stderr)
    assert code == 0, stderr.getvalue()
    suite: dict[str, Any] = json.loads(stdout.getvalue())
    return suite, stdout.getvalue() + stderr.getvalue()


@pytest.mark.parametrize("value", _values())
def test_value_is_as_written_down(value: dict[str, Any]) -> None:
    path = TESTS / "data" / value["file"] if "file" in value else CORPUS / value["corpus"]
    suite, said = _read(path, value.get("format"))
    names = [benchmark["name"] for benchmark in suite["benchmarks"]]
    assert not set(value.get("absent", ())) & set(names)
    assert not [text for text in value.get("hidden", ()) if text in said]
    assert len(names) == value.get("benchmarks", len(names))
    for text in value.get("warned", ()):
        assert any(text in warning["text"] for warning in suite["warnings"])
    if "benchmark" in value:
        _hold_benchmark(_benchmark(suite, value), value)


def _benchmark(suite: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    found = [benchmark for benchmark in suite["benchmarks"] if benchmark["name"] == value["benchmark"]]
    if "params" in value:
        found = [benchmark for benchmark in found if benchmark["params"] == value["params"]]
    assert len(found) == 1, [(benchmark["name"], benchmark["params"]) for benchmark in suite["benchmarks"]]
    benchmark: dict[str, Any] = found[0]
    return benchmark


def _hold_benchmark(benchmark: dict[str, Any], value: dict[str, Any]) -> None:
    if "error" in value:
        assert value["error"] in benchmark["error"]
        assert not [metric for metric in benchmark["metrics"] if metric["metric"] == "time"]
        return
    assert benchmark["error"] is None
    found = {metric["metric"]: metric for metric in benchmark["metrics"]}
    _hold_metric(found[value["metric"]], value)


def _hold_metric(metric: dict[str, Any], value: dict[str, Any]) -> None:
    runs = [run for run in metric["runs"] if run["mean"] is not None or run["median"] is not None]
    assert metric["unit"] == value.get("unit", metric["unit"])
    assert metric["better"] == (None if value["better"] == UNDECLARED else value["better"])
    assert len(runs) == value.get("runs", len(runs))
    rounds = [entry for run in runs for entry in run["rounds"]]
    if "rounds" in value:
        assert {len(run["rounds"]) for run in runs} == {value["rounds"]}
    if "values" in value:
        assert rounds == pytest.approx(value["values"], rel=1e-12)
    if "first" in value:
        assert rounds[0] == pytest.approx(value["first"], rel=1e-12)
    for name in STATISTICS:
        if name in value:
            assert runs[0][name] == pytest.approx(value[name], rel=1e-9), name
