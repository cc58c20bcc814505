"""``fetch`` through real PyGithub against the server: the base commit, the choice of the baseline, the download."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reporter.measure.plan import load as load_plan
from reporter.model import Baseline, BaselineSource
from reporter.store import snapshot
from reporter.store.directory import DirectoryStore
from reporter.store.history import extend
from reporter.store.protocol import Missing
from tests.edge.job import (
    NAME,
    TOKEN,
    WORKFLOW,
    baseline_zip,
    job,
    pull_request,
    pull_request_head,
    push,
    save,
    seed,
    sha,
    snapshot_of,
    zipped,
)
from tests.github_api import GitHubApi, World
from tests.github_api.routes import ROUTES, list_artifacts
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.edge.job import Job
    from tests.github_api.description import Description
    from tests.github_api.replies import Call, Reply

SCHEMAS = Path(__file__).parents[2] / "schemas"


def fetched(this: Job) -> dict[str, Any]:
    """Run fetch, check what it wrote against the schemas, and give source.json."""
    assert this.run("fetch") == 0, this.log
    for name, schema in (("plan", "plan"), ("situation", "situation"), ("baseline/source", "source")):
        document = json.loads((SCHEMAS / f"{schema}-v1.json").read_text())
        Draft202012Validator(document).validate(this.read(f"{name}.json"))
    assert TOKEN not in this.log
    source: dict[str, Any] = this.read("baseline/source.json")
    return source


def stored(this: Job, suite: str = "benchmarks") -> Baseline | Missing:
    """Look the baseline up as ``report`` does."""
    return DirectoryStore(this.work / "baseline").find(suite)


def content(this: Job) -> str | None:
    found = stored(this)
    assert isinstance(found, Baseline), found
    return found.suite.commit


def test_the_baseline_of_the_base_commit_is_laid_where_the_store_looks(api: GitHubApi, tmp_path: Path) -> None:
    saved = save(api.world, "m5")
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert source["found"]
    assert (source["distance"], source["artifact_id"]) == (0, saved.id)
    assert source["commit"] == source["base_sha"] == sha("m5")
    assert source["run_id"] == saved.run_id
    assert source["saved_at"] == saved.created_at.timestamp()
    found = stored(this)
    assert isinstance(found, Baseline)
    assert found.suite.commit == "m5"
    assert found.source == BaselineSource(commit=sha("m5"), run_id=saved.run_id, distance=0)
    assert f"baseline: commit {sha('m5')}" in this.log


def test_nearest_ancestor_is_chosen_and_not_the_newest_artifact(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m1")
    save(api.world, "m3")
    save(api.world, "m0")
    source = fetched(pull_request(api, tmp_path))
    assert (source["commit"], source["distance"]) == (sha("m3"), 2)


def test_commit_after_the_base_does_not_count(api: GitHubApi, tmp_path: Path) -> None:
    """The head itself is checked out: the base is the merge base m2, and m4's baseline has others' work in it."""
    save(api.world, "m4")
    save(api.world, "m1")
    this = pull_request_head(api, tmp_path)
    source = fetched(this)
    assert source["base_sha"] == sha("m2")
    assert (source["commit"], source["distance"]) == (sha("m1"), 1)
    assert any(sha("m4") in line and "ancestors" in line for line in source["ignored"])
    assert f"base {sha('m2')}: the merge base" in this.log


def test_push_is_compared_with_the_commit_before_it(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    save(api.world, "m4")
    source = fetched(push(api, tmp_path))
    assert source["commit"] == source["base_sha"] == sha("m4")


def test_dispatch_is_compared_with_its_own_commit(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    payload = {"repository": {"id": 1000, "default_branch": "main"}, "inputs": None}
    source = fetched(job(api, tmp_path, "workflow_dispatch", payload, BENCHVERDICT_CHECKOUT_SHA=sha("m5")))
    assert (source["commit"], source["distance"]) == (sha("m5"), 0)


def test_second_page_of_artifacts_is_found(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5", "the oldest, so listed last")
    for _ in range(100):
        save(api.world, "m4", expired=True)
    this = pull_request(api, tmp_path)
    assert fetched(this)["found"]
    assert content(this) == "the oldest, so listed last"
    assert len(api.world.requests("GET", "/actions/artifacts")) == 3


def test_second_page_of_history_is_read(api: GitHubApi, tmp_path: Path) -> None:
    for number in range(6, 126):
        api.world.add_commit(sha(f"m{number}"), sha(f"m{number - 1}"))
    save(api.world, "m5")
    this = push(api, tmp_path, GITHUB_SHA=sha("m125"), BENCHVERDICT_CHECKOUT_SHA=sha("m125"))
    (tmp_path / "event.json").write_text(
        json.dumps({"repository": {"id": 1000, "default_branch": "main"}, "before": sha("m124")})
    )
    assert fetched(this)["distance"] == 119


IGNORED = {
    "fork's main": ({"head_repository": "stranger/bench"}, "another repository (a fork), on its branch 'main'"),
    "another branch": ({"head_branch": "experiment"}, "saved on branch 'experiment', not on main"),
    "a pull request's run": ({"event": "pull_request"}, "started by 'pull_request'"),
    "another workflow": (
        {"path": ".github/workflows/other.yml"},
        "saved by the workflow '.github/workflows/other.yml'",
    ),
    "expired": ({"expired": True}, "expired 2"),
    "no gzip": ({"content": zipped({"baseline.json.gz": b"{"})}, "this is not a JSON file"),
    "damaged gzip": ({"content": zipped({"baseline.json.gz": snapshot_of("m5")[:-9]})}, "damaged"),
    "no snapshot": ({"content": zipped({"baseline.json.gz": b"{}"})}, "does not say that it is snapshot/v1"),
    "newer version": ({"content": zipped({"baseline.json.gz": b'{"schema": "snapshot/v9"}'})}, "a newer version"),
    "another suite": ({"content": baseline_zip("m5", "other")}, "it holds the suite 'other'"),
    "two files": ({"content": zipped({"baseline.json.gz": b"", "b": b""})}, "does not hold exactly one file"),
    "another file": ({"content": zipped({"../baseline.json.gz": b""})}, "a name that leads elsewhere"),
    "cut off": ({"content": baseline_zip()[:-30]}, "the archive is damaged"),
    "no zip": ({"content": b"<html>"}, "the archive is damaged"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_unusable_artifact_is_ignored_with_its_reason_and_the_next_one_is_used(
    api: GitHubApi, tmp_path: Path, name: str
) -> None:
    facts, reason = IGNORED[name]
    api.world.add_repository("stranger/bench")
    save(api.world, "m4", "the good one")
    bad = save(api.world, "m5", **facts)  # type: ignore[arg-type]  # a table of facts
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert source["commit"] == sha("m4")
    assert content(this) == "the good one"
    [line] = [line for line in source["ignored"] if f"artifact {bad.id}" in line]
    assert reason in line
    assert f"benchverdict: ignored {line}" in this.log


def test_the_baseline_of_the_named_workflow_is_found_and_no_other_condition_falls(
    api: GitHubApi, tmp_path: Path
) -> None:
    """A workflow of its own for /benchmark or a label saves nothing: another one of this repository does."""
    api.world.add_repository("stranger/bench")
    own = ".github/workflows/on-request.yml"
    save(api.world, "m3", "the good one")
    save(api.world, "m4", "own", path=own)
    for facts in (
        {"head_repository": "stranger/bench"},
        {"event": "pull_request"},
        {"event": "issue_comment"},
        {"head_branch": "experiment"},
        {"path": ".github/workflows/other.yml"},
        {"path": "elsewhere/benchmarks.yml"},
    ):
        save(api.world, "m5", "a bad one", **facts)
    ref = f"octo/bench/{own}@refs/heads/main"
    this = pull_request(api, tmp_path, fork=False, GITHUB_WORKFLOW_REF=ref)
    assert fetched(this)["commit"] == sha("m4")
    assert "the input baseline-workflow names the file that saves baselines" in this.log
    this.environ["BENCHVERDICT_INPUT_BASELINE_WORKFLOW"] = "benchmarks.yml"
    assert fetched(this)["commit"] == sha("m3")
    assert content(this) == "the good one"
    assert len(this.read("baseline/source.json")["ignored"]) == 7


@pytest.mark.parametrize(("fail_on", "advisory"), [("", True), ("regressed", False), ("never", False)])
def test_a_push_that_saves_a_baseline_is_advice_unless_fail_on_is_given(
    api: GitHubApi, tmp_path: Path, fail_on: str, advisory: bool
) -> None:
    this = push(api, tmp_path, BENCHVERDICT_INPUT_FAIL_ON=fail_on)
    fetched(this)
    assert this.read("situation.json")["advisory"] is advisory
    other = pull_request(api, tmp_path / "pull", fork=False, BENCHVERDICT_INPUT_FAIL_ON=fail_on)
    fetched(other)
    assert other.read("situation.json")["advisory"] is False


def test_a_baseline_that_was_asked_for_and_is_not_saved_is_noticed(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_SAVE_BASELINE="true")
    fetched(this)
    [notice] = this.read("situation.json")["notices"]
    assert notice["code"] == "baseline-not-saved"
    assert notice["text"].endswith("no baseline is saved: a pull request never saves a baseline.")
    for given, honoured in (("auto", pull_request), ("false", pull_request), ("true", push)):
        other = honoured(api, tmp_path / given, BENCHVERDICT_INPUT_SAVE_BASELINE=given)
        fetched(other)
        assert other.read("situation.json")["notices"] == []


def saved_at_once(api: GitHubApi, names: Iterable[str]) -> None:
    """Save a baseline at each commit by a job that knows none of the others."""
    for number, name in enumerate(names):
        measured = replace(
            suite_of({"test_one": [[1e-3]]}, commit=sha(name)), name="benchmarks", measured_at=1e9 + number
        )
        alone = Baseline(suite=measured, history=extend(None, measured), source=BaselineSource(commit=sha(name)))
        save(api.world, name, zipped({"baseline.json.gz": snapshot.dump(alone)}))


def test_histories_of_jobs_that_saved_at_the_same_time_are_united(api: GitHubApi, tmp_path: Path) -> None:
    saved_at_once(api, ["m2", "m3", "m4", "m5"])
    this = pull_request(api, tmp_path)
    assert fetched(this)["commit"] == sha("m5")
    found = stored(this)
    assert isinstance(found, Baseline)
    assert [session.commit for session in found.history] == [sha(name) for name in ("m2", "m3", "m4", "m5")]
    assert "history: 4 sessions" in this.log


def test_50_concurrent_saves_are_all_in_the_history(api: GitHubApi, tmp_path: Path) -> None:
    for number in range(6, 56):
        api.world.add_commit(sha(f"m{number}"), sha(f"m{number - 1}"))
    names = [f"m{number}" for number in range(6, 56)]
    saved_at_once(api, names)
    this = push(api, tmp_path, GITHUB_SHA=sha("m55"), BENCHVERDICT_CHECKOUT_SHA=sha("m55"))
    (tmp_path / "event.json").write_text(
        json.dumps({"repository": {"id": 1000, "default_branch": "main"}, "before": sha("m55")})
    )
    assert fetched(this)["found"]
    found = stored(this)
    assert isinstance(found, Baseline)
    assert {session.commit for session in found.history} == {sha(name) for name in names}


def made_again(api: GitHubApi, run: str, commit: str) -> None:
    """Save a baseline of a commit as a scheduled run at another one does, which finds it in a store."""
    save(api.world, run, baseline_zip(sha(commit)), event="schedule")


def test_a_baseline_that_was_made_again_is_held_against_its_own_commit(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_commit(sha("m6"), sha("m5"), branch="main")
    save(api.world, "m3", baseline_zip(sha("m3")))
    made_again(api, "m5", "m6")
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert (source["commit"], source["distance"], content(this)) == (sha("m3"), 2, sha("m3"))
    assert any(sha("m6") in line and "ancestors" in line for line in source["ignored"])


def test_the_nearest_is_chosen_by_the_commit_that_was_measured(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m1", baseline_zip(sha("m1")))
    made_again(api, "m5", "m2")
    made_again(api, "m4", "m3")
    this = pull_request(api, tmp_path / "first")
    source = fetched(this)
    assert (source["commit"], source["distance"], content(this)) == (sha("m3"), 2, sha("m3"))
    save(api.world, "m3", baseline_zip(sha("m3")))
    save(api.world, "m4", baseline_zip(sha("m4")))
    made_again(api, "m4", "m3")
    this = pull_request(api, tmp_path / "second")
    source = fetched(this)
    assert (source["commit"], source["distance"], content(this)) == (sha("m4"), 1, sha("m4"))


def a_pin(folder: Path, text: str) -> None:
    (folder / "workspace" / "benchverdict.toml").write_text(f'[history]\npinned = "{text}"\n')


def chain(api: GitHubApi, *, names: Iterable[str]) -> Baseline:
    """Save a baseline at the last commit on top of the history of all before it, as jobs one after the other do."""
    parent: Baseline | None = None
    for number, name in enumerate(names):
        measured = replace(
            suite_of({"test_one": [[1e-3]]}, commit=sha(name)), name="benchmarks", measured_at=1e9 + number
        )
        parent = Baseline(suite=measured, history=extend(parent, measured), source=BaselineSource(commit=None))
    assert parent is not None
    save(api.world, name, zipped({"baseline.json.gz": snapshot.dump(parent)}))
    return parent


def test_the_pinned_session_is_brought_back_while_its_artifact_is_there(api: GitHubApi, tmp_path: Path) -> None:
    """It aged out of the history before anybody pinned it; its commit is no ancestor that is looked at any more."""
    api.world.add_commit(sha("old"), branch="old")
    saved_at_once(api, ["old"])
    newest = chain(api, names=[*(f"c{number}" for number in range(60)), "m5"])
    assert len(newest.history) == 50
    this = pull_request(api, tmp_path)
    a_pin(tmp_path, sha("old")[:9])
    assert fetched(this)["commit"] == sha("m5")
    found = stored(this)
    assert isinstance(found, Baseline)
    assert found.history[0].commit == sha("old")
    assert len(found.history) == 51
    assert "history: 51 sessions" in this.log


def test_without_a_pin_or_with_its_artifact_gone_nothing_more_is_asked_for(api: GitHubApi, tmp_path: Path) -> None:
    saved_at_once(api, ["m0"])
    chain(api, names=[*(f"c{number}" for number in range(60)), "m5"])
    for artifact in list(api.world.artifacts.values())[:1]:
        artifact.expired = True
    this = pull_request(api, tmp_path)
    a_pin(tmp_path, sha("m0"))
    assert fetched(this)["found"]
    found = stored(this)
    assert isinstance(found, Baseline)
    assert len(found.history) == 50
    assert len(api.world.requests("GET", "/zip")) == 1


def test_nothing_more_is_downloaded_when_the_history_is_complete(api: GitHubApi, tmp_path: Path) -> None:
    parent: Baseline | None = None
    for number in (3, 4, 5):
        measured = replace(
            suite_of({"test_one": [[1e-3]]}, commit=sha(f"m{number}")), name="benchmarks", measured_at=number
        )
        parent = Baseline(suite=measured, history=extend(parent, measured), source=BaselineSource(commit=None))
        save(api.world, f"m{number}", zipped({"baseline.json.gz": snapshot.dump(parent)}))
    assert fetched(pull_request(api, tmp_path))["found"]
    assert len(api.world.requests("GET", "/zip")) == 1


def test_history_that_cannot_be_had_does_not_take_the_baseline_away(api: GitHubApi, tmp_path: Path) -> None:
    saved_at_once(api, ["m3", "m4", "m5"])
    other = list(api.world.artifacts.values())[1]
    api.world.add_fault(f"/artifacts/{other.id}/zip", "status", times=99)
    source = fetched(pull_request(api, tmp_path))
    assert source["commit"] == sha("m5")
    assert "the histories of older artifacts" in source["ignored"][-1]


@pytest.mark.parametrize(
    ("kept", "days", "warned"), [(90, 89, True), (90, 85, True), (90, 80, False), (5, 0, False), (5, 4, True)]
)
def test_baseline_that_expires_soon_is_warned_of(
    api: GitHubApi, tmp_path: Path, kept: int, days: int, warned: bool
) -> None:
    saved = save(api.world, "m5")
    saved.retention = timedelta(days=kept)
    saved.created_at -= timedelta(days=days)
    this = pull_request(api, tmp_path)
    assert fetched(this)["found"]
    codes = [notice["code"] for notice in this.read("situation.json")["notices"]]
    assert codes == (["baseline-expires"] if warned else [])
    assert "kept until 20" in this.log


def test_run_that_failed_or_still_goes_on_counts(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5", conclusion="failure")
    assert fetched(pull_request(api, tmp_path / "one"))["found"]
    api.world.artifacts.clear()
    save(api.world, "m5", conclusion=None)
    assert fetched(pull_request(api, tmp_path / "two"))["found"]


def test_artifacts_of_other_suites_are_not_taken(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5", name=f"{NAME}-2")
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert not source["found"]
    assert source["reason"] == f"no run on main has saved a baseline yet (artifact {NAME})"
    assert stored(this) == Missing(reason=source["reason"])


def test_name_that_is_no_plain_file_name_is_found_again(api: GitHubApi, tmp_path: Path) -> None:
    name = "Load.test-2"
    save(api.world, "m5", baseline_zip("m5", name), name=f"benchverdict-baseline-{name}")
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_NAME=name)
    assert fetched(this)["found"]
    assert isinstance(stored(this, name), Baseline)


def test_name_is_checked_where_the_server_does_not(
    api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older enterprise servers do not know the query parameter ``name``."""

    def everything(call: Call) -> Reply:
        return list_artifacts(replace(call, query={}))

    routes = tuple(replace(route, handle=everything) if route.handle is list_artifacts else route for route in ROUTES)
    monkeypatch.setattr("tests.github_api.server.ROUTES", routes)
    save(api.world, "m5", name="coverage")
    assert fetched(pull_request(api, tmp_path))["ignored"][0].endswith("another name")


def test_too_large_archive_is_not_read_to_its_end(
    api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoint.download.ARCHIVE_LIMIT", 10)
    save(api.world, "m5")
    assert "the archive is larger than 10 bytes" in fetched(pull_request(api, tmp_path))["reason"]


def test_expired_between_list_and_download_is_said(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    api.world.add_fault("/zip", "status", status=410, message="Artifact has expired")
    source = fetched(pull_request(api, tmp_path))
    assert not source["found"]
    assert "is not there any more: HTTP 410: Artifact has expired" in source["reason"]


@pytest.mark.parametrize(("place", "status"), [("/actions/runs/", 404), ("/zip", 404), ("/zip", 410)])
def test_run_or_artifact_that_is_gone_is_passed_over(api: GitHubApi, tmp_path: Path, place: str, status: int) -> None:
    save(api.world, "m4")
    gone = save(api.world, "m5")
    api.world.add_fault(place, "status", status=status, message="Gone")
    source = fetched(pull_request(api, tmp_path))
    assert source["commit"] == sha("m4")
    [line] = source["ignored"]
    assert f"artifact {gone.id}" in line
    assert f"HTTP {status}: Gone" in line


@pytest.mark.parametrize("place", ["/compare/", "/actions/artifacts", "/commits", "/actions/runs/", "/zip"])
def test_answer_without_what_it_should_hold_is_a_reason(tmp_path: Path, place: str) -> None:
    with GitHubApi() as server:  # such answers are against the description
        seed(server.world)
        save(server.world, "m2")
        server.world.add_fault(place, "status", status=200, message="no such thing", times=9)
        source = fetched(pull_request_head(server, tmp_path))
    assert not source["found"]
    assert re.search("cannot be understood|did not answer with|did not redirect|started by None", source["reason"])


NO_ARTIFACTS = {
    "run is a list": {"workflow_run": [1]},
    "no run": {"workflow_run": None},
    "no commit": {"workflow_run": {"id": 1, "repository_id": 1, "head_repository_id": 1, "head_branch": "main"}},
    "no number": {"id": None},
    "number is a text": {"id": "12 or so"},
    "time is none": {"created_at": "yesterday"},
    "time is a number": {"created_at": 5},
}


@pytest.mark.parametrize("name", NO_ARTIFACTS)
def test_broken_entry_of_the_list_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def broken(call: Call) -> Reply:
        reply = list_artifacts(call)
        for artifact in reply.content["artifacts"]:
            artifact |= NO_ARTIFACTS[name]
        return reply

    routes = tuple(replace(route, handle=broken) if route.handle is list_artifacts else route for route in ROUTES)
    monkeypatch.setattr("tests.github_api.server.ROUTES", routes)
    with GitHubApi() as server:
        seed(server.world)
        save(server.world, "m5")
        source = fetched(pull_request(server, tmp_path))
    assert source["found"] is name.startswith("time")
    assert source["saved_at"] is None
    assert source["found"] or source["ignored"][0].endswith("GitHub does not tell which run saved it")


def test_token_is_not_sent_to_the_storage(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    assert fetched(pull_request(api, tmp_path))["found"]
    [stored] = api.world.requests("GET", "/_storage/")
    assert stored.host == "localhost" != api.world.requests("GET", "/zip")[0].host
    assert TOKEN not in json.dumps(stored.headers)
    assert all(TOKEN in entry.headers["authorization"] for entry in api.world.log if entry is not stored)


def test_missing_permission_names_the_line_to_add(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    api.world.tokens[TOKEN].permissions = {"contents": "read"}
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert "Resource not accessible by integration" in source["reason"]
    assert "`permissions: actions: read`" in source["reason"]
    assert source["reason"] in this.log


def test_unknown_base_is_said_with_the_permission(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions = {"actions": "read"}
    this = pull_request_head(api, tmp_path)
    source = fetched(this)
    assert source["base_sha"] is None
    assert "`permissions: contents: read`" in source["reason"]


FAULTS = {
    "bad gateway for good": ("artifacts?", {"kind": "status", "times": 9}, "HTTP 502"),
    "connection lost for good": ("artifacts", {"kind": "drop", "times": 9}, "GitHub did not answer"),
    "bad credentials": ("artifacts", {"kind": "status", "status": 401, "message": "Bad credentials"}, "HTTP 401"),
    "storage refuses": (
        "/_storage/",
        {"kind": "status", "status": 403},
        "the storage answered the download with HTTP 403",
    ),
    "storage broken": ("/_storage/", {"kind": "drop", "times": 9}, "the download from localhost broke off"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_failing_api_leaves_a_plan_and_a_reason(api: GitHubApi, tmp_path: Path, name: str) -> None:
    save(api.world, "m5")
    match, fault, reason = FAULTS[name]
    api.world.add_fault(match.rstrip("?"), **fault)  # type: ignore[arg-type]  # a table of facts
    this = pull_request(api, tmp_path)
    source = fetched(this)
    assert not source["found"]
    assert reason in source["reason"]
    assert this.read("plan.json")["base_sha"] == sha("m5")


def test_passing_fault_is_outlasted(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    api.world.add_fault("/actions/artifacts", "status", status=502)
    api.world.add_fault("/commits", "drop")
    limit = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    api.world.add_fault("/actions/runs", "status", status=403, message=limit)
    assert fetched(pull_request(api, tmp_path))["found"]


def test_used_up_rate_limit_is_not_taken_for_a_missing_permission(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    limit = "API rate limit exceeded for installation ID 1."
    api.world.add_fault("/actions/artifacts", "status", status=403, message=limit, times=9)
    source = fetched(pull_request(api, tmp_path))
    assert "the rate limit is used up" in source["reason"]
    assert "permissions" not in source["reason"]


def test_without_token_everything_but_the_baseline_is_there(api: GitHubApi, tmp_path: Path) -> None:
    source = fetched(pull_request(api, tmp_path, BENCHVERDICT_TOKEN=""))
    assert "there is no token" in source["reason"]
    assert api.world.log == []


def test_own_workflow_is_asked_for_where_the_runner_does_not_tell_it(api: GitHubApi, tmp_path: Path) -> None:
    own = api.world.add_run(head_sha=sha("merge"), event="pull_request", conclusion=None, path=f"{WORKFLOW}@main")
    save(api.world, "m5")
    this = pull_request(api, tmp_path, GITHUB_WORKFLOW_REF="", GITHUB_RUN_ID=str(own.id))
    assert fetched(this)["found"]
    unknown = fetched(pull_request(api, tmp_path, GITHUB_WORKFLOW_REF="", GITHUB_RUN_ID=""))
    assert "own workflow file" in unknown["reason"]


def test_default_branch_is_asked_for_where_the_event_lacks_it(api: GitHubApi, tmp_path: Path) -> None:
    save(api.world, "m5")
    source = fetched(job(api, tmp_path, "schedule", {"schedule": "0 3 * * *"}))
    assert source["found"]


def test_baseline_of_an_earlier_use_of_the_folder_does_not_stay(api: GitHubApi, tmp_path: Path) -> None:
    saved = save(api.world, "m5")
    this = pull_request(api, tmp_path)
    assert fetched(this)["found"]
    saved.expired = True
    assert not fetched(this)["found"]
    assert isinstance(stored(this), Missing)


def test_plan_says_what_is_measured_and_how_often(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_RESULTS="out/*.json\n\n more/*.json ")
    fetched(this)
    plan = this.read("plan.json")
    assert (plan["head_sha"], plan["base_sha"], plan["runs"]) == (sha("t1"), sha("m5"), 1)
    assert plan["results"] == ["out/*.json", "more/*.json"]
    this = push(api, tmp_path)
    fetched(this)
    assert this.read("plan.json")["runs"] == 5
    assert this.read("situation.json")["save_baseline"] is True


def test_settings_come_from_the_configuration_in_the_workspace(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_COMMAND="", BENCHVERDICT_INPUT_MODE="quick")
    (tmp_path / "workspace" / "benchverdict.toml").write_text('[modes.quick]\ncommand = "make bench"\nruns = 3\n')
    fetched(this)
    assert (this.read("plan.json")["script"], this.read("plan.json")["runs"]) == ("make bench", 3)


def test_pairs_are_planned_where_there_is_a_base_and_nothing_is_saved(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(
        api,
        tmp_path,
        BENCHVERDICT_INPUT_SETUP="make",
        BENCHVERDICT_INPUT_TIME_LIMIT="90 s",
        BENCHVERDICT_INPUT_COMPARE="",
    )
    fetched(this)
    plan = this.read("plan.json")
    pairs: dict[str, object] = {
        "base_sha": sha("m5"),
        "setup": "make",
        "benchmarks_from": None,
        "pin": True,
        "lock_step": True,
        "shorten": True,
    }
    pairs["time_limit_seconds"] = 90.0
    assert (plan["plan"], plan["whole_too"]) == ("auto", False)
    assert pairs.items() <= plan["pairs"].items()
    assert (this.work / "outputs").read_text() == f"save-baseline=false\nbase={sha('m5')}\n"
    for way, name, is_paired in (("paired", "paired", True), ("baseline", "whole", False), ("none", "whole", False)):
        this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_COMPARE=way)
        fetched(this)
        plan = this.read("plan.json")
        assert (plan["plan"], plan["pairs"] is not None) == (name, is_paired)


def test_budgets_want_a_whole_run_beside_the_pairs(api: GitHubApi, tmp_path: Path) -> None:
    budget = (
        '[[budget]]\nmatch = "*"\nmetric = "p95"\ncritical = "1 s"\nmodes = ["quick"]\n[modes.quick]\n[modes.full]\n'
    )
    for mode, wanted in (("quick", True), ("full", False)):
        this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_MODE=mode)
        (tmp_path / "workspace" / "benchverdict.toml").write_text(budget)
        fetched(this)
        assert (this.read("plan.json")["plan"], this.read("plan.json")["whole_too"]) == ("auto", wanted)


def test_what_is_saved_is_paired_with_itself(api: GitHubApi, tmp_path: Path) -> None:
    this = push(api, tmp_path)
    fetched(this)
    plan = this.read("plan.json")
    assert (plan["plan"], plan["pairs"]["base_sha"], plan["noise_pairs"]) == ("whole", "HEAD", 4)
    assert (this.work / "outputs").read_text() == "save-baseline=true\n"
    this = push(api, tmp_path, BENCHVERDICT_INPUT_COMPARE="baseline")
    fetched(this)
    assert (this.read("plan.json")["pairs"], this.read("plan.json")["noise_pairs"]) == (None, 0)


def test_a_mode_that_confirms_nothing_plans_no_pairs(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_MODE="load")
    (tmp_path / "workspace" / "benchverdict.toml").write_text("[modes.load]\nconfirm = false\n")
    fetched(this)
    assert this.read("plan.json")["pairs"] is None


SERVICE = """
[service]
command = "make serve"
ready-url = "/ready"
ready-within = "2 min"
[modes.load]
command = "locust --headless"
requires-env = ["KEY"]
requires-url = ["http://127.0.0.1:5432/"]
[modes.alone]
command = "locust --headless"
service = false
[modes.own]
command = "pytest"
[modes.own.service]
command = "make other"
ready-command = "true"
reset = "make data"
port = 8000
"""


def planned(api: GitHubApi, folder: Path, mode: str, compare: str = "") -> dict[str, Any]:
    this = pull_request(
        *(api, folder),
        BENCHVERDICT_INPUT_COMMAND="",
        BENCHVERDICT_INPUT_MODE=mode,
        BENCHVERDICT_INPUT_COMPARE=compare,
    )
    (folder / "workspace" / "benchverdict.toml").write_text(SERVICE)
    fetched(this)
    plan: dict[str, Any] = this.read("plan.json")
    return plan


def test_the_service_and_what_is_required_reach_the_host_in_the_plan(api: GitHubApi, tmp_path: Path) -> None:
    plan = planned(api, tmp_path, "load")
    assert (plan["mode"], plan["requires_env"], plan["requires_url"]) == ("load", ["KEY"], ["http://127.0.0.1:5432/"])
    defaults = {"ready_command": None, "reset": None, "port": None}
    assert plan["service"] == {
        "command": "make serve",
        "ready_url": "/ready",
        "ready_within_seconds": 120.0,
        **defaults,
    }
    assert (plan["pairs"] is not None, plan["not_paired"]) == (True, None)
    own = planned(api, tmp_path, "own")["service"]
    assert (own["command"], own["ready_command"], own["reset"], own["port"]) == (
        "make other",
        "true",
        "make data",
        8000,
    )
    loaded = load_plan(tmp_path / "work" / "plan.json")
    assert loaded.service is not None
    assert loaded.service.port == 8000


def test_a_load_test_without_a_service_is_not_paired_and_the_plan_says_why(api: GitHubApi, tmp_path: Path) -> None:
    plan = planned(api, tmp_path, "alone")
    assert (plan["service"], plan["pairs"], plan["noise_pairs"]) == (None, None, 0)
    assert "locust loads one and the same server" in plan["not_paired"]
    assert planned(api, tmp_path, "alone", "baseline")["not_paired"] is None
    this = pull_request(
        *(api, tmp_path),
        BENCHVERDICT_INPUT_COMMAND="",
        BENCHVERDICT_INPUT_MODE="alone",
        BENCHVERDICT_INPUT_COMPARE="paired",
    )
    assert this.run("fetch") == 2
    assert "[same-server]" in this.log
    assert "declare [service]" in this.log


def test_pairs_without_a_base_are_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request_head(api, tmp_path, BENCHVERDICT_INPUT_COMPARE="paired")
    api.world.commits.clear()
    assert this.run("fetch") == 2
    assert "[no-base]" in this.log
    assert not (this.work / "plan.json").exists()


def test_no_command_anywhere_ends_before_any_request(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request_head(api, tmp_path, BENCHVERDICT_INPUT_COMMAND="")
    assert this.run("fetch") == 2
    assert "[no-command]" in this.log
    assert "what to do: set the input 'command'" in this.log
    assert "Traceback" not in this.log
    assert api.world.log == []
    assert not (this.work / "plan.json").exists()


def test_verb_as_a_process(api: GitHubApi, tmp_path: Path) -> None:
    """The command of the action, isolated, with no environment but the workflow's own."""
    save(api.world, "m5")
    this = pull_request(api, tmp_path)
    command = [sys.executable, "-I", "-B", "-m", "entrypoint", "fetch", "--work", str(this.work)]
    done = subprocess.run(command, env=this.environ, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"baseline: commit {sha('m5')}, 0 commits before the base" in done.stdout
    assert this.read("baseline/source.json")["found"]


def test_proxy_of_the_runner_is_used(api: GitHubApi, tmp_path: Path) -> None:
    """Nobody knows the host of this API but the proxy; the storage is reached through it, too."""
    save(api.world, "m5")
    this = pull_request(api, tmp_path, GITHUB_API_URL="http://api.github.invalid", http_proxy=api.url, no_proxy="")
    command = [sys.executable, "-I", "-B", "-m", "entrypoint", "fetch", "--work", str(this.work)]
    done = subprocess.run(command, env=this.environ, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert this.read("baseline/source.json")["found"], done.stdout
    assert {entry.host for entry in api.world.log} == {"api.github.invalid", "localhost"}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that no machine trusts, with its key, for the two names of this machine."""
    both = tmp_path / "server.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=Bench", "-addext", names, "-keyout", str(both), "-out", str(both) + ".crt"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    both.write_text(both.read_text() + Path(str(both) + ".crt").read_text())
    return both


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", None])
def test_certificates_of_the_house_are_trusted_where_the_runner_names_them(
    certificate: Path, description: Description, tmp_path: Path, variable: str | None
) -> None:
    """Through the step's own functions, as the action calls the verb."""
    world = World()
    seed(world)
    save(world, "m5")
    runtime = Path(__file__).parents[2] / "entrypoint" / "steps" / "runtime.sh"
    with GitHubApi(world, description=description, tls=certificate) as server:
        this = pull_request(server, tmp_path)
        trusted = {variable: f"{certificate}.crt"} if variable else {}
        known = {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": sys.executable, "PATH": os.environ["PATH"]}
        script = f'source "{runtime}"; isolated fetch -m entrypoint fetch --work "{this.work}"'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=this.environ | known | trusted,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    source = this.read("baseline/source.json")
    assert source["found"] is (variable is not None), done.stdout
    if variable is None:
        assert "SSLError" in source["reason"]
        assert "docs/runners.md" in source["reason"]


def test_enterprise_server_that_takes_no_artifacts_says_so(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, GITHUB_SERVER_URL="https://github.example.com")
    assert this.run("fetch") == 0, this.log
    [notice] = this.read("situation.json")["notices"]
    assert notice["code"] == "artifacts-not-uploaded"
    assert "baseline-path" in notice["text"]
    for server in ("https://github.com", "https://octo.ghe.com"):
        this = pull_request(api, tmp_path, GITHUB_SERVER_URL=server)
        assert this.run("fetch") == 0, this.log
        assert this.read("situation.json")["notices"] == []


def test_enterprise_server_under_a_path(description: Description, tmp_path: Path) -> None:
    world = World()
    seed(world)
    save(world, "m5")
    with GitHubApi(world, description=description, prefix="/api/v3") as server:
        assert fetched(pull_request(server, tmp_path))["found"]
    assert world.violations == []
    assert server.url.endswith("/api/v3")


def test_jobs_that_split_their_suite_by_themselves_all_plan_the_same_parts(api: GitHubApi, tmp_path: Path) -> None:
    """Each takes its part of the baselines of all shards, and its own as its baseline."""
    names = {1: ("a", "b"), 2: ("c", "d")}
    for number, rows in names.items():
        suite = replace(suite_of({row: [[1e-3, 1.1e-3]] for row in rows}, commit="m5"), name=f"benchmarks~{number}of2")
        saved = Baseline(suite=suite, history=(), source=BaselineSource(commit="m5"))
        content = zipped({"baseline.json.gz": snapshot.dump(saved)})
        save(api.world, "m5", content=content, name=f"benchverdict-baseline-{suite.name}")
    shares = []
    for number in (1, 2):
        this = pull_request(
            api,
            tmp_path / str(number),
            BENCHVERDICT_INPUT_SHARD="auto",
            BENCHVERDICT_JOB_INDEX=str(number - 1),
            BENCHVERDICT_JOB_TOTAL="2",
        )
        fetched(this)
        share = load_plan(this.work / "plan.json").share
        assert share is not None
        assert (share.number, share.count) == (number, 2)
        shares.append(share)
    assert [share.here for share in shares] == [("a", "b"), ("c", "d")]
    assert [share.elsewhere for share in shares] == [("c", "d"), ("a", "b")]
    assert shares[0].digest == shares[1].digest


def test_without_a_baseline_the_split_is_by_name_and_said(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_SHARD="auto 2/3")
    fetched(this)
    share = load_plan(this.work / "plan.json").share
    assert share is not None
    assert (share.number, share.count, share.here, share.elsewhere) == (2, 3, (), ())
    assert "shards-by-name" in [notice["code"] for notice in this.read("situation.json")["notices"]]
