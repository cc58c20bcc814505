"""A command against the steps after it: baseline, outputs, environment files, and processes that stay behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.measure_plans import ROOT, plan_json
from tests.unit.test_action_file import ACTION, STEPS

SCRIPTS = ROOT / "entrypoint" / "steps"
COMMAND_FILES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")


class Work:
    """The work folder of a job, and its steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        for name in ("exit", "messages", "measure", "report", "baseline"):
            (self.work / name).mkdir(parents=True)
        (folder / "commands").mkdir()

    def plan(self, script: str, **more: Any) -> None:
        (self.work / "plan.json").write_text(json.dumps(plan_json(script=script, runs=1, **more)))

    def stand_in(self, script: str) -> str:
        """Write a program that stands in for our Python with its dependencies."""
        path = self.folder / "stand-in"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    def step(self, name: str, **environ: str) -> subprocess.CompletedProcess[str]:
        own = {"BENCHVERDICT_WORK": str(self.work), "BENCHVERDICT_INPUT_STAGE": "all", "BENCHVERDICT_SAVING": "false"}
        own |= {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": sys.executable}
        own |= {f"BENCHVERDICT_INPUT_{key}": "" for key in ("MODE", "CONFIG", "COMPARE", "TIME_LIMIT", "FAIL_ON")}
        own |= {key: str(self.folder / "commands" / key.lower()) for key in COMMAND_FILES}
        own["BENCHVERDICT_INPUT_FORMAT"] = "auto"
        return subprocess.run(
            ["bash", str(SCRIPTS / name)],
            cwd=self.folder,
            env=os.environ | own | environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def outputs(self) -> dict[str, str]:
        path = self.folder / "commands" / "github_output"
        lines = path.read_text().splitlines() if path.exists() else []
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


FORGED = json.dumps({"save_baseline": True, "advisory": True}, indent=1)
FORGES = f"cat > work/situation.json <<'END'\n{FORGED}\nEND\necho forged > work/report/baseline.json.gz"


def test_a_command_cannot_have_a_baseline_saved(work: Work) -> None:
    """The attack: a dispatch that measures a pull request saves none, and the command writes that it does."""
    work.plan(f"{FORGES}\necho '[]' > {{output}}")
    work.step("measure.sh")
    saves = f'echo "$@"; echo forged >{work.work}/report/baseline.json.gz'
    report = work.step("report.sh", BENCHVERDICT_PYTHON=work.stand_in(saves))
    assert "--saving" not in report.stdout
    assert work.outputs()["save-baseline"] == "false"
    assert (work.work / "situation.json").read_text().strip() == FORGED


@pytest.mark.parametrize("saved", ["true", "false"])
def test_what_is_saved_is_an_output_of_a_step_before_the_command(work: Work, saved: str) -> None:
    settles = f"echo save-baseline={saved} >{work.work}/outputs"
    work.step("fetch.sh", BENCHVERDICT_PYTHON=work.stand_in(settles))
    assert work.outputs() == {"save-baseline": saved}


def test_what_an_earlier_fetching_settled_is_no_output_of_one_that_failed(work: Work) -> None:
    (work.work / "outputs").write_text("save-baseline=true\n")
    work.step("fetch.sh", BENCHVERDICT_PYTHON=work.stand_in("exit 2"))
    assert work.outputs() == {}


def test_the_upload_of_a_baseline_needs_that_output() -> None:
    names = list(STEPS)
    assert names.index("Find the baseline") < names.index("Measure")
    settled = "steps.fetch.outputs.save-baseline"
    assert f"{settled} == 'true'" in STEPS["Upload the baseline"]["if"]
    assert STEPS["Report"]["env"]["BENCHVERDICT_SAVING"] == f"${{{{ {settled} }}}}"


def test_what_a_command_writes_into_the_runners_files_is_gone(work: Work) -> None:
    """The attack: the names are withheld, and the folder is guessed. BASH_ENV would run in the step with the token."""
    files = " ".join(str(work.folder / "commands" / name.lower()) for name in COMMAND_FILES)
    work.plan(f"for file in {files}; do echo BASH_ENV=/tmp/evil.sh >>$file; done\necho '[]' > {{output}}")
    assert work.step("measure.sh").returncode == 0
    assert {path.name: path.read_text() for path in (work.folder / "commands").iterdir()} == {
        name.lower(): "" for name in COMMAND_FILES
    }


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are followed on Linux")
@pytest.mark.parametrize("signal", ["KILL", "SEGV"])
def test_after_a_command_that_killed_measuring_the_step_fails(work: Work, signal: str) -> None:
    """The attack: a watcher in a session of its own waits for the token, and nobody is left who would end it."""
    pid = work.folder / "watcher.pid"
    work.plan(f"setsid sh -c 'echo $$ >{pid}; exec sleep 60' & sleep 0.5; kill -{signal} $PPID; sleep 30")
    try:
        done = work.step("measure.sh")
        assert done.returncode == 1
        assert "nothing is published" in done.stderr
        assert "nothing is published" in (work.work / "messages" / "measure").read_text()
        assert work.outputs() == {}
    finally:
        os.kill(int(pid.read_text()), 9)


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are followed on Linux")
def test_where_something_could_not_be_ended_the_step_fails(work: Work) -> None:
    """Such as what ``sudo`` has started: signals of ours do not reach it."""
    work.plan(f"setsid sh -c 'echo $$ >{work.folder}/watcher.pid; exec sleep 60' & echo '[]' > {{output}}")
    powerless = work.folder / "powerless.py"
    powerless.write_text(
        "import runpy, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from reporter.measure import process\n"
        "process.Child._send = lambda *_, **__: None\n"
        "process.GRACE_SECONDS = process._KILL_SECONDS = 0.1\n"
        "sys.argv[0] = 'measure'\n"
        "runpy.run_module('reporter.measure', run_name='__main__', alter_sys=True)\n"
    )
    arguments = ["--plan", str(work.work / "plan.json"), "--output", str(work.work / "measure")]
    try:
        done = subprocess.run(
            [sys.executable, str(powerless), *arguments], check=False, capture_output=True, timeout=60
        )
        assert done.returncode == 7, done.stderr
    finally:
        os.kill(int((work.folder / "watcher.pid").read_text()), 9)


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are followed on Linux")
def test_what_a_command_leaves_is_ended_and_no_failure(work: Work) -> None:
    pid = work.folder / "watcher.pid"
    work.plan(f"setsid sh -c 'echo $$ >{pid}; exec sleep 60' & sleep 0.3; echo '[]' > {{output}}")
    assert work.step("measure.sh").returncode == 0
    time.sleep(0.1)
    assert not Path("/proc", pid.read_text().strip()).exists()


def test_no_step_with_a_token_runs_after_measuring_that_failed() -> None:
    steps = ACTION["runs"]["steps"]
    place = next(index for index, step in enumerate(steps) if step["name"] == "Measure")
    assert steps[place]["id"] == "measure"
    after = [step for step in steps[place:] if "inputs.token" in str(step)]
    assert [step["name"] for step in after] == ["Collect", "Store", "Publish"]
    assert "inputs.stage == 'aggregate'" in after[0]["if"]
    assert "inputs.stage == 'store'" in after[1]["if"]
    for name in ("measure", "report"):
        assert f"steps.{name}.outcome != 'failure'" in after[2]["if"]
