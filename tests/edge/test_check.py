"""The check run: opened before measuring, concluded by every end, on the commit under review, annotated in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from entrypoint.check import MOST_ANNOTATIONS
from tests.edge.job import TOKEN, job, other_run, pull_request, push, sha
from tests.edge.test_publish import IMPROVED, QUIET, REGRESSED, failed, published, report_of, row, skipped
from tests.edge.test_publish_other import upload

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Assessment, Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi
    from tests.github_api.world import Check

NAME = "Benchverdict (benchmarks)"
SLOW = report_of(*REGRESSED, status="failed")


def test_a_persons_token_is_told_that_it_can_write_no_check(api: GitHubApi, tmp_path: Path) -> None:
    """A fine-grained token may have the permission, and GitHub takes checks from apps alone."""
    api.world.tokens[TOKEN].kind = "user"
    this = pull_request(api, tmp_path)
    published(this, SLOW)
    assert "only the workflow's own token and that of a GitHub App can do that" in this.log
    assert "add this to the job" not in this.log
    assert len(api.world.comments) == 1


def test_a_persons_token_without_the_right_is_told_what_it_needs(api: GitHubApi, tmp_path: Path) -> None:
    token = api.world.tokens[TOKEN]
    token.kind, token.permissions = "user", {"contents": "read", "actions": "read", "pull_requests": "read"}
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_CHECK="false")
    [notice] = published(this, SLOW)["notices"]
    assert "the token that the input 'token' gives needs `pull-requests: write`" in notice["text"]
    assert "add this to the job" not in notice["text"]


def only_check(api: GitHubApi) -> Check:
    [check] = api.world.checks.values()
    assert check.name == NAME
    return check


def merge_group(api: GitHubApi, folder: Path) -> Job:
    api.world.add_commit(sha("queued"), sha("m5"))
    group = {"head_sha": sha("queued"), "base_sha": sha("m5"), "base_ref": "refs/heads/main"}
    payload = {"repository": {"id": 1000, "default_branch": "main"}, "merge_group": group}
    return job(api, folder, "merge_group", payload, GITHUB_SHA=sha("queued"))


def test_it_is_open_while_measuring_and_concluded_after(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path)
    assert this.run("fetch") == 0, this.log
    check = only_check(api)
    assert (check.status, check.head_sha) == ("in_progress", sha("t1"))
    assert check.details_url == "https://github.com/octo/bench/actions/runs/42"
    document = published(this, SLOW)
    assert only_check(api) is check
    assert (check.status, check.conclusion) == ("completed", "failure")
    assert "is 25% slower" in str(check.title)
    assert "test_two" in str(check.summary)
    assert document["check_url"] == f"https://github.com/octo/bench/runs/{check.id}"


CONCLUSIONS: list[tuple[Report, str]] = [
    (report_of(*QUIET), "success"),
    (report_of(*IMPROVED), "success"),
    (report_of(*QUIET, row("test_wide", "inconclusive", 0.01)), "success"),
    (SLOW, "failure"),
    (report_of(*REGRESSED), "success"),
    (report_of(row("test_wide", "inconclusive", 0.01)), "neutral"),
    (report_of(row("test_other", "not_comparable")), "neutral"),
    (report_of(row("test_new", "new"), baseline=False), "neutral"),
    (report_of(*QUIET, status="undecided"), "neutral"),
]


@pytest.mark.parametrize(("report", "conclusion"), CONCLUSIONS)
def test_conclusion_by_policy(api: GitHubApi, tmp_path: Path, report: Report, conclusion: str) -> None:
    published(pull_request(api, tmp_path), report)
    assert only_check(api).conclusion == conclusion


def test_every_end_concludes_it(api: GitHubApi, tmp_path: Path) -> None:
    for number, end in enumerate(("failed", "cancelled", "broken", "skipped")):
        this = pull_request(api, tmp_path / end, GITHUB_RUN_ID=str(50 + number))
        assert this.run("fetch") == 0
        if end == "failed":
            failed(this)
        elif end == "skipped":
            skipped(this, "mode load needs what is not there")
        elif end == "cancelled":
            this.environ["BENCHVERDICT_JOB_STATUS"] = "cancelled"
        assert this.run("publish") == (3 if end == "broken" else 0), this.log
    assert [check.status for check in api.world.checks.values()] == ["completed"] * 4
    conclusions = [check.conclusion for check in api.world.checks.values()]
    assert conclusions == ["failure", "cancelled", "failure", "neutral"]
    assert "mode load needs" in str([*api.world.checks.values()][-1].summary)
    assert "measure" in str(next(iter(api.world.checks.values())).summary)
    assert api.world.comments == {}


def test_check_that_a_lost_run_left_open_is_closed_by_the_next_one(api: GitHubApi, tmp_path: Path) -> None:
    assert pull_request(api, tmp_path, GITHUB_RUN_ID="41").run("fetch") == 0
    foreign = api.world.add_check(name=NAME, head_sha=sha("t1"), status="in_progress", external_id="somebody else's")
    assert pull_request(api, tmp_path).run("fetch") == 0
    lost, _, ours = api.world.checks.values()
    assert (lost.status, lost.conclusion, ours.status) == ("completed", "cancelled", "in_progress")
    assert foreign.status == "in_progress"


def test_without_the_permission_the_job_goes_on_and_the_log_names_the_line(api: GitHubApi, tmp_path: Path) -> None:
    del api.world.tokens[TOKEN].permissions["checks"]
    this = pull_request(api, tmp_path)
    assert this.run("fetch") == 0
    assert this.log.count("`permissions: checks: write`") == 1
    document = published(this, SLOW)
    assert (document["check_url"], document["notices"]) == (None, [])
    assert document["comment_url"]
    assert this.log.count("`permissions: checks: write`") == 1


def test_a_check_that_was_asked_for_and_cannot_be_had_is_a_notice(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions["checks"] = "read"
    [notice] = published(pull_request(api, tmp_path, BENCHVERDICT_INPUT_CHECK="true"), SLOW)["notices"]
    assert notice["code"] == "check-failed"
    assert "`permissions: checks: write`" in notice["text"]


def test_check_false_asks_nothing(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_CHECK="false")
    assert this.run("fetch") == 0
    published(this, SLOW)
    assert not [entry for entry in api.world.log if "/check-runs" in entry.path]


def test_push_has_no_check(api: GitHubApi, tmp_path: Path) -> None:
    this = push(api, tmp_path)
    assert this.run("fetch") == 0
    published(this, SLOW)
    assert api.world.checks == {}


def test_merge_queue_is_checked_on_its_own_head(api: GitHubApi, tmp_path: Path) -> None:
    this = merge_group(api, tmp_path)
    assert this.run("fetch") == 0
    published(this, SLOW)
    assert (only_check(api).head_sha, only_check(api).conclusion) == (sha("queued"), "failure")
    assert api.world.comments == {}


def test_forks_are_checked_by_the_second_stage(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW)
    assert this.run("publish") == 0, this.log
    [check] = api.world.checks.values()
    assert (check.name, check.head_sha) == ("Benchverdict (benchmarks, fork #7)", sha("t1"))
    assert check.conclusion == "failure"
    assert check.details_url == "https://github.com/octo/bench/actions/runs/41"


@pytest.mark.parametrize("fault", ["drop", "status"])
def test_lost_answer_leaves_one_check(api: GitHubApi, tmp_path: Path, fault: str) -> None:
    api.world.add_fault("POST /repos/octo/bench/check-runs", fault)  # type: ignore[arg-type]  # two of its kinds
    this = pull_request(api, tmp_path)
    assert this.run("fetch") == 0
    published(this, SLOW)
    assert only_check(api).status == "completed"


def test_annotations_come_50_to_a_request(api: GitHubApi, tmp_path: Path) -> None:
    rows = [row(f"bench/test_{number}.py::test_it[x]", "regressed", 0.25) for number in range(120)]
    published(pull_request(api, tmp_path), report_of(*rows, status="failed"))
    check = only_check(api)
    assert len(check.annotations) == 120
    assert len({note["path"] for note in check.annotations}) == 120
    assert {note["annotation_level"] for note in check.annotations} == {"failure"}
    sizes = [
        len(entry.body["output"].get("annotations", []))
        for entry in api.world.log
        if entry.method != "GET" and "/check-runs" in entry.path
    ]
    assert sorted(sizes) == [20, 50, 50]


NAMES = [
    ("bench/test_a.py::test_it", "bench/test_a.py"),
    ("test_a.py::Class::test_it[1-b::c]", "test_a.py"),
    ("my bench/test a.py::test_it", "my bench/test a.py"),
    ("test_it", None),
    ("../secret.py::test_it", None),
    ("a/../../secret.py::test_it", None),
    ("/etc/passwd.py::test_it", None),
    ("C:\\a.py::test_it", None),
    ("BenchmarkGo/sub", None),
    ("https://evil.example/a.py::x", None),
]


@pytest.mark.parametrize(("name", "path"), NAMES)
def test_only_a_name_with_its_file_is_annotated(api: GitHubApi, tmp_path: Path, name: str, path: str | None) -> None:
    published(pull_request(api, tmp_path), report_of(row(name, "regressed", 0.25), status="failed"))
    assert [note["path"] for note in only_check(api).annotations] == ([path] if path else [])


def test_thousands_of_rows_stay_a_handful_of_requests(api: GitHubApi, tmp_path: Path) -> None:
    rows: list[Assessment] = [row(f"t.py::test_{number}_{'x' * 99}", "regressed", 0.25) for number in range(2000)]
    published(pull_request(api, tmp_path), report_of(*rows, status="failed"))
    assert len(only_check(api).annotations) == MOST_ANNOTATIONS
