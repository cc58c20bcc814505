"""``stage: request`` and what follows it: who may ask for benchmarks in a comment, of what, and who gets an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reporter.records import json_v1
from tests.edge.job import TOKEN, comment, job, pull_request, push, save, sha, zipped
from tests.edge.test_publish import REGRESSED, comments, report_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.edge.job import Job
    from tests.github_api import GitHubApi
    from tests.github_api.world import World

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "request-v1.json").read_text())
HEAD = sha("t1")


def asked(this: Job) -> dict[str, Any]:
    """Run request and give request.json."""
    this.api.world.collaborators |= {"member": "write", "owner": "admin", "keeper": "maintain", "helper": "triage"}
    assert this.run("request") == 0, this.log
    assert TOKEN not in this.log
    document: dict[str, Any] = this.read("request.json")
    Draft202012Validator(SCHEMA).validate(document)
    return document


def reactions(api: GitHubApi) -> list[str]:
    return [content for _, _, content in api.world.reactions]


def from_a_fork(api: GitHubApi) -> None:
    api.world.pulls[7].head_repository = api.world.add_repository("stranger/bench").full_name


@pytest.mark.parametrize("author", ["member", "owner", "keeper"])
def test_who_may_write_is_heard(api: GitHubApi, tmp_path: Path, author: str) -> None:
    this = comment(api, tmp_path, author=author)
    assert asked(this)["head_sha"] == HEAD
    assert reactions(api) == ["eyes"]
    assert asked(this)["head_sha"] == HEAD
    assert reactions(api) == ["eyes"], "the job run again"


@pytest.mark.parametrize("author", ["stranger", "helper", "github-actions[bot]", "contributor"])
def test_a_stranger_gets_nothing_whatever_the_event_says_of_them(api: GitHubApi, tmp_path: Path, author: str) -> None:
    """The event of these tests calls every author the owner; only the API is believed."""
    this = comment(api, tmp_path, f"/benchmark {HEAD}", author=author)
    document = asked(this)
    assert (document["head_sha"], document["notices"]) == (None, [])
    assert f"{author} may not write to this repository (permission: read)" in this.log
    assert [entry.method for entry in api.world.log] == ["GET", "GET"], "no answer, and the pull request not looked at"


@pytest.mark.parametrize(
    "text",
    [
        "/benchmark",
        "/benchmark  ",
        f"/benchmark {HEAD}",
        f"/benchmark\t{HEAD}\r\nThank you!",
        "/benchmark\nwith whatever\n/benchmark below",
    ],
)
def test_the_first_line_asks(api: GitHubApi, tmp_path: Path, text: str) -> None:
    assert asked(comment(api, tmp_path, text))["head_sha"] == HEAD


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "benchmark",
            " /benchmark",
            "/benchmarks",
            "/Benchmark",
            "/benchmark a b",
            "> /benchmark",
            "x\n/benchmark",
        ),
        *("/benchmark\x0bx", "/benchmark`id`", "//benchmark", "/benchmark-all"),
    ],
)
def test_other_comments_cost_no_request(api: GitHubApi, tmp_path: Path, text: str) -> None:
    document = asked(comment(api, tmp_path, text))
    assert (document["head_sha"], document["notices"]) == (None, [])
    assert api.world.log == []


def test_comments_on_issues_and_edited_ones_are_not_looked_at(api: GitHubApi, tmp_path: Path) -> None:
    this = comment(api, tmp_path)
    event = json.loads((tmp_path / "event.json").read_text())
    for change in ({"action": "edited"}, {"action": "deleted"}, {"issue": {"number": 7}}):
        (tmp_path / "event.json").write_text(json.dumps(event | change))
        assert asked(this)["head_sha"] is None
    assert api.world.log == []


def _edit(world: World) -> None:
    [written] = world.comments.values()
    written.body = f"/benchmark {HEAD}"


def _touch(world: World) -> None:
    [written] = world.comments.values()
    written.updated_at += timedelta(seconds=1)


@pytest.mark.parametrize("change", [_edit, _touch, lambda world: world.comments.clear()])
def test_a_comment_changed_since_counts_no_more(
    api: GitHubApi, tmp_path: Path, change: Callable[[World], None]
) -> None:
    this = comment(api, tmp_path)
    change(api.world)
    assert asked(this)["head_sha"] is None
    assert "deleted or edited" in this.log
    assert reactions(api) == []


REFUSED: dict[str, tuple[str, bool, str]] = {
    "a fork, no commit": ("/benchmark", True, "name the commit that you have read"),
    "a fork, the beginning of it": (f"/benchmark {HEAD[:12]}", True, "not the whole name of a commit"),
    "a branch, the beginning of it": (f"/benchmark {HEAD[:39]}", False, "not the whole name of a commit"),
    "no commit at all": ("/benchmark main", False, "not the whole name of a commit"),
    "in capitals": (f"/benchmark {HEAD.upper()}", True, "not the whole name of a commit"),
    "an older head": (f"/benchmark {sha('t0')}", True, f"is {HEAD} by now, not {sha('t0')}"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_member_is_told_why_not(api: GitHubApi, tmp_path: Path, name: str) -> None:
    text, fork, reason = REFUSED[name]
    if fork:
        from_a_fork(api)
    document = asked(comment(api, tmp_path, text))
    assert document["head_sha"] is None
    [notice] = document["notices"]
    assert notice["code"] == "request-refused"
    assert reason in notice["text"]
    assert reactions(api) == ["confused"]


def test_a_fork_is_measured_at_the_commit_that_was_named(api: GitHubApi, tmp_path: Path) -> None:
    from_a_fork(api)
    assert asked(comment(api, tmp_path, f"/benchmark {HEAD}"))["head_sha"] == HEAD


def test_a_push_before_the_look_is_not_measured(api: GitHubApi, tmp_path: Path) -> None:
    """The attack: ask a member to name a good commit, push a bad one before the job starts."""
    from_a_fork(api)
    this = comment(api, tmp_path, f"/benchmark {HEAD}")
    api.world.add_commit(sha("bad"), HEAD)
    api.world.pulls[7].head_sha = sha("bad")
    assert asked(this)["head_sha"] is None


def test_a_closed_pull_request_is_refused(api: GitHubApi, tmp_path: Path) -> None:
    api.world.pulls[7].state = "closed"
    assert asked(comment(api, tmp_path))["notices"][0]["text"] == "Pull request #7 is closed."


def test_without_the_right_to_react_it_goes_on(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions = {"pull_requests": "read"}
    this = comment(api, tmp_path)
    assert asked(this)["head_sha"] == HEAD
    assert "no reaction: HTTP 403" in this.log
    assert "`permissions: pull-requests: write`" in this.log


def test_an_api_that_fails_lets_nothing_through(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault("/permission", "status", status=500, times=99)
    this = comment(api, tmp_path)
    document = asked(this)
    assert document["head_sha"] is None
    assert [notice["code"] for notice in document["notices"]] == ["request-unanswered"]


@pytest.mark.parametrize("make", [pull_request, push])
def test_other_events_ask_for_nothing(api: GitHubApi, tmp_path: Path, make: Callable[..., Job]) -> None:
    this = make(api, tmp_path)
    assert this.run("request") == 2
    assert "[stage-request]" in this.log


def measuring(api: GitHubApi, folder: Path, **environ: str) -> Job:
    allowed = {
        "BENCHVERDICT_INPUT_STAGE": "all",
        "BENCHVERDICT_INPUT_HEAD_SHA": HEAD,
        "BENCHVERDICT_CHECKOUT_SHA": HEAD,
        "BENCHVERDICT_CHECKOUT_PARENTS": sha("m2"),
    }
    return comment(api, folder, **(allowed | environ))


def test_the_job_that_measures_compares_with_the_merge_base(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m2")
    api.world.tokens[TOKEN].permissions = dict.fromkeys(("contents", "actions", "pull_requests"), "read")
    this = measuring(api, tmp_path)
    assert this.run("fetch") == 0, this.log
    found = this.read("situation.json")
    assert (found["kind"], found["pull_request"], found["head_sha"]) == ("requested", 7, HEAD)
    assert (found["base_sha"], found["save_baseline"], found["comment"]) == (sha("m2"), False, False)
    assert found["notices"] == []
    assert this.read("baseline/source.json")["found"]
    assert (this.read("plan.json")["head_sha"], this.read("plan.json")["base_sha"]) == (HEAD, sha("m2"))


def test_without_the_pull_request_the_default_branch_is_the_base(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions = {"contents": "read", "actions": "read"}
    this = measuring(api, tmp_path)
    assert this.run("fetch") == 0, this.log
    assert this.read("situation.json")["base_sha"] == sha("m2")
    assert [notice["code"] for notice in this.read("situation.json")["notices"]] == ["base-branch-unknown"]


def test_the_job_that_measures_writes_nothing(api: GitHubApi, tmp_path: Path) -> None:
    this = measuring(api, tmp_path, BENCHVERDICT_INPUT_COMMENT="always", BENCHVERDICT_INPUT_CHECK="true")
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(report_of(*REGRESSED, status="failed")))
    assert this.run("fetch") == 0
    for known_to_the_first_step_alone in ("BENCHVERDICT_CHECKOUT_SHA", "BENCHVERDICT_CHECKOUT_PARENTS"):
        del this.environ[known_to_the_first_step_alone]
    assert this.run("publish") == 0, this.log
    assert [entry for entry in api.world.log if entry.method != "GET"] == []


@pytest.mark.parametrize("held", ["", sha("m5"), sha("merge")])
def test_another_checkout_than_the_allowed_commit_is_refused(api: GitHubApi, tmp_path: Path, held: str) -> None:
    """What lies in the workspace is what git says there, not what the workflow meant to check out."""
    this = measuring(api, tmp_path, BENCHVERDICT_CHECKOUT_SHA=held)
    assert this.run("fetch") == 2
    assert "[request-checkout]" in this.log
    assert not (this.work / "plan.json").exists()


@pytest.mark.parametrize("head", ["", "main", HEAD[:12], HEAD + "\n::x", "$(id)"])
def test_nothing_is_measured_without_an_allowed_commit(api: GitHubApi, tmp_path: Path, head: str) -> None:
    this = measuring(api, tmp_path, BENCHVERDICT_INPUT_HEAD_SHA=head)
    assert this.run("fetch") == 2
    assert "[issue-comment]" in this.log or "[input-head-sha]" in this.log
    assert not (this.work / "plan.json").exists()


def test_an_allowed_commit_means_nothing_on_other_events(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_HEAD_SHA=HEAD)
    assert this.run("fetch") == 2
    assert "[input-head-sha]" in this.log


def publishing(api: GitHubApi, folder: Path, **environ: str) -> Job:
    api.world.add_run(id=42, head_sha=sha("m5"), event="issue_comment", conclusion=None)
    allowed = {"BENCHVERDICT_INPUT_STAGE": "publish", "BENCHVERDICT_INPUT_HEAD_SHA": HEAD}
    return comment(api, folder, **(allowed | environ))


def upload(api: GitHubApi, report: bytes) -> None:
    api.world.add_artifact(name="benchverdict-report-benchmarks", run_id=42, content=zipped({"verdict.json": report}))


SLOW = report_of(*REGRESSED, status="failed")


@pytest.mark.parametrize("stage", ["publish", "aggregate"])
def test_the_last_job_tells_what_this_run_measured(api: GitHubApi, tmp_path: Path, stage: str) -> None:
    this = publishing(api, tmp_path, BENCHVERDICT_INPUT_STAGE=stage)
    upload(api, json_v1.dump(SLOW).encode())
    if stage == "aggregate":
        assert this.run("collect") == 0, this.log
    assert this.run("publish") == 0, this.log
    [told] = comments(api)
    assert "test_two" in told.body
    assert f"<!-- benchverdict run: {HEAD} 42 1 report -->" in told.body
    [check] = api.world.checks.values()
    assert (check.head_sha, check.external_id, check.conclusion) == (HEAD, "benchverdict/benchmarks/42/1", "failure")


def test_a_push_while_measuring_leaves_the_comment_to_the_newer_run(api: GitHubApi, tmp_path: Path) -> None:
    this = publishing(api, tmp_path)
    upload(api, json_v1.dump(SLOW).encode())
    api.world.add_commit(sha("t2"), HEAD)
    api.world.pulls[7].head_sha = sha("t2")
    assert this.run("publish") == 0, this.log
    assert comments(api) == []
    assert [notice["code"] for notice in this.read("published.json")["notices"]] == ["stale-run"]
    assert {check.head_sha for check in api.world.checks.values()} == {HEAD}


@pytest.mark.parametrize(
    "forged",
    [
        json_v1.dump(replace(SLOW, measured=replace(SLOW.measured, head_sha=sha("m5")))).encode(),
        json_v1.dump(replace(SLOW, suite="other")).encode(),
        b"{}",
    ],
)
def test_a_forged_report_of_the_same_run_is_refused(api: GitHubApi, tmp_path: Path, forged: bytes) -> None:
    this = publishing(api, tmp_path)
    upload(api, forged)
    assert this.run("publish") == 3
    assert comments(api) == []
    assert [check.conclusion for check in api.world.checks.values()] == ["neutral"]


def test_a_baseline_that_such_a_run_uploads_is_none(api: GitHubApi, tmp_path: Path) -> None:
    """The code that is measured may upload what it likes, and the run is one of main at its tip."""
    save(api.world, "m5", event="issue_comment")
    save(api.world, "m2")
    this = job(api, tmp_path, "schedule", {"repository": {"default_branch": "main"}})
    assert this.run("fetch") == 0, this.log
    assert "its run was started by 'issue_comment'" in this.log
    assert this.read("baseline/source.json")["commit"] == sha("m2")
