"""What watching confirms becomes one issue: opened, updated, closed, never doubled, whatever GitHub allows or loses."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from entrypoint import documents, gate, mentions
from entrypoint.api import Api
from entrypoint.comments_github import WORKFLOW_BOT
from entrypoint.issues import Issues, marked
from entrypoint.mentions import matches
from reporter.decide.watch_states import digests_of
from reporter.records.watch import Commit
from tests.edge.job import TOKEN, pull_request, push, sha, zipped
from tests.gfm import alive
from tests.watches import KEY, cause, file_of, row, watch_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reporter.records.watch import Cause
    from tests.edge.job import Job
    from tests.github_api import GitHubApi
    from tests.github_api.world import Issue


@pytest.fixture(autouse=True)
def may_write(api: GitHubApi) -> None:
    api.world.tokens[TOKEN].permissions["issues"] = "write"


def watching(
    api: GitHubApi,
    folder: Path,
    *causes: Cause,
    content: bytes | None = None,
    run: int = 42,
    environ: Mapping[str, str] | None = None,
) -> Job:
    """Make the publishing job of a run whose other job has uploaded these causes."""
    if run not in api.world.runs:
        api.world.add_run(id=run, head_sha=sha("m5"), conclusion=None)
    packed = zipped({"watch.json": file_of(*causes) if content is None else content})
    api.world.add_artifact(name="benchverdict-watch-benchmarks", run_id=run, content=packed)
    return push(api, folder, BENCHVERDICT_INPUT_STAGE="watch", GITHUB_RUN_ID=str(run), **(environ or {}))


LINKS = (f"https://github.com/octo/bench/commit/{sha('m3')}", "https://github.com/octo/bench/actions/runs/42")


def visible_of(body: str) -> str:
    """Return the text of an issue without its two hidden lines."""
    return body.split("\n", 2)[2]


def only(api: GitHubApi) -> Issue:
    [issue] = api.world.issues.values()
    return issue


def codes(job: Job) -> list[str]:
    return [notice["code"] for notice in job.read("published.json")["notices"]]


def test_a_confirmed_cause_opens_one_issue_with_rows_and_range(api: GitHubApi, tmp_path: Path) -> None:
    job = watching(api, tmp_path, cause(found="m3"))
    assert job.run("watch") == 0
    issue = only(api)
    assert [issue.state, issue.login, issue.labels] == ["open", WORKFLOW_BOT, ["benchverdict 0123456789abcdef"]]
    assert issue.title == f"benchmarks: 1 benchmark is slower since {sha('m3')[:10]} (10.0% at most)"
    text = issue.body or ""
    assert "| <code>test_search</code> | <code>time</code> | 1.00 ms → 1.10 ms | +10.0%, +10.0% in pairs |" in text
    assert f"[<code>{sha('m3')[:10]}</code>](https://github.com/octo/bench/commit/{sha('m3')})" in text
    assert "<code>Sort &#124; twice</code>, 99.0% sure" in text
    assert not alive(visible_of(text), LINKS)
    assert codes(job) == []


def test_the_next_runs_find_it_again_and_write_only_what_is_new(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause()).run("watch")
    watching(api, tmp_path, cause(), run=43).run("watch")
    assert not api.world.requests("PATCH")
    watching(api, tmp_path, cause("confirmed", row(), row("test_sort")), run=44).run("watch")
    assert "test_sort" in (only(api).body or "")
    assert len(api.world.requests("POST", "/bench/issues")) == 1


def test_an_older_run_that_comes_late_leaves_the_newer_text(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause("confirmed", row(), row("test_sort")), run=44).run("watch")
    watching(api, tmp_path, cause(), run=43).run("watch")
    watching(api, tmp_path, cause("recovered"), run=43).run("watch")
    assert ["test_sort" in (only(api).body or ""), only(api).state] == [True, "open"]


def test_recovery_closes_it_once_with_a_sentence(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause()).run("watch")
    for run in (43, 44):
        assert watching(api, tmp_path, cause("recovered"), run=run).run("watch") == 0
    issue, [comment] = only(api), api.world.comments.values()
    assert [issue.state, issue.state_reason, issue.labels] == ["closed", "completed", []]
    assert comment.body.startswith("Recovered: the level is again what it was before ")
    assert [comment.issue, comment.login] == [issue.number, WORKFLOW_BOT]
    assert api.world.labels == {}


@pytest.mark.parametrize("state", ["suspected", "refuted", "recovered"])
def test_nothing_else_opens_an_issue(api: GitHubApi, tmp_path: Path, state: str) -> None:
    of = cause("refuted", row(pairs="not-slower")) if state == "refuted" else cause(state)  # type: ignore[arg-type]
    assert watching(api, tmp_path, of).run("watch") == 0
    assert not api.world.issues


def test_what_somebody_closed_stays_closed_and_has_no_second(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause()).run("watch")
    only(api).state = "closed"
    job = watching(api, tmp_path, cause(), run=43)
    job.run("watch")
    assert [only(api).state, codes(job)] == ["closed", ["issue-closed"]]
    assert "was closed by somebody" in job.log
    past = watching(api, tmp_path, structs.replace(cause(), is_past=True), run=44)
    past.run("watch")
    assert [only(api).state, codes(past)] == ["closed", []]


@pytest.mark.parametrize("key", [KEY, "f" * 16])
def test_what_we_closed_for_recovery_is_opened_again_for_a_relapse(api: GitHubApi, tmp_path: Path, key: str) -> None:
    """The file of watching was lost, so nothing but the issue knows of the cause."""
    watching(api, tmp_path, cause()).run("watch")
    watching(api, tmp_path, cause("recovered"), run=43).run("watch")
    assert only(api).state == "closed"
    job = watching(api, tmp_path, cause(key=key), run=44)
    assert [job.run("watch"), only(api).state, codes(job)] == [0, "open", []]
    assert "issue opened again" in job.log
    assert not (only(api).body or "").count("Recovered: ")
    watching(api, tmp_path, cause("recovered", key=key), run=45).run("watch")
    assert [only(api).state, api.world.labels, len(api.world.comments)] == ["closed", {}, 2]


def test_an_older_run_that_comes_late_opens_nothing_again(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause(), run=43).run("watch")
    watching(api, tmp_path, cause("recovered"), run=44).run("watch")
    watching(api, tmp_path, cause(), run=43).run("watch")
    assert only(api).state == "closed"


def test_what_somebody_closes_after_it_was_opened_again_stays_closed(api: GitHubApi, tmp_path: Path) -> None:
    for run, state in ((42, "confirmed"), (43, "recovered"), (44, "confirmed")):
        watching(api, tmp_path, cause(state), run=run).run("watch")  # type: ignore[arg-type]
    only(api).state = "closed"
    job = watching(api, tmp_path, cause(), run=45)
    job.run("watch")
    assert [only(api).state, codes(job)] == ["closed", ["issue-closed"]]


def test_an_issue_that_may_have_been_opened_is_a_notice(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault("POST .*/issues$", "status")
    job = watching(api, tmp_path, cause())
    assert [job.run("watch"), api.world.issues, codes(job)] == [0, {}, ["issue-failed"]]


def test_a_cause_whose_key_was_lost_is_the_same_by_commits_and_rows(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause(before="m1", first="m4")).run("watch")
    watching(api, tmp_path, cause(key="f" * 16, before="m2", first="m3"), run=43).run("watch")
    assert "<!-- benchverdict watch: benchmarks 0123456789abcdef " in (only(api).body or "")
    other = cause("confirmed", row("test_other"), key="e" * 16)
    watching(api, tmp_path, other, run=44).run("watch")
    assert len(api.world.issues) == 2


def test_an_issue_of_somebody_else_with_our_marker_is_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    mine = marked("benchmarks", cause(), sorted(digests_of(cause())), 1, "Mine.")
    api.world.add_issue(number=8, login="visitor", title="Mine", body=mine)
    assert watching(api, tmp_path, cause("recovered")).run("watch") == 0
    assert watching(api, tmp_path, cause(), run=43).run("watch") == 0
    assert [issue.login for issue in api.world.issues.values()] == ["visitor", WORKFLOW_BOT]
    assert [api.world.issues[8].body, api.world.issues[8].state] == [mine, "open"]


def test_it_is_found_on_the_last_of_many_pages(api: GitHubApi, tmp_path: Path) -> None:
    for number in range(100, 330):
        api.world.add_issue(number=number, login=WORKFLOW_BOT, title="Other")
    watching(api, tmp_path, cause()).run("watch")
    watching(api, tmp_path, cause(), run=43).run("watch")
    assert len(api.world.requests("POST", "/bench/issues")) == 1


@pytest.mark.parametrize(("login", "kind"), [("person", "user"), ("some-app[bot]", "installation")])
def test_the_token_of_a_person_or_another_app_finds_its_own(
    api: GitHubApi, tmp_path: Path, login: str, kind: str
) -> None:
    api.world.tokens[TOKEN].login, api.world.tokens[TOKEN].kind = login, kind  # type: ignore[assignment]
    for run in (42, 43):
        watching(api, tmp_path, cause(), run=run).run("watch")
    assert only(api).login == login


class AtOnce(Issues):
    """Makes the label only when everybody has seen that there is no issue."""

    everybody: threading.Barrier

    def _claim(self, label: str) -> bool:
        if label.count(" ") == 1:
            self.everybody.wait(timeout=60)
        return super()._claim(label)


@pytest.mark.parametrize("runs", [2, 5])
def test_runs_at_once_open_one_issue(
    api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    monkeypatch.setattr(AtOnce, "everybody", threading.Barrier(runs), raising=False)
    monkeypatch.setattr("entrypoint.watch.Issues", AtOnce)
    jobs = [watching(api, tmp_path / str(run), cause(), run=42 + run) for run in range(runs)]
    for job in jobs:
        job.patience = replace(job.patience, sleep=lambda _: time.sleep(0.02))
    with ThreadPoolExecutor(runs) as pool:
        assert list(pool.map(lambda job: job.run("watch"), jobs)) == [0] * runs
    assert only(api).state == "open"
    assert len(api.world.requests("POST", "/bench/issues")) == 1
    assert len(api.world.requests("POST", "/labels")) == runs
    assert sum("issue opened:" in job.log for job in jobs) == 1
    assert [codes(job) for job in jobs] == [[]] * runs


@pytest.mark.parametrize("lost", ["POST .*/issues$", "POST .*/labels$"])
def test_a_lost_answer_is_no_second_issue(api: GitHubApi, tmp_path: Path, lost: str) -> None:
    api.world.add_fault(lost, "drop")
    assert watching(api, tmp_path, cause()).run("watch") == 0
    assert only(api).state == "open"


def test_a_label_whose_job_died_holds_nobody_up(api: GitHubApi, tmp_path: Path) -> None:
    api.world.labels["benchverdict 0123456789abcdef"] = {"id": 1, "color": "ededed", "description": None}
    assert watching(api, tmp_path, cause()).run("watch") == 0
    assert only(api).state == "open"


LABELS = ("benchverdict 0123456789abcdef", "benchverdict 0123456789abcdef 2")


def claimed(api: GitHubApi, *names: str) -> None:
    for name in names:
        api.world.labels[name] = {"id": len(name), "color": "ededed", "description": None}


def test_two_lost_answers_hold_up_one_run_and_not_all_later_ones(api: GitHubApi, tmp_path: Path) -> None:
    claimed(api, *LABELS)
    job = watching(api, tmp_path, cause())
    assert [job.run("watch"), codes(job), api.world.labels] == [0, ["issue-failed"], {}]
    assert watching(api, tmp_path, cause(), run=43).run("watch") == 0
    assert only(api).state == "open"


def test_the_label_of_a_second_claim_goes_when_the_issue_is_there(api: GitHubApi, tmp_path: Path) -> None:
    claimed(api, LABELS[0])
    watching(api, tmp_path, cause()).run("watch")
    assert [only(api).state, list(api.world.labels)] == ["open", [LABELS[0]]]


def test_closing_takes_every_label_of_the_cause_away(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause()).run("watch")
    claimed(api, LABELS[1])
    watching(api, tmp_path, cause("recovered"), run=43).run("watch")
    assert [only(api).state, api.world.labels] == ["closed", {}]


def test_a_label_that_cannot_be_taken_away_leaves_the_issue_opened(api: GitHubApi, tmp_path: Path) -> None:
    claimed(api, LABELS[0])
    api.world.add_fault("DELETE .*/labels", "status", times=99)
    job = watching(api, tmp_path, cause())
    assert [job.run("watch"), codes(job), only(api).state] == [0, [], "open"]


REFUSALS = [
    ({"issues": "read"}, True, "issues-refused", "permissions: issues: write"),
    ({"issues": "none"}, True, "issues-refused", "permissions: issues: write"),
    ({"issues": "write"}, False, "issues-disabled", "Issues are disabled"),
]


@pytest.mark.parametrize(("more", "has_issues", "code", "said"), REFUSALS)
def test_where_no_issue_may_be_written_the_job_says_so_and_shows_its_result(
    api: GitHubApi, tmp_path: Path, more: dict[str, str], has_issues: bool, code: str, said: str
) -> None:
    api.world.tokens[TOKEN].permissions = {"contents": "read", "actions": "read"} | more
    api.world.has_issues = has_issues
    job = watching(api, tmp_path, cause())
    assert job.run("watch") == 0
    assert codes(job) == [code]
    assert said in job.read("published.json")["notices"][0]["text"]
    assert api.world.labels == {}
    summary, output = tmp_path / "summary", tmp_path / "output"
    environ = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    assert gate.main(["--work", str(job.work), "--stage", "watch"], environ) == 0
    shown = summary.read_text(encoding="utf-8")
    assert "<code>test_search</code>" in shown
    assert code in shown
    assert "gate<<" in output.read_text(encoding="utf-8")
    assert "\nfailed\n" in output.read_text(encoding="utf-8")


def test_an_error_that_stays_is_a_notice(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault("GET .*/issues", "status", times=99)
    job = watching(api, tmp_path, cause())
    assert job.run("watch") == 0
    assert codes(job) == ["issue-failed"]


def test_an_error_at_one_cause_leaves_the_others_written(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault("POST .*/labels$", "drop", times=2)
    others = (
        cause("confirmed", row("test_b"), key="b" * 16, before="m3", first="m4"),
        cause("recovered", key="c" * 16),
    )
    job = watching(api, tmp_path, cause(), *others)
    assert [job.run("watch"), codes(job)] == [0, ["issue-failed"]]
    assert "test_b" in (only(api).body or "")


HOSTILE = "a|b\n<!-- benchverdict watch: x -->@octocat [x](https://evil.example) `c` " + "n" * 300


def test_hostile_names_stay_text_and_a_thousand_rows_fit(api: GitHubApi, tmp_path: Path) -> None:
    many = (row(f"{HOSTILE}{number}") for number in range(1000))
    assert watching(api, tmp_path, cause("confirmed", *many, found="m3")).run("watch") == 0
    text, title = only(api).body or "", only(api).title
    assert len(text) <= 65_536
    assert not alive(visible_of(text), LINKS)
    assert [name in title for name in ("octocat", "evil", "|")] == [False] * 3
    assert text.count("benchverdict watch:") - text.count("&lt;!-- benchverdict watch:") == 1


BROKEN = [
    (b"{}", "broken-watch"),
    (b'{"schema": "watch/v9"}', "broken-watch"),
    (b"\xff\xfe", "broken-watch"),
    (file_of(suite="other"), "watch-refused"),
    (file_of().replace(b'"commits"', b'"commit"'), "broken-watch"),
]


@pytest.mark.parametrize(("content", "code"), BROKEN, ids=["empty", "newer", "binary", "suite", "member"])
def test_a_file_that_is_not_ours_is_refused(api: GitHubApi, tmp_path: Path, content: bytes, code: str) -> None:
    job = watching(api, tmp_path, content=content)
    assert job.run("watch") == 3
    assert f"[{code}]" in job.log
    assert not api.world.issues


def test_a_run_without_the_artifact_or_elsewhere_is_refused(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_run(id=42, head_sha=sha("m5"), conclusion=None)
    job = push(api, tmp_path, BENCHVERDICT_INPUT_STAGE="watch")
    assert [job.run("watch"), "[watch-missing]" in job.log] == [2, True]
    for elsewhere in (
        pull_request(api, tmp_path, BENCHVERDICT_INPUT_STAGE="watch"),
        push(api, tmp_path, BENCHVERDICT_INPUT_STAGE="watch", GITHUB_REF="refs/heads/topic"),
    ):
        assert [elsewhere.run("watch"), "[stage-watch]" in elsewhere.log] == [2, True]


def test_the_author_is_called_only_where_that_is_asked_for(api: GitHubApi, tmp_path: Path) -> None:
    watching(api, tmp_path, cause(found="m3")).run("watch")
    assert "@" not in (only(api).body or "")
    api.world.issues.clear()
    api.world.labels.clear()
    watching(api, tmp_path, cause(found="m3"), run=43, environ={"BENCHVERDICT_INPUT_MENTION": "author"}).run("watch")
    assert "\ncc @person\n" in (only(api).body or "")


@pytest.mark.parametrize("name", ["@octocat", "../../../user", "m3/../..", "a" * 6, "A" * 40])
def test_a_range_whose_commit_is_none_is_refused(api: GitHubApi, tmp_path: Path, name: str) -> None:
    content = file_of(cause(found="m3")).replace(f'"sha": "{sha("m3")}"'.encode(), f'"sha": "{name}"'.encode())
    assert name.encode() in content
    job = watching(api, tmp_path, content=content, environ={"BENCHVERDICT_INPUT_MENTION": "author"})
    assert [job.run("watch"), "[broken-watch]" in job.log] == [3, True]
    assert not api.world.issues
    assert not [entry for entry in api.world.log if name in entry.path]


@pytest.mark.parametrize("name", ["m2", "elsewhere"])
def test_who_wrote_a_commit_outside_of_the_range_is_not_called(api: GitHubApi, tmp_path: Path, name: str) -> None:
    api.world.add_commit(sha("elsewhere"), sha("m0"))
    of = cause(found=name)
    watching(api, tmp_path, of, environ={"BENCHVERDICT_INPUT_MENTION": "author"}).run("watch")
    assert "\ncc " not in (only(api).body or "")


def test_a_commit_is_looked_at_again_before_anything_is_asked(api: GitHubApi) -> None:
    asked = Api(url=api.url, repository="octo/bench", token=TOKEN)
    forged = Commit(sha="../../user", title="")
    for of in (replaced(cause(found="m3"), forged), structs.replace(cause(found="m3"), before="..")):
        assert mentions.of(of, "author", asked, sha("m5"), []) == ""
    assert not api.world.log


def replaced(of: Cause, commit: Commit) -> Cause:
    assert of.range
    return structs.replace(of, range=structs.replace(of.range, first=commit))


def test_the_owners_of_the_file_are_called_where_that_is_asked_for(api: GitHubApi, tmp_path: Path) -> None:
    owners = "* @everybody\nbench_api.py @octo/api @not!a!name bob@example.org # ours\n/docs/ @writer\n"
    api.world.files[("CODEOWNERS", sha("m5"))] = owners
    of = cause("confirmed", row("bench_api.py::test_get"))
    watching(api, tmp_path, of, environ={"BENCHVERDICT_INPUT_MENTION": "codeowners"}).run("watch")
    assert "\ncc @octo/api\n" in (only(api).body or "")


@pytest.mark.parametrize(
    ("pattern", "file", "expected"),
    [
        ("*", "a/b.py", True),
        ("*.py", "a/b.py", True),
        ("*.js", "a/b.py", False),
        ("/a/", "a/b.py", True),
        ("/b.py", "a/b.py", False),
        ("a/*", "a/b.py", True),
        ("a/*", "a/c/b.py", False),
        ("a/**", "a/c/b.py", True),
        ("**/c/", "a/c/b.py", True),
        ("c", "a/c/b.py", True),
        ("a/c/b.py", "a/c/b.py", True),
        ("a/**/b.py", "a/b.py", True),
        ("a/**/b.py", "a/c/d/b.py", True),
        ("a/**/b.py", "c/a/b.py", False),
        ("a/**", "a", False),
        ("a/", "a", False),
        ("a/", "b/a/c.py", True),
        ("/*", "a/b.py", False),
        ("/*", "b.py", True),
        ("*.p?", "a/b.py", True),
        ("b[.]py", "b.py", False),
        ("b[.]py", "b[.]py", True),
        ("a/b", "a/b/c.py", True),
        ("b.py", "a/ab.py", False),
    ],
)
def test_patterns_of_codeowners(pattern: str, file: str, expected: bool) -> None:
    assert matches(pattern, file) is expected


@pytest.mark.parametrize("pattern", ["/*e*e*x", "**/*e*e*x", "*e*e*e*e*e*x", "/**/*e/**/*e/*x", "e*/**/e*/**/e*/x"])
@pytest.mark.parametrize("name", ["e" * 2000 + ".py", "e/" * 499 + "e", "e" * 999])
def test_no_pattern_takes_long(pattern: str, name: str) -> None:
    began = time.process_time()
    assert not matches(pattern, name)
    assert time.process_time() - began < 0.2


def test_the_text_that_is_published_is_the_file_and_nothing_more(api: GitHubApi, tmp_path: Path) -> None:
    """The token is sent to GitHub alone, and the job reads no other artifact."""
    job = watching(api, tmp_path, cause())
    api.world.add_artifact(name="benchverdict-watch-other", run_id=42, content=zipped({"watch.json": b"{}"}))
    job.run("watch")
    assert TOKEN not in job.log + json.dumps(job.read("published.json"))
    assert {entry.host for entry in api.world.log if "authorization" in entry.headers} == {"127.0.0.1"}


@pytest.mark.parametrize(("sessions", "status"), [(7, "undecided"), (8, "passed")])
def test_too_few_sessions_are_undecided_in_the_output_too(sessions: int, status: str) -> None:
    found = watch_of()
    machines = (structs.replace(found.machines[0], sessions=sessions),)
    gate_of = documents.watched(structs.replace(found, machines=machines), "x")["gate"]
    assert gate_of == {"status": status, "reasons": ["x"], "cause": "not-compared" if sessions < 8 else None}
    assert documents.watched(structs.replace(found, machines=()), "x")["gate"]["status"] == "undecided"
