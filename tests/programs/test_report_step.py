"""The step that reports: what it hands on to the reporter, how often it measures, and what it uploads.

The reporter is a stand-in that shows its arguments, or writes what a report would; so is measure, where it is counted.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STEP = Path(__file__).parents[2] / "entrypoint" / "steps" / "report.sh"


def arguments_of(work: Path, situation: dict[str, Any] | None, **variables: str) -> list[str]:
    """Run the step on a finished measuring, and give the arguments of ``report``."""
    (work / "measure").mkdir()
    (work / "exit").mkdir()
    (work / "messages").mkdir()
    (work / "measure" / "measure.json").write_text("{}")
    if situation is not None:
        (work / "situation.json").write_text(json.dumps(situation, indent=1))
    stub = work / "python"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stub.chmod(0o755)
    names = ("FORMAT", "MODE", "CONFIG", "COMPARE", "TIME_LIMIT", "FAIL_ON")
    environment = {
        "PATH": os.environ["PATH"],
        "BENCHVERDICT_WORK": str(work),
        "BENCHVERDICT_RUNTIME": "python",
        "BENCHVERDICT_PYTHON": str(stub),
        "GITHUB_OUTPUT": str(work / "output"),
        **{f"BENCHVERDICT_INPUT_{name}": "auto" if name == "FORMAT" else "" for name in names},
    }
    done = subprocess.run(
        [shutil.which("bash") or "bash", STEP],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("saving", ["true", "false"])
def test_the_report_knows_that_its_results_are_saved(tmp_path: Path, saving: str) -> None:
    """What a file says of it does not count: the benchmark command can write that."""
    forged = {"event": "push", "save_baseline": saving == "false"}
    told = arguments_of(tmp_path, forged, BENCHVERDICT_SAVING=saving)
    assert ("--saving" in told) is (saving == "true")


def test_messages_lead_to_the_actions_own_repository(tmp_path: Path) -> None:
    told = arguments_of(
        tmp_path, None, GITHUB_ACTION_REPOSITORY="acme/benchverdict", GITHUB_SERVER_URL="https://github.com"
    )
    assert told[told.index("--home") + 1] == "https://github.com/acme/benchverdict"


@pytest.mark.parametrize("variables", [{}, {"GITHUB_ACTION_REPOSITORY": ""}])
def test_an_action_from_the_workspace_has_no_home(tmp_path: Path, variables: dict[str, str]) -> None:
    assert "--home" not in arguments_of(tmp_path, None, **variables)


PULL = {"GITHUB_REPOSITORY": "acme/shop", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7"}


@pytest.mark.parametrize("ref", ["refs/pull/12/merge", "refs/heads/main", ""])
def test_the_report_knows_where_commits_pull_request_and_run_are(tmp_path: Path, ref: str) -> None:
    told = arguments_of(tmp_path, None, **PULL, GITHUB_REF=ref)
    assert told[told.index("--repository") + 1] == "https://github.com/acme/shop"
    assert told[told.index("--workflow-run") + 1] == "https://github.com/acme/shop/actions/runs/7"
    pull = told[told.index("--pull-request") + 1] if "--pull-request" in told else ""
    assert pull == ("https://github.com/acme/shop/pull/12" if "/12/" in ref else "")


VERDICT, NEXT, BASELINE = "verdict.json", "next-step.json", "baseline.json.gz"


class Job:
    """A job whose first measuring is complete. ``calls`` are those of our interpreters, in their order."""

    def __init__(self, work: Path) -> None:
        self.work, self.report = work, work / "report"
        for name in ("measure", "exit", "messages", "report/logs", "bin"):
            (work / name).mkdir(parents=True)
        (work / "measure" / "measure.json").write_text("{}")

    def run(self, *reports: str, measuring: int = 0, saving: str = "false", page: str = "") -> list[str]:
        """Run the step; ``reports`` are what each report does, the last one again and again. Returns the calls."""
        for number, script in enumerate(reports):
            (self.work / f"report-{number}").write_text(f"cd {self.report}\n{script}\n")
        last = len(reports) - 1
        counted = f"n=$(grep -c ^report {self.work}/calls); sh {self.work}/report-$((n > {last} ? {last} : n))"
        self._program("reporter", f"{counted}; code=$?; echo report >>{self.work}/calls; exit $code")
        host = f'case "$*" in *--next*) echo "measure ${{*##*--output }}" >>{self.work}/calls; exit {measuring} ;; esac'
        python = self._program("bin/python3", f"{host}\necho probe >>{self.work}/calls")
        (self.work / "calls").touch()
        names = ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON")
        environment = {
            "PATH": os.pathsep.join((str(python.parent), os.environ["PATH"])),
            "BENCHVERDICT_WORK": str(self.work),
            "BENCHVERDICT_RUNTIME": "python",
            "BENCHVERDICT_PYTHON": str(self.work / "reporter"),
            "BENCHVERDICT_SAVING": saving,
            "BENCHVERDICT_PAGE": page,
            "GITHUB_OUTPUT": str(self.work / "output"),
            **{f"BENCHVERDICT_INPUT_{name}": "" for name in names},
        }
        command = [shutil.which("bash") or "bash", str(STEP)]
        subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        return [line.split()[0] for line in (self.work / "calls").read_text().splitlines()]

    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.work / "output").read_text().splitlines())

    def _program(self, name: str, text: str) -> Path:
        path = self.work / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path / "work")


ASKS = f"echo '{{}}' >{VERDICT}; echo '{{}}' >{NEXT}"
SETTLED = f"echo '{{}}' >{VERDICT}"


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_each_look_that_a_report_asks_for_costs_two_programs(job: Job, looks: int) -> None:
    calls = job.run(*[ASKS] * looks, SETTLED)
    assert calls == ["probe", "report", *["measure", "report"] * looks]
    assert not (job.report / NEXT).exists()
    assert job.outputs() == {"report": "true", "logs": "false", "save-baseline": "false"}


def test_the_file_of_the_report_is_what_is_measured(job: Job) -> None:
    job.run(ASKS, SETTLED)
    assert f"measure {job.work}/measure --next {job.report}/{NEXT}" in (job.work / "calls").read_text()


def test_what_cannot_be_measured_is_reported_and_not_measured_again(job: Job) -> None:
    assert job.run(ASKS, measuring=4) == ["probe", "report", "measure", "report"]
    assert (job.work / "exit" / "measure").read_text() == "4\n"
    assert not (job.report / NEXT).exists()


@pytest.mark.parametrize("lays", [f"ln -s verdict.json {NEXT}", f"mkfifo {NEXT}"])
def test_a_link_or_a_pipe_measures_nothing(job: Job, lays: str) -> None:
    assert job.run(f"{SETTLED}; {lays}") == ["probe", "report"]


def test_a_report_that_fails_after_a_look_leaves_nothing_of_the_one_before(job: Job) -> None:
    job.run(ASKS, "exit 1")
    assert [path.name for path in job.report.iterdir()] == ["logs"]
    assert (job.work / "exit" / "report").read_text() == "1\n"
    assert job.outputs() == {"report": "false", "logs": "false", "save-baseline": "false"}


def test_logs_are_uploaded_where_there_is_no_report(job: Job) -> None:
    job.run("echo why >logs/run-1.txt; exit 3")
    assert job.outputs() == {"report": "false", "logs": "true", "save-baseline": "false"}


def test_the_page_lies_alone_under_the_name_of_its_artifact(job: Job) -> None:
    (job.work / "elsewhere").mkdir()
    (job.work / "page").symlink_to(job.work / "elsewhere")  # which a command could have laid
    job.run(f"{SETTLED}; echo '<html>' >report.html", page="page-a.html")
    assert job.outputs()["page"] == f"{job.work}/page/page-a.html"
    assert [path.read_text() for path in (job.work / "page").iterdir()] == ["<html>\n"]
    assert list((job.work / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("lays", ["true", "ln -s verdict.json report.html", "echo x >report.html; exit 1"])
def test_without_a_report_or_through_a_link_there_is_no_page(job: Job, lays: str) -> None:
    job.run(f"{'' if 'exit' in lays else SETTLED + ';'} {lays}", page="page-a.html")
    assert "page" not in job.outputs()


@pytest.mark.parametrize("saving", ["true", "false", ""])
def test_a_baseline_is_saved_where_a_step_before_the_command_has_settled_it(job: Job, saving: str) -> None:
    """A gate that failed keeps none back: what was merged is what the next pull request is compared with."""
    job.run(f"{SETTLED}; echo any bytes >{BASELINE}; exit 10", saving=saving)
    saved = {"save-baseline": "true", "baseline-path": f"{job.report}/{BASELINE}"}
    wanted = {"report": "true", "logs": "false", "save-baseline": "false"}
    assert job.outputs() == (wanted | saved if saving == "true" else wanted)


@pytest.mark.parametrize(("name", "output"), [(VERDICT, "report"), (BASELINE, "save-baseline"), ("logs/a.txt", "logs")])
def test_a_link_is_not_uploaded(job: Job, name: str, output: str) -> None:
    (job.work / "elsewhere").write_text("{}")
    job.run(f"ln -s {job.work}/elsewhere {name}", saving="true")
    assert job.outputs()[output] == "false"
