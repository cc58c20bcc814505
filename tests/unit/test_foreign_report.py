"""The gate of a report that another run has made: what was not compared is not passed, and the barrier is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from reporter.commands.deciding import decide_looks
from reporter.config import Config
from reporter.decide.decided import BARRIERS
from reporter.decide.foreign_report import Reader, rebuild
from reporter.decide.foreign_words import SIDE_FAILED, warned
from reporter.decide.groups import group_of
from reporter.decide.judge import Pairs
from reporter.model import BudgetResult, Gate, Report
from reporter.render.outcome import outcome_of
from reporter.shared.model import Notice
from tests.reports import no_verdict, nothing_affected, report, row
from tests.suites import suite_of

if TYPE_CHECKING:
    from reporter.model import BudgetStatus

READER = Reader(fail_on=("regressed", "budget-critical"), today=date(2026, 1, 1))
MET = BudgetResult(
    benchmark="a", metric="p95", unit="s", value=1.0, target=None, warning=None, critical=2.0, status="met"
)
NEW = report(row("test_one", "new"), compare="none", baseline=None, baseline_reason="none was saved yet")
PASSED = replace(NEW, gate=Gate(status="passed"))


def stopped_by(code: str, found: Report = NEW) -> Report:
    """Return a report whose first job says that nothing was compared because of a barrier."""
    gate = Gate(status="undecided", reasons=("nothing was compared: a reason",), cause="not-compared")
    return replace(found, gate=gate, warnings=(Notice(code=code, text="a reason"),))


@pytest.mark.parametrize("rule", [None, "mean > 10%"])
def test_a_pull_request_that_edits_a_benchmark_is_told_by_the_second_job(rule: str | None) -> None:
    """Its rows are not comparable, and the second job takes them as they are."""
    pairs = Pairs(base=suite_of({"bench.py::a": [[1.0]] * 8}), head=suite_of({"bench.py::a": [[2.0]] * 8}))
    decision = decide_looks(pairs, Config(rule=rule), changed_files=("bench.py",), stored=())
    [found] = decision.assessments
    after = rebuild(report(found, compare="paired"), READER, "verdict.json")
    assert [each.verdict for each in after.assessments] == ["not_comparable"]
    assert after.assessments[0].reason == "its file is not the same on both sides, so they did not do the same"
    assert after.assessments[0].cure == found.cure
    assert after.assessments[0].comparison.change is None


@pytest.mark.parametrize("code", sorted(BARRIERS))
def test_the_second_job_says_what_kept_base_and_head_apart_as_the_first_does(code: str) -> None:
    before = stopped_by(code)
    after = rebuild(before, READER, "verdict.json")
    [warning] = warned(before.warnings)
    [reason] = after.gate.reasons[:1]
    assert reason == f"nothing was compared: {warning.text.partition(': ')[2]}"
    assert outcome_of(after) == outcome_of(before) == "not_compared"


def test_a_report_without_rows_passes_only_where_its_reader_selects() -> None:
    found = nothing_affected()
    assert outcome_of(found) == "passed"
    assert rebuild(found, READER, "verdict.json").gate.status == "undecided"
    selects = replace(READER, may_select=True)
    after = rebuild(found, selects, "verdict.json")
    assert after.gate == Gate(status="passed")
    assert outcome_of(after) == "passed"
    critical = replace(found, budgets=(structs.replace(MET, status="critical", value=3.0),))
    assert rebuild(critical, selects, "verdict.json").gate.status == "failed"


def test_a_barrier_beside_decided_rows_takes_nothing_from_them() -> None:
    before = replace(
        report(row("test_one", "unchanged", 0.0)), warnings=(Notice(code="only-in-head", text="new ones"),)
    )
    after = rebuild(before, READER, "verdict.json")
    assert after.gate == Gate(status="passed")


def test_pairs_that_were_too_few_are_not_compared_although_rows_are_there() -> None:
    few = report(row("test_one", "inconclusive", 0.1, half_width=0.3), compare="paired")
    after = rebuild(stopped_by("time-limit-too-short", few), READER, "verdict.json")
    assert after.gate.cause == "not-compared"
    assert after.gate.reasons == ("nothing was compared: the time limit was too short for pairs",)


def test_nothing_decided_is_no_pass_whatever_the_report_says_of_itself() -> None:
    after = rebuild(PASSED, READER, "verdict.json")
    assert (after.gate.status, after.gate.cause) == ("undecided", "not-compared")
    strict = rebuild(PASSED, replace(READER, fail_on=("regressed", "not-compared")), "verdict.json")
    assert strict.gate.status == "failed"


@pytest.mark.parametrize("status", ["met", "not_measured"])
def test_budgets_decide_where_nothing_is_compared_if_they_were_measured(status: BudgetStatus) -> None:
    value = 1.0 if status == "met" else None
    budget = structs.replace(MET, status=status, value=value)
    after = rebuild(replace(PASSED, budgets=(budget,)), READER, "verdict.json")
    assert after.gate.cause == (None if status == "met" else "not-compared")


@pytest.mark.parametrize(("claimed", "believed"), [(0.001, None), (0.059, None), (0.09, 0.09), (None, None)])
def test_no_change_is_detected_only_where_the_interval_bears_it_out(
    claimed: float | None, believed: float | None
) -> None:
    wide = replace(row("wide", "inconclusive", 0.03, half_width=0.06), detectable=claimed)
    (after,) = rebuild(report(wide), READER, "verdict.json").assessments
    assert after.detectable == believed
    assert group_of(after) == ("inconclusive" if believed is None else "unchanged")


def test_a_saved_baseline_is_believed_only_of_a_run_that_may_save() -> None:
    saved = replace(PASSED, saved=True)
    assert rebuild(saved, replace(READER, may_save=True), "verdict.json").gate.status == "passed"
    assert rebuild(saved, READER, "verdict.json").gate.status == "undecided"


def test_what_a_stranger_says_of_a_side_that_failed_is_said_in_our_words() -> None:
    made = rebuild(no_verdict(), READER, "verdict.json")
    assert made.failed is not None
    assert made.failed.what == SIDE_FAILED
    assert made.gate == Gate(status="undecided", reasons=(SIDE_FAILED,), cause="not-measured")
    assert made.failed.lines == no_verdict().failed.lines  # type: ignore[union-attr]  # shown as a block of code
