"""Pairs run the command with the option that makes its tool short; all other runs have it as the user wrote it.

A script that notes its arguments stands in for the tool. The tests check which command runs and which messages appear.
"""

from __future__ import annotations

import html
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.series import measure
from tests.measure_plans import read_measure
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from reporter.measure.plan import Plan

RECORDED = Path(__file__).parents[1] / "data" / "hyperfine" / "named.json"
SCRIPT = "./hyperfine --export-json {output} true"
OPTIONS = "--min-runs 3 --max-runs 10 "
NOTES = '#!/bin/sh\necho "$(echo "$@" | sed "s|--export-json.*|.|")" >> "$NOTES"\n'
WRITES = 'while [ "$1" != --export-json ]; do shift; done\necho 1 > "$2"\n'
REFUSES = 'case "$1" in --min-runs) echo unknown option; exit 2;; esac\n'
ADDED = "added --min-runs 3 --max-runs 10: shorter runs, more of them; `shorten = false` leaves the command alone"


def _project(folder: Path, tool: str) -> Project:
    project = new_project(folder, {"hyperfine": tool}, {"code.txt": "new\n"})
    (project.tree / "hyperfine").chmod(0o755)
    project.git("update-index", "--chmod=+x", "hyperfine")
    project.commit({})
    project.commit({"code.txt": "newer\n"})
    return project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = _project(tmp_path, NOTES + WRITES)
    monkeypatch.chdir(made.tree)
    return made


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = _project(tmp_path, NOTES + REFUSES + WRITES)
    monkeypatch.chdir(made.tree)
    return made


def _plan(project: Project, **values: Any) -> Plan:
    return project.plan(**{"script": SCRIPT, **values})


def _warned(project: Project) -> dict[str, str]:
    return {warning["code"]: warning["text"] for warning in read_measure(project.output)["warnings"]}


def test_pairs_run_the_command_with_the_option_and_name_it(project: Project) -> None:
    outcome, content, shown = project.measure(2, plan=_plan(project))
    assert (outcome.status, outcome.pairs) == ("complete", 2)
    assert project.notes == [f"{OPTIONS}."] * (2 + 4)  # each side once, to try the option and to build
    assert content["command"] == SCRIPT
    assert _warned(project)["runs-shortened"] == ADDED
    assert f"note: {ADDED}" in shown


def test_an_argument_list_gets_the_option_too(project: Project) -> None:
    plan = _plan(project, script=None, command=("./hyperfine", "--export-json", "{output}", "true"))
    assert project.measure(1, plan=plan)[0].pairs == 1
    assert project.notes == [f"{OPTIONS}."] * (2 + 2)


def test_shorten_false_leaves_the_command_alone(project: Project) -> None:
    _, _, shown = project.measure(1, plan=_plan(project, pairs={"shorten": False}))
    assert project.notes == ["."] * 2
    assert "runs-shortened" not in _warned(project)
    assert "added" not in shown


def test_only_pairs_are_shortened(project: Project) -> None:
    plan = _plan(project, plan="whole", runs=2)
    measure(plan, project.output, stream=io.StringIO(), environ=project.environ)
    project.measure(1, plan=plan, resume=True)
    assert project.notes == [".", ".", *[f"{OPTIONS}."] * (2 + 2)]


def test_pairs_of_a_baseline_have_the_same_command_as_those_of_pull_requests(project: Project) -> None:
    plan = _plan(project, plan="whole", noise_pairs=2, pairs={"base_sha": "HEAD"})
    stream = io.StringIO()
    measure_with_noise(plan, project.output, stream=stream, environ=project.environ)
    assert project.notes == [".", *[f"{OPTIONS}."] * (2 + 4)]


def test_the_report_names_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report(tmp_path, monkeypatch)
    assert [warning["text"] for warning in json.loads((report / "verdict.json").read_text())["warnings"]] == [ADDED]
    assert "--min-runs 3 --max-runs 10: shorter runs" in html.unescape((report / "summary.md").read_text())
    assert "warning" not in (report / "comment.md").read_text()


def test_the_configuration_leaves_the_command_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report(tmp_path, monkeypatch, "shorten = false")
    assert json.loads((report / "verdict.json").read_text())["warnings"] == []


def _report(folder: Path, monkeypatch: pytest.MonkeyPatch, setting: str = "") -> Path:
    """Measure and report by the command line; return the folder of the report."""
    project = _project(folder, f'#!/bin/sh\nwhile [ "$1" != --export-json ]; do shift; done\ncp {RECORDED} "$2"\n')
    monkeypatch.chdir(project.tree)
    project.commit({"benchverdict.toml": f"[measure]\n{setting}\n", "code.txt": "newest\n"})
    stdout = io.StringIO()
    command = ("./hyperfine", "--export-json", "{output}", "true")
    code = main(("run", "--compare", "paired", "--", *command), stdout, stdout)
    assert code == 0, stdout.getvalue()
    return project.tree / ".benchverdict" / "report"


@pytest.mark.parametrize("shorten", [True, False])
def test_what_a_whole_run_takes_does_not_forbid_short_pairs_of_a_baseline(project: Project, *, shorten: bool) -> None:
    pairs = {"base_sha": "HEAD", "shorten": shorten, "time_limit_seconds": 0.001}
    plan = _plan(project, plan="whole", noise_pairs=2, pairs=pairs)
    stream = io.StringIO()
    measure_with_noise(plan, project.output, stream=stream, environ=project.environ)
    assert ("no pairs of this commit and itself, for its noise: one run takes" in stream.getvalue()) is not shorten


def test_a_command_that_fails_with_the_option_runs_as_it_is(refusing: Project) -> None:
    outcome, _, shown = refusing.measure(2, plan=_plan(refusing))
    assert (outcome.status, outcome.pairs) == ("complete", 2)
    assert refusing.notes == [f"{OPTIONS}.", *["."] * 4]
    refused = "the command failed with --min-runs 3 --max-runs 10"
    text = f"{refused}, which would make its runs shorter, so it runs without it"
    assert _warned(refusing) == {"runs-not-shortened": text}
    assert f"note: {text}" in shown


@pytest.mark.parametrize("kind", ["project", "refusing"])
def test_a_later_look_in_another_process_runs_what_the_first_one_ran(kind: str, request: pytest.FixtureRequest) -> None:
    project: Project = request.getfixturevalue(kind)
    for _ in range(2):
        measure_pairs(_plan(project), project.output, count=1, stream=io.StringIO(), environ=project.environ)
    clean(project.output)
    assert project.notes == ([f"{OPTIONS}."] * (2 + 4) if kind == "project" else [f"{OPTIONS}.", *["."] * 4])


def test_pairs_that_were_measured_as_they_are_go_on_so(project: Project) -> None:
    for shorten in (False, True):
        plan = _plan(project, pairs={"shorten": shorten})
        measure_pairs(plan, project.output, count=1, stream=io.StringIO(), environ=project.environ)
    clean(project.output)
    assert project.notes == ["."] * 4


def test_a_command_that_fails_anyway_fails_as_the_user_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _project(tmp_path, f"{NOTES}echo broken; exit 3\n")
    monkeypatch.chdir(project.tree)
    outcome, _, _ = project.measure(1, plan=_plan(project))
    assert (outcome.status, outcome.side) == ("failed", "base")
    assert f"command: {SCRIPT}\n" in (outcome.message or "")
    assert project.notes == [f"{OPTIONS}.", "."]
