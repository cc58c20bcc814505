"""What a stranger's name may not do in files for other programs, and a report folder to what lies around it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.commands.outputs import Destination, write_outputs, write_report_folder
from reporter.ingest.past import read_past
from reporter.model import STATISTICS, Baseline, BaselineSource, Benchmark, Metric, Sample, Suite
from reporter.shared.errors import UsageError
from reporter.store.export import EXPORTS
from reporter.store.history import session_of
from tests.planted import planted
from tests.reports import mixed, nothing_changed

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS = ("=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")
CONTROL = "a\x1b[31m\x00\r\n\x85\u2028\u202eb"


def baseline_of(*names: str) -> Baseline:
    sample = Sample(statistics=np.ones((1, len(STATISTICS))), rounds=(np.ones(1),))
    metric = Metric(name=names[0], unit=names[0], better="lower")
    benchmarks = tuple(Benchmark(name=name, params=((name, name),), samples=((metric, sample),)) for name in names)
    suite = Suite(name=names[0], benchmarks=benchmarks, runs=1, measured_at=1.8e9, commit=names[0], plan=names[0])
    return Baseline(suite=suite, history=(session_of(suite),), source=BaselineSource(commit=None))


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    table = EXPORTS["csv"](baseline_of(*FORMULAS))
    for row in csv.DictReader(io.StringIO(table)):
        for column in ("commit", "plan", "benchmark", "params", "metric", "unit"):
            assert row[column][0] not in "=+-@\t\r", row[column]
    (tmp_path / "history.csv").write_text(table)
    (run,) = read_past(tmp_path / "history.csv").runs
    names = {reading.name for file in run.files for reading in file.readings}
    assert set(FORMULAS[:4]) <= names, "what is read back is what it was"


@pytest.mark.parametrize("kind", EXPORTS)
def test_no_export_holds_a_control_character(kind: str) -> None:
    text = EXPORTS[kind](baseline_of(CONTROL))
    assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []
    lines = text.splitlines()
    assert len(lines) == text.count("\n")
    if kind == "jsonl":
        assert json.loads(lines[0])["benchmark"] == CONTROL
    if kind == "csv":
        (row,) = csv.DictReader(io.StringIO(text))
        assert json.loads(row["params"]) == {CONTROL: CONTROL}


@pytest.mark.parametrize("name", ["json", "openmetrics", "junit", "console", "markdown"])
def test_no_output_of_a_report_holds_a_control_character(name: str) -> None:
    stdout = io.StringIO()
    write_outputs(planted(mixed(), CONTROL), [Destination(format=name)], stdout)
    shown = [sign for sign in stdout.getvalue() if not sign.isprintable() and sign not in "\n\u00a0\u2060"]
    assert shown == []


def test_no_line_for_the_log_is_a_workflow_command() -> None:
    for bad in ("::error::x", "##[error]x", "\r::error::x", "\n::add-mask::x", "x\r##[group]y"):
        stdout = io.StringIO()
        write_outputs(planted(mixed(), bad), [Destination(format="console")], stdout)
        lines = stdout.getvalue().replace("\r", "\n").split("\n")
        assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def test_a_users_own_pictures_stay_beside_the_report(tmp_path: Path) -> None:
    charts = tmp_path / "charts"
    charts.mkdir()
    own = {"logo.svg": "<svg/>", "trend-7.svg": "<svg>mine</svg>", "memory.svg": '<svg id="memory"/>'}
    for name, content in own.items():
        (charts / name).write_text(content)
    (charts / "trend-8.svg").symlink_to(charts / "logo.svg")
    write_report_folder(mixed(), tmp_path)
    drawn = {path.name for path in charts.iterdir()} - own.keys() - {"trend-8.svg"}
    assert drawn
    write_report_folder(replace(nothing_changed(), assessments=()), tmp_path)
    assert {name: (charts / name).read_text() for name in own} == own
    assert (charts / "trend-8.svg").is_symlink()
    assert {path.name for path in charts.iterdir()} == own.keys() | {"trend-8.svg"}, "our own old charts are gone"


@pytest.mark.parametrize("link", ["report", "report/charts"])
def test_no_report_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "changes.svg").write_text("theirs")
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(UsageError, match="link"):
        write_report_folder(mixed(), tmp_path / "report")
    assert [path.name for path in elsewhere.iterdir()] == ["changes.svg"]
    assert (elsewhere / "changes.svg").read_text() == "theirs"
