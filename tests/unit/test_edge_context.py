"""Which situation an event is: a table over the events, and the facts of GitHub's own example payloads."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from entrypoint import facts
from entrypoint.context import refuse_other_checkout, situation
from entrypoint.facts import Facts, IssueComment, MergeGroup, PullRequest, TriggeringRun
from entrypoint.inputs import Inputs
from entrypoint.situations import Base, Kind, Situation
from reporter.shared.errors import UsageError
from tests.github_api.packages import WEBHOOKS

RUN, HEAD, TIP, FIRST, PARENT = "run", "head", "tip", "first", "parent"
"""Commits: of the run (or test merge), the head, the base branch's tip, the merge's first parent, a push's parent."""

INPUTS = Inputs(
    stage="all",
    name="benchmarks",
    shard=None,
    suites=(),
    command="make bench",
    results=(),
    mode="",
    config="",
    working_directory="",
    compare=None,
    setup="",
    time_limit_seconds=None,
    fail_on=None,
    baseline_workflow="",
    comment="changes",
    check="auto",
    save_baseline="auto",
    head_sha="",
    accept_label="benchverdict: accept",
    repository="octo/bench",
    event_name="",
    payload={},
    ref="refs/heads/main",
    sha=RUN,
    run_id=1,
    run_attempt=1,
    use="",
    workflow_ref="",
    workspace=Path(),
    api_url="https://api.github.com",
    checkout_sha=RUN,
    checkout_parents=(PARENT,),
    artifact_url="",
    server_url="https://github.com",
    home="",
    cancelled=False,
    token="",
)
PULL = PullRequest(number=7, head_sha=HEAD, base_sha=TIP, base_branch="main", fork=False)
BRANCH = Facts(default_branch="main", before="before")
REQUEST = Facts(default_branch="main", pull_request=PULL)
MERGED: dict[str, Any] = {"ref": "refs/pull/7/merge", "checkout_parents": (FIRST, HEAD)}


QUEUE = Facts(default_branch="main", merge_group=MergeGroup(head_sha="queued", base_sha="ahead", base_branch="release"))
OTHER_RUN = TriggeringRun(
    id=5,
    attempt=2,
    event="pull_request",
    head_sha=HEAD,
    head_branch="topic",
    head_owner="stranger",
    head_repository_id=9,
    page="https://github.com/octo/bench/actions/runs/5",
)
OTHER = Facts(default_branch="main", run=OTHER_RUN)
ASKING = IssueComment(id=70, number=7, on_pull_request=True, created=True, text="/benchmark")
COMMENT = Facts(default_branch="main", comment=ASKING)
ALLOWED: dict[str, Any] = {"head_sha": HEAD, "checkout_sha": HEAD, "checkout_parents": (PARENT,)}
"""What the job that measures has after ``stage: request`` has allowed a commit and it was checked out."""
LABEL = "benchverdict: accept"


def of(event: str, known: Facts = BRANCH, **inputs: Any) -> Situation:
    return situation(event, known, replace(INPUTS, **inputs))


def fork(**change: Any) -> Facts:
    return replace(REQUEST, pull_request=replace(PULL, fork=True, **change))


def labelled(added: str | None, *there: str) -> Facts:
    return replace(REQUEST, added_label=added, pull_request=replace(PULL, labels=there))


KINDS: list[tuple[Situation, str, int | None, str, Base]] = [
    (of("pull_request", REQUEST, **MERGED), "pull_request", 7, HEAD, Base(rule="first_parent", sha=FIRST)),
    (of("pull_request", fork(), **MERGED), "fork_pull_request", 7, HEAD, Base(rule="first_parent", sha=FIRST)),
    (
        of("pull_request", REQUEST, checkout_sha=HEAD, checkout_parents=(PARENT,)),
        "pull_request",
        7,
        HEAD,
        Base(rule="merge_base", sha=TIP),
    ),
    (  # the head is itself a merge of main into the topic
        of("pull_request", REQUEST, checkout_sha=HEAD, checkout_parents=(PARENT, TIP)),
        "pull_request",
        7,
        HEAD,
        Base(rule="merge_base", sha=TIP),
    ),
    (  # the same where the runner takes the head for the run's commit
        of("pull_request", REQUEST, sha=HEAD, checkout_sha=HEAD, checkout_parents=(PARENT, TIP)),
        "pull_request",
        7,
        HEAD,
        Base(rule="merge_base", sha=TIP),
    ),
    (  # the test merge of a newer main than the run's, checked out by its ref
        of("pull_request", REQUEST, checkout_sha="newer", checkout_parents=(FIRST, HEAD)),
        "pull_request",
        7,
        HEAD,
        Base(rule="first_parent", sha=FIRST),
    ),
    (of("push"), "push_default", None, RUN, Base(rule="before_push", sha="before")),
    (of("push", replace(BRANCH, before=None)), "push_default", None, RUN, Base(rule="parent", sha=PARENT)),
    (
        of("push", replace(BRANCH, before=None), checkout_parents=()),
        "push_default",
        None,
        RUN,
        Base(rule="none", sha=None),
    ),
    (of("push", ref="refs/heads/topic"), "push_branch", None, RUN, Base(rule="before_push", sha="before")),
    (of("push", ref="refs/heads/x/main"), "push_branch", None, RUN, Base(rule="before_push", sha="before")),
    (of("push", ref="refs/tags/main"), "push_tag", None, RUN, Base(rule="before_push", sha="before")),
    (of("workflow_dispatch"), "workflow_dispatch", None, RUN, Base(rule="checkout", sha=RUN)),
    (of("workflow_dispatch", ref="refs/heads/topic"), "workflow_dispatch", None, RUN, Base(rule="checkout", sha=RUN)),
    (of("repository_dispatch"), "repository_dispatch", None, RUN, Base(rule="checkout", sha=RUN)),
    (  # the workflow checked out what the payload names: compared with where it left the default branch
        of("repository_dispatch", checkout_sha=HEAD),
        "repository_dispatch",
        None,
        HEAD,
        Base(rule="merge_base", sha=RUN),
    ),
    (  # its base branch and number are those of GitHub, not of the payload
        of("issue_comment", replace(COMMENT, pull_request=PULL), **ALLOWED),
        "requested",
        7,
        HEAD,
        Base(rule="merge_base", sha=TIP),
    ),
    (of("issue_comment", COMMENT, **ALLOWED), "requested", 7, HEAD, Base(rule="merge_base", sha=RUN)),
    (of("schedule", checkout_sha=""), "schedule", None, RUN, Base(rule="checkout", sha=RUN)),
    (of("merge_group", QUEUE), "merge_group", None, "queued", Base(rule="queue", sha="ahead")),
    (of("merge_group"), "other", None, RUN, Base(rule="checkout", sha=RUN)),
    (of("workflow_run", OTHER, stage="publish"), "workflow_run", None, HEAD, Base(rule="none", sha=None)),
    (of("release"), "other", None, RUN, Base(rule="checkout", sha=RUN)),
    (of("pull_request", Facts(default_branch="main")), "other", None, RUN, Base(rule="checkout", sha=RUN)),
]


@pytest.mark.parametrize(("here", "kind", "number", "head", "base"), KINDS)
def test_kind_head_and_base(here: Situation, kind: str, number: int | None, head: str, base: Base) -> None:
    assert (here.kind, here.pull_request, here.head_sha, here.base) == (kind, number, head, base)
    assert here.comment.yes is ((number is not None or here.run is not None) and kind != "requested")
    assert here.fork is kind.startswith("fork")


def change_of(payload: dict[str, Any], **change: Any) -> Facts:
    """Return the facts of a pull request's payload, changed."""
    return facts.read(payload | {"pull_request": payload["pull_request"] | change})


OPENED: dict[str, Any] = {
    "action": "opened",
    "repository": {"id": 1, "default_branch": "main"},
    "pull_request": {
        "number": 7,
        "state": "open",
        "draft": False,
        "labels": [],
        "head": {"sha": HEAD, "ref": "topic", "repo": {"id": 1}},
        "base": {"sha": TIP, "ref": "main", "repo": {"id": 1}},
    },
}
ONTO_FEATURE = OPENED["pull_request"]["base"] | {"ref": "feature"}
GONE_FORK = OPENED["pull_request"]["head"] | {"repo": None}
ASKED = replace(BRANCH, asks_to_save=True)
TOPIC: dict[str, Any] = {"ref": "refs/heads/topic"}

EVENTS: dict[str, tuple[Situation, str, str]] = {
    "pull_request": (of("pull_request", change_of(OPENED)), "pull_request", "comments checks"),
    "draft": (of("pull_request", change_of(OPENED, draft=True)), "pull_request", "comments checks"),
    "closed": (of("pull_request", change_of(OPENED, state="closed")), "pull_request", "checks"),
    "stacked": (of("pull_request", change_of(OPENED, base=ONTO_FEATURE)), "pull_request", "comments checks"),
    "fork": (of("pull_request", fork()), "fork_pull_request", "comments checks"),
    "deleted fork": (of("pull_request", change_of(OPENED, head=GONE_FORK)), "fork_pull_request", "comments checks"),
    "label to measure": (of("pull_request", labelled("benchmark")), "pull_request", "comments checks"),
    "label to accept": (of("pull_request", labelled(LABEL)), "pull_request", "comments checks accepts"),
    "push to main": (of("push"), "push_default", "saves"),
    "push to a branch": (of("push", **TOPIC), "push_branch", ""),
    "push of a tag": (of("push", ref="refs/tags/v1"), "push_tag", ""),
    "schedule": (of("schedule"), "schedule", ""),
    "schedule that saves": (of("schedule", save_baseline="true"), "schedule", "saves"),
    "workflow_dispatch": (of("workflow_dispatch"), "workflow_dispatch", ""),
    "workflow_dispatch that asks": (of("workflow_dispatch", ASKED), "workflow_dispatch", "saves"),
    "workflow_dispatch on a branch": (of("workflow_dispatch", ASKED, **TOPIC), "workflow_dispatch", ""),
    "repository_dispatch": (of("repository_dispatch", save_baseline="true"), "repository_dispatch", ""),
    "merge_group": (of("merge_group", QUEUE), "merge_group", "checks"),
    "workflow_run": (of("workflow_run", OTHER, stage="publish"), "workflow_run", "comments checks"),
    "comment, measuring": (of("issue_comment", COMMENT, **ALLOWED), "requested", ""),
    "comment, telling": (of("issue_comment", COMMENT, stage="publish", head_sha=HEAD), "requested", "comments checks"),
    "release": (of("release"), "other", ""),
}


@pytest.mark.parametrize("name", EVENTS)
def test_what_every_event_may_do(name: str) -> None:
    here, kind, may = EVENTS[name]
    decided = {"comments": here.comment, "checks": here.check, "saves": here.save_baseline, "accepts": here.accepts}
    assert (here.kind, " ".join(word for word, decision in decided.items() if decision.yes)) == (kind, may)
    assert all(decision.reason for decision in decided.values())


def test_the_documentation_has_a_row_of_every_kind() -> None:
    page = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    assert set(re.findall(r'^\| <a id="([a-z_]+)"></a>', page, flags=re.MULTILINE)) == set(get_args(Kind))
    assert {kind for _, kind, _ in EVENTS.values()} == set(get_args(Kind))


def test_stacked_pull_requests_have_baselines_of_both_branches() -> None:
    assert EVENTS["stacked"][0].branches == ("feature", OPENED["repository"]["default_branch"])


SAVING: list[tuple[Situation, bool, str]] = [
    (of("push"), True, "a push to the default branch"),
    (of("push", save_baseline="true"), True, "the input save-baseline is true"),
    (of("push", save_baseline="false"), False, "the input save-baseline is false"),
    (of("push", replace(BRANCH, default_branch="trunk")), False, "another branch"),
    (of("push", replace(BRANCH, default_branch=None), save_baseline="true"), False, "another branch"),
    (of("push", ref="refs/heads/topic", save_baseline="true"), False, "another branch"),
    (of("push", ref="refs/tags/v1", save_baseline="true"), False, "a push of a tag"),
    (of("push", ref="refs/tags/main", save_baseline="true"), False, "a push of a tag"),
    (of("push", checkout_sha="other", save_baseline="true"), False, "the checked out commit other is not"),
    (of("workflow_dispatch"), False, "did not ask for it"),
    (of("workflow_dispatch", save_baseline="true"), True, "the input save-baseline is true"),
    (of("workflow_dispatch", ASKED), True, "the dispatch on the default branch asks for it"),
    (of("workflow_dispatch", ASKED, save_baseline="false"), False, "the input save-baseline is false"),
    (of("workflow_dispatch", ASKED, ref="refs/heads/topic"), False, "not the default branch (main)"),
    (of("workflow_dispatch", ref="refs/heads/topic", save_baseline="true"), False, "not the default branch (main)"),
    (of("workflow_dispatch", ref="refs/tags/main", save_baseline="true"), False, "not the default branch (main)"),
    (of("schedule"), False, "did not ask for it"),
    (of("schedule", save_baseline="true"), True, "the input save-baseline is true"),
    (of("pull_request", REQUEST, save_baseline="true", **MERGED), False, "a pull request never saves"),
    (of("pull_request", fork(), save_baseline="true", **MERGED), False, "a pull request never saves"),
    (of("pull_request", REQUEST, save_baseline="true"), False, "a pull request never saves"),
    (of("merge_group", QUEUE, save_baseline="true"), False, "a merge queue"),
    (of("merge_group", save_baseline="true"), False, "none that saves a baseline"),
    (of("workflow_run", OTHER, stage="publish", save_baseline="true"), False, "this stage measures nothing"),
    (of("release", save_baseline="true"), False, "none that saves a baseline"),
    (of("repository_dispatch", save_baseline="true"), False, "may measure whatever its sender names"),
    (of("repository_dispatch", ASKED, save_baseline="true"), False, "may measure whatever its sender names"),
    (of("issue_comment", COMMENT, save_baseline="true", **ALLOWED), False, "in a comment is never a baseline"),
]


@pytest.mark.parametrize(("here", "yes", "reason"), SAVING)
def test_baseline_is_saved_from_allowed_refs_only(here: Situation, yes: bool, reason: str) -> None:
    assert here.save_baseline.yes is yes
    assert reason in here.save_baseline.reason


def test_baselines_come_from_the_base_branch_or_the_default_branch() -> None:
    stacked = replace(REQUEST, pull_request=replace(PULL, base_branch="feature"))
    assert of("pull_request", stacked, **MERGED).branches == ("feature", "main")
    assert of("pull_request", REQUEST, **MERGED).branches == ("main",)
    assert of("push", ref="refs/heads/topic").branches == ("main",)
    assert of("merge_group", QUEUE).branches == ("release", "main")
    assert of("issue_comment", replace(stacked, comment=ASKING), **ALLOWED).branches == ("feature", "main")
    assert of("issue_comment", COMMENT, **ALLOWED).branches == ("main",)
    assert of("repository_dispatch", checkout_sha=HEAD).branches == ("main",)


COMMENTING: list[tuple[Situation, bool, str]] = [
    (of("pull_request", REQUEST, **MERGED), True, "pull request #7"),
    (of("pull_request", fork(), **MERGED), True, "pull request #7"),
    (of("pull_request", fork(base_branch="feature"), **MERGED), True, "pull request #7"),
    (of("pull_request", fork(closed=True), **MERGED), False, "#7 is closed"),
    (of("pull_request", REQUEST, comment="never", **MERGED), False, "the input comment is never"),
    (of("push"), False, "there is no pull request"),
    (of("schedule"), False, "there is no pull request"),
    (of("merge_group", QUEUE), False, "there is no pull request"),
    (of("repository_dispatch"), False, "there is no pull request"),
    (of("issue_comment", COMMENT, comment="always", **ALLOWED), False, "measures on request writes nothing"),
    (of("issue_comment", COMMENT, stage="publish", head_sha=HEAD), True, "pull request #7"),
    (of("issue_comment", COMMENT, stage="aggregate", head_sha=HEAD), True, "pull request #7"),
    (of("issue_comment", COMMENT, stage="publish", head_sha=HEAD, comment="never"), False, "comment is never"),
    (of("workflow_run", OTHER, stage="publish"), True, "the pull request of run 5"),
    (of("workflow_run", OTHER, stage="publish", comment="never"), False, "the input comment is never"),
    (
        of("workflow_run", replace(OTHER, run=replace(OTHER_RUN, event="push")), stage="publish"),
        False,
        "run 5 was started by 'push'",
    ),
]


@pytest.mark.parametrize(("here", "yes", "reason"), COMMENTING)
def test_comment_is_decided_with_its_reason(here: Situation, yes: bool, reason: str) -> None:
    assert here.comment.yes is yes
    assert reason in here.comment.reason


def test_aggregate_is_about_this_run_or_the_one_that_ended() -> None:
    own = of("pull_request", REQUEST, stage="aggregate", **MERGED)
    assert (own.kind, own.pull_request, own.run, own.comment.yes) == ("pull_request", 7, None, True)
    other = of("workflow_run", OTHER, stage="aggregate")
    assert (other.kind, other.run) == ("workflow_run", OTHER_RUN)
    assert not of("push", stage="aggregate").save_baseline.yes
    with pytest.raises(UsageError, match="secrets"):
        of("pull_request_target", REQUEST, stage="aggregate")


def test_check_is_for_pull_requests_and_queues() -> None:
    checked = [
        of("pull_request", REQUEST, **MERGED),
        of("pull_request", fork(), **MERGED),
        of("merge_group", QUEUE),
        of("workflow_run", OTHER, stage="publish"),
        of("issue_comment", COMMENT, stage="publish", head_sha=HEAD),
    ]
    assert all(here.check.yes for here in checked)
    assert not of("issue_comment", COMMENT, check="true", **ALLOWED).check.yes
    assert not of("pull_request", REQUEST, check="false", **MERGED).check.yes
    assert not any(
        of(event).check.yes for event in ("push", "schedule", "workflow_dispatch", "repository_dispatch", "release")
    )


@pytest.mark.parametrize(
    ("event", "known"),
    [
        ("pull_request", REQUEST),
        ("pull_request_target", REQUEST),
        ("push", BRANCH),
        ("workflow_run", BRANCH),
        ("repository_dispatch", OTHER),
        ("merge_group", QUEUE),
    ],
)
def test_stage_publish_needs_the_end_of_another_run(event: str, known: Facts) -> None:
    with pytest.raises(UsageError) as refused:
        of(event, known, stage="publish")
    assert (refused.value.code, refused.value.exit_code) == ("stage-publish", 2)


@pytest.mark.parametrize("checkout", ["unknown", ""])
def test_unknown_checkout_is_noticed(checkout: str) -> None:
    [notice] = of("pull_request", REQUEST, checkout_sha=checkout, checkout_parents=()).notices
    assert (checkout or "no git checkout") in notice.text
    assert of("pull_request", REQUEST, **MERGED).notices == ()
    assert of("pull_request", REQUEST, checkout_sha=HEAD, checkout_parents=()).notices == ()


@pytest.mark.parametrize("stage", ["all", "publish", "aggregate"])
@pytest.mark.parametrize(
    ("known", "change"),
    [
        (COMMENT, {"head_sha": ""}),
        (replace(COMMENT, comment=replace(ASKING, on_pull_request=False)), {}),
        (replace(COMMENT, comment=None), {}),
        (REQUEST, {}),
    ],
)
def test_comment_without_an_allowed_commit_is_refused(stage: str, known: Facts, change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="anybody can comment") as refused:
        of("issue_comment", known, stage=stage, **(ALLOWED | change))
    assert (refused.value.code, refused.value.exit_code) == ("issue-comment", 2)


@pytest.mark.parametrize("held", ["", RUN])
def test_other_commit_than_the_allowed_one_is_refused(held: str) -> None:
    with pytest.raises(UsageError, match="and the workspace holds") as refused:
        refuse_other_checkout(of("issue_comment", COMMENT, **(ALLOWED | {"checkout_sha": held})))
    assert refused.value.code == "request-checkout"
    refuse_other_checkout(of("issue_comment", COMMENT, **ALLOWED))
    refuse_other_checkout(of("push", checkout_sha=held))


@pytest.mark.parametrize("event", ["pull_request", "push", "workflow_dispatch", "repository_dispatch", "workflow_run"])
def test_allowed_commit_means_nothing_elsewhere(event: str) -> None:
    with pytest.raises(UsageError, match="comments that ask") as refused:
        of(event, replace(REQUEST, run=OTHER_RUN), head_sha=HEAD)
    assert refused.value.code == "input-head-sha"


ACCEPTING: list[tuple[Situation, bool, list[str]]] = [
    (of("pull_request", labelled(LABEL, "bug", LABEL), **MERGED), True, []),
    (of("pull_request", labelled(LABEL.upper(), LABEL.upper()), **MERGED), True, []),
    (of("pull_request", replace(labelled(LABEL), pull_request=fork().pull_request), **MERGED), True, []),
    (of("pull_request", labelled("bug", "bug", LABEL), **MERGED), False, ["label-not-counted"]),
    (of("pull_request", labelled(None, LABEL), **MERGED), False, ["label-not-counted"]),
    (of("pull_request", labelled(None, "bug"), **MERGED), False, []),
    (of("pull_request", labelled(LABEL, LABEL), accept_label="", **MERGED), False, []),
    (of("pull_request", labelled(LABEL, LABEL), accept_label="other", **MERGED), False, []),
    (of("push", replace(BRANCH, added_label=LABEL)), False, []),
    (of("merge_group", replace(QUEUE, added_label=LABEL)), False, []),
    (of("workflow_run", replace(OTHER, added_label=LABEL), stage="publish"), False, []),
    (of("issue_comment", replace(COMMENT, added_label=LABEL, pull_request=PULL), **ALLOWED), False, []),
]


@pytest.mark.parametrize(("here", "yes", "codes"), ACCEPTING)
def test_label_accepts_in_the_run_that_it_starts(here: Situation, yes: bool, codes: list[str]) -> None:
    assert here.accepts.yes is yes
    assert [notice.code for notice in here.notices] == codes


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run"])
def test_event_that_gives_a_stranger_our_rights_is_refused(event: str) -> None:
    with pytest.raises(UsageError, match="secrets") as refused:
        of(event, REQUEST)
    assert refused.value.code == event.replace("_", "-")
    assert refused.value.exit_code == 2


@cache
def examples(event: str) -> list[dict[str, Any]]:
    """Return GitHub's own examples of an event's payload."""
    entries = json.loads(WEBHOOKS.file("api.github.com/index.json").read_bytes())
    [found] = [entry["examples"] for entry in entries if entry["name"] == event]
    assert found
    return list(found)


def test_facts_of_real_pull_requests() -> None:
    for payload in examples("pull_request"):
        pull = facts.read(payload).pull_request
        told = payload["pull_request"]
        assert pull is not None
        assert (pull.number, pull.head_sha, pull.base_sha) == (told["number"], told["head"]["sha"], told["base"]["sha"])
        assert pull.base_branch == told["base"]["ref"]
        assert pull.fork is False


@pytest.mark.parametrize("repository", [{"id": 1}, None, {}])
def test_head_of_another_or_a_deleted_repository_is_a_fork(repository: object) -> None:
    payload = examples("pull_request")[0]
    told = payload["pull_request"]
    found = facts.read(payload | {"pull_request": told | {"head": told["head"] | {"repo": repository}}}).pull_request
    assert found is not None
    assert found.fork is True


def test_labels_of_real_pull_requests() -> None:
    set_ones = [payload for payload in examples("pull_request") if payload["action"] == "labeled"]
    assert set_ones
    for payload in examples("pull_request"):
        found = facts.read(payload)
        assert found.added_label == (payload["label"]["name"] if payload in set_ones else None)
        assert found.pull_request is not None
        assert found.pull_request.labels == tuple(label["name"] for label in payload["pull_request"]["labels"])


def test_facts_of_real_comments() -> None:
    for payload in examples("issue_comment"):
        comment = facts.read(payload).comment
        assert comment == IssueComment(
            id=payload["comment"]["id"],
            number=payload["issue"]["number"],
            on_pull_request="pull_request" in payload["issue"],
            created=payload["action"] == "created",
            text=payload["comment"]["body"],
        )
        assert facts.read(payload | {"comment": None}).comment is None


def test_payload_of_a_repository_dispatch_is_data_of_its_sender() -> None:
    """Whatever it claims to be, it is no pull request, asks for no baseline, and no label or comment is in it."""
    for payload in examples("repository_dispatch"):
        theirs = {
            "pull_request": examples("pull_request")[0]["pull_request"],
            "inputs": {"save-baseline": "true"},
            "comment": {"id": 1, "body": "/benchmark"},
            "label": {"name": LABEL},
            "before": PARENT,
        }
        found = facts.read(payload | {"action": "labeled", "client_payload": theirs})
        assert found == Facts(default_branch=payload["repository"]["default_branch"])


def test_facts_of_real_pushes() -> None:
    for payload in examples("push"):
        moved = not (payload["created"] or payload["forced"] or payload["before"] == "0" * 40)
        assert facts.read(payload).before == (payload["before"] if moved else None)
        assert facts.read(payload | {"forced": True}).before is None
        assert facts.read(payload).default_branch == payload["repository"]["default_branch"]


def test_facts_of_real_dispatches() -> None:
    for payload in examples("workflow_dispatch"):
        assert facts.read(payload).asks_to_save is False
        for asked in ({"save-baseline": "true"}, {"save_baseline": True}, {"save-baseline": "True"}):
            assert facts.read(payload | {"inputs": asked}).asks_to_save is True
        for silent in (None, {"save-baseline": "false"}, {"save-baseline": ""}, {"other": "true"}, "true"):
            assert facts.read(payload | {"inputs": silent}).asks_to_save is False


def test_facts_of_real_merge_groups() -> None:
    for payload in examples("merge_group"):
        told = payload["merge_group"]
        group = facts.read(payload).merge_group
        assert group is not None
        assert (group.head_sha, group.base_sha) == (told["head_sha"], told["base_sha"])
        assert f"refs/heads/{group.base_branch}" == told["base_ref"]


def test_facts_of_real_workflow_runs() -> None:
    for payload in examples("workflow_run"):
        told = payload["workflow_run"]
        run = facts.read(payload).run
        assert run is not None
        assert (run.id, run.event, run.head_sha) == (told["id"], told["event"], told["head_sha"])
        assert (run.head_branch, run.head_owner, run.head_repository_id) == (
            told["head_branch"],
            told["head_repository"]["owner"]["login"],
            told["head_repository"]["id"],
        )
        deleted = facts.read(payload | {"workflow_run": told | {"head_repository": None}}).run
        assert deleted is not None
        assert (deleted.head_owner, deleted.head_repository_id) == (None, None)


def test_facts_of_events_without_a_pull_request() -> None:
    for payload in [*examples("workflow_run"), *examples("merge_group"), {}, {"pull_request": []}]:
        assert facts.read(payload).pull_request is None
