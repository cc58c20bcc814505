"""``publish`` in the second stage: what a fork's run uploaded is checked, tied to its pull request, rendered by us."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.records import json_v1
from tests.edge.job import TOKEN, other_run, sha, zipped
from tests.edge.test_publish import MARKER, REGRESSED, comments, report_of, row
from tests.gfm import alive, links_of, needs_cmark
from tests.github_api.world import WORKFLOW_PERMISSIONS
from tests.unit.test_edge_archive import packed

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from reporter.model import Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi

SLOW = report_of(*REGRESSED, status="failed")


def upload(api: GitHubApi, report: Report | bytes, files: dict[str, bytes] | None = None) -> None:
    of_report = {} if isinstance(report, bytes) else {"verdict.json": json_v1.dump(report).encode()}
    content = report if isinstance(report, bytes) else zipped(of_report | (files or {}))
    api.world.add_artifact(name="benchverdict-report-benchmarks", run_id=41, content=content)


def published(this: Job, code: int = 0) -> dict[str, Any]:
    assert this.run("publish") == code, this.log
    assert TOKEN not in this.log
    document: dict[str, Any] = this.read("published.json")
    return document


def test_report_of_a_forks_run_becomes_the_comment(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW, {"comment.md": b"@everybody forged", "report.html": b"<script>"})
    document = published(this)
    [comment] = comments(api)
    assert comment.issue == 7
    assert "test_two" in comment.body
    assert "forged" not in comment.body
    assert "https://github.com/octo/bench/actions/runs/41/artifacts/" in comment.body
    assert document["comment_url"].endswith(str(comment.id))
    assert "test_two" in (this.work / "report" / "summary.md").read_text()
    assert this.read("report/verdict.json")["gate"]["status"] == "failed"
    [query] = [entry for entry in api.world.requests("GET", "/pulls") if entry.path.endswith("/pulls")]
    assert query.status == 200


def test_newest_of_two_attempts_is_taken(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW)
    upload(api, report_of(row("test_again", "regressed", 0.5), status="failed"))
    published(this)
    assert "test_again" in comments(api)[0].body


def test_branch_of_our_own_repository_works_the_same(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    payload = json.loads((tmp_path / "event.json").read_text())
    payload["workflow_run"]["head_repository"] = {"id": api.world.repository.id, "owner": {"login": "octo"}}
    (tmp_path / "event.json").write_text(json.dumps(payload))
    api.world.pulls[7].head_repository = "octo/bench"
    upload(api, SLOW)
    published(this)
    assert len(comments(api)) == 1


def test_pull_request_that_moved_on_is_left_to_the_newer_run(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW)
    api.world.add_commit(sha("t2"), sha("t1"))
    api.world.pulls[7].head_sha = sha("t2")
    assert [notice["code"] for notice in published(this)["notices"]] == ["stale-run"]
    assert api.world.comments == {}
    assert api.world.requests("GET", "/zip") == []


@pytest.mark.parametrize("change", [{"state": "closed"}, {"head_ref": "other"}, {"head_repository": "third/bench"}])
def test_pull_request_that_is_not_exactly_this_one_is_none(
    api: GitHubApi, tmp_path: Path, change: dict[str, str]
) -> None:
    """A branch of the same name and commit in a third repository is another contributor's."""
    this = other_run(api, tmp_path)
    api.world.add_repository("third/bench")
    upload(api, SLOW)
    for name, value in change.items():
        setattr(api.world.pulls[7], name, value)
    assert [notice["code"] for notice in published(this)["notices"]] == ["stale-run"]
    assert api.world.comments == {}


def test_fork_of_the_same_owner_is_told_by_its_repository(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    api.world.add_repository("stranger/copy")
    api.world.add_pull(
        number=8, head_sha=sha("t1"), base_sha=sha("m5"), head_ref="topic", head_repository="stranger/copy"
    )
    upload(api, SLOW)
    published(this)
    assert {comment.issue for comment in comments(api)} == {7}


def test_several_pull_requests_are_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    api.world.add_pull(
        number=8,
        head_sha=sha("t1"),
        base_sha=sha("m4"),
        base_ref="release",
        head_ref="topic",
        head_repository="stranger/bench",
    )
    upload(api, SLOW)
    [notice] = published(this)["notices"]
    assert notice["code"] == "several-pull-requests"
    assert "#7, #8" in notice["text"]
    assert api.world.comments == {}


def test_run_without_a_report_withdraws_an_older_verdict(api: GitHubApi, tmp_path: Path) -> None:
    ours = api.world.add_comment(7, "github-actions[bot]", f"{MARKER}\nAll is well.")
    published(other_run(api, tmp_path))
    assert "came to no verdict" in ours.body
    assert "[Run 41](https://github.com/octo/bench/actions/runs/41) left no artifact" in ours.body


def test_run_without_a_report_starts_no_comment(api: GitHubApi, tmp_path: Path) -> None:
    assert published(other_run(api, tmp_path))["comment_url"] is None
    assert api.world.comments == {}


def test_run_of_a_push_has_nothing_to_comment_on(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    payload = json.loads((tmp_path / "event.json").read_text())
    payload["workflow_run"]["event"] = "push"
    (tmp_path / "event.json").write_text(json.dumps(payload))
    assert published(this)["notices"] == []
    assert "was started by 'push'" in this.log
    assert api.world.log == []


GOOD = json_v1.dump(SLOW).encode()
FORGED: dict[str, tuple[bytes | Report, str]] = {
    "another commit": (
        replace(SLOW, measured=replace(SLOW.measured, head_sha=sha("m5"))),
        "verdict-foreign",
    ),
    "another suite": (replace(SLOW, suite="other"), "verdict-foreign"),
    "no commit": (replace(SLOW, measured=replace(SLOW.measured, head_sha=None)), "verdict-foreign"),
    "no zip": (b"<html>", "report-refused"),
    "no verdict": (zipped({"comment.md": b"Merge this!"}), "report-refused"),
    "parent folder": (zipped({"verdict.json": GOOD, "../../evil": b""}), "report-refused"),
    "absolute": (zipped({"verdict.json": GOOD, "/evil": b""}), "report-refused"),
    "bomb": (packed(("verdict.json", bytes(30_000_000))), "report-refused"),
    "no text": (zipped({"verdict.json": b"\xff\xfe"}), "verdict-unreadable"),
    "no JSON": (zipped({"verdict.json": GOOD[:-20]}), "verdict-not-json"),
    "unknown member": (zipped({"verdict.json": GOOD.replace(b'"suite"', b'"sweet"', 1)}), "verdict-invalid"),
    "wrong count": (zipped({"verdict.json": GOOD.replace(b'"regressed":1', b'"regressed":0')}), "verdict-invalid"),
    "not a number": (zipped({"verdict.json": GOOD.replace(b'"runs":5', b'"runs":1e999')}), "verdict-invalid"),
    "newer": (zipped({"verdict.json": GOOD.replace(b"report/v1", b"report/v2")}), "verdict-newer"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_artifact_is_refused_in_one_message(api: GitHubApi, tmp_path: Path, name: str) -> None:
    """No earlier green stays: the check becomes neutral, and a comment that is there says why."""
    ours = api.world.add_comment(7, "github-actions[bot]", f"{MARKER}\nA good report.")
    content, code = FORGED[name]
    this = other_run(api, tmp_path)
    upload(api, content)
    assert published(this, code=3)["comment_url"].endswith(str(ours.id))
    assert this.log.count(f"[{code}]") == 1
    assert "Traceback" not in this.log
    assert f"The report that run 41 uploaded was refused ({code})" in ours.body
    assert "A good report" not in ours.body
    [check] = api.world.checks.values()
    assert (check.conclusion, check.title) == ("neutral", "The report was refused")
    assert not (this.work / "report").exists()


HOSTILE = (
    "a|b` </details><img src=x onerror=alert(1)> @team #1 https://evil.example [x](javascript:1) \u202egnp ::error::"
)


@needs_cmark
def test_hostile_names_are_shown_harmless(api: GitHubApi, tmp_path: Path) -> None:
    upload_to = other_run(api, tmp_path)
    upload(api, report_of(row(HOSTILE, "regressed", 0.25), status="failed"))
    published(upload_to)
    [comment] = comments(api)
    [line] = [line for line in comment.body.splitlines() if line.startswith("| ❌ |")]
    assert line.split(" | ")[1].startswith("<code>a&#124;b&#96; &lt;/details&gt;")
    ours = tuple(links_of(comment.body))
    assert all(link.startswith("https://github.com/octo/bench/") for link in ours)
    assert alive(comment.body.split("-->\n")[-1], ours) == []
    assert "\u202e" not in comment.body
    assert not any(log.startswith("::") for log in upload_to.log.splitlines())


def test_100000_rows_are_refused_before_they_are_read(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    rows = b",".join([GOOD] * 100_000)
    upload(api, packed(("verdict.json", GOOD.replace(b'"benchmarks":[', b'"benchmarks":[' + rows))))
    published(this, code=3)
    assert "verdict.json in the archive is too large" in this.log
    assert api.world.comments == {}


def test_missing_permission_for_the_artifact_names_the_line(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW)
    api.world.tokens[TOKEN].permissions = {"pull_requests": "write"}
    [notice] = published(this)["notices"]
    assert "`permissions: actions: read`" in notice["text"]
    api.world.tokens[TOKEN].permissions = {**WORKFLOW_PERMISSIONS, "pull_requests": "read"}
    [notice] = published(this)["notices"]
    assert "`permissions: pull-requests: write`" in notice["text"]


def test_archive_expired_is_a_notice(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    upload(api, SLOW)
    api.world.add_fault("/zip", "status", status=410, message="Artifact has expired")
    [notice] = published(this)["notices"]
    assert "Artifact has expired" in notice["text"]
