"""Accepted regressions pass until their day, and are shown as what they are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import validate
from msgspec import structs

from reporter.commands.build_report import Context, build_report
from reporter.commands.report import read_override
from reporter.config import AcceptRule
from reporter.config.sections import last_day
from reporter.decide import reasons
from reporter.decide.accept import accept
from reporter.decide.decision import Decision
from reporter.decide.gate import gate
from reporter.model import Override
from reporter.records import json_v1
from reporter.render import console, html, junit, markdown, view
from reporter.shared.errors import InputError
from tests.reports import HEAD_SHA, MEASURED, MEMORY, report, row
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Assessment, Report
    from reporter.render.view_types import ReportView

SCHEMA = Path(__file__).parents[2] / "schemas" / "report-v1.json"
FAILING = ("regressed", "budget-critical")

DAY = date(2027, 1, 31)
RULE = AcceptRule(match="test_search*", until=DAY, reason="new ranking")
ROWS = (
    row("test_search[a]", "regressed", 0.3),
    row("test_sort", "regressed", 0.2),
    row("test_search", "improved", -0.2),
)


def _accept(rule: AcceptRule, today: date = DAY) -> tuple[tuple[Assessment, ...], list[str]]:
    rows, notices = accept(ROWS, (rule,), today)
    return rows, [f"{notice.code}: {notice.text}" for notice in notices]


def test_a_regression_that_matches_passes_on_its_last_day_and_not_after() -> None:
    rows, told = _accept(RULE)
    assert [bool(item.accepted) for item in rows] == [True, False, False]
    assert "accepted until 2027-01-31: new ranking" in rows[0].reason
    assert told == []
    assert gate(rows, (), ("regressed",)).reasons == ("1 benchmark regressed",)
    assert gate(rows[:1], (), ("regressed",)).status == "passed"
    rows, told = _accept(RULE, date(2027, 2, 1))
    assert rows == ROWS
    assert told[0].startswith("accept-expired: test_search[a] was accepted until 2027-01-31 (new ranking)")


def test_a_rule_may_be_for_one_metric() -> None:
    rule = AcceptRule(match="*", until=DAY, reason="x", metric="peak_memory")
    rows, _ = accept((row("a", "regressed", 0.2), row("a", "regressed", 0.2, metric=MEMORY)), (rule,), DAY)
    assert [bool(item.accepted) for item in rows] == [False, True]


def test_an_expired_rule_is_quiet_where_a_valid_one_accepts_or_nothing_regressed() -> None:
    old = AcceptRule(match="test_search[a]", until=date(2026, 1, 1), reason="old")
    _, notices = accept(ROWS[:1], (old, RULE), DAY)
    assert notices == ()
    assert accept(ROWS[2:], (old,), DAY) == (ROWS[2:], ())


def test_reports_show_it_and_it_is_no_failure() -> None:
    rows, _ = _accept(RULE)
    shown = report(*rows, status="passed")
    assert json_v1.load(json_v1.dump(shown), "v") == shown
    assert "does not fail the gate" in view.build(shown).headline
    tree = ET.fromstring(junit.render(shown))
    assert [case.get("name") for case in tree.iter("testcase") if case.find("failure") is not None] == ["test_sort"]


@pytest.mark.parametrize("value", ["31.1.2027", 20270131, None])
def test_what_is_no_day(value: Any) -> None:
    with pytest.raises(ValueError, match="not a date"):
        last_day(value)


def test_days_are_toml_dates_or_texts() -> None:
    assert last_day(DAY) == last_day("2027-01-31") == DAY


OVERRIDE = Override(label="benchverdict: accept", by="al|ice@x", at=1_795_000_000.0, commit=HEAD_SHA)


def _composed(override: Override | None, *rows: Assessment, fail_on: tuple[str, ...] = FAILING) -> Report:
    suite = suite_of({"test_one": [[1.0]]})
    decision = Decision(assessments=rows, compare="confirmed")
    return build_report(decision, suite, MEASURED, Context(fail_on=fail_on, override=override))


def test_a_label_accepts_every_regression_of_its_commit_and_says_who_set_it() -> None:
    rows, _ = _accept(RULE)
    made = _composed(OVERRIDE, *rows)
    assert [item.accepted for item in made.assessments] == [rows[0].accepted, reasons.accepted_by(OVERRIDE), None]
    assert [item.verdict for item in made.assessments] == [item.verdict for item in rows]
    assert made.gate.status == "passed"
    assert made.gate.reasons[0].startswith("1 benchmark regressed, accepted by al|ice@x with the label")
    assert "2026-11-18 at" in made.gate.reasons[0]
    assert made.override == OVERRIDE
    assert json_v1.load(json_v1.dump(made), "v") == made
    validate(json.loads(json_v1.dump(made)), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_a_label_of_another_commit_and_one_without_a_regression_change_nothing() -> None:
    other = structs.replace(OVERRIDE, commit="f" * 40)
    assert _composed(other, *ROWS) == _composed(None, *ROWS)
    assert _composed(None, *ROWS).gate.status == "failed"
    assert _composed(OVERRIDE, ROWS[2]) == _composed(None, ROWS[2])


def test_a_label_lets_regressions_pass_and_nothing_else() -> None:
    errored = row("test_broken", "errored", None)
    made = _composed(OVERRIDE, ROWS[0], errored, fail_on=("regressed", "errored"))
    assert made.gate.status == "failed"
    assert made.gate.reasons[0] == "1 benchmark errored"
    assert "accepted by" in made.gate.reasons[1]


@pytest.mark.parametrize(
    "render", [markdown.comment, markdown.summary, console.render, lambda shown: html.render(shown, {})]
)
def test_every_output_says_who_accepted(render: Callable[[ReportView], str]) -> None:
    shown = render(view.build(_composed(OVERRIDE, *ROWS)))
    assert "accepted by al" in " ".join(shown.split())
    assert "ice@x" not in shown or render not in (markdown.comment, markdown.summary)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": "override/v2", "label": "a", "by": "b", "at": null, "commit": "c"}',
        '{"schema": "override/v1", "label": "a", "by": ["b"], "at": null, "commit": "c"}',
        '{"schema": "override/v1", "label": "a", "by": "b", "at": "now", "commit": "c"}',
        '{"schema": "override/v1", "label": "a", "by": "b", "at": null, "commit": "c", "more": 1}',
    ],
)
def test_a_broken_note_is_one_message(tmp_path: Path, content: str) -> None:
    (tmp_path / "override.json").write_text(content)
    with pytest.raises(InputError) as refused:
        read_override(tmp_path / "override.json")
    assert refused.value.code in ("broken-override", "empty-file")
