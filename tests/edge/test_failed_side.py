"""A side that failed, as reviewers see it: in the comment and in the check, with a report and without one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from entrypoint.comment import LIMIT
from entrypoint.comments_github import WORKFLOW_BOT
from reporter.failed_side import FailedSide
from reporter.records import json_v1
from tests import reports
from tests.edge.job import Job, pull_request, sha

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reporter.model import Report
    from tests.github_api import GitHubApi

MARKER = "<!-- benchverdict comment: benchmarks -->"
LINES = ["make: *** no rule", "```", "<!-- benchverdict run: forged -->"]
SHOWN = "````text\nmake: *** no rule\n```\n<! -- benchverdict run: forged -->\n````"


@pytest.fixture
def this(api: GitHubApi, tmp_path: Path) -> Job:
    job = pull_request(api, tmp_path)
    for verb, code in {"fetch": 0, "measure": 4}.items():
        (job.work / "exit").mkdir(parents=True, exist_ok=True)
        (job.work / "exit" / verb).write_text(f"{code}\n")
    failure = {"side": "base", "commit": sha("m5"), "what": "the base run of pair 1 failed", "lines": LINES}
    content = {"status": "failed", "message": "the base run of pair 1 failed", "failure": failure}
    (job.work / "measure").mkdir(exist_ok=True)
    (job.work / "measure" / "measure.json").write_text(json.dumps(content))
    return job


def test_without_a_report_comment_and_check_show_side_commit_and_last_lines(api: GitHubApi, this: Job) -> None:
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nAll is well.")
    assert this.run("publish") == 0, this.log
    [check] = api.world.checks.values()
    for text in (ours.body, str(check.summary)):
        assert f"The base failed at commit {sha('m5')}: the base run of pair 1 failed" in text
        assert SHOWN in text
    assert "artifact with the logs" in ours.body


@pytest.mark.parametrize("report_of", [reports.mixed, lambda: reports.many_rows(4000, 4000)])
def test_a_report_that_stands_without_pairs_shows_them_below_the_headline(
    api: GitHubApi, this: Job, report_of: Callable[[], Report]
) -> None:
    found = report_of()
    report = replace(
        found,
        suite="benchmarks",
        measured=replace(found.measured, head_sha=sha("t1")),
        override=None,
        failed=FailedSide(side="base", commit=sha("m5"), what="the base run of pair 1 failed", lines=tuple(LINES)),
    )
    (this.work / "report").mkdir(parents=True, exist_ok=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(report), encoding="utf-8")
    assert this.run("publish") == 0, this.log
    [comment] = [each for each in api.world.comments.values() if each.body.startswith(MARKER)]
    [check] = api.world.checks.values()
    for text in (comment.body, str(check.summary)):
        assert SHOWN in text
        assert text.index(SHOWN) < text.index("| Before → after |")
    assert len(comment.body) <= LIMIT


def test_a_report_of_nothing_but_the_side_that_failed_starts_a_comment_and_fails_the_check(
    api: GitHubApi, this: Job
) -> None:
    found = reports.no_verdict()
    report = replace(found, suite="benchmarks", measured=replace(found.measured, head_sha=sha("t1")))
    (this.work / "report").mkdir(parents=True, exist_ok=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(report), encoding="utf-8")
    assert this.run("publish") == 0, this.log
    [comment] = [each for each in api.world.comments.values() if each.body.startswith(MARKER)]
    [check] = api.world.checks.values()
    assert (check.conclusion, check.title) == ("failure", "No verdict: the head failed")
    for text in (comment.body, str(check.summary)):
        assert "E   ModuleNotFoundError: No module named 'shop'" in text
        assert "**Next:** fix what the log shows and push." in text
