"""``stage: aggregate``: every suite of a run in one comment and one check, and what is missing is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from entrypoint import gate
from entrypoint.gate_facts import Facts
from reporter.decide.recompute import judge_again
from reporter.decide.shards import Shard
from reporter.model import BaselineSource, RunnerPart
from reporter.records import json_v1
from reporter.render import view, view_suites
from reporter.render.markdown import COMMENT_LIMIT
from reporter.render.markdown_suites import comment as comment_of_suites
from tests.edge.job import TOKEN, other_run, pull_request, sha, zipped
from tests.edge.test_publish import IMPROVED, QUIET, REGRESSED, comments, report_of, row
from tests.unit.test_merge_runners import measured_by

if TYPE_CHECKING:
    from reporter.model import Assessment, Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi


SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "collected-v1.json").read_text(encoding="utf-8"))


def of_suite(name: str, *rows: Assessment, failed: bool = False) -> Report:
    return replace(report_of(*rows, status="failed" if failed else None), suite=name)


def upload(api: GitHubApi, run: int, *reports: Report) -> None:
    for report in reports:
        content = zipped({"verdict.json": json_v1.dump(report).encode()})
        api.world.add_artifact(name=f"benchverdict-report-{report.suite}", run_id=run, content=content)


def aggregate(api: GitHubApi, folder: Path, suites: str = "linux\nmacos\nwindows") -> Job:
    if 42 not in api.world.runs:
        api.world.add_run(id=42, head_sha=sha("t1"), event="pull_request", conclusion=None)
    this = pull_request(api, folder)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate", "BENCHVERDICT_INPUT_SUITES": suites}
    return this


def told(this: Job) -> int:
    """Collect and publish, as the action does; what either says is in the log."""
    code, log = this.run("collect"), ""
    Draft202012Validator(SCHEMA).validate(this.read("collected.json"))
    log = this.log
    (this.work / "exit").mkdir(exist_ok=True)
    (this.work / "exit" / "collect").write_text(f"{code}\n")
    assert this.run("publish") == 0, this.log
    this.log = log + this.log
    return code


LINUX, MACOS = of_suite("linux", *REGRESSED, failed=True), of_suite("macos", *QUIET)
WINDOWS = of_suite("windows", *IMPROVED)


@pytest.mark.slow
def test_three_suites_are_one_comment_and_one_check(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, LINUX, WINDOWS)
    assert told(this) == 0, this.log
    [comment] = comments(api)
    assert "### ❌ 1 failed, 2 passed of 3 suites" in comment.body
    lines = [line for line in comment.body.splitlines() if line.startswith("| <code>")]
    assert [re.split("</?code>", line)[1] for line in lines[:3]] == ["linux", "macos", "windows"]
    assert "test_two" in comment.body
    assert "test_three" in comment.body
    [check] = api.world.checks.values()
    assert (check.name, check.conclusion, check.head_sha) == ("Benchverdict (benchmarks)", "failure", sha("t1"))
    assert "1 failed" in (this.work / "report" / "summary.md").read_text()
    assert TOKEN not in this.log


def test_missing_suite_is_said(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, WINDOWS)
    assert told(this) == 0, this.log
    [comment] = comments(api)
    assert "2 passed, 1 without a report of 3 suites" in comment.body
    assert "| <code>linux</code> | ⚠️ without a report |" in comment.body
    assert [check.conclusion for check in api.world.checks.values()] == ["neutral"]


def test_nothing_at_all_is_said_where_suites_were_expected(api: GitHubApi, tmp_path: Path) -> None:
    assert told(aggregate(api, tmp_path)) == 0
    assert "3 without a report of 3 suites" in comments(api)[0].body


def test_quiet_suites_start_no_comment(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "macos")
    upload(api, 42, MACOS)
    assert told(this) == 0, this.log
    assert comments(api) == []
    assert [check.conclusion for check in api.world.checks.values()] == ["success"]


def test_other_artifacts_of_the_run_are_left_alone(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "linux")
    upload(api, 42, LINUX)
    for name in ("coverage", "benchverdict-report-", "benchverdict-report-../x", "benchverdict-baseline-linux"):
        api.world.add_artifact(name=name, run_id=42, content=b"no zip")
    assert told(this) == 0, this.log
    assert "<code>test_two</code> is 25% slower" in comments(api)[0].body, "one suite alone has the comment of one"


def test_suites_of_a_forks_run(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate"}
    upload(api, 41, LINUX, MACOS)
    assert told(this) == 0, this.log
    assert "1 failed, 1 passed of 2 suites" in comments(api)[0].body
    assert comments(api)[0].issue == 7


def test_foreign_commit_refuses_all(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, replace(LINUX, measured=replace(LINUX.measured, head_sha=sha("m5"))))
    assert told(this) == 3
    assert "[verdict-foreign]" in this.log
    assert comments(api) == []


def test_missing_permission_is_named(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    del api.world.tokens[TOKEN].permissions["actions"]
    assert told(this) == 0, this.log
    [notice] = this.read("published.json")["notices"]
    assert "`permissions: actions: read`" in notice["text"]


@pytest.mark.parametrize("suites", ["../x", "a b", "$(id)"])
def test_names_that_no_suite_has_are_refused(api: GitHubApi, tmp_path: Path, suites: str) -> None:
    this = aggregate(api, tmp_path, suites)
    assert this.run("collect") == 2
    assert "[input-suites]" in this.log


def test_many_large_suites_fit_into_a_comment() -> None:
    rows = [row(f"test_{number}_{'x' * 200}", "regressed", 0.25) for number in range(300)]
    views = [view.build(of_suite(f"suite-{number}", *rows, failed=True)) for number in range(60)]
    text = comment_of_suites(view_suites.build(views, [f"missing-{number}" for number in range(60)]))
    assert 32_768 < len(text) <= COMMENT_LIMIT
    assert text.count("<details>") == text.count("</details>")
    assert "suite-59" in text


def test_the_collected_report_has_a_page_and_the_report_of_each_suite(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    this.environ["BENCHVERDICT_ARTIFACT_URL"] = "https://github.com/octo/bench/actions/runs/42/artifacts/9"
    upload(api, 42, MACOS, LINUX)
    assert told(this) == 0, this.log
    folder = this.work / "report"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")) == [
        "index.html",
        "suites/linux/report.html",
        "suites/macos/report.html",
    ]
    laid = json_v1.load((folder / "suites" / "linux" / "verdict.json").read_text(), "v")
    assert (laid.suite, laid.counts(), laid.gate.status) == ("linux", LINUX.counts(), "failed")
    page = (folder / "index.html").read_text()
    assert 'href="suites/linux/report.html"' in page
    assert "windows" in page
    assert "[Full report](https://github.com/octo/bench/actions/runs/42/artifacts/9)" in comments(api)[0].body


def test_outputs_of_all_suites_together(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path)
    upload(api, 42, MACOS, LINUX, WINDOWS)
    assert told(this) == 0, this.log
    facts = Facts(this.work, "aggregate")
    found = gate.outputs(facts, gate.exit_code(facts))
    assert (found["gate"], found["exit-code"]) == ("failed", "0")
    assert (found["regressed"], found["improved"], found["unchanged"]) == ("1", "1", "1")
    assert (found["worst-benchmark"], found["worst-change"]) == ("linux: test_two", "0.25")
    assert found["verdict-path"] == ""


SHARDS = (
    of_suite("api~1of3", *QUIET),
    of_suite("api~2of3", *REGRESSED, failed=True),
    of_suite("api~3of3", *IMPROVED),
)


def test_shards_of_a_suite_are_one_comment_one_report_and_one_check(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *SHARDS)
    assert told(this) == 0, this.log
    [comment] = comments(api)
    assert "<code>test_two</code> is 25% slower" in comment.body
    assert all(name in comment.body for name in ("test_two", "test_three"))
    assert [check.conclusion for check in api.world.checks.values()] == ["failure"]
    [written] = (this.work / "report" / "suites").iterdir()
    assert written.name == "api"
    assert this.read("collected.json")["suites"] == ["api"]


def test_a_missing_shard_is_said_and_not_passed(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, SHARDS[0], SHARDS[2])
    assert told(this) == 0, this.log
    assert "shard 2 of 3 left no report" in comments(api)[0].body
    assert [check.conclusion for check in api.world.checks.values()] == ["neutral"]
    assert this.read("collected.json")["gate"]["status"] == "undecided"


def test_shards_stand_beside_whole_suites(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api\nmacos\nweb")
    upload(api, 42, MACOS, *SHARDS)
    assert told(this) == 0, this.log
    assert "1 failed, 1 passed, 1 without a report of 3 suites" in comments(api)[0].body


def refusals() -> dict[str, tuple[list[Report], str]]:
    whole = of_suite("api", *QUIET)
    return {
        "one benchmark twice": ([*SHARDS[:2], of_suite("api~3of3", *QUIET)], "benchmark-in-two-shards"),
        "split in two ways": ([SHARDS[0], of_suite("api~2of4", *IMPROVED)], "shards-disagree"),
        "whole and in shards": ([whole, SHARDS[1]], "shards-disagree"),
    }


@pytest.mark.parametrize("name", refusals())
def test_shards_that_do_not_fit_together_are_refused_and_said(api: GitHubApi, tmp_path: Path, name: str) -> None:
    """The check fails, and a comment that is there says so; none is started."""
    reports, code = refusals()[name]
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *reports)
    assert told(this) == 3
    assert f"[{code}]" in this.log
    assert comments(api) == []
    [check] = api.world.checks.values()
    assert check.conclusion == "failure"
    assert "collect ended with exit code 3: " in (check.summary or "")
    if code == "benchmark-in-two-shards":
        assert "shard 1 of 3 and in shard 3 of 3" in (check.summary or "")


def test_the_refusal_of_a_forks_report_repeats_no_word_of_it(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate"}
    ours = api.world.add_comment(7, "github-actions[bot]", "<!-- benchverdict comment: benchmarks -->\nAll is well.")
    upload(api, 41, of_suite("linux", *[row("approved by the release team", "unchanged", 0.001)] * 2))
    assert told(this) == 3
    [check] = api.world.checks.values()
    assert check.conclusion == "neutral"
    for text in (check.summary or "", ours.body):
        assert "The report that run 41 uploaded was refused; the log says why." in text
        assert "approved" not in text


def test_an_older_comment_does_not_outlive_reports_that_are_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *SHARDS)
    told(this)
    [comment] = comments(api)
    stamped = comment.body.replace(" 42 1 report", " 41 1 none")
    comment.body = stamped
    upload(api, 42, of_suite("api", *QUIET))
    assert told(this) == 3
    assert comments(api) == [comment]
    assert "No verdict" in comment.body


def test_more_reports_than_jobs_of_a_matrix_are_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    for number in range(257):
        api.world.add_artifact(name=f"benchverdict-report-s{number}", run_id=42, content=b"no zip")
    assert told(this) == 3
    assert "[too-many-reports]" in this.log
    assert api.world.requests("GET", "/zip") == []


def test_more_rows_than_can_be_held_are_refused(
    api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoint.aggregate.MOST_ROWS", 2)
    this = aggregate(api, tmp_path, "linux")
    upload(api, 42, LINUX, MACOS)
    assert told(this) == 0, this.log
    upload(api, 42, WINDOWS)
    assert told(this) == 3
    assert "[too-many-reports]" in this.log


@pytest.mark.parametrize("given", ["1/3", "3/3"])
def test_a_shard_has_no_comment_and_no_check_of_its_own(api: GitHubApi, tmp_path: Path, given: str) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_NAME="api", BENCHVERDICT_INPUT_SHARD=given)
    shard = Shard(number=int(given[0]), count=3)
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(of_suite(shard.suite("api"), *REGRESSED)))
    assert this.run("fetch") == 0
    assert this.run("publish") == 0, this.log
    assert api.world.comments == {}
    assert api.world.checks == {}
    assert f"this is shard {given[0]} of 3" in this.log


def from_runners(*numbers: int, slower: float = 1.05) -> list[Report]:
    """Return reports of runners as their jobs upload them: each open by itself."""
    parts = [measured_by(number, slower=slower, sd=0.02) for number in numbers]
    return [
        replace(each, measured=replace(each.measured, base_sha=sha("m5"), head_sha=sha("t1")), baseline=SOURCE)
        for each in parts
    ]


SOURCE = BaselineSource(commit=sha("m5"))


def gate_of(this: Job) -> int:
    return gate.main(["--work", str(this.work), "--stage", "aggregate"], {})


def test_runners_of_one_suite_are_one_verdict_and_this_job_has_its_gate(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *from_runners(1, 2, 3))
    assert told(this) == 0, this.log
    [comment] = comments(api)
    assert "<code>a</code> is" in comment.body
    assert "slower" in comment.body
    assert "3 runners" in comment.body
    [check] = api.world.checks.values()
    assert check.conclusion == "failure"
    assert gate_of(this) == 10, "none of the jobs that measured has the gate"
    verdict = this.work / "report" / "suites" / "api" / "verdict.json"
    found = json_v1.load(verdict.read_text(), "v")
    assert [each.pairs for each in found.runners] == [8, 8, 8]
    again = judge_again(found)
    assert len(again) == len(found.assessments)
    assert not any(each.differences for each in again.values())


def test_a_lost_runner_is_named_and_the_others_decide(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *from_runners(1, 3, slower=1.2))
    assert told(this) == 0, this.log
    [comment] = comments(api)
    assert "runner 2 of 3 left no report" in comment.body
    assert gate_of(this) == 10


def test_lost_runners_that_leave_nothing_decided_are_not_passed(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *[replace(measured_small(each), baseline=SOURCE) for each in from_runners(2)])
    assert told(this) == 0, this.log
    [check] = api.world.checks.values()
    assert check.conclusion == "neutral"
    assert gate_of(this) == 0
    assert json.loads((this.work / "collected.json").read_text())["gate"]["status"] == "undecided"


def measured_small(report: Report) -> Report:
    """Return the report of a runner whose pairs were too few to have any values."""
    return replace(report, judgings=())


def test_runners_that_all_regressed_fail_also_without_values(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *map(measured_small, from_runners(1, 2, 3, slower=1.5)))
    assert told(this) == 0, this.log
    assert this.read("collected.json")["gate"]["status"] == "failed"
    assert gate_of(this) == 10


def test_one_runner_that_regressed_without_values_leaves_it_undecided(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    slow, quiet = from_runners(2, slower=1.5), from_runners(1, 3, slower=1.0)
    upload(api, 42, *map(measured_small, [*slow, *quiet]))
    assert told(this) == 0, this.log
    assert this.read("collected.json")["gate"]["cause"] == "not-measured"
    assert [each["name"] for each in this.read("collected.json")["benchmarks"]] == ["api: a"]
    assert gate_of(this) == 0


def test_a_report_of_one_job_cannot_say_that_it_is_of_runners(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "linux")
    claimed = RunnerPart(number=1, of=1, pairs=3, seconds=1.0, cpu_model="Approved by the maintainers", weight=1.0)
    upload(api, 42, replace(LINUX, runners=(claimed,)))
    assert told(this) == 0, this.log
    assert this.read("collected.json")["gate"]["status"] == "failed"
    assert not this.read("collected.json")["fails_here"]
    assert gate_of(this) == 0
    [comment] = comments(api)
    assert "Approved" not in comment.body
    assert "Approved" not in (this.work / "report" / "suites" / "linux" / "verdict.json").read_text()


def test_runners_and_shards_of_one_suite_are_refused(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    upload(api, 42, *from_runners(1), SHARDS[1])
    assert told(this) == 3
    assert "[shards-disagree]" in this.log
    assert "in 1 of its shards and in 1 of its runners" in this.log


def test_a_runner_has_no_comment_and_no_check_of_its_own(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_NAME="api", BENCHVERDICT_INPUT_RUNNER="2/3")
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(from_runners(2)[0]))
    assert this.run("fetch") == 0
    assert this.run("publish") == 0, this.log
    assert (api.world.comments, api.world.checks) == ({}, {})
    assert "this is runner 2 of 3" in this.log


def test_cancelled_before_anything_was_collected(api: GitHubApi, tmp_path: Path) -> None:
    this = aggregate(api, tmp_path, "api")
    this.environ["BENCHVERDICT_JOB_STATUS"] = "cancelled"
    assert this.run("publish") == 0, this.log
    assert [check.conclusion for check in api.world.checks.values()] == ["cancelled"]


@pytest.mark.parametrize("outcome", ["not_compared", "incomplete", "no_baseline"])
def test_suites_that_passed_without_a_comparison_are_told(api: GitHubApi, tmp_path: Path, outcome: str) -> None:
    reports = {
        "not_compared": of_suite("linux", row("test_one", "not_comparable")),
        "incomplete": of_suite("linux", *QUIET, row("test_bad", "errored")),
        "no_baseline": replace(report_of(row("test_one", "new"), baseline=False), suite="linux"),
    }
    this = aggregate(api, tmp_path, "linux\nmacos")
    this.environ["BENCHVERDICT_INPUT_COMMENT"] = "always"
    upload(api, 42, MACOS, reports[outcome])
    assert told(this) == 0, this.log
    assert view.build(reports[outcome]).outcome == outcome
    assert "1 passed of 2 suites" in comments(api)[0].body
