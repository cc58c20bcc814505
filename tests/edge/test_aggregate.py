"""``stage: aggregate``: every suite of a run in one comment and one check, and what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.render import json_v1, view
from reporter.render.markdown import COMMENT_LIMIT
from reporter.render.markdown_suites import comment as comment_of_suites
from tests.edge.job import TOKEN, other_run, pull_request, sha, zipped
from tests.edge.test_publish import IMPROVED, QUIET, REGRESSED, comments, report_of, row

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Assessment, Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi


def of_suite(name: str, *rows: Assessment, failed: bool = False) -> Report:
    return replace(report_of(*rows, status="failed" if failed else "passed"), suite=name)


def upload(api: GitHubApi, run: int, *reports: Report) -> None:
    for report in reports:
        content = zipped({"verdict.json": json_v1.dump(report).encode()})
        api.world.add_artifact(name=f"benchverdict-report-{report.suite}", run_id=run, content=content)


def aggregate(api: GitHubApi, folder: Path, suites: str = "linux\nmacos\nwindows") -> Job:
    if 42 not in api.world.runs:
        api.world.add_run(id=42, head_sha=sha("t1"), event="pull_request", conclusion=None)
    this = pull_request(api, folder)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate", "BENCHVERDICT_INPUT_SUITES": suites}
    return this


LINUX, MACOS = of_suite("linux", *REGRESSED, failed=True), of_suite("macos", *QUIET)
WINDOWS = of_suite("windows", *IMPROVED)


def test_three_suites_are_one_comment_and_one_check(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, LINUX, WINDOWS)
    assert this.run("publish") == 0, this.log
    [comment] = comments(api)
    assert "### ❌ 1 failed, 2 passed of 3 suites" in comment.body
    lines = [line for line in comment.body.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines[:3]] == ["linux", "macos", "windows"]
    assert "test_two" in comment.body
    assert "test_three" in comment.body
    [check] = api.world.checks.values()
    assert (check.name, check.conclusion, check.head_sha) == ("Benchverdict (benchmarks)", "failure", sha("t1"))
    assert "1 failed" in (this.work / "report" / "summary.md").read_text()
    assert TOKEN not in this.log


def test_missing_suite_is_said(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, WINDOWS)
    assert this.run("publish") == 0, this.log
    [comment] = comments(api)
    assert "2 passed, 1 without a report of 3 suites" in comment.body
    assert "| `linux` | ⚠️ without a report |" in comment.body
    assert [check.conclusion for check in api.world.checks.values()] == ["neutral"]


def test_nothing_at_all_is_said_where_suites_were_expected(api: GitHubApi, tmp_path: Path) -> None:
    assert aggregate(api, tmp_path).run("publish") == 0
    assert "3 without a report of 3 suites" in comments(api)[0].body


def test_quiet_suites_start_no_comment(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "macos")
    upload(api, 42, MACOS)
    assert this.run("publish") == 0, this.log
    assert comments(api) == []
    assert [check.conclusion for check in api.world.checks.values()] == ["success"]


def test_other_artifacts_of_the_run_are_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "linux")
    upload(api, 42, LINUX)
    for name in ("coverage", "benchverdict-report-", "benchverdict-report-../x", "benchverdict-baseline-linux"):
        api.world.add_artifact(name=name, run_id=42, content=b"no zip")
    assert this.run("publish") == 0, this.log
    assert "1 failed of 1 suite" in comments(api)[0].body


def test_suites_of_a_forks_run(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate"}
    upload(api, 41, LINUX, MACOS)
    assert this.run("publish") == 0, this.log
    assert "1 failed, 1 passed of 2 suites" in comments(api)[0].body
    assert comments(api)[0].issue == 7


def test_foreign_commit_refuses_all(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, replace(LINUX, measured=replace(LINUX.measured, head_sha=sha("m5"))))
    assert this.run("publish") == 3
    assert "[verdict-foreign]" in this.log
    assert comments(api) == []


def test_missing_permission_is_named(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    del api.world.tokens[TOKEN].permissions["actions"]
    assert this.run("publish") == 0, this.log
    [notice] = this.read("published.json")["notices"]
    assert "`permissions: actions: read`" in notice["text"]


@pytest.mark.parametrize("suites", ["../x", "a b", "$(id)"])
def test_names_that_no_suite_has_are_refused(api: GitHubApi, tmp_path: Path, suites: str) -> None:
    this = aggregate(api, tmp_path, suites)
    assert this.run("publish") == 2
    assert "[input-name]" in this.log


def test_many_large_suites_fit_into_a_comment() -> None:
    rows = [row(f"test_{number}_{'x' * 200}", "regressed", 0.25) for number in range(300)]
    views = [view.build(of_suite(f"suite-{number}", *rows, failed=True)) for number in range(60)]
    text = comment_of_suites(views, [f"missing-{number}" for number in range(60)])
    assert 32_768 < len(text) <= COMMENT_LIMIT
    assert text.count("<details>") == text.count("</details>")
    assert "suite-59" in text
