"""Two jobs of one run with one name: neither replaces what the other has told, nor makes the check better."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from entrypoint.check import TAKEN
from entrypoint.writer import Writer, parse
from tests.edge.job import other_run, pull_request, sha
from tests.edge.test_publish import QUIET, REGRESSED, comments, failed, published, report_of
from tests.edge.test_publish_other import upload
from tests.github_api.world import now

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi

SLOW = report_of(*REGRESSED, status="failed")
FINE = report_of(*QUIET)


def jobs(api: GitHubApi, folder: Path, check: str = "auto") -> tuple[Job, Job]:
    """Make two jobs of run 42, each a use of the action of its own."""
    more = {"BENCHVERDICT_INPUT_CHECK": check}
    made = [pull_request(api, folder / use, fork=False, BENCHVERDICT_USE=use, **more) for use in ("a1", "b2")]
    return made[0], made[1]


def refused(this: Job, report: Report) -> None:
    """Publish a report where another job has the name."""
    with pytest.raises(AssertionError):
        published(this, report)
    assert (this.work / "exit" / "publish").read_text() == "2\n"
    assert "another job of this run has the name 'benchmarks' too" in this.log
    assert "`name: benchmarks-${{ matrix.os }}`" in this.log


@pytest.mark.parametrize(("one", "other"), [(SLOW, FINE), (FINE, SLOW), (FINE, FINE)])
def test_two_jobs_with_one_name_never_turn_a_check_green(
    api: GitHubApi, tmp_path: Path, one: Report, other: Report
) -> None:
    first, second = jobs(api, tmp_path)
    assert first.run("fetch") == 0
    published(first, one)
    before = [comment.body for comment in comments(api)]
    assert len(before) == (one is SLOW)
    refused(second, other)
    [check] = api.world.checks.values()
    assert (check.status, check.conclusion) == ("completed", "failure")
    assert check.title == ("test_two is 25% slower" if one is SLOW else TAKEN.title)
    if one is SLOW:
        assert [comment.body for comment in comments(api)] == before


def test_the_second_job_is_refused_before_it_measures(api: GitHubApi, tmp_path: Path) -> None:
    first, second = jobs(api, tmp_path)
    assert first.run("fetch") == 0
    assert second.run("fetch") == 2
    assert "[name-taken]" in second.log
    [check] = api.world.checks.values()
    assert check.status == "in_progress"


def test_of_two_jobs_at_the_same_time_neither_leaves_a_green_check(api: GitHubApi, tmp_path: Path) -> None:
    """The second one was refused and has told so before the first one comes to its end."""
    first, second = jobs(api, tmp_path)
    assert first.run("fetch") == 0
    assert second.run("fetch") == 2
    assert failed(second, codes={"fetch": 2}).run("publish") == 2
    refused(first, FINE)
    assert [check.conclusion for check in api.world.checks.values()] == ["failure"]


def test_of_two_checks_that_were_opened_at_once_both_fail(api: GitHubApi, tmp_path: Path) -> None:
    first, second = jobs(api, tmp_path)
    assert first.run("fetch") == 0
    [check] = api.world.checks.values()
    api.world.add_check(
        name=check.name, head_sha=check.head_sha, status="in_progress", external_id=f"{check.external_id[:-2]}b2"
    )
    refused(first, FINE)
    refused(second, FINE)
    assert [check.conclusion for check in api.world.checks.values()] == ["failure", "failure"]


def test_without_checks_the_comment_of_the_other_job_stays(api: GitHubApi, tmp_path: Path) -> None:
    first, second = jobs(api, tmp_path, check="false")
    published(first, SLOW)
    [comment] = comments(api)
    body = comment.body
    refused(second, FINE)
    assert comment.body == body
    assert comments(api) == [comment]


def test_a_second_job_is_refused_when_the_artifact_of_the_first_is_there(api: GitHubApi, tmp_path: Path) -> None:
    """The token may only read, as in the job that measures a fork."""
    world = api.world
    world.add_run(id=42, head_sha=sha("t1"), event="pull_request", conclusion=None, started_at=now())
    uploaded = world.add_artifact(name="benchverdict-report-benchmarks", run_id=42, content=b"")
    _, second = jobs(api, tmp_path)
    assert second.run("fetch") == 2
    assert "[name-taken]" in second.log
    assert not (second.work / "plan.json").exists()
    uploaded.created_at -= timedelta(minutes=1)  # by an earlier attempt
    assert second.run("fetch") == 0, second.log
    other = pull_request(api, tmp_path / "c", BENCHVERDICT_USE="c3", BENCHVERDICT_INPUT_NAME="others")
    assert other.run("fetch") == 0, other.log


def test_a_job_that_is_run_again_replaces_what_its_former_attempt_told(api: GitHubApi, tmp_path: Path) -> None:
    first, again = jobs(api, tmp_path)
    assert first.run("fetch") == 0
    published(first, SLOW)
    again.environ["GITHUB_RUN_ATTEMPT"] = "2"
    assert again.run("fetch") == 0, again.log
    published(again, FINE)
    assert [check.conclusion for check in api.world.checks.values()] == ["failure", "success"]
    assert "test_two" not in comments(api)[0].body


def test_a_publishing_run_that_is_run_again_updates_the_same_check(api: GitHubApi, tmp_path: Path) -> None:
    upload(api, SLOW)
    first = other_run(api, tmp_path / "first", BENCHVERDICT_USE="a1")
    assert first.run("publish") == 0, first.log
    again = other_run(api, tmp_path / "again", BENCHVERDICT_USE="b2", GITHUB_RUN_ATTEMPT="2")
    assert again.run("publish") == 0, again.log
    assert [check.conclusion for check in api.world.checks.values()] == ["failure"]
    beside = other_run(api, tmp_path / "beside", BENCHVERDICT_USE="c3", GITHUB_RUN_ATTEMPT="2")
    assert beside.run("publish") == 2
    assert "[name-taken]" in beside.log


def test_what_is_written_by_hand_or_by_an_older_release_is_in_nobodys_way() -> None:
    ours = Writer(run=42, attempt=1, use="a1")
    assert parse(str(ours)) == ours
    assert ours.is_beside(Writer(run=42, attempt=1, use="b2"))
    for other in ("", "1", "42.1", "42.1.", "42.1.xyz", "42.1.a1", "42.2.b2", "43.1.b2", f"42.1.{'a' * 33}"):
        assert not ours.is_beside(parse(other)), other
    assert not Writer(run=42, attempt=1, use="").is_beside(ours)
