"""Many jobs that publish on one pull request at the same time: one comment is left, with the newest run's content.

The publishers are real threads against the real server; only their waiting is arranged: nobody wakes before everybody
else has done what they were doing. So the result does not depend on how fast the machine is.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from entrypoint.api import Api
from entrypoint.comment import Brought, Place, Stamp
from entrypoint.comments_github import WORKFLOW_BOT, GitHubComments
from tests.edge.job import HASTE, TOKEN, seed, sha
from tests.edge.test_publish import MARKER, comments
from tests.github_api import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Callable


class Crowd:
    """Lets its members sleep until all of them sleep or have gone home."""

    def __init__(self, members: int) -> None:
        self._condition = threading.Condition()
        self._awake = members
        self._asleep = 0
        self._morning = 0

    def sleep(self, _seconds: float) -> None:
        with self._condition:
            self._asleep += 1
            self._awake -= 1
            today = self._morning
            self._wake_all_if_nobody_is_up()
            self._condition.wait_for(lambda: self._morning > today)

    def go_home(self) -> None:
        with self._condition:
            self._awake -= 1
            self._wake_all_if_nobody_is_up()

    def _wake_all_if_nobody_is_up(self) -> None:
        if not self._awake:
            self._awake, self._asleep = self._asleep, 0
            self._morning += 1
            self._condition.notify_all()


class Simultaneous(Place):
    """Begins a comment only when everybody has seen that there is none."""

    everybody: threading.Barrier

    def _begin(self, body: str) -> tuple[Brought, bool]:
        self.everybody.wait(timeout=120)
        return super()._begin(body)


def stamp(run: int, *, has_report: bool = True, head: str = "t1") -> Stamp:
    return Stamp(head_sha=sha(head), run=run, attempt=1, has_report=has_report)


def place(api: GitHubApi, sleep: Callable[[float], None] = lambda _: None) -> Place:
    client = Api(url=api.url, repository="octo/bench", token=TOKEN, patience=replace(HASTE, sleep=sleep))
    thread = GitHubComments(api=client, pull_request=7)
    return Place(thread=thread, suite="benchmarks", patience=client.patience)


def all_at_once(api: GitHubApi, runs: list[int]) -> None:
    crowd = Crowd(len(runs))

    def one(run: int) -> Brought:
        try:
            return place(api, crowd.sleep).upsert(f"Run {run}.", stamp(run), start=True)
        finally:
            crowd.go_home()

    with ThreadPoolExecutor(len(runs)) as pool:
        assert len(list(pool.map(one, runs))) == len(runs)


@pytest.mark.slow
def test_50_publishers_leave_one_comment_with_the_newest_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = list(range(100, 150))
    Random(7).shuffle(runs)
    monkeypatch.setattr(Simultaneous, "everybody", threading.Barrier(len(runs)), raising=False)
    monkeypatch.setattr("tests.edge.test_publishers.Place", Simultaneous)
    with GitHubApi() as api:
        seed(api.world)
        foreign = api.world.add_comment(7, "visitor", f"{MARKER}\nMine.")
        all_at_once(api, runs)
        [ours] = [comment for comment in comments(api) if comment is not foreign]
    assert "Run 149." in ours.body
    assert len(api.world.requests("POST", "/comments")) == len(runs)
    assert foreign.body == f"{MARKER}\nMine."


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 2, 1], [2, 3, 1]])
def test_publishers_of_a_comment_that_is_there_leave_the_newest_run_in_it(api: GitHubApi, order: list[int]) -> None:
    old = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\n{stamp(0)}\nRun 0.")
    all_at_once(api, order)
    assert comments(api) == [old]
    assert "Run 3." in old.body


def test_an_older_run_that_comes_late_leaves_the_newer_one(api: GitHubApi) -> None:
    place(api).upsert("Run 5.", stamp(5), start=True)
    brought = place(api).upsert("Run 4.", stamp(4), start=True)
    assert brought.notice is not None
    assert brought.notice.code == "stale-run"
    assert "newer run 5" in brought.notice.text
    assert "Run 5." in comments(api)[0].body


def test_a_second_attempt_is_newer_than_the_first(api: GitHubApi) -> None:
    place(api).upsert("Again.", replace(stamp(5), attempt=2), start=True)
    place(api).upsert("First.", stamp(5), start=True)
    assert "Again." in comments(api)[0].body


def test_a_newer_commit_outranks_a_higher_run(api: GitHubApi) -> None:
    """A pull request can be put back to an older commit, whose run has a lower number."""
    place(api).upsert("Run 9.", stamp(9), start=True)
    api.world.pulls[7].head_sha = sha("m3")
    place(api).upsert("Run 8.", stamp(8, head="m3"), start=True)
    assert "Run 8." in comments(api)[0].body


def test_a_commit_that_is_pushed_meanwhile_stops_the_older_run(api: GitHubApi) -> None:
    """Between our write and our second look somebody pushes and their run publishes."""

    def newer_run(_: float) -> None:
        api.world.pulls[7].head_sha = sha("m3")
        [comment] = comments(api)
        comment.body = f"{MARKER}\n{stamp(3, head='m3')}\nNewer commit."

    brought = place(api, newer_run).upsert("Run 9.", stamp(9), start=True)
    assert brought.notice is not None
    assert "Newer commit." in comments(api)[0].body


def test_a_report_is_not_replaced_by_none_of_the_same_commit(api: GitHubApi) -> None:
    place(api).upsert("Good.", stamp(5), start=True)
    brought = place(api).upsert("No verdict.", stamp(6, has_report=False), start=False)
    assert brought.notice is not None
    assert brought.notice.code == "report-kept"
    assert "Good." in comments(api)[0].body
    place(api).upsert("Better.", stamp(7), start=True)
    assert "Better." in comments(api)[0].body


def test_duplicates_of_lost_jobs_are_removed_and_the_oldest_is_kept(api: GitHubApi) -> None:
    oldest = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\n{stamp(1)}\nRun 1.")
    api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\n{stamp(6)}\nRun 6.")
    api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nOf an old version.")
    place(api).upsert("Run 5.", stamp(5), start=True)
    assert comments(api) == [oldest]
    assert "Run 6." in oldest.body


def test_nothing_is_sent_and_nobody_waits_when_all_is_as_it_should_be(api: GitHubApi) -> None:
    place(api).upsert("Run 5.", stamp(5), start=True)
    writes = len([entry for entry in api.world.log if entry.method != "GET"])
    waited: list[float] = []
    place(api, waited.append).upsert("Run 5.", stamp(5), start=True)
    assert len([entry for entry in api.world.log if entry.method != "GET"]) == writes == 1
    assert waited == []
