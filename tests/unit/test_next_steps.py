from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from entrypoint import next_steps as script
from entrypoint.next_steps import main, next_steps
from tests.unit.measure_plans import OLDEST, interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERDICT = "report/verdict.json"
MEASURE = "measure/measure.json"
BASELINE = "report/baseline.json.gz"
COMPLETE = {
    VERDICT: json.dumps({"confirm": False}),
    MEASURE: json.dumps({"status": "complete"}),
    "situation.json": json.dumps({"save_baseline": True}),
    BASELINE: "any bytes",
}


def work(folder: Path, files: Mapping[str, str | None]) -> Path:
    for name, text in files.items():
        if text is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
    return folder


def test_a_complete_run_that_is_wanted_is_kept(tmp_path: Path) -> None:
    assert next_steps(work(tmp_path, COMPLETE)) == {"report": True, "confirm": False, "save-baseline": True}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (MEASURE, None),
        (MEASURE, "{"),
        (MEASURE, "[]"),
        (MEASURE, json.dumps({"status": "failed"})),
        (MEASURE, json.dumps({"status": "interrupted"})),
        ("situation.json", None),
        ("situation.json", json.dumps({"save_baseline": False})),
        ("situation.json", json.dumps({"save_baseline": "true"})),
        (BASELINE, None),
    ],
)
def test_nothing_less_becomes_a_baseline(tmp_path: Path, name: str, text: str | None) -> None:
    assert next_steps(work(tmp_path, {**COMPLETE, name: text}))["save-baseline"] is False


@pytest.mark.parametrize("text", [None, "", "{", "[" * 100_000, '"confirm"', '{"confirm": "true"}', '{"confirm": 1}'])
def test_only_a_plain_yes_measures_again(tmp_path: Path, text: str | None) -> None:
    assert next_steps(work(tmp_path, {VERDICT: text}))["confirm"] is False


def test_printed_as_step_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(work(tmp_path, {VERDICT: '{"confirm": true}'}))]) == 0
    assert capsys.readouterr().out == "report=true\nconfirm=true\nsave-baseline=false\n"


def test_it_runs_on_the_oldest_python(tmp_path: Path) -> None:
    command = [interpreter(OLDEST), "-I", "-B", script.__file__, "--work", str(work(tmp_path, COMPLETE))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "report=true\nconfirm=false\nsave-baseline=true\n"
