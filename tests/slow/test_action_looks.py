"""The steps of the action where pairs stay undecided: each look is measured as the report before it asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reporter.config import MeasureSettings
from reporter.measure.plan import dump
from reporter.pipeline.plan import in_its_way, whole_plan
from tests.measure_plans import ROOT, read_measure
from tests.programs.test_automatic_way import UNSTEADY, Repository

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 600.0
"""Seconds; all looks take a tenth of them where nothing else runs."""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Plan pairs of the last commit and the one before it, in a repository that is the working directory."""
    project, work = tmp_path / "project", tmp_path / "work"
    project.mkdir()
    for name in ("exit", "messages", "measure", "report", "baseline"):
        (work / name).mkdir(parents=True)
    monkeypatch.chdir(project)
    repository = Repository()
    repository.commit(1.0, "unsteady", UNSTEADY)
    repository.commit(1.0, "unsteady still", UNSTEADY + "# more\n")
    settings = MeasureSettings(command="bash bench.sh {output}", time_limit_seconds=LIMIT)
    plan = in_its_way(whole_plan("bench", settings), settings, "auto", lambda _: "HEAD~1", has_budgets=False)
    (work / "plan.json").write_text(dump(plan), encoding="utf-8")
    return work


def step(name: str, work: Path) -> str:
    own = {"BENCHVERDICT_WORK": str(work), "GITHUB_OUTPUT": str(work / "output"), "BENCHVERDICT_SAVING": "false"}
    own |= {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": sys.executable}
    own |= {f"BENCHVERDICT_INPUT_{name}": "" for name in ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON")}
    command = ["bash", str(ROOT / "entrypoint" / "steps" / name)]
    done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=True)
    return done.stdout


def test_looks_follow_each_other_until_nothing_is_asked_for(work: Path) -> None:
    step("measure.sh", work)
    assert len(read_measure(work / "measure")["runs"]) == 16
    log = step("report.sh", work)
    record = read_measure(work / "measure")
    pairs = len({run["pair"] for run in record["runs"]})
    assert " of 8 pairs in " in log
    assert 8 < pairs <= 64
    assert pairs == 64 or record["out_of_time"] or record["paired_seconds"] > LIMIT / 2
    assert not (work / "report" / "next-step.json").exists()
    verdict = json.loads((work / "report" / "verdict.json").read_text(encoding="utf-8"))
    assert verdict["measured"]["runs"] == pairs
    assert "report=true" in (work / "output").read_text()
