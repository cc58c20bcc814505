"""Accepted regressions pass until their day, and are shown as what they are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from reporter.accept_rules import AcceptRule, last_day
from reporter.decide.accept import accept
from reporter.decide.gate import gate
from reporter.render import json_v1, junit, view
from tests.reports import MEMORY, report, row

if TYPE_CHECKING:
    from reporter.model import Assessment

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
