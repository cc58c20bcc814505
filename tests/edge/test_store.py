"""``stage: store``: what a run measured goes into the store that lasts, and its history comes out as a file."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.model import Baseline, BaselineSource
from reporter.store import snapshot
from reporter.store.directory import DirectoryStore
from reporter.store.history import session_of
from reporter.store.registry import open_store
from tests.edge.job import NAME, TOKEN, job, pull_request, push, save, sha, zipped
from tests.suites import suite_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.edge.job import Job
    from tests.github_api import GitHubApi


@pytest.fixture
def place(tmp_path: Path) -> str:
    (tmp_path / "store").mkdir()
    return (tmp_path / "store").as_uri()


def storing(api: GitHubApi, folder: Path, place: str, **environ: str) -> Job:
    """Make the job of a push of m5 whose run has measured."""
    if 42 not in api.world.runs:
        api.world.add_run(id=42, head_sha=sha("m5"))
    return push(api, folder, BENCHVERDICT_INPUT_STAGE="store", BENCHVERDICT_INPUT_STORE=place, **environ)


def baseline(*commits: str, suite: str = "benchmarks") -> Baseline:
    """Make a baseline at the last of the commits, with the others as its history."""
    made = [
        replace(suite_of({"one": [[1e-3]]}, commit=sha(commit)), name=suite, measured_at=1_700_000_000.0 + number)
        for number, commit in enumerate(commits)
    ]
    return Baseline(suite=made[-1], history=tuple(map(session_of, made)), source=BaselineSource(commit=made[-1].commit))


def upload(api: GitHubApi, found: Baseline, name: str = NAME) -> None:
    content = zipped({"baseline.json.gz": snapshot.dump(found)})
    api.world.add_artifact(name=name, run_id=42, content=content)


def commits(place: str) -> list[str | None]:
    return [one.commit for one in open_store(place).history("benchmarks")]


def test_the_session_of_this_runs_commit_alone_is_kept(api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    upload(api, baseline("forged", "m5"))
    assert this.run("store") == 0, this.log
    assert commits(place) == [sha("m5")]
    assert this.run("store") == 0
    assert commits(place) == [sha("m5")]
    assert not (this.work / "report" / "baseline.json.gz").exists()
    assert TOKEN not in this.log


def test_without_a_measuring_the_history_is_made_a_file_again(api: GitHubApi, tmp_path: Path, place: str) -> None:
    store = open_store(place)
    for commit in ("m1", "m2"):
        store.save(baseline("m0", commit))
    event = {"repository": {"id": 1000, "default_branch": "main"}}
    this = job(api, tmp_path, "schedule", event, BENCHVERDICT_INPUT_STAGE="store", BENCHVERDICT_INPUT_STORE=place)
    api.world.add_run(id=42, head_sha=sha("m5"), event="schedule")
    assert this.run("store") == 0, this.log
    content = (this.work / "report" / "baseline.json.gz").read_bytes()
    found = snapshot.load(content, "file")
    assert {one.commit for one in found.history} == {sha("m0"), sha("m1"), sha("m2")}
    # A pull request finds it as any baseline that a run of the default branch has saved.
    save(api.world, "m5", zipped({"baseline.json.gz": content}), event="schedule")
    later = pull_request(api, tmp_path / "later")
    assert later.run("fetch") == 0, later.log
    used = DirectoryStore(later.work / "baseline").find("benchmarks")
    assert isinstance(used, Baseline)
    assert used.source.commit == found.suite.commit
    assert len(used.history) == 3


def test_an_empty_store_is_no_error(api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    assert this.run("store") == 0, this.log
    assert "no history" in this.log


def test_the_configuration_names_the_store_where_the_input_does_not(api: GitHubApi, tmp_path: Path) -> None:
    this = storing(api, tmp_path, "")
    upload(api, baseline("m5"))
    assert this.run("store") == 2
    assert "no-store" in this.log
    (tmp_path / "workspace" / "benchverdict.toml").write_text('[store]\nurl = "postgresql://127.0.0.1:1/x"\n')
    assert this.run("store") == 3
    assert "store-unreachable" in this.log


def test_a_folder_of_the_configuration_is_refused(api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, "")
    upload(api, baseline("m5"))
    (tmp_path / "workspace" / "benchverdict.toml").write_text(f'[store]\nurl = "{place}"\n')
    assert this.run("store") == 2
    assert "no-store" in this.log
    assert commits(place) == []


def test_a_folder_that_is_not_there_is_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = storing(api, tmp_path, (tmp_path / "missing").as_uri())
    upload(api, baseline("m5"))
    assert this.run("store") == 2
    assert "no-store" in this.log
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("found", [baseline("m4"), baseline("m5", suite="other")], ids=["commit", "suite"])
def test_what_is_not_of_this_run_is_refused(found: Baseline, api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    upload(api, found)
    assert this.run("store") == 3
    assert "other-suite" in this.log
    assert commits(place) == []


@pytest.mark.parametrize("moved", ["suite", "session"])
def test_what_is_from_the_future_is_refused(moved: str, api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    found = baseline("m5")
    later = time.time() + 2 * 86_400
    if moved == "suite":
        found = replace(found, suite=replace(found.suite, measured_at=later), history=())
    else:
        found = replace(found, history=(replace(found.history[0], measured_at=later), *found.history))
    upload(api, found)
    assert this.run("store") == 3
    assert "measuring-from-the-future" in this.log
    assert commits(place) == []


def test_a_damaged_artifact_is_refused(api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    api.world.add_artifact(name=NAME, run_id=42, content=b"no archive")
    assert this.run("store") == 3
    assert "baseline-unavailable" in this.log
    assert commits(place) == []


def test_artifacts_of_other_runs_do_not_count(api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place)
    save(api.world, "m5")
    assert this.run("store") == 0, this.log
    assert commits(place) == []


@pytest.mark.parametrize("branch", ["refs/heads/topic", "refs/tags/v1", ""])
def test_no_other_branch_comes_near_the_store(branch: str, api: GitHubApi, tmp_path: Path, place: str) -> None:
    this = storing(api, tmp_path, place, GITHUB_REF=branch)
    upload(api, baseline("m5"))
    assert this.run("store") == 2
    assert "stage-store" in this.log
    assert commits(place) == []


def test_no_pull_request_comes_near_the_store(api: GitHubApi, tmp_path: Path, place: str) -> None:
    for fork in (False, True):
        this = pull_request(api, tmp_path / str(fork), fork=fork)
        this.environ |= {"BENCHVERDICT_INPUT_STAGE": "store", "BENCHVERDICT_INPUT_STORE": place}
        assert this.run("store") == 2
        assert "stage-store" in this.log


def test_a_store_that_cannot_be_reached_is_an_error_without_its_credentials(api: GitHubApi, tmp_path: Path) -> None:
    this = storing(api, tmp_path, "postgresql://hunter2@127.0.0.1:1/x")
    upload(api, baseline("m5"))
    assert this.run("store") == 3
    assert "store-unreachable" in this.log
    assert "hunter2" not in this.log


def test_an_address_with_a_password_is_refused_and_not_repeated(api: GitHubApi, tmp_path: Path) -> None:
    this = storing(api, tmp_path, "postgresql://user:hunter2@127.0.0.1:1/x")
    assert this.run("store") == 2
    assert "input-store" in this.log
    assert "hunter2" not in this.log
