"""What a fork's report says of itself against what its numbers say: gate, verdicts and every sentence are made here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest
from msgspec import structs

from reporter.decide.counted_rows import Counted, with_rows
from reporter.decide.decision import Decision
from reporter.model import BudgetResult, Change, Estimate, Failure, Failures, Gate, Metric, Noise, Shift, StatusCount
from reporter.shared.model import Fingerprint, Notice
from tests.edge.job import TOKEN, other_run, sha
from tests.edge.test_publish import IMPROVED, MARKER, QUIET, REGRESSED, comments, report_of, row
from tests.edge.test_publish_other import upload
from tests.gfm import to_html
from tests.publish_oracle import spoken
from tests.reports import HOSTILE_NAMES, cause, instructions, memory_use

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Assessment, CompareKind, Report
    from tests.edge.job import Job
    from tests.github_api import GitHubApi
    from tests.github_api.world import Check

PRAISE = "reviewed and approved by the release team"
PASSED = Gate(status="passed")


def publish(api: GitHubApi, folder: Path, report: Report, code: int = 0, **environ: str) -> Job:
    this = other_run(api, folder, BENCHVERDICT_INPUT_COMMENT="always", **environ)
    upload(api, report)
    assert this.run("publish") == code, this.log
    assert TOKEN not in this.log
    return this


def only_check(api: GitHubApi) -> Check:
    [check] = api.world.checks.values()
    return check


def with_metric(found: Assessment, better: Literal["lower", "higher"]) -> Assessment:
    metric = Metric(name="throughput", unit="1/s", better=better)
    return replace(found, comparison=replace(found.comparison, metric=metric))


def with_change(found: Assessment, low: float, high: float, **changes: Any) -> Assessment:
    """Return the row with another interval beside its verdict."""
    estimate = Estimate(point=(low + high) / 2, low=low, high=high)
    change = Change(kind="ratio", statistic="min", marginal=estimate, simultaneous=None, p_adjusted=0.01)
    return replace(found, comparison=replace(found.comparison, change=structs.replace(change, **changes)))


def test_a_gate_that_passed_over_a_regressed_row_fails(api: GitHubApi, tmp_path: Path) -> None:
    this = publish(api, tmp_path, replace(report_of(*REGRESSED, *QUIET), gate=PASSED))
    assert only_check(api).conclusion == "failure"
    assert comments(api)[0].body.splitlines()[4].startswith("### ❌ <code>test_two</code> is 25% slower")
    assert this.read("report/verdict.json")["gate"] == {
        "status": "failed",
        "reasons": ["1 benchmark regressed"],
        "cause": None,
    }


def test_what_a_stranger_accepted_for_himself_fails(api: GitHubApi, tmp_path: Path) -> None:
    [slow] = REGRESSED
    forged = replace(report_of(replace(slow, accepted="accepted until 2099-01-01: " + PRAISE)), gate=PASSED)
    publish(api, tmp_path, forged)
    assert only_check(api).conclusion == "failure"
    assert PRAISE not in comments(api)[0].body


def test_a_gate_that_was_not_decided_is_no_pass(api: GitHubApi, tmp_path: Path) -> None:
    wide = [row(f"test_{number}", "inconclusive", 0.01) for number in range(3)]
    publish(api, tmp_path, replace(report_of(*wide, *QUIET), gate=PASSED, compare="paired"))
    assert only_check(api).conclusion == "neutral"
    assert "only 1 of 4 timings could be decided" in comments(api)[0].body


OPEN: dict[str, Assessment] = {
    "inconclusive": row("test_slow", "inconclusive", 0.4),
    "inconclusive, higher is better": with_metric(row("test_slow", "inconclusive", -0.4), "higher"),
    "unchanged inside a margin of its own": replace(row("test_slow", "unchanged", 0.4), margin=5.0),
    "a suspect that waits": row("test_slow", "inconclusive", 0.4, suspect=True),
}


@pytest.mark.parametrize("compare", ["paired", "screen"])
@pytest.mark.parametrize("name", OPEN)
def test_a_regression_by_another_word_leaves_no_green(
    api: GitHubApi, tmp_path: Path, name: str, compare: CompareKind
) -> None:
    forged = replace(report_of(OPEN[name], *QUIET), gate=PASSED, compare=compare, confirm=True)
    publish(api, tmp_path, forged)
    assert only_check(api).conclusion == "neutral"
    assert "1 benchmark looks worse beyond the threshold" in comments(api)[0].body


@pytest.mark.parametrize("found", [row("test_wide", "inconclusive", 0.025), row("test_fast", "inconclusive", -0.4)])
def test_what_does_not_surely_look_worse_keeps_the_green(api: GitHubApi, tmp_path: Path, found: Assessment) -> None:
    publish(api, tmp_path, replace(report_of(found, *QUIET), gate=PASSED, compare="paired"))
    assert only_check(api).conclusion == "success"


def test_a_regression_by_another_word_passes_where_regressions_do(api: GitHubApi, tmp_path: Path) -> None:
    forged = replace(report_of(OPEN["inconclusive"], *QUIET), gate=PASSED, compare="paired")
    publish(api, tmp_path, forged, BENCHVERDICT_INPUT_FAIL_ON="budget-critical")
    assert only_check(api).conclusion == "success"


def test_names_of_a_stranger_stand_in_code(api: GitHubApi, tmp_path: Path) -> None:
    """What a machine, a category, a budget's glob and a failure are called is no sentence of ours."""
    [slow] = REGRESSED
    budget = BudgetResult(
        benchmark="test_two", metric="time", unit="s", value=9.0, target=None, warning=None, critical=3.0,
        status="critical", category=PRAISE, rule=PRAISE,
    )  # fmt: skip
    report = report_of(replace(slow, comparison=replace(slow.comparison, category=PRAISE)), *QUIET)
    machine = Fingerprint(cpu_model=PRAISE, image=PRAISE, language=PRAISE)
    status = StatusCount(code="approved by experts", count=2)
    failures = Failures(statuses=(status,), kinds=(Failure(message=PRAISE, request=PRAISE, count=1),))
    measured = replace(report.measured, fingerprint=machine)
    publish(api, tmp_path, replace(report, measured=measured, budgets=(budget,), failures=failures))
    body = comments(api)[0].body
    assert body.count(PRAISE) >= 4
    assert PRAISE not in spoken(body)
    assert "approved by experts" in body
    assert "approved by experts" not in spoken(body)


CONTRADICTIONS: dict[str, Report] = {
    "unchanged, and surely slower": report_of(with_change(QUIET[0], 0.388, 0.405)),
    "unchanged without a change": report_of(replace(row("test_one", "unchanged"))),
    "regressed over zero": report_of(with_change(REGRESSED[0], -0.01, 0.2)),
    "regressed, and faster": report_of(with_change(REGRESSED[0], -0.2, -0.1)),
    "improved, and slower": report_of(with_change(IMPROVED[0], 0.1, 0.2)),
    "five rows of one name": report_of(*QUIET * 5),
    "new, and measured on both sides": report_of(replace(REGRESSED[0], verdict="new")),
    "missing, and measured": report_of(replace(REGRESSED[0], verdict="missing")),
    "not comparable, and compared": report_of(replace(REGRESSED[0], verdict="not_comparable")),
    "decided without a comparison": replace(report_of(*QUIET), compare="none"),
    "a point outside of its interval": report_of(
        with_change(QUIET[0], -0.01, 0.01, marginal=Estimate(point=0.4, low=-0.01, high=0.01))
    ),
    "a statistic that there is not": report_of(with_change(QUIET[0], -0.01, 0.01, statistic=PRAISE)),
    "the suite is unchanged, and slower": replace(
        report_of(*QUIET),
        shift=Shift(change=Estimate(point=0.4, low=0.38, high=0.42), verdict="unchanged", reason="all is well"),
    ),
    "a budget that is met, and is not": replace(
        report_of(*QUIET),
        budgets=(
            BudgetResult(
                benchmark="test_one", metric="time", unit="s", value=9.0, target=1.0, warning=2.0, critical=3.0,
                status="met",
            ),
        ),
    ),
    "no commit": replace(report_of(*QUIET), measured=replace(report_of(*QUIET).measured, base_sha=PRAISE)),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_verdict_against_its_numbers_is_refused_and_leaves_no_green(
    api: GitHubApi, tmp_path: Path, name: str
) -> None:
    ours = api.world.add_comment(7, "github-actions[bot]", f"{MARKER}\nAll is well.")
    this = publish(api, tmp_path, CONTRADICTIONS[name], code=3)
    assert this.log.count("[verdict-contradicts]") == 1
    assert only_check(api).conclusion == "neutral"
    assert "verdict-contradicts" in (only_check(api).summary or "")
    assert "All is well" not in ours.body
    assert "refused" in ours.body
    assert PRAISE not in ours.body + (only_check(api).summary or "")
    assert not (this.work / "report").exists()


def praised(report: Report) -> Report:
    """Return the report with praise wherever a text is no name and no value."""
    rows = tuple(
        replace(
            found,
            reason=PRAISE,
            cure=PRAISE,
            comparison=replace(found.comparison, suite=PRAISE, noise=Noise(source=PRAISE, sd=0.01)),
        )
        for found in report.assessments
    )
    budget = BudgetResult(
        benchmark="test_one",
        metric="time",
        unit="s",
        value=None,
        target=1.0,
        warning=None,
        critical=None,
        status="not_measured",
        reason=PRAISE,
    )
    return replace(
        report,
        gate=Gate(status="failed", reasons=(PRAISE,)),
        measured=replace(report.measured, plan=PRAISE, command=PRAISE, fingerprint=Fingerprint()),
        baseline_reason=PRAISE,
        shift=Shift(change=Estimate(point=0.4, low=0.38, high=0.42), verdict="regressed", reason=PRAISE),
        assessments=rows,
        budgets=(budget,),
        warnings=(Notice(code="noise-steal", text=PRAISE), Notice(code=PRAISE.replace(" ", "-"), text=PRAISE)),
        failures=Failures(
            statuses=(StatusCount(code="503", count=1),), kinds=(Failure(message="refused", request="GET /", count=1),)
        ),
        saved=True,
    )


@pytest.mark.parametrize("baseline", [True, False])
def test_no_sentence_of_a_stranger_is_told_as_ours(api: GitHubApi, tmp_path: Path, *, baseline: bool) -> None:
    rows: tuple[Assessment, ...] = (row("test_new", "new"), row("test_gone", "errored"))
    rows += (*REGRESSED, *QUIET, *IMPROVED, row("test_wide", "inconclusive", 0.02)) if baseline else ()
    rows += (row("test_s", "inconclusive", 0.2, suspect=True), row("test_nc", "not_comparable")) if baseline else ()
    this = publish(api, tmp_path, praised(report_of(*rows, baseline=baseline)))
    told = [
        comments(api)[0].body,
        only_check(api).summary or "",
        only_check(api).title or "",
        str(only_check(api).annotations),
        *(path.read_text() for path in (this.work / "report").rglob("*.*")),
        (this.work / "published.json").read_text(),
        this.log,
    ]
    for text in told:
        assert PRAISE not in text.replace("\u00a0", " ")
        assert PRAISE.replace(" ", "-") not in text
    assert "other guests of the host" in comments(api)[0].body


@pytest.mark.parametrize("name", ["No slowdown, safe to merge: this", "All good", "Both fine", "The whole suite of it"])
def test_a_name_like_a_sentence_is_no_title(api: GitHubApi, tmp_path: Path, name: str) -> None:
    wide = [row(f"test_{number}", "inconclusive", 0.02) for number in range(2)]
    publish(api, tmp_path, report_of(row(name, "improved", -0.2), *wide))
    assert only_check(api).title == "Too noisy to tell: a benchmark is 20% faster"
    assert name not in spoken(comments(api)[0].body)


def test_a_changed_row_whose_name_is_not_found_gives_a_neutral_title(
    api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.render.view.around_name", lambda lead, *_: (lead, "", ""))
    publish(api, tmp_path, report_of(*REGRESSED, *QUIET))
    assert only_check(api).title == "Failed"


def test_the_first_line_says_whose_measurement_it_is(api: GitHubApi, tmp_path: Path) -> None:
    publish(api, tmp_path, report_of(*REGRESSED))
    first = comments(api)[0].body.splitlines()[2]
    assert "fork of `stranger`" in first
    assert sha("t1")[:10] in first
    assert "[run 41](https://github.com/octo/bench/actions/runs/41)" in first
    assert (only_check(api).summary or "").startswith(first)


def test_the_readers_fail_on_decides(api: GitHubApi, tmp_path: Path) -> None:
    publish(api, tmp_path, report_of(*REGRESSED, status="failed"), BENCHVERDICT_INPUT_FAIL_ON="budget-critical")
    assert only_check(api).conclusion == "success"
    assert "### ⚠️" in comments(api)[0].body or "does not fail" in comments(api)[0].body


GENEROUS = '[gate]\nfail-on = ["budget-critical"]\n'


def test_the_default_branchs_fail_on_decides_and_not_the_forks(api: GitHubApi, tmp_path: Path) -> None:
    api.world.files[("benchverdict.toml", sha("t1"))] = GENEROUS
    publish(api, tmp_path, report_of(*REGRESSED, status="passed"))
    assert only_check(api).conclusion == "failure"
    api.world.files[("benchverdict.toml", sha("m5"))] = GENEROUS
    publish(api, tmp_path, report_of(*REGRESSED, status="failed"))
    assert [check.conclusion for check in api.world.checks.values()][-1] == "success"


def test_regressions_that_the_default_branch_accepts_pass(api: GitHubApi, tmp_path: Path) -> None:
    rule = '[[accept]]\nmatch = "test_two"\nuntil = 2999-01-01\nreason = "known since the new parser"\n'
    api.world.files[("pyproject.toml", sha("m5"))] = rule.replace("[[accept]]", "[[tool.benchverdict.accept]]")
    publish(api, tmp_path, report_of(*REGRESSED, status="failed"))
    assert only_check(api).conclusion == "success"
    assert "known since the new parser" in comments(api)[0].body.replace("\u00a0", " ")


def test_a_suite_that_a_forks_run_forged_is_not_collected(api: GitHubApi, tmp_path: Path) -> None:
    this = other_run(api, tmp_path)
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate", "BENCHVERDICT_INPUT_COMMENT": "always"}
    ours = api.world.add_comment(7, "github-actions[bot]", f"{MARKER}\nAll is well.")
    upload(api, CONTRADICTIONS["unchanged, and surely slower"])
    assert this.run("collect") == 3
    assert this.run("publish") == 0, this.log
    assert only_check(api).conclusion == "neutral"
    assert "All is well" not in ours.body
    upload(api, replace(report_of(*REGRESSED), gate=PASSED))
    assert this.run("collect") == 0, this.log
    assert this.run("publish") == 0, this.log
    assert [check.conclusion for check in api.world.checks.values()][-1] == "failure"
    assert "fork of `stranger`" in ours.body.splitlines()[2]


def test_no_configuration_on_the_default_branch_is_the_defaults_without_a_word(api: GitHubApi, tmp_path: Path) -> None:
    publish(api, tmp_path, report_of(*REGRESSED))
    assert only_check(api).conclusion == "failure"
    assert "configuration-not-read" not in comments(api)[0].body


@pytest.mark.parametrize("status", [403, 404])
def test_a_configuration_that_the_token_may_not_read_is_noticed(api: GitHubApi, tmp_path: Path, status: int) -> None:
    api.world.files[("benchverdict.toml", sha("m5"))] = GENEROUS
    api.world.add_fault("/contents/", "status", status=status, times=9)
    api.world.add_fault("/commits$", "status", status=status, times=9)
    this = publish(api, tmp_path, report_of(*REGRESSED))
    assert only_check(api).conclusion == "failure"
    assert "configuration-not-read" in comments(api)[0].body
    [warning] = this.read("report/verdict.json")["warnings"]
    assert "`permissions: contents: read`" in warning["text"]


def test_a_named_configuration_that_is_not_there_is_noticed(api: GitHubApi, tmp_path: Path) -> None:
    publish(api, tmp_path, report_of(*REGRESSED), BENCHVERDICT_INPUT_CONFIG="bench.toml")
    body = comments(api)[0].body
    assert "configuration-not-read" in body
    assert "bench.toml" in body


def test_a_configuration_that_is_too_large_to_be_sent_decides_nothing(api: GitHubApi, tmp_path: Path) -> None:
    api.world.files[("benchverdict.toml", sha("m5"))] = GENEROUS + "# long\n" * 200_000
    this = publish(api, tmp_path, report_of(*REGRESSED))
    assert comments(api) == []
    assert api.world.checks == {}
    [notice] = this.read("published.json")["notices"]
    assert notice["code"] == "report-unavailable"
    assert "benchverdict.toml" in notice["text"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_what_a_stranger_names_as_the_cause_is_bounded_and_in_code(api: GitHubApi, tmp_path: Path, name: str) -> None:
    """Functions, files and the flame graph of a fork's report; its numbers stay, and its names are only shown."""
    [slow] = REGRESSED
    text = name[:300]
    blamed = replace(slow, cause=cause(text, text, 7), memory=memory_use(text, 7), instructions=instructions())
    this = publish(api, tmp_path, replace(report_of(blamed, *QUIET), gate=PASSED))
    assert only_check(api).conclusion == "failure"
    body = comments(api)[0].body
    assert "of the extra time is in <code>" in body
    shown = to_html(body)
    assert not re.search(r"<(?:script|img|iframe|object|embed|form|a [^>]*href=.javascript)", shown, re.IGNORECASE)
    assert max(len(each) for each in re.findall(r"<code>(.*?)</code>", shown, re.DOTALL)) < 700
    kept = this.read("report/verdict.json")["benchmarks"][0]["cause"]
    assert len(kept["flame"]["frames"]) == 3


def test_counts_of_a_stranger_fail_by_the_words_of_the_reader_alone(api: GitHubApi, tmp_path: Path) -> None:
    counts = Counted(instructions={}, memory={"test_one": (1_000, 2_000)})
    decision = Decision(compare="paired", assessments=tuple(row("test_one", "unchanged", 0.0) for _ in (1,)))
    rows = with_rows(decision, counts, ["memory"], alone=False).assessments
    publish(api, tmp_path, replace(report_of(*rows), gate=PASSED))
    assert only_check(api).conclusion == "success"
    publish(api, tmp_path, replace(report_of(*rows), gate=PASSED), BENCHVERDICT_INPUT_FAIL_ON="memory")
    assert list(api.world.checks.values())[-1].conclusion == "failure"
