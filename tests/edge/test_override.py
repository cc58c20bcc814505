"""The label that lets regressions pass: for one commit, by whoever GitHub says, and by nobody that a file says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import structs

from reporter.commands.report import read_override
from reporter.decide import reasons
from reporter.model import Gate, Override
from reporter.records import json_v1
from tests.edge.job import TOKEN, labelled, other_run, pull_request, sha, zipped
from tests.edge.test_publish import REGRESSED, comments, published, report_of

if TYPE_CHECKING:
    from tests.edge.job import Job
    from tests.github_api import GitHubApi

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "override-v1.json").read_text())
LABEL = "benchverdict: accept"
HEAD = sha("t1")
SET_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BY_ALICE = Override(label=LABEL, by="alice", at=SET_AT.timestamp(), commit=HEAD)


def fetched(this: Job) -> list[str]:
    """Run fetch and give the codes of its notices."""
    assert this.run("fetch") == 0, this.log
    assert TOKEN not in this.log
    return [notice["code"] for notice in this.read("situation.json")["notices"]]


def accepted(override: Override = BY_ALICE) -> Any:
    """Make a report that passes because of the label, as ``report`` does."""
    [row] = REGRESSED
    row = replace(row, accepted=reasons.accepted_by(override))
    gate = Gate(status="passed", reasons=(reasons.overridden(override, 1),))
    return replace(report_of(row), gate=gate, override=override)


def set_at(api: GitHubApi, moment: datetime = SET_AT) -> None:
    for event in api.world.label_events.values():
        event.created_at = moment


def test_the_run_that_the_label_starts_records_who_set_it(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    set_at(api)
    assert fetched(this) == []
    Draft202012Validator(SCHEMA).validate(this.read("override.json"))
    assert read_override(this.work / "override.json") == BY_ALICE


def test_github_compares_labels_without_case(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path, "Benchverdict: Accept")
    assert fetched(this) == []
    assert (this.work / "override.json").exists()


def test_a_label_that_was_there_before_the_push_does_not_count(api: GitHubApi, tmp_path: Path) -> None:
    """The attack: let a member accept a good commit, then push another, or bring an older one back."""
    this = labelled(api, tmp_path)
    event = json.loads((tmp_path / "event.json").read_text()) | {"action": "synchronize"}
    (tmp_path / "event.json").write_text(json.dumps(event))
    assert fetched(this) == ["label-not-counted"]
    assert not (this.work / "override.json").exists()
    assert api.world.requests("GET", "/events") == []


def test_another_label_accepts_nothing(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path, "benchmark")
    assert fetched(this) == []
    assert not (this.work / "override.json").exists()


@pytest.mark.parametrize("name", ["", "other"])
def test_the_name_is_the_workflows(api: GitHubApi, tmp_path: Path, name: str) -> None:
    this = labelled(api, tmp_path)
    this.environ |= {"BENCHVERDICT_INPUT_ACCEPT_LABEL": name}
    assert fetched(this) == []
    assert not (this.work / "override.json").exists()


def test_a_label_taken_off_again_does_not_count(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    api.world.add_label_event(issue=7, label=LABEL, actor="bob", event="unlabeled")
    api.world.add_label_event(issue=7, label="other", actor="bob")
    assert fetched(this) == ["label-not-counted"]
    assert not (this.work / "override.json").exists()


def test_the_last_who_set_it_is_named_over_all_pages(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    for number in range(130):
        api.world.add_label_event(issue=7, label=f"other-{number}", actor="bob")
    api.world.add_label_event(issue=7, label=LABEL, actor="bob", event="unlabeled")
    api.world.add_label_event(issue=7, label=LABEL, actor="carol")
    assert fetched(this) == []
    assert this.read("override.json")["by"] == "carol"


def test_what_was_recorded_for_an_earlier_run_of_the_action_is_gone(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path)
    this.work.mkdir(parents=True)
    (this.work / "override.json").write_text("{}")
    assert fetched(this) == []
    assert not (this.work / "override.json").exists()


def test_without_the_permission_the_line_is_named_and_nothing_accepted(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    api.world.tokens[TOKEN].permissions = {"contents": "read", "actions": "read"}
    assert fetched(this) == ["label-not-counted"]
    assert "`permissions: pull-requests: read`" in this.read("situation.json")["notices"][0]["text"]


def test_comment_and_check_say_who_accepted_what(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    set_at(api)
    published(this, accepted())
    [comment] = comments(api)
    [check] = api.world.checks.values()
    for told in (comment.body, check.summary or ""):
        accepted_by = "1 benchmark regressed, accepted by alice with the label 'benchverdict: accept'"
        assert f"{accepted_by} for commit <code>{HEAD}</code>" in told
        assert "2026-11-20 at 12:00 UTC" in told
        assert "@alice" not in told
    assert check.conclusion == "success"


FORGED = {
    "somebody else": structs.replace(BY_ALICE, by="bob"),
    "another commit": structs.replace(BY_ALICE, commit=sha("m5")),
    "another time": structs.replace(BY_ALICE, at=0.0),
    "another label": structs.replace(BY_ALICE, label="bug"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_report_that_says_it_without_github_is_refused(api: GitHubApi, tmp_path: Path, name: str) -> None:
    this = labelled(api, tmp_path)
    set_at(api)
    refused(this, accepted(FORGED[name]))


def test_a_report_of_a_run_that_the_label_did_not_start_is_refused(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_label_event(issue=7, label=LABEL, actor="alice", created_at=SET_AT)
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_ACCEPT_LABEL=LABEL)
    refused(this, accepted())


def refused(this: Job, report: Any) -> None:
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(report), encoding="utf-8")
    assert this.run("publish") == 3, this.log
    assert this.log.count("[override-unconfirmed]") == 1
    assert comments(this.api) == []
    assert [check.conclusion for check in this.api.world.checks.values()] == ["failure"]


def test_an_api_that_cannot_confirm_withdraws_the_verdict(api: GitHubApi, tmp_path: Path) -> None:
    this = labelled(api, tmp_path)
    set_at(api)
    api.world.add_fault("/events", "status", status=500, times=99)
    document = published(this, accepted())
    assert [notice["code"] for notice in document["notices"]] == ["override-unconfirmed"]
    assert [check.conclusion for check in api.world.checks.values()] == ["failure"]
    assert comments(api) == []


def other(api: GitHubApi, folder: Path, report: Any, *, ours: bool = False) -> Job:
    """Make the publishing job after another run that says that alice accepted its regressions, as she did just then."""
    this = other_run(api, folder, BENCHVERDICT_INPUT_ACCEPT_LABEL=LABEL, BENCHVERDICT_INPUT_COMMENT="always")
    event = json.loads((folder / "event.json").read_text())
    event["workflow_run"] |= {
        "actor": {"login": "alice"},
        "created_at": (SET_AT + timedelta(seconds=4)).isoformat(),
    }
    if ours:
        event["workflow_run"]["head_repository"] = {"id": api.world.repository.id, "owner": {"login": "octo"}}
        api.world.pulls[7].head_repository = "octo/bench"
    (folder / "event.json").write_text(json.dumps(event))
    api.world.add_label_event(issue=7, label=LABEL, actor="alice", created_at=SET_AT)
    content = zipped({"verdict.json": json_v1.dump(report).encode()})
    api.world.add_artifact(name="benchverdict-report-benchmarks", run_id=41, content=content)
    return this


@pytest.mark.parametrize("stage", ["publish", "aggregate"])
@pytest.mark.parametrize("by", ["alice", "bob"])
@pytest.mark.parametrize("ours", [False, True])
def test_an_acceptance_does_not_carry_over_to_the_commit_of_another_run(
    api: GitHubApi, tmp_path: Path, stage: str, by: str, *, ours: bool
) -> None:
    """The attack: a push within the minute after a label was set for a good commit. No event here names that commit."""
    this = other(api, tmp_path, accepted(structs.replace(BY_ALICE, by=by)), ours=ours)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": stage}
    if stage == "aggregate":
        assert this.run("collect") == 0, this.log
    assert this.run("publish") == 0, this.log
    [comment] = comments(api)
    assert f"accepted by {by}" not in comment.body
    assert "label-not-counted" in comment.body
    assert [check.conclusion for check in api.world.checks.values()] == ["failure"]


@pytest.mark.parametrize(("by", "conclusion"), [("alice", "success"), ("bob", "failure")])
def test_suites_of_the_run_that_the_label_started_are_accepted(
    api: GitHubApi, tmp_path: Path, by: str, conclusion: str
) -> None:
    """Here this run's own event names the commit."""
    api.world.add_run(id=42, head_sha=HEAD, event="pull_request", conclusion=None)
    this = labelled(api, tmp_path, BENCHVERDICT_INPUT_STAGE="aggregate")
    set_at(api)
    content = zipped({"verdict.json": json_v1.dump(accepted(structs.replace(BY_ALICE, by=by))).encode()})
    api.world.add_artifact(name="benchverdict-report-benchmarks", run_id=42, content=content)
    assert this.run("collect") == 0, this.log
    assert this.run("publish") == 0, this.log
    assert [check.conclusion for check in api.world.checks.values()] == [conclusion]
