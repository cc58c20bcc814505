"""The step that chooses where our Python runs, without an engine: what it refuses, and with which words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoint import inputs
from reporter.shared.errors import UsageError

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
NO_ENGINE = "tcp://127.0.0.1:9"


def setup(temporary: Path, step: str = "setup.sh", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(temporary),
        "RUNNER_OS": "Linux",
        "GITHUB_OUTPUT": str(temporary / "output"),
        "DOCKER_HOST": NO_ENGINE,
        "BENCHVERDICT_INPUT_NAME": "benchmarks",
        "BENCHVERDICT_INPUT_SHARD": "",
        "BENCHVERDICT_INPUT_RUNNER": "",
        "BENCHVERDICT_INPUT_RUNTIME": "docker",
        "BENCHVERDICT_INPUT_STAGE": "all",
    }
    return subprocess.run(
        [shutil.which("bash") or "bash", STEPS / step],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", ".x", "x" * 81, "a\nb", "größe", "$(id)"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_NAME=name)
    assert done.returncode == 2
    refused = tmp_path / "benchverdict" / ".refused"
    assert done.stderr.startswith("The input name is ")
    assert (refused / "messages" / "setup").read_text() == done.stderr
    assert (refused / "exit" / "setup").read_text() == "2\n"
    assert outputs(tmp_path) == {"work": str(refused)}
    assert {path.name for path in tmp_path.iterdir()} == {"benchverdict", "output"}


def made(folder: Path, **variables: str) -> str:
    """Set up without an engine and make the environment; return its interpreter."""
    done = setup(folder, BENCHVERDICT_INPUT_RUNTIME="python", **variables)
    assert done.returncode == 0, done.stderr
    found = outputs(folder)
    named = {"BENCHVERDICT_WORK": found["work"], "BENCHVERDICT_PACKAGES": found["packages"]}
    done = setup(folder, "environment.sh", **named, **variables)
    assert done.returncode == 0, done.stderr
    return outputs(folder)["python"]


def outputs(folder: Path) -> dict[str, str]:
    lines = (folder / "output").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize(
    ("stage", "shard", "suite", "artifact"),
    [
        ("all", "", "api", "benchverdict-report-api"),
        ("all", "2/4", "api~2of4", "benchverdict-report-api~2of4"),
        ("publish", "", "api", "benchverdict-report-api"),
        ("aggregate", "", "api", "benchverdict-collected-api"),
    ],
)
def test_what_is_measured_and_uploaded_is_named(
    tmp_path: Path, stage: str, shard: str, suite: str, artifact: str
) -> None:
    """Without an engine it goes no further, but the names are there."""
    setup(
        tmp_path,
        BENCHVERDICT_INPUT_NAME="api",
        BENCHVERDICT_INPUT_SHARD=shard,
        BENCHVERDICT_INPUT_STAGE=stage,
    )
    found = outputs(tmp_path)
    assert (found["suite"], found["artifact"]) == (suite, artifact)
    assert found["work"] == str(tmp_path / "benchverdict" / suite)
    assert (tmp_path / "benchverdict" / suite / "report").is_dir()


@pytest.mark.parametrize(
    "shard", ["", "1/1", "2/4", "256/256", "5/4", "0/4", "1/257", "2", "a/b", "1/2\n", "$(id)/2", "01/2"]
)
def test_the_verbs_take_the_same_shards(tmp_path: Path, shard: str) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_SHARD=shard)
    workflow = {"GITHUB_REPOSITORY": "octo/bench", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "abc"}
    given = workflow | {"BENCHVERDICT_INPUT_NAME": "api", "BENCHVERDICT_INPUT_SHARD": shard}
    if "The input shard is " in done.stderr:
        with pytest.raises(UsageError, match="'shard'"):
            inputs.read(given)
    else:
        assert inputs.read(given).suite == outputs(tmp_path)["suite"].replace("benchmarks", "api")


@pytest.mark.parametrize("shard", ["auto ", "auto  ", "auto  2/4"])
def test_a_part_that_the_matrix_leaves_empty_is_refused(tmp_path: Path, shard: str) -> None:
    workflow = {"GITHUB_REPOSITORY": "octo/bench", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "abc"}
    matrix = {"BENCHVERDICT_JOB_INDEX": "1", "BENCHVERDICT_JOB_TOTAL": "4"}
    done = setup(tmp_path, BENCHVERDICT_INPUT_SHARD=shard, **matrix)
    assert (done.returncode, "The input shard is '" in done.stderr) == (2, True)
    with pytest.raises(UsageError, match="'shard'"):
        inputs.read(workflow | matrix | {"BENCHVERDICT_INPUT_NAME": "api", "BENCHVERDICT_INPUT_SHARD": shard})


def test_a_shard_is_for_a_job_that_measures(tmp_path: Path) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_SHARD="1/2", BENCHVERDICT_INPUT_STAGE="aggregate")
    assert done.returncode == 2
    assert "the stage aggregate puts all together without them" in done.stderr


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\n", "ä", "a", "A.b_c-9", "9", "x" * 80, "x" * 81, "-", "a/b"])
def test_the_verbs_take_the_same_names(tmp_path: Path, name: str) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_NAME=name, BENCHVERDICT_INPUT_RUNTIME="none")
    workflow = {"GITHUB_REPOSITORY": "octo/bench", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "abc"}
    if "The input name is " in done.stderr:
        with pytest.raises(UsageError, match="'name'"):
            inputs.read(workflow | {"BENCHVERDICT_INPUT_NAME": name})
    else:
        assert inputs.read(workflow | {"BENCHVERDICT_INPUT_NAME": name}).name == name


def test_an_unknown_runtime_is_refused(tmp_path: Path) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_RUNTIME="x")
    assert (done.returncode, done.stderr) == (2, "The input runtime is 'x'. Use one of: auto docker python.\n")


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [("RUNTIME", "Docker", "docker"), ("RUNTIME", "pyhton", "python"), ("STAGE", "agregate", "aggregate")],
)
def test_a_refused_choice_names_the_nearest_and_is_left_to_the_gate(
    tmp_path: Path, name: str, value: str, nearest: str
) -> None:
    done = setup(tmp_path, **{f"BENCHVERDICT_INPUT_{name}": value})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"The input {name.lower()} is '{value}'; did you mean '{nearest}'? Use one of: " in done.stderr
    work = tmp_path / "benchverdict" / "benchmarks"
    assert (work / "messages" / "setup").read_text() == done.stderr
    assert (work / "exit" / "setup").read_text() == "2\n"


def test_every_use_has_a_mark_of_its_own(tmp_path: Path) -> None:
    marks = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        setup(folder)
        marks.append(outputs(folder)["use"])
    assert all(re.fullmatch("[0-9a-f]{16}", mark) for mark in marks)
    assert marks[0] != marks[1]


@pytest.mark.parametrize("stage", ["", "measure", "all publish"])
def test_an_unknown_stage_is_refused(tmp_path: Path, stage: str) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_STAGE=stage)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"The input stage is '{stage}'" in done.stderr


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, "there is no Docker engine that this job may use"),
        ({"RUNNER_OS": "macOS"}, "the runner is not Linux"),
        ({"BENCHVERDICT_JOB_CONTAINER": "4f1c"}, "the job itself runs in a container"),
    ],
)
def test_docker_that_was_asked_for_and_cannot_be_had(tmp_path: Path, variables: dict[str, str], reason: str) -> None:
    done = setup(tmp_path, **variables)
    assert done.returncode == 2
    assert f"The input runtime is docker, but {reason}. Use runtime: auto" in done.stderr


@pytest.mark.parametrize("run", ["exit 125", "exit 0"])
def test_an_engine_that_does_not_write_here_is_no_use(tmp_path: Path, run: str) -> None:
    """It refuses an option, or it is another machine's: then nothing it wrote is found here."""
    engine = tmp_path / "bin" / "docker"
    engine.parent.mkdir()
    engine.write_text(f"#!/bin/sh\ntest $1 != run || {run}\n")
    engine.chmod(0o755)
    path = f"{engine.parent}:{os.environ['PATH']}"
    done = setup(tmp_path, PATH=path, GITHUB_WORKSPACE=str(tmp_path))
    assert done.returncode == 2
    assert "The input runtime is docker, but the Docker engine cannot write to this runner's files." in done.stderr


def test_a_runner_without_python_is_told_what_to_add(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "dirname").symlink_to(shutil.which("dirname") or "/usr/bin/dirname")
    done = setup(tmp_path, PATH=str(tools))
    assert done.returncode == 2
    assert "Measuring needs Python 3.9 or later" in done.stderr
    assert "actions/setup-python" in done.stderr


def test_docker_that_cannot_be_had_is_left_to_the_gate(tmp_path: Path) -> None:
    assert setup(tmp_path).returncode == 2
    assert (tmp_path / "benchverdict" / "benchmarks" / "exit" / "setup").read_text() == "2\n"


def test_a_job_without_a_report_is_published_too(tmp_path: Path) -> None:
    """A comment of an earlier run has to be taken back."""
    (tmp_path / "exit").mkdir()
    (tmp_path / "messages").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "BENCHVERDICT_WORK": str(tmp_path),
        "BENCHVERDICT_RUNTIME": "python",
        "BENCHVERDICT_PYTHON": "echo",
    }
    command = [shutil.which("bash") or "bash", str(STEPS / "publish.sh")]
    for stage, verb in (("all", "publish"), ("publish", "publish"), ("aggregate", "publish"), ("request", "request")):
        environment["BENCHVERDICT_INPUT_STAGE"] = stage
        done = subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True, text=True)
        python = "-I -X pycache_prefix=echo/compiled"
        assert done.stdout == f"\n== Publish ==\n{python} -m entrypoint {verb} --work {tmp_path}\n"
        assert (tmp_path / "exit" / "publish").read_text() == "0\n"


def test_the_tool_cache_of_the_runner_is_searched(tmp_path: Path) -> None:
    python = tmp_path / "cache" / "Python" / "3.13.0" / "x64" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    script = f'source "{STEPS}/runtime.sh"; PATH=; find_python 9'
    environment = {"PATH": os.environ["PATH"], "RUNNER_TOOL_CACHE": str(tmp_path / "cache")}
    found = subprocess.run(["bash", "-euc", script], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(python)


def test_a_private_environment_that_is_there_already_is_not_used(tmp_path: Path) -> None:
    """The attack: the command of an earlier use in the job leaves an interpreter of its own as the ready one."""
    planted = tmp_path / "benchverdict" / ".environment"
    (planted / "bin").mkdir(parents=True)
    (planted / "ready").touch()
    (planted / "bin" / "python").write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    (planted / "bin" / "python").chmod(0o755)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python3").write_text(PYTHON.format(real=sys.executable, log=tmp_path / "log"))
    (tools / "python3").chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    used = made(tmp_path, PATH=path)
    assert not used.startswith(str(planted) + "/")
    assert not (tmp_path / "was-run").exists()
    assert made(tmp_path, PATH=path) != used
    installed = [line for line in (tmp_path / "log").read_text().splitlines() if " install " in line]
    assert len(installed) == 2
    assert all("--only-binary :all:" in line and "--require-hashes" in line for line in installed)


PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p "$5/bin"; cp "$0" "$5/bin/python" ;;
  *"-m pip"*) echo "$*" >>{log} ;;
  *benchverdict.pth*) ;;
  *) exec {real} "$@" ;;
esac
"""
"""Stands in for Python: it makes environments of itself, and installs nothing."""


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_no_input_adds_a_workflow_command_to_the_log(tmp_path: Path, end: str) -> None:
    done = setup(tmp_path, BENCHVERDICT_INPUT_RUNTIME=f"none{end}::error::mine{end}##[error]mine")
    assert done.returncode == 2
    lines = (done.stdout + done.stderr).replace("\r", "\n").split("\n")
    assert [line for line in lines if line.startswith(("::", "##["))] == []
    assert "mine" in done.stderr
