from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from entrypoint import next_steps as script
from entrypoint import untrusted
from entrypoint.next_steps import main, measure_arguments, next_steps
from tests.unit.measure_plans import OLDEST, interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERDICT = "report/verdict.json"
NEXT = "report/next-step.json"
MEASURE = "measure/measure.json"
BASELINE = "report/baseline.json.gz"
COMPLETE = {
    VERDICT: json.dumps({"confirm": False}),
    MEASURE: json.dumps({"status": "complete"}),
    BASELINE: "any bytes",
}


def work(folder: Path, files: Mapping[str, str | None]) -> Path:
    for name, text in files.items():
        if text is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
    return folder


def test_a_complete_run_that_is_wanted_is_kept(tmp_path: Path) -> None:
    found = next_steps(work(tmp_path, COMPLETE), saving=True)
    assert found == {"report": True, "logs": False, "save-baseline": True}


def test_a_gate_that_failed_does_not_keep_the_baseline_old(tmp_path: Path) -> None:
    """On the default branch what was merged is what the next pull request is compared with, slower or not."""
    failed = {VERDICT: json.dumps({"confirm": False, "gate": {"status": "failed", "reasons": ["slower"]}})}
    folder = work(tmp_path, {**COMPLETE, **failed, "exit/report": "10"})
    assert next_steps(folder, saving=True)["save-baseline"] is True


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (MEASURE, None),
        (MEASURE, "{"),
        (MEASURE, "[]"),
        (MEASURE, json.dumps({"status": "failed"})),
        (MEASURE, json.dumps({"status": "interrupted"})),
        (BASELINE, None),
    ],
)
def test_nothing_less_becomes_a_baseline(tmp_path: Path, name: str, text: str | None) -> None:
    assert next_steps(work(tmp_path, {**COMPLETE, name: text}), saving=True)["save-baseline"] is False


def test_a_file_does_not_settle_that_a_baseline_is_saved(tmp_path: Path) -> None:
    """The attack: the benchmark command writes it."""
    folder = work(tmp_path, {**COMPLETE, "situation.json": json.dumps({"save_baseline": True})})
    assert next_steps(folder, saving=False)["save-baseline"] is False


@pytest.mark.parametrize("name", [VERDICT, BASELINE])
def test_a_link_is_not_uploaded(tmp_path: Path, name: str) -> None:
    folder = work(tmp_path, COMPLETE)
    (folder / name).rename(folder / "elsewhere")
    (folder / name).symlink_to(folder / "elsewhere")
    assert next_steps(folder, saving=True)["report" if name == VERDICT else "save-baseline"] is False


def test_links_and_pipes_answer_no_and_are_not_waited_for(tmp_path: Path) -> None:
    folder = work(tmp_path, {**COMPLETE, MEASURE: None})
    (folder / "measure").mkdir()
    os.mkfifo(folder / MEASURE)
    assert next_steps(folder, saving=True)["save-baseline"] is False
    (folder / MEASURE).unlink()
    (folder / "elsewhere").write_text(COMPLETE[MEASURE])
    (folder / MEASURE).symlink_to(folder / "elsewhere")
    assert next_steps(folder, saving=True)["save-baseline"] is False


def test_a_file_that_is_too_large_answers_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted, "FILE_LIMIT", len(COMPLETE[MEASURE]) - 1)
    assert next_steps(work(tmp_path, COMPLETE), saving=True)["save-baseline"] is False


@pytest.mark.parametrize("text", [None, "", "{", "[" * 100_000, '"confirm"', '{"confirm": "true"}', '{"confirm": 1}'])
def test_only_a_plain_yes_measures_again(tmp_path: Path, text: str | None) -> None:
    assert measure_arguments(work(tmp_path, {VERDICT: text})) == []


def test_suspects_without_pairs_are_measured_again(tmp_path: Path) -> None:
    assert measure_arguments(work(tmp_path, {VERDICT: '{"confirm": true}'})) == ["--confirm"]


def test_pairs_go_before_further_runs(tmp_path: Path) -> None:
    step = json.dumps({"schema": "next-step/v1", "pairs": 8, "select": ["a"]})
    folder = work(tmp_path, {VERDICT: '{"confirm": true}', NEXT: step})
    assert measure_arguments(folder) == ["--pairs", "8", "--select", str(folder / NEXT)]


def test_the_head_alone_goes_before_both(tmp_path: Path) -> None:
    step = json.dumps({"schema": "next-step/v1", "pairs": 0, "select": [], "alone": "one server"})
    folder = work(tmp_path, {VERDICT: '{"confirm": true}', NEXT: step})
    assert measure_arguments(folder) == ["--alone", str(folder / NEXT)]


@pytest.mark.parametrize("pairs", ["8", 0, -1, 8.0, True, None, 10**6, "8; reboot"])
def test_a_wrong_number_of_pairs_measures_nothing(tmp_path: Path, pairs: object) -> None:
    step = json.dumps({"schema": "next-step/v1", "pairs": pairs, "select": []})
    assert measure_arguments(work(tmp_path, {NEXT: step})) == []


def test_printed_as_step_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(work(tmp_path, {VERDICT: '{"confirm": true}'}))]) == 0
    assert capsys.readouterr().out == "report=true\nlogs=false\nsave-baseline=false\n"
    assert main(["--work", str(tmp_path), "--measure"]) == 0
    assert capsys.readouterr().out == "--confirm\n"


def test_it_runs_on_the_oldest_python(tmp_path: Path) -> None:
    command = [interpreter(OLDEST), "-I", "-B", script.__file__, "--work", str(work(tmp_path, COMPLETE)), "--saving"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"report=true\nlogs=false\nsave-baseline=true\nbaseline-path={tmp_path / BASELINE}\n"
