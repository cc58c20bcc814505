"""The record of measuring as the hostile file it may be: whatever it holds, it is read or refused with its place."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.cli import main
from reporter.ingest import measured
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

RESULT = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"


def _run(index: int = 0, **changes: Any) -> dict[str, Any]:
    usual = {"side": "head", "batch": 0, "pair": None, "exit_code": 0, "signal": None, "complete": True}
    known = {"wall_seconds": 2.0, "cpu_seconds": 1.5, "peak_memory_bytes": 9, "read_bytes": 0, "written_bytes": None}
    files = {"log": "runs/000-head/log.txt", "results": ["runs/000-head/result.json"]}
    return {"index": index, "started_at": 5.0, **usual, **known, **files, **changes}


def _record(**changes: Any) -> dict[str, Any]:
    machine = {"cpu_model": "A", "cores": 2, "architecture": None, "os": None, "image": None, "language": None}
    return {
        "schema": "measure/v1",
        "name": "suite",
        "plan": "whole",
        "command": "make bench",
        "status": "complete",
        "message": None,
        "head_sha": "a" * 40,
        "base_sha": None,
        "started_at": 5.0,
        "finished_at": 9.0,
        "fingerprint": {**machine, "details": {"kernel": "6.1"}},
        "runs": [_run()],
        "warnings": [{"code": "cpu-quota", "text": "noisy"}],
        **changes,
    }


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "runs" / "000-head").mkdir(parents=True)
    (tmp_path / "runs" / "000-head" / "result.json").write_bytes(RESULT.read_bytes())
    return tmp_path


def _write(folder: Path, record: object) -> Path:
    (folder / "measure.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def test_a_record_as_measuring_writes_it(folder: Path) -> None:
    found = measured.load(_write(folder, _record()))
    assert [len(files) for files in found.batch("head", 0)] == [1]
    assert (found.status, found.seconds, found.fingerprint.cores) == ("complete", 2.0, 2)
    assert [notice.code for notice in found.warnings] == ["cpu-quota"]
    assert not found.problems


def _at(*path: str | int, value: Any) -> Callable[[Any], None]:
    def spoil(record: Any) -> None:
        for step in path[:-1]:
            record = record[step]
        record[path[-1]] = value

    return spoil


WRONG = [
    ("status: expected `str`, got `null`", _at("status", value=None)),
    ("status is not one of", _at("status", value="done")),
    ("name: expected `str`, got `int`", _at("name", value=7)),
    ("plan holds control characters", _at("plan", value="a\nb")),
    ("command: expected `str`, got `array`", _at("command", value=["make"])),
    ("message: expected `str | null`, got `int`", _at("message", value=0)),
    ("head_sha: expected `str | null`, got `int`", _at("head_sha", value=1)),
    ("started_at: expected `float`, got `null`", _at("started_at", value=None)),
    ("NaN is not a JSON number", _at("finished_at", value=math.nan)),
    ("finished_at: expected `float` <= 9007199254740992.0", _at("finished_at", value=1e300)),
    ("finished_at: expected `float`, got `bool`", _at("finished_at", value=True)),
    ("fingerprint.cores: expected `int` >= 0", _at("fingerprint", "cores", value=-1)),
    ("fingerprint.cores: expected `int | null`, got `str`", _at("fingerprint", "cores", value="2")),
    ("fingerprint.details[...]: expected `str`, got `int`", _at("fingerprint", "details", value={"a": 1})),
    ("fingerprint: expected `object`, got `array`", _at("fingerprint", value=[])),
    ("runs: expected `array`, got `object`", _at("runs", value={})),
    ("runs[0]: expected `object`, got `null`", _at("runs", 0, value=None)),
    ("runs[0].side is not one of", _at("runs", 0, "side", value="middle")),
    ("runs[0].batch: expected `int` >= 0", _at("runs", 0, "batch", value=-1)),
    ("runs[0].pair: expected `int | null`, got `str`", _at("runs", 0, "pair", value="0")),
    ("runs[0].complete: expected `bool`, got `str`", _at("runs", 0, "complete", value="no")),
    ("Infinity is not a JSON number", _at("runs", 0, "wall_seconds", value=math.inf)),
    ("runs[0].wall_seconds: expected `float` >= 0", _at("runs", 0, "wall_seconds", value=-1)),
    ("runs[0].results: expected `array`, got `str`", _at("runs", 0, "results", value="runs/000-head/result.json")),
    ("runs[0].results names", _at("runs", 0, "results", value=["../result.json"])),
    ("runs[0].results names", _at("runs", 0, "results", value=["/etc/hostname"])),
    ("runs[0].results holds a name", _at("runs", 0, "results", value=["a\0b"])),
    ("runs[0].conditions: expected `object | null`, got `array`", _at("runs", 0, "conditions", value=[])),
    ("runs[0].conditions has an unknown member", _at("runs", 0, "conditions", value={"noise": 1})),
    (
        "runs[0].conditions.steal_seconds: expected `float | null`, got `str`",
        _at("runs", 0, "conditions", value={"steal_seconds": "x"}),
    ),
    (
        "runs[0].conditions.busy_seconds: expected `float` >= 0",
        _at("runs", 0, "conditions", value={"busy_seconds": -1}),
    ),
    ("warnings[0].text: expected `str`, got `null`", _at("warnings", 0, "text", value=None)),
    ("the file has an unknown member", _at("extra", value=1)),
    ("runs[1].pair has two runs of one side", _at("runs", value=[_run(pair=0), _run(1, pair=0)])),
]


@pytest.mark.parametrize(("message", "spoil"), WRONG, ids=[f"{i}-{m}" for i, (m, _) in enumerate(WRONG)])
def test_what_measuring_did_not_write_is_refused_with_its_place(
    folder: Path, message: str, spoil: Callable[[Any], None]
) -> None:
    record = _record()
    spoil(record)
    stderr = io.StringIO()
    output = str(folder / "report")
    code = main(["report", "--measure", str(_write(folder, record)), "--output", output], io.StringIO(), stderr)
    assert code == 3
    assert message in stderr.getvalue()
    assert "measure.json" in stderr.getvalue()
    assert "[measure-record-broken]" in stderr.getvalue()
    assert not Path(output).exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "measure-record-broken"),
        (b"{", "measure-record-broken"),
        (b"\xff\xfe\x00", "measure-record-broken"),
        (b"[" * 100_000, "measure-record-broken"),
        (b"9" * 5_000, "measure-record-broken"),
        (b"[]", "measure-record-version"),
        (b'{"schema": "measure/v2"}', "measure-record-version"),
        (b'{"schema": "measure/v1"}', "measure-record-broken"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "measure.json").write_bytes(data)
    with pytest.raises(InputError) as caught:
        measured.load(tmp_path)
    assert caught.value.code == code


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_place_of_the_record_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "measure.json")
    with pytest.raises(InputError, match="a device, pipe or socket"):
        measured.load(tmp_path)


def test_a_result_that_links_in_a_circle_is_a_problem_and_no_defect(folder: Path) -> None:
    result = folder / "runs" / "000-head" / "result.json"
    result.unlink()
    result.symlink_to(result.name)
    found = measured.load(_write(folder, _record()))
    assert len(found.problems) == 1
    assert not found.runs


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_PLACES = [
    *((key,) for key in _record()),
    *(("fingerprint", key) for key in _record()["fingerprint"]),
    *(("runs", 0, key) for key in _run()),
    ("warnings", 0),
    ("warnings", 0, "code"),
]


@settings(max_examples=200)
@given(st.sampled_from(_PLACES), _JSON)
def test_any_value_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], value: object
) -> None:
    record = _record()
    _at(*place, value=value)(record)
    folder = _write(tmp_path_factory.getbasetemp(), record)
    with contextlib.suppress(InputError):
        measured.load(folder)


def test_the_side_that_began_each_complete_pair_is_known(folder: Path) -> None:
    order = (("base", 0), ("head", 0), ("head", 1), ("base", 1), ("base", 2), ("head", 3), ("base", 3))
    runs = [_run(index, side=side, pair=pair) for index, (side, pair) in enumerate(order)]
    runs += [_run(9, side="head", pair=4, batch=2), _run(10, side="base", pair=4, batch=2)]
    found = measured.load(_write(folder, _record(runs=runs)))
    assert (found.began(0), found.began(1), found.began(2)) == ("bhh", "", "h")
