"""The action in a workflow, run for real, in the container and without one. See ``story.py`` for what happens."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.e2e import leaks
from tests.e2e.runner import CANARY, TOKEN, Runner
from tests.e2e.story import BASELINE, FORGED, PAGE, REPORT, SAVING_RUN, SLOWED, Story, lay_out
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Job

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


def test_packages_are_kept_by_a_run_on_the_default_branch_and_found_by_the_next(story: Story) -> None:
    kept = list((story.runner.folder / "cached").glob("benchverdict-packages-*/*.whl"))
    found = [name for name in MAIN_PART if "::set-output:: cache-hit=true" in story.jobs[name].log]
    assert bool(kept) == (story.runtime == "python")
    assert found == (["slow", "slow again", "harmless"] if story.runtime == "python" else [])


def test_it_ran_where_it_should(story: Story) -> None:
    place = {"docker": "run in sha256:", "python": "run in a private Python environment"}[story.runtime]
    for job in story.jobs.values():
        assert f"Fetching, reporting and publishing {place}" in job.log


def test_the_dispatch_saves_a_baseline_of_five_runs(story: Story) -> None:
    job = story.jobs["dispatch"]
    assert job.succeeded
    assert set(story.runner.artifacts(SAVING_RUN)) == {BASELINE, REPORT, PAGE}
    runs = json.loads((job.work / "measure" / "measure.json").read_text())["runs"]
    assert [run["pair"] for run in runs] == [None] * 5 + [number for number in range(4) for _ in ("base", "head")]
    assert job.outputs["gate"] == "passed"
    assert job.outputs["baseline-commit"] == ""


def test_a_pull_request_saves_none(story: Story) -> None:
    for name in ("slow", "slow again", "harmless"):
        assert set(story.runner.artifacts(story.jobs[name].run_id)) == {REPORT, PAGE}


def test_the_planted_slowdown_fails_the_gate(story: Story) -> None:
    job = story.jobs["slow"]
    assert not job.succeeded
    assert job.outcome == "failure"
    assert {name for name, verdict in job.verdicts().items() if verdict == "regressed"} == {SLOWED}
    assert {run["batch"] for run in json.loads((job.work / "measure" / "measure.json").read_text())["runs"]} == {0}


def test_a_pull_request_is_measured_in_pairs_of_the_base_and_the_head(story: Story) -> None:
    job = story.jobs["slow"]
    record = json.loads((job.work / "measure" / "measure.json").read_text())
    assert record["base_sha"] == story.project.git("rev-parse", "main")
    assert record["plan"] == "paired"
    assert len(record["runs"]) >= 16
    assert all(run["pair"] is not None for run in record["runs"])
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


def test_the_cause_of_the_regression_is_named_after_its_last_pair(story: Story) -> None:
    """The planted slowdown is a constant of ``words.py``, which only ``lengths`` uses."""
    for name in ("slow", "slow again"):
        job = story.jobs[name]
        [row] = [row for row in job.rows() if row["verdict"] == "regressed"]
        cause = row["cause"]
        assert (cause["function"], cause["file"], cause["in_diff"]) == ("lengths", "words.py", True)
        assert (cause["changed"]["line"], cause["changed"]["last"]) == (3, 3)
        assert job.log.count("profile: done in ") == 1
    assert "of the extra time is in <code>lengths()</code> (<code>words.py:6</code>)" in story.comments["slow"][0]
    assert "this pull request changed line 3" in story.comments["slow"][0]


def test_the_annotation_stands_at_the_changed_line(story: Story) -> None:
    places = {
        (note["path"], note["start_line"], note["end_line"])
        for check in story.world.checks.values()
        for note in check.annotations
    }
    assert places == {("words.py", 3, 3)}


def test_what_is_harmless_is_not_profiled(story: Story) -> None:
    assert "profile: " not in story.jobs["harmless"].log
    assert not (story.jobs["harmless"].work / "measure" / "instruments").exists()


@DOCKER_ONLY
def test_the_report_of_a_fork_names_the_cause_too(story: Story) -> None:
    assert "of the extra time is in <code>lengths()</code>" in story.jobs["from a fork"].summary


def test_the_harmless_pull_request_passes(story: Story) -> None:
    job = story.jobs["harmless"]
    assert job.succeeded
    assert job.outputs["gate"] in ("passed", "undecided"), "undecided where the machine is too noisy"
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
        assert SLOWED.rpartition("::")[2] in story.jobs[name].summary


def test_everything_belongs_to_the_user_of_the_runner(story: Story) -> None:
    for job in story.jobs.values():
        assert {path.stat().st_uid for path in job.work.rglob("*")} == {os.getuid()}


def secrets_of(job: Job) -> dict[str, str]:
    """Name what must be nowhere; a job that uploaded nothing has not told its runtime token."""
    told = {"runtime token": job.run.runtime_token} if job.run.runtime_token else {}
    return {"token": TOKEN, "canary": CANARY} | told


def test_secrets_are_in_no_log_file_artifact_or_argument(story: Story) -> None:
    """Plain, encoded, and inside of archives; also in what the benchmark command saw, which is among the kept files."""
    assert len(story.world.requests("GET", "/actions/artifacts")) >= 4, "the token was used"
    assert all(len(story.jobs[name].run.runtime_token) > 20 for name in MAIN_PART)
    for name, job in story.jobs.items():
        assert any(b"-m\0entrypoint\0fetch" in arguments for arguments in job.run.arguments), "somebody was watching"
        for what, secret in secrets_of(job).items():
            assert not leaks.holds(job.log.encode(), secret), (name, what)
            assert leaks.files_holding(job.kept, secret) == [], (name, what)
            assert [each for each in job.run.arguments if leaks.holds(each, secret)] == [], (name, what)
            for artifact in story.runner.artifacts(job.run_id).values():
                assert not leaks.holds(artifact.read_bytes(), secret), (name, what, artifact)
    assert leaks.files_holding(story.project.folder, TOKEN) == []


def test_secrets_are_in_no_address_and_go_to_no_other_host(story: Story) -> None:
    """GitHub redirects downloads to a host of another name; the token goes to GitHub, in the header for it."""
    sent = list(story.world.log)
    assert {entry.host for entry in sent} == {"127.0.0.1", "localhost"}
    tokens = {secret for job in story.jobs.values() for secret in secrets_of(job).values()}
    for entry in sent:
        headers = {name: value for name, value in entry.headers.items() if name != "authorization"}
        if entry.host == "localhost":
            assert "authorization" not in entry.headers
        told = json.dumps([entry.path, entry.query, entry.body, headers]).encode()
        assert not [secret for secret in tokens if leaks.holds(told, secret)], entry


@pytest.mark.parametrize("secret", [TOKEN, CANARY])
def test_the_search_finds_what_is_hidden(secret: str, tmp_path: Path) -> None:
    for before in (b"", b"x", b"xy"):
        for hidden in (base64.b64encode(before + secret.encode()), base64.urlsafe_b64encode(before + secret.encode())):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("a/b.gz", gzip.compress(b"-" + hidden + b"-"))
            (tmp_path / "found.zip").write_bytes(packed.getvalue())
            assert leaks.files_holding(tmp_path, secret) == [tmp_path / "found.zip"]
    (tmp_path / "found.zip").write_bytes(b"nothing")
    assert leaks.files_holding(tmp_path, secret) == []


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
