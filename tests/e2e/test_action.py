"""The action in a workflow, run for real, in the container and without one. See ``story.py`` for what happens."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.runner import TOKEN, Runner
from tests.e2e.story import BASELINE, FORGED, REPORT, SAVING_RUN, SLOWED, Story, lay_out
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN_PART = ("dispatch", "slow", "slow again", "harmless")
DOCKER_ONLY = pytest.mark.parametrize("story", ["docker"], indirect=True)
"""What goes wrong goes wrong the same way in both runtimes, so it is shown in one."""


@pytest.fixture(scope="module", params=["docker", "python"])
def story(
    request: pytest.FixtureRequest,
    act: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    if request.param == "docker":
        request.getfixturevalue("image")
    folder = tmp_path_factory.mktemp(request.param)
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        story = Story(runner=runner, world=api.world, project=lay_out(folder), runtime=request.param)
        story.tell()
        if request.param == "docker":
            story.tell_of_trouble()
        yield story


def test_it_ran_where_it_should(story: Story) -> None:
    place = {"docker": "run in benchverdict:", "python": "run in a private Python environment"}[story.runtime]
    for job in story.jobs.values():
        assert f"Fetching, reporting and publishing {place}" in job.log


def test_the_dispatch_saves_a_baseline_of_five_runs(story: Story) -> None:
    job = story.jobs["dispatch"]
    assert job.succeeded
    assert set(story.runner.artifacts(SAVING_RUN)) == {BASELINE, REPORT}
    runs = json.loads((job.work / "measure" / "measure.json").read_text())["runs"]
    assert [run["pair"] for run in runs] == [None] * 5 + [number for number in range(4) for _ in ("base", "head")]
    assert job.outputs["gate"] == "passed"
    assert job.outputs["baseline-commit"] == ""


def test_a_pull_request_saves_none(story: Story) -> None:
    for name in ("slow", "slow again", "harmless"):
        assert set(story.runner.artifacts(story.jobs[name].run_id)) == {REPORT}


def test_the_planted_slowdown_fails_the_gate(story: Story) -> None:
    job = story.jobs["slow"]
    assert not job.succeeded
    assert job.outcome == "failure"
    assert {name for name, verdict in job.verdicts().items() if verdict == "regressed"} == {SLOWED}
    assert {run["batch"] for run in json.loads((job.work / "measure" / "measure.json").read_text())["runs"]} == {0, 1}


def test_suspects_are_confirmed_by_pairs_of_the_base_and_the_head(story: Story) -> None:
    job = story.jobs["slow"]
    record = json.loads((job.work / "measure" / "measure.json").read_text())
    assert record["base_sha"] == story.project.git("rev-parse", "main")
    pairs = [run for run in record["runs"] if run["pair"] is not None]
    assert len(pairs) >= 16
    assert {run["batch"] for run in pairs} == {1}
    assert not (job.work / "measure" / "sides").exists()
    assert not (job.work / "report" / "next-step.json").exists()
    assert story.project.git("worktree", "list").count("\n") == 0


def test_outputs_of_the_regression(story: Story) -> None:
    outputs = story.jobs["slow"].outputs
    assert outputs["gate"] == "failed"
    assert outputs["exit-code"] == "10"
    assert (outputs["regressed"], outputs["improved"]) == ("1", "0")
    assert int(outputs["unchanged"]) + int(outputs["inconclusive"]) == 2
    assert outputs["worst-benchmark"] == SLOWED
    assert 0.25 < float(outputs["worst-change"]) < 0.6
    assert outputs["baseline-commit"] == story.project.git("rev-parse", "main")
    assert 0 <= float(outputs["baseline-age"]) < 3600
    (comment,) = (comment for comment in story.world.comments.values() if comment.issue == 7)
    assert outputs["comment-url"] == f"https://github.com/octo/bench/pull/7#issuecomment-{comment.id}"
    assert outputs["artifact-url"].startswith("https://github.com/octo/bench/actions/runs/103/artifacts/")
    assert outputs["report-path"].endswith("/report")
    assert outputs["verdict-path"].endswith("/report/verdict.json")


def test_one_comment_that_the_second_run_updates(story: Story) -> None:
    assert [len(story.comments[name]) for name in MAIN_PART] == [0, 1, 1, 1]
    assert "test_lengths" in story.comments["slow"][0]
    assert story.comments["slow"] != story.comments["slow again"]
    assert [entry.status for entry in story.world.requests("POST", "/issues/7/comments")] == [201]
    assert len(story.world.requests("PATCH", "/comments/")) == 1
    assert story.jobs["slow again"].outputs["comment-url"] == story.jobs["slow"].outputs["comment-url"]


def test_the_harmless_pull_request_passes(story: Story) -> None:
    job = story.jobs["harmless"]
    assert job.succeeded
    assert job.outputs["gate"] == "passed"
    assert "regressed" not in job.verdicts().values()


@DOCKER_ONLY
def test_a_command_that_fails_is_no_verdict_and_says_so(story: Story) -> None:
    job = story.jobs["broken"]
    assert not job.succeeded
    assert (job.outputs["gate"], job.outputs["exit-code"]) == ("undecided", "4")
    assert "exit code 1" in job.summary
    assert not [line for line in job.log.splitlines() if "| Traceback" in line]


@DOCKER_ONLY
def test_a_fork_without_the_right_to_comment_gets_a_notice(story: Story) -> None:
    job = story.jobs["from a fork"]
    assert (job.work / "exit" / "publish").read_text() == "0\n"
    assert job.outputs["exit-code"] == "10"
    assert job.log.count("::notice title=Benchverdict::The pull request comes from a fork") == 1
    assert "::warning" not in job.log


def test_the_artifact_of_a_fork_is_ignored_and_the_log_says_why(story: Story) -> None:
    for name in ("slow", "slow again", "harmless"):
        assert f"ignored artifact {FORGED}: saved by a run of another repository (a fork), on its branch 'main'" in (
            story.jobs[name].log
        )
        source = json.loads((story.jobs[name].work / "baseline" / "source.json").read_text())
        assert source["run_id"] == SAVING_RUN
    assert not story.world.requests("GET", f"/actions/artifacts/{FORGED}/zip")


def test_the_summary_is_written(story: Story) -> None:
    for name in MAIN_PART:
        assert SLOWED in story.jobs[name].summary


def test_everything_belongs_to_the_user_of_the_runner(story: Story) -> None:
    for job in story.jobs.values():
        assert {path.stat().st_uid for path in job.work.rglob("*")} == {os.getuid()}


def test_the_token_is_nowhere(story: Story) -> None:
    assert len(story.world.requests("GET", "/actions/artifacts")) >= 4, "the token was used"
    for name, job in story.jobs.items():
        assert TOKEN not in job.log, name
        holding = [path for path in job.kept.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
        assert holding == [], name


def test_the_benchmark_command_sees_no_way_into_the_job(story: Story) -> None:
    runs = [path for name in MAIN_PART for path in story.jobs[name].kept.glob("environment-*.json")]
    assert len(runs) >= 5 + 3 + 3 + 1, "the first look and the second"
    files = {"GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"}
    for run in runs:
        seen = json.loads(run.read_text())
        assert not files & seen.keys()
        assert not [name for name in seen if name.startswith("ACTIONS_") or "TOKEN" in name]
        assert seen["GITHUB_REPOSITORY"] == "octo/bench"


def test_github_would_have_accepted_every_request(story: Story) -> None:
    assert story.world.violations == []
