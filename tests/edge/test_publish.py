"""``publish`` through real PyGithub against the server: one comment, by us, kept up to date, or one clear notice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from entrypoint.comment import LIMIT, Stamp
from entrypoint.comments_github import WORKFLOW_BOT
from reporter.decide.gate import gate
from reporter.model import (
    Assessment,
    BaselineSource,
    Change,
    Comparison,
    Estimate,
    Gate,
    Measured,
    Metric,
    Report,
    SideSummary,
)
from reporter.records import json_v1
from reporter.shared.files import FILE_LIMIT
from reporter.shared.model import Fingerprint
from tests.edge.job import TOKEN, job, pull_request, push, seed, sha
from tests.github_api import GitHubApi

if TYPE_CHECKING:
    from reporter.model import GateCause, GateStatus, Verdict
    from tests.edge.job import Job
    from tests.github_api.server import Served
    from tests.github_api.world import Comment

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "published-v1.json").read_text())
MARKER = "<!-- benchverdict comment: benchmarks -->"
COMMENTS = "/issues/7/comments"
HOME = "/repos/octo/bench"


def row(name: str, verdict: Verdict, point: float | None = None, *, suspect: bool = False) -> Assessment:
    side = SideSummary(min=1e-3, median=1e-3, max=1e-3, runs=5, rounds=50)
    interval = Estimate(point=point or 0.0, low=(point or 0.0) - 0.01, high=(point or 0.0) + 0.01)
    change = Change(kind="ratio", statistic="min", marginal=interval, simultaneous=interval, p_adjusted=0.01)
    comparison = Comparison(
        suite="benchmarks",
        name=name,
        params=(),
        category=None,
        metric=Metric(name="time", unit="s", better="lower"),
        baseline=None if verdict == "new" else side,
        head=None if verdict in ("missing", "errored") else side,
        change=None if point is None else change,
    )
    return Assessment(comparison=comparison, verdict=verdict, reason="because", suspect=suspect)


QUIET = (row("test_one", "unchanged", 0.001),)
REGRESSED = (row("test_two", "regressed", 0.25),)
IMPROVED = (row("test_three", "improved", -0.2),)


def report_of(*rows: Assessment, status: GateStatus | None = None, baseline: bool = True) -> Report:
    """Make a report; without a status its gate fails for nothing, and is undecided as it would be."""
    cause: GateCause | None = "not-measured" if status == "undecided" else None
    made = Gate(status=status, reasons=("a reason",), cause=cause) if status else gate(rows, (), ())
    machine = Fingerprint()
    measured = Measured(base_sha=sha("m5"), head_sha=sha("t1"), plan="whole", runs=5, seconds=9.0, fingerprint=machine)
    return Report(
        suite="benchmarks",
        gate=made,
        measured=measured,
        baseline=BaselineSource(commit=sha("m5")) if baseline else None,
        baseline_reason=None if baseline else "none was saved yet",
        compare="screen" if baseline else "none",
        shift=None,
        assessments=rows,
    )


def published(this: Job, report: Report) -> dict[str, Any]:
    """Run publish on a report and give published.json."""
    (this.work / "report").mkdir(parents=True, exist_ok=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(report), encoding="utf-8")
    assert this.run("publish") == 0, this.log
    assert TOKEN not in this.log
    document: dict[str, Any] = this.read("published.json")
    Draft202012Validator(SCHEMA).validate(document)
    return document


def comments(api: Served) -> list[Comment]:
    return [comment for comment in api.world.comments.values() if comment.body.startswith(MARKER)]


def test_comment_is_created_then_updated_then_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path)
    first = published(this, report_of(*REGRESSED, status="failed"))
    [comment] = comments(api)
    assert comment.login == WORKFLOW_BOT
    assert first["comment_url"].endswith(f"/pull/7#issuecomment-{comment.id}")
    assert "test_two" in comment.body
    second = published(this, report_of(*IMPROVED))
    assert comments(api) == [comment]
    assert "test_three" in comment.body
    assert "test_two" not in comment.body
    assert second["comment_url"] == first["comment_url"]
    published(this, report_of(*IMPROVED))
    writes = [entry for entry in api.world.log if entry.method != "GET" and "/check-runs" not in entry.path]
    assert [entry.method for entry in writes] == ["POST", "PATCH"]


def test_our_comment_is_found_behind_130_others(api: GitHubApi, tmp_path: Path) -> None:
    for number in range(130):
        api.world.add_comment(7, "visitor", f"Comment {number}, which mentions {MARKER}")
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nOld.")
    published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    assert comments(api) == [ours]
    assert "test_two" in ours.body
    assert api.world.requests("POST", "/comments") == []


def test_comment_of_somebody_else_with_our_marker_is_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    foreign = api.world.add_comment(7, "visitor", f"{MARKER}\nMine.")
    this = pull_request(api, tmp_path)
    published(this, report_of(*REGRESSED, status="failed"))
    published(this, report_of(*IMPROVED))
    assert foreign.body == f"{MARKER}\nMine."
    [ours] = [comment for comment in comments(api) if comment is not foreign]
    assert "test_three" in ours.body


def test_other_comment_of_the_bot_that_quotes_our_marker_is_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    quoting = api.world.add_comment(7, WORKFLOW_BOT, f"Coverage is fine.\n{MARKER}")
    published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    assert quoting.body.startswith("Coverage is fine.")
    assert len(comments(api)) == 1


def test_suites_have_a_comment_each(api: GitHubApi, tmp_path: Path) -> None:
    published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    other = pull_request(api, tmp_path, BENCHVERDICT_INPUT_NAME="benchmarks-2")
    published(other, report_of(*REGRESSED, status="failed"))
    assert len(api.world.comments) == 2


@pytest.mark.parametrize("fault", ["drop", "status"])
def test_lost_answer_to_the_post_leaves_one_comment(api: GitHubApi, tmp_path: Path, fault: Any) -> None:
    """The connection breaks after GitHub has written the comment; or a 502 comes before it has."""
    api.world.add_fault(f"POST /repos/octo/bench{COMMENTS}", fault)
    document = published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    [comment] = comments(api)
    assert document["comment_url"].endswith(str(comment.id))
    assert len(api.world.requests("POST", COMMENTS)) == (1 if fault == "drop" else 2)


def test_post_that_never_works_is_given_up_with_a_notice(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault(f"POST /repos/octo/bench{COMMENTS}", "status", times=99)
    document = published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    assert document["comment_url"] is None
    assert [notice["code"] for notice in document["notices"]] == ["comment-failed"]
    assert len(api.world.requests("POST", COMMENTS)) == 3


def test_missing_permission_is_one_notice_that_names_the_line(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions |= {"pull_requests": "read"}
    this = pull_request(api, tmp_path)
    [notice] = published(this, report_of(*REGRESSED, status="failed"))["notices"]
    assert notice["code"] == "comment-refused"
    assert "`permissions: pull-requests: write`" in notice["text"]
    assert this.log.count(notice["text"]) == 1


def test_fork_is_one_notice_without_a_permission_nobody_can_grant(api: GitHubApi, tmp_path: Path) -> None:
    api.world.tokens[TOKEN].permissions = dict.fromkeys(("contents", "actions", "pull_requests"), "read")
    this = pull_request(api, tmp_path, fork=True)
    [notice] = published(this, report_of(*REGRESSED, status="failed"))["notices"]
    assert notice["code"] == "fork-comment-refused"
    assert "permissions:" not in notice["text"]
    assert api.world.comments == {}


def test_run_of_an_older_head_leaves_the_comment_to_the_newer_one(api: GitHubApi, tmp_path: Path) -> None:
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nThe newer result.")
    api.world.add_commit(sha("t2"), sha("t1"))
    api.world.pulls[7].head_sha = sha("t2")
    document = published(pull_request(api, tmp_path), report_of(*REGRESSED, status="failed"))
    assert [notice["code"] for notice in document["notices"]] == ["stale-run"]
    assert sha("t2") in document["notices"][0]["text"]
    assert ours.body == f"{MARKER}\nThe newer result."


MODES = [
    ("changes", report_of(*QUIET), False),
    ("changes", report_of(*REGRESSED, status="failed"), True),
    ("changes", report_of(*IMPROVED), True),
    ("changes", report_of(row("test_new", "new")), True),
    ("changes", report_of(row("test_new", "new"), baseline=False), True),
    ("changes", report_of(row("test_gone", "missing")), True),
    ("changes", report_of(row("test_bad", "errored")), True),
    ("changes", report_of(row("test_wide", "inconclusive", 0.01)), True),
    ("changes", report_of(row("test_wide", "inconclusive", 0.01), *QUIET), False),
    ("changes", report_of(row("test_wide", "inconclusive", 0.3, suspect=True), *QUIET), False),
    ("regressions", report_of(row("test_wide", "inconclusive", 0.01)), False),
    ("changes", report_of(row("test_foreign", "not_comparable")), True),
    ("changes", report_of(row("test_foreign", "not_comparable"), *QUIET), False),
    ("changes", report_of(*QUIET, status="undecided"), True),
    ("regressions", report_of(row("test_foreign", "not_comparable")), False),
    ("regressions", report_of(*QUIET), False),
    ("regressions", report_of(*IMPROVED), False),
    ("regressions", report_of(*REGRESSED), True),
    ("regressions", report_of(*QUIET, status="failed"), True),
    ("always", report_of(*QUIET), True),
    ("never", report_of(*REGRESSED, status="failed"), False),
]


@pytest.mark.parametrize(("mode", "report", "expected"), MODES)
def test_modes_decide_whether_a_comment_is_started(
    api: GitHubApi, tmp_path: Path, mode: str, report: Report, expected: bool
) -> None:
    published(pull_request(api, tmp_path, BENCHVERDICT_INPUT_COMMENT=mode), report)
    assert bool(comments(api)) is expected


@pytest.mark.parametrize("mode", ["changes", "regressions"])
def test_no_stale_alarm_stays_after_recovery(api: GitHubApi, tmp_path: Path, mode: str) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_COMMENT=mode)
    published(this, report_of(*REGRESSED, status="failed"))
    alarm = comments(api)[0].body
    published(this, report_of(*QUIET))
    [comment] = comments(api)
    assert comment.body != alarm
    assert "test_two" not in comment.body


def test_app_token_keeps_one_comment_of_its_own(api: GitHubApi, tmp_path: Path) -> None:
    """GitHub does not tell an App's token its name, so only the answer to the POST does."""
    api.world.tokens[TOKEN].login = "our-app[bot]"
    this = pull_request(api, tmp_path)
    published(this, report_of(*REGRESSED, status="failed"))
    [first] = comments(api)
    published(this, report_of(*IMPROVED))
    assert comments(api) == [first]
    assert "test_three" in first.body


def test_user_token_knows_its_own_comment(api: GitHubApi, tmp_path: Path) -> None:
    token = api.world.tokens[TOKEN]
    token.login, token.kind = "maintainer", "user"
    this = pull_request(api, tmp_path)
    published(this, report_of(*REGRESSED, status="failed"))
    published(this, report_of(*IMPROVED))
    assert len(comments(api)) == 1
    assert len(api.world.requests("POST", COMMENTS)) == 1


def test_huge_report_fits_into_a_comment(api: GitHubApi, tmp_path: Path) -> None:
    rows = [row(f"test_{number}_{'x' * 200}", "regressed", 0.25) for number in range(2000)]
    published(pull_request(api, tmp_path), report_of(*rows, status="failed"))
    [comment] = comments(api)
    assert 40_000 < len(comment.body) <= LIMIT


def test_report_address_is_in_the_comment(api: GitHubApi, tmp_path: Path) -> None:
    url = "https://github.com/octo/bench/actions/runs/42/artifacts/9"
    published(pull_request(api, tmp_path, BENCHVERDICT_ARTIFACT_URL=url), report_of(*REGRESSED, status="failed"))
    assert url in comments(api)[0].body


def test_push_has_nothing_to_comment_on(api: GitHubApi, tmp_path: Path) -> None:
    this = push(api, tmp_path)
    assert published(this, report_of(*REGRESSED, status="failed"))["comment_url"] is None
    assert "there is no pull request" in this.log
    assert api.world.log == []


@pytest.mark.parametrize("place", ["GET /repos/octo/bench/pulls/7", f"GET {HOME}{COMMENTS}", f"POST {HOME}{COMMENTS}"])
def test_answer_without_what_it_should_hold_is_a_notice(tmp_path: Path, place: str) -> None:
    with GitHubApi() as server:  # such answers are against the description
        seed(server.world)
        server.world.add_fault(place, "status", status=200, message="no such thing", times=99)
        [notice] = published(pull_request(server, tmp_path), report_of(*REGRESSED, status="failed"))["notices"]
    assert notice["code"] == "comment-failed"
    assert re.search("cannot be understood|did not answer with a list", notice["text"])


BROKEN = {
    "missing": None,
    "empty": "",
    "cut off": '{"schema": "report/v1", ',
    "another schema": '{"schema": "report/v9"}',
    "a list": "[]",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_report_is_an_error_and_replaces_no_comment(api: GitHubApi, tmp_path: Path, name: str) -> None:
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nA good report.")
    this = pull_request(api, tmp_path)
    content = BROKEN[name]
    if content is not None:
        (this.work / "report").mkdir(parents=True)
        (this.work / "report" / "verdict.json").write_text(content)
    assert this.run("publish") == 3, this.log
    assert "verdict.json" in this.log
    assert "Traceback" not in this.log
    assert ours.body == f"{MARKER}\nA good report."
    assert this.read("published.json")["comment_url"] is None


def failed(this: Job, message: str = "", *, codes: dict[str, int] | None = None) -> Job:
    """Leave the work folder as verbs do that fail before there is a report; by default measure does."""
    for verb, code in ({"fetch": 0} | (codes or {"measure": 4})).items():
        this.put(f"exit/{verb}", f"{code}\n")
    this.put("measure/measure.json", json.dumps({"status": "failed", "message": message}))
    return this


def skipped(this: Job, message: str) -> Job:
    """Leave the work folder as measure does when something that is required is missing."""
    failed(this, message, codes={"measure": 0, "report": 0})
    (this.work / "measure" / "measure.json").write_text(json.dumps({"status": "skipped", "message": message}))
    return this


def test_a_comment_says_that_nothing_was_measured_and_none_is_started_for_it(api: GitHubApi, tmp_path: Path) -> None:
    this = skipped(pull_request(api, tmp_path), "nothing was measured: no KEY <b> [skipped]")
    assert this.run("publish") == 0, this.log
    assert comments(api) == []
    comment = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nAll is well.")
    assert this.run("publish") == 0, this.log
    assert "Nothing was measured" in comment.body
    assert "no KEY &lt;b&gt;" in comment.body


@pytest.mark.parametrize("codes", [{"measure": 4, "report": 4}, {"measure": 0, "report": 3}, {"fetch": 2}])
def test_verdict_of_an_earlier_commit_does_not_outlive_a_run_without_one(
    api: GitHubApi, tmp_path: Path, codes: dict[str, int]
) -> None:
    stamp = Stamp(head_sha=sha("t0"), run=41, attempt=1, has_report=True)
    comment = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\n{stamp}\nAll is well.")
    this = failed(pull_request(api, tmp_path), codes=codes)
    for verb in codes:
        this.put(f"messages/{verb}", f"error: why <{verb}> failed [a-code]\n  what to do: see to it\n")
    assert this.run("publish") == 0, this.log
    assert comments(api) == [comment]
    assert "All is well" not in comment.body
    assert f"The run for commit {sha('t1')} came to no verdict" in comment.body
    told = [line for line in comment.body.splitlines() if line.startswith("- ")]
    why = "why &lt;{}&gt; failed &#91;a-code&#93; what to do: see to it"
    assert told == [f"- {verb} ended with exit code {code}: {why.format(verb)}" for verb, code in codes.items() if code]
    assert this.read("published.json")["comment_url"].endswith(str(comment.id))


def test_good_report_of_the_same_commit_is_kept_when_a_later_run_has_none(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path)
    published(this, report_of(*IMPROVED))
    [comment] = comments(api)
    good = comment.body
    (this.work / "report" / "verdict.json").unlink()
    this.environ["GITHUB_RUN_ID"] = "43"
    assert failed(this).run("publish") == 0, this.log
    assert comment.body == good
    assert [notice["code"] for notice in this.read("published.json")["notices"]] == ["report-kept"]


def test_message_of_a_failed_command_is_text(api: GitHubApi, tmp_path: Path) -> None:
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nAll is well.")
    message = "it broke\n### Passed <img> @team [x](http://y) " + "z" * 9000
    this = failed(pull_request(api, tmp_path), message)
    assert this.run("publish") == 0, this.log
    assert "it broke #\u2060#\u2060#\u2060 Passed &lt;img&gt;" in ours.body
    assert "@team" not in ours.body
    assert "](" not in ours.body
    assert len(ours.body) < 3000


def test_run_without_a_verdict_starts_no_comment(api: GitHubApi, tmp_path: Path) -> None:
    assert failed(pull_request(api, tmp_path)).run("publish") == 0
    assert comments(api) == []


def test_older_run_without_a_verdict_leaves_the_comment_to_the_newer_one(api: GitHubApi, tmp_path: Path) -> None:
    ours = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nThe newer result.")
    api.world.add_commit(sha("t2"), sha("t1"))
    api.world.pulls[7].head_sha = sha("t2")
    assert failed(pull_request(api, tmp_path)).run("publish") == 0
    assert ours.body == f"{MARKER}\nThe newer result."


def test_too_large_report_is_not_read(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path)
    (this.work / "report").mkdir(parents=True)
    with (this.work / "report" / "verdict.json").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    assert this.run("publish") == 3
    assert f"larger than {FILE_LIMIT} bytes [verdict-too-large]" in this.log


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "issue_comment"])
def test_event_that_gives_a_stranger_our_rights_is_refused(api: GitHubApi, tmp_path: Path, event: str) -> None:
    this = job(api, tmp_path, event, {"repository": {"default_branch": "main"}})
    assert this.run("publish") == 2
    assert this.run("fetch") == 2
    assert f"[{event.replace('_', '-')}]" in this.log
    assert not (this.work / "plan.json").exists()
    assert api.world.log == []
