"""The input ``working-directory``: what it holds for, and what is refused."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from entrypoint import inputs, reviewed
from entrypoint.check import regressions
from reporter.model import Definition
from reporter.render import view
from reporter.shared.errors import UsageError
from tests.edge.job import Job, pull_request
from tests.reports import one_regression
from tests.unit.test_edge_inputs import WORKFLOW

if TYPE_CHECKING:
    from tests.github_api import GitHubApi

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
VARIABLE = "BENCHVERDICT_INPUT_WORKING_DIRECTORY"
CONFIGURATION = '[measure]\ncommand = "make speed"\nresults = ["out/*.json"]\n'


def in_folder(api: GitHubApi, folder: Path, value: str, **environ: str) -> Job:
    (folder / "workspace" / "services" / "api").mkdir(parents=True)
    (folder / "workspace" / "services" / "api" / "benchverdict.toml").write_text(CONFIGURATION)
    this = pull_request(api, folder)
    this.environ |= {VARIABLE: value, "BENCHVERDICT_INPUT_COMMAND": ""} | environ
    return this


@pytest.mark.parametrize("value", ["services/api", "./services/api/", "services//api"])
def test_the_configuration_of_the_folder_counts(api: GitHubApi, tmp_path: Path, value: str) -> None:
    this = in_folder(api, tmp_path, value)
    assert this.run("fetch") == 0, this.log
    plan = this.read("plan.json")
    assert (plan["script"], plan["results"]) == ("make speed", ["out/*.json"])


def test_a_configuration_that_is_named_is_relative_to_the_folder(api: GitHubApi, tmp_path: Path) -> None:
    this = in_folder(api, tmp_path, "services", BENCHVERDICT_INPUT_CONFIG="api/benchverdict.toml")
    assert this.run("fetch") == 0, this.log
    assert this.read("plan.json")["script"] == "make speed"


OUTSIDE = [
    "..",
    "../..",
    "services/../..",
    "/etc",
    "services/api/../../../x",
    "C:\\x",
    "services\\api",
    "a\x00b",
    "a\nb",
    "x" * 1001,
]


@pytest.mark.parametrize("value", OUTSIDE)
def test_what_is_not_below_the_checkout_is_refused_as_it_is_written(value: str) -> None:
    with pytest.raises(UsageError, match="'working-directory' is wrong") as caught:
        inputs.read(WORKFLOW | {VARIABLE: value})
    assert caught.value.code == "input-working-directory"


@pytest.mark.parametrize(
    ("target", "said"), [("/etc", "leads out"), ("../../..", "leads out"), ("gone", "no such folder")]
)
def test_a_link_that_leads_out_is_refused_and_nothing_is_measured(
    api: GitHubApi, tmp_path: Path, target: str, said: str
) -> None:
    this = in_folder(api, tmp_path, "services/link")
    (tmp_path / "workspace" / "services" / "link").symlink_to(target)
    assert this.run("fetch") == 2
    assert "[input-working-directory]" in this.log
    assert said in this.log
    assert not (this.work / "plan.json").exists()


def test_a_link_that_stays_inside_is_followed(api: GitHubApi, tmp_path: Path) -> None:
    this = in_folder(api, tmp_path, "current")
    (tmp_path / "workspace" / "current").symlink_to("services/api")
    assert this.run("fetch") == 0, this.log


def test_a_file_is_no_folder(api: GitHubApi, tmp_path: Path) -> None:
    assert in_folder(api, tmp_path, "services/api/benchverdict.toml").run("fetch") == 2


def test_a_configuration_that_lies_only_below_is_pointed_out(api: GitHubApi, tmp_path: Path) -> None:
    this = in_folder(api, tmp_path, "", BENCHVERDICT_INPUT_COMMAND="make speed")
    assert this.run("fetch") == 0, this.log
    (notice,) = [each for each in this.read("situation.json")["notices"] if each["code"] == "configuration-elsewhere"]
    assert "set the input 'working-directory' to it" in notice["text"]
    assert "services/api" in notice["text"]


@pytest.mark.parametrize("where", ["services/api", ""])
def test_nothing_is_pointed_out_where_one_is_read(api: GitHubApi, tmp_path: Path, where: str) -> None:
    this = in_folder(api, tmp_path, where, BENCHVERDICT_INPUT_COMMAND="make speed")
    if not where:
        (tmp_path / "workspace" / "benchverdict.toml").write_text("")
    assert this.run("fetch") == 0, this.log
    assert "configuration-elsewhere" not in str(this.read("situation.json"))


def test_without_a_command_the_error_names_the_folder_that_has_one(api: GitHubApi, tmp_path: Path) -> None:
    this = in_folder(api, tmp_path, "")
    assert this.run("fetch") == 2
    assert "there is a configuration in services/api: set the input 'working-directory' to it" in this.log


def test_what_publishes_reads_the_configuration_of_the_folder(api: GitHubApi, tmp_path: Path) -> None:
    asked: list[str] = []

    class Answering:
        def get(self, path: str, **_: Any) -> dict[str, str]:
            asked.append(path)
            content = base64.b64encode(b'[gate]\nfail-on = ["errored"]\n').decode()
            return {"encoding": "base64", "content": content}

    here = inputs.read(WORKFLOW | {VARIABLE: "services/api"})
    found, _ = reviewed.configuration(here, Answering(), None)  # type: ignore[arg-type]
    assert asked == ["/contents/services/api/benchverdict.toml"]
    assert found.fail_on == ("errored",)


@pytest.mark.parametrize("folder", ["", "services/api", "bench"])
def test_annotations_name_files_from_the_root(folder: str) -> None:
    """Tools name files from the folder they ran in; pytest names them from its root, which may be the repository's."""
    shown = view.build(one_regression())
    plain = [each["path"] for each in regressions(shown, failing=True)]
    assert plain == ["bench/test_sort.py"]
    prefix = "services/api/" if folder == "services/api" else ""
    assert [each["path"] for each in regressions(shown, folder, failing=True)] == [f"{prefix}{path}" for path in plain]


def test_annotations_stand_at_the_line_where_a_benchmark_was_found() -> None:
    found = one_regression()
    rows = [replace(each, defined=Definition(file="services/api/test_a.py", line=7)) for each in found.assessments]
    shown = view.build(replace(found, assessments=tuple(rows)))
    (made,) = regressions(shown, "services/api", failing=True)
    assert (made["path"], made["start_line"], made["end_line"]) == ("services/api/test_a.py", 7, 7)


def step(name: str, workspace: Path, work: Path, value: str) -> subprocess.CompletedProcess[str]:
    """Run a step with interpreters that only show where they were called."""
    for part in ("exit", "messages", "measure", "report", "bin"):
        (work / part).mkdir(parents=True, exist_ok=True)
    (work / "plan.json").write_text("{}")
    (work / "measure" / "measure.json").write_text("{}")
    program = work / "bin" / "python3"
    program.write_text(f'#!/bin/sh\ncase "$*" in *sys.exit*) ;; *) pwd >>{work}/places ;; esac\n')
    program.chmod(0o755)
    environment = {
        "PATH": os.pathsep.join((str(program.parent), os.environ["PATH"])),
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(work / "output"),
        "BENCHVERDICT_WORK": str(work),
        "BENCHVERDICT_RUNTIME": "python",
        "BENCHVERDICT_PYTHON": str(program),
        VARIABLE: value,
        **{f"BENCHVERDICT_INPUT_{each}": "" for each in ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON")},
    }
    command = [shutil.which("bash") or "bash", str(STEPS / name)]
    return subprocess.run(
        command, env=environment, cwd=workspace, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", ["measure.sh", "report.sh"])
def test_measuring_and_reporting_happen_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "workspace" / "services" / "api").mkdir(parents=True)
    done = step(name, tmp_path / "workspace", tmp_path / "work", "services/api")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "work" / "places").read_text() == f"{tmp_path}/workspace/services/api\n"


@pytest.mark.parametrize("name", ["measure.sh", "report.sh"])
@pytest.mark.parametrize("value", ["link", "../outside", "gone"])
def test_a_link_that_was_laid_meanwhile_leads_nowhere(tmp_path: Path, name: str, value: str) -> None:
    """Between the check and the step a command may have run, and what is reported is still nothing of elsewhere."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "link").symlink_to(tmp_path / "outside")
    done = step(name, tmp_path / "workspace", tmp_path / "work", value)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "work" / "places").exists()
    assert (tmp_path / "work" / "exit" / name.removesuffix(".sh")).read_text() == "2\n"
    assert "names no folder of the checkout" in (tmp_path / "work" / "messages" / name.removesuffix(".sh")).read_text()
