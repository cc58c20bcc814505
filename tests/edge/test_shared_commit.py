"""Two pull requests with one head commit: what is measured for one must not stand where the other's verdict belongs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.edge.job import comment, other_run, pull_request, sha
from tests.edge.test_publish import QUIET, REGRESSED, published, report_of
from tests.edge.test_publish_other import upload

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_api import GitHubApi

OURS = "Benchverdict (benchmarks)"


def conclusions(api: GitHubApi) -> dict[str, str | None]:
    return {check.name: check.conclusion for check in api.world.checks.values()}


def test_a_forks_pull_request_cannot_overwrite_the_check_of_the_same_commit(api: GitHubApi, tmp_path: Path) -> None:
    """The attack: open a pull request from a fork with the very commit of somebody's branch, against another base."""
    published(pull_request(api, tmp_path / "ours"), report_of(*REGRESSED, status="failed"))
    this = other_run(api, tmp_path / "fork")
    upload(api, report_of(*QUIET))
    assert this.run("publish") == 0, this.log
    assert conclusions(api) == {OURS: "failure", "Benchverdict (benchmarks, fork #7)": "success"}


def test_two_pull_requests_of_forks_have_a_check_each(api: GitHubApi, tmp_path: Path) -> None:
    for number, rows in ((7, REGRESSED), (8, QUIET)):
        world = api.world
        this = other_run(api, tmp_path / str(number))
        if number == 8:
            world.pulls[7].head_ref = "elsewhere"
            world.add_pull(
                number=8, head_sha=sha("t1"), base_sha=sha("m4"), head_ref="topic", head_repository="stranger/bench"
            )
        upload(api, report_of(*rows))
        assert this.run("publish") == 0, this.log
    assert conclusions(api) == {
        "Benchverdict (benchmarks, fork #7)": "failure",
        "Benchverdict (benchmarks, fork #8)": "success",
    }


def test_a_fork_that_may_write_a_check_while_measuring_writes_its_own(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, fork=True)
    assert this.run("fetch") == 0, this.log
    published(this, report_of(*QUIET))
    assert conclusions(api) == {"Benchverdict (benchmarks, fork #7)": "success"}


def test_what_was_asked_for_of_a_fork_has_the_forks_check(api: GitHubApi, tmp_path: Path) -> None:
    for owner, name in (("octo/bench", OURS), ("stranger/bench", "Benchverdict (benchmarks, fork #7)")):
        api.world.add_repository("stranger/bench")
        api.world.pulls[7].head_repository = owner
        this = comment(api, tmp_path / owner, BENCHVERDICT_INPUT_STAGE="publish", BENCHVERDICT_INPUT_HEAD_SHA=sha("t1"))
        api.world.runs.get(42) or api.world.add_run(id=42, head_sha=sha("m5"), event="issue_comment", conclusion=None)
        artifact = api.world.add_artifact(name="benchverdict-report-benchmarks", run_id=42, content=b"")
        upload_to = api.world.artifacts[artifact.id]
        upload(api, report_of(*QUIET))
        upload_to.content = next(reversed(api.world.artifacts.values())).content
        assert this.run("publish") == 0, this.log
        assert [check.name for check in api.world.checks.values()][-1] == name


def test_branch_with_two_pull_requests_gets_a_neutral_check(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    payload = json.loads((tmp_path / "event.json").read_text())
    payload["workflow_run"]["head_repository"] = {"id": api.world.repository.id, "owner": {"login": "octo"}}
    (tmp_path / "event.json").write_text(json.dumps(payload))
    api.world.pulls[7].head_repository = "octo/bench"
    api.world.add_pull(
        number=8, head_sha=sha("t1"), base_sha=sha("m4"), base_ref="release", head_ref="topic",
        head_repository="octo/bench",
    )  # fmt: skip
    upload(api, report_of(*QUIET))
    assert this.run("publish") == 0, this.log
    assert conclusions(api) == {OURS: "neutral"}
    assert "#7, #8" in (next(iter(api.world.checks.values())).summary or "")
