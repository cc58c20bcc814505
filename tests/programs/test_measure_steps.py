"""The steps of the action, as scripts: a service on the host, and a mode that needs what the host does not have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.measure_plans import ROOT, is_running, noted_pid, plan_json, read_measure
from tests.programs.test_measure_service import SERVER

if TYPE_CHECKING:
    from pathlib import Path

STEPS = ROOT / "entrypoint" / "steps"


def step(name: str, folder: Path, **environ: str) -> str:
    """Run a step in the job of ``folder``; gives its log."""
    own = {"BENCHVERDICT_WORK": str(folder / "work"), "GITHUB_OUTPUT": str(folder / "output")}
    own |= {"GITHUB_STEP_SUMMARY": str(folder / "summary"), "BENCHVERDICT_INPUT_STAGE": "all"}
    own |= {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": sys.executable}
    own |= {f"BENCHVERDICT_INPUT_{name}": "" for name in ("MODE", "CONFIG", "COMPARE", "TIME_LIMIT", "FAIL_ON")}
    own["BENCHVERDICT_INPUT_FORMAT"] = "auto"
    kept = {name: value for name, value in os.environ.items() if name != "LOAD_KEY"}
    done = subprocess.run(
        ["bash", str(STEPS / name)], cwd=folder, env=kept | own | environ, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("exit", "messages", "measure", "report"):
        (tmp_path / "work" / name).mkdir(parents=True)
    (tmp_path / "work" / "exit" / "fetch").write_text("0\n")
    plan = plan_json(script="touch was-run; echo '{}' > {output}", mode="load", requires_env=["LOAD_KEY"])
    plan["requires_url"] = ["http://127.0.0.1:1/"]
    (tmp_path / "work" / "plan.json").write_text(json.dumps(plan))
    return tmp_path


def test_what_is_missing_on_the_host_is_said_and_the_job_is_green(folder: Path) -> None:
    log = step("measure.sh", folder)
    reason = "mode load lacks what it needs: the environment has no LOAD_KEY; http://127.0.0.1:1/ does not answer"
    assert f"note: nothing was measured: {reason}" in log
    record = read_measure(folder / "work" / "measure")
    assert (record["status"], record["runs"]) == ("skipped", [])
    assert "Nothing is reported" in step("report.sh", folder)
    assert not (folder / "was-run").exists()
    log = step("gate.sh", folder)
    assert "gate: skipped, exit code 0" in log
    assert reason.split(";")[0] in (folder / "summary").read_text().replace("\\_", "_")
    assert "skipped<<" in (folder / "output").read_text()


def test_the_step_starts_the_service_of_the_plan(folder: Path) -> None:
    (folder / "server.py").write_text(SERVER)
    service = {"command": f"exec {sys.executable} server.py", "ready_url": "/"}
    plan = plan_json(script="echo $BENCHVERDICT_PORT >port; echo '{}' > {output}", service=service, runs=1)
    (folder / "work" / "plan.json").write_text(json.dumps(plan))
    step("measure.sh", folder)
    (run,) = read_measure(folder / "work" / "measure")["runs"]
    assert (run["complete"], (folder / "port").read_text().strip()) == (True, str(run["service"]["port"]))
    assert not is_running(noted_pid(folder / "server.pid"))


def test_a_command_that_looks_like_the_word_is_no_skipping(folder: Path) -> None:
    plan = plan_json(script='echo "[]" > {output}\n "status": "skipped",\ntrue || true', runs=1)
    (folder / "work" / "plan.json").write_text(json.dumps(plan))
    step("measure.sh", folder)
    assert "Nothing is reported: nothing was measured, on purpose" not in step("report.sh", folder)


def stand_in(folder: Path, script: str) -> str:
    """Write a program that stands in for our Python with its dependencies."""
    path = folder / "stand-in"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("fetch", "measured"), [(0, True), (2, False), (1, False)])
def test_what_fetching_refuses_is_not_measured(folder: Path, fetch: int, measured: bool) -> None:
    script = f"echo no fetch >&2; echo save-baseline=false >{folder}/work/outputs; exit {fetch}"
    own = {"BENCHVERDICT_PYTHON": stand_in(folder, script), "GITHUB_WORKSPACE": str(folder)}
    log = step("fetch.sh", folder, **own, BENCHVERDICT_TOKEN="")
    assert (folder / "work" / "plan.json").exists() is measured
    assert (folder / "work" / "messages" / "fetch").read_text() == "no fetch\n"
    assert "no fetch" in log


def test_an_earlier_look_is_no_outcome_of_a_later_one_that_fails(folder: Path) -> None:
    report = folder / "work" / "report"
    (folder / "work" / "measure" / "measure.json").write_text("{}")
    for name in ("verdict.json", "next-step.json", "baseline.json.gz"):
        (report / name).write_text("{}")
    step("report.sh", folder, BENCHVERDICT_PYTHON=stand_in(folder, "echo broken >&2; exit 1"))
    assert list(report.iterdir()) == []
    assert (folder / "work" / "exit" / "report").read_text() == "1\n"
    assert "::error title=Benchverdict::report ended with exit code 1: broken" in _gate(folder)


def _gate(folder: Path) -> str:
    own = {"BENCHVERDICT_WORK": str(folder / "work"), "BENCHVERDICT_INPUT_STAGE": "all", "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", str(STEPS / "gate.sh")], env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout
