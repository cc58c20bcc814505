"""An honest report is never refused: retold it has the same verdicts, the same gate, and sentences of its numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from entrypoint.check import conclude
from reporter.decide.consistent import is_open_and_worse
from reporter.decide.foreign_report import Reader, rebuild
from reporter.decide.foreign_words import NO_INTERVAL
from reporter.decide.gate import Circumstances, gate
from reporter.decide.judge_rule import judge_pairs_by_rule
from reporter.decide.named_rules import parse_rule
from reporter.model import VERDICTS
from reporter.records import json_v1
from reporter.shared.errors import InputError
from tests.property.test_reports_agree import share
from tests.property.test_truth import World, decisions
from tests.reports import MEASURED, SOURCE, report, row

if TYPE_CHECKING:
    from reporter.decide.decision import Decision
    from reporter.decide.gate import Wanted
    from reporter.model import Report

READER = Reader(fail_on=("regressed", "budget-critical"), today=date(2026, 1, 1))


def reported(decision: Decision) -> Report:
    """Return the report of a decision, as its file holds it."""
    made = report(*decision.assessments, compare=decision.compare, shift=decision.shift, baseline=SOURCE)
    made = replace(made, gate=gate(made.assessments, (), READER.fail_on), confirm=decision.suspects > 0)
    return json_v1.load(json_v1.dump(replace(made, measured=replace(MEASURED, plan="paired"))), "verdict.json")


@pytest.mark.parametrize("seed", range(0, 48, 2))
def test_what_the_engine_decides_is_told_again_as_it_is(seed: int) -> None:
    for decision in decisions(World(seed), (3, 5, 12, 2)[seed % 4]):
        before = reported(decision)
        after = rebuild(before, READER, "verdict.json")
        assert [row.verdict for row in after.assessments] == [row.verdict for row in before.assessments]
        assert (after.gate.status, after.gate.cause) == (before.gate.status, before.gate.cause)
        for old, new in zip(before.assessments, after.assessments, strict=True):
            assert new.comparison.change == old.comparison.change or new.comparison.change is None
            told = new.reason
            assert told
            if new.verdict in ("regressed", "improved"):
                assert old.reason.startswith(told.partition(";")[0])
            if new.verdict == "unchanged" and new.comparison.change and new.comparison.change.kind == "ratio":
                assert told == old.reason


@pytest.mark.parametrize("rule", ["mean > 10%", "median > 5%", "benchstat"])
def test_what_a_rule_without_intervals_decides_is_believed_as_far_as_its_bound_is_known(rule: str) -> None:
    world = World(3)
    base, head = world.side(5, head=False), world.side(5, head=True)
    before = reported(judge_pairs_by_rule(parse_rule(rule, "rule"), base, head))
    after = rebuild(before, READER, "verdict.json")
    for old, new in zip(before.assessments, after.assessments, strict=True):
        if old.verdict == "unchanged" and old.threshold is None:
            assert (new.verdict, new.reason) == ("inconclusive", NO_INTERVAL)
        else:
            assert new.verdict == old.verdict


@pytest.mark.parametrize("number", range(20))
def test_a_gate_that_compose_has_made_is_made_again(number: int) -> None:
    """An advisory comparison, and one that nobody asked for, are never greener than they were."""
    for report_ in share(number):
        budgets = tuple(budget for budget in report_.budgets if budget.status in ("above_target", "not_measured"))
        compared = replace(report_, compare="screen" if report_.compare == "none" else report_.compare)
        before = replace(
            compared, saved=False, budgets=budgets, gate=gate(compared.assessments, budgets, READER.fail_on)
        )
        after = rebuild(before, replace(READER, may_save=True), "verdict.json")
        same = (after.gate.status, after.gate.cause) in ((before.gate.status, before.gate.cause), ("passed", None))
        assert same or (after.gate.cause == "too-noisy" and any(map(is_open_and_worse, after.assessments)))
        if after.gate.status != before.gate.status:
            assert conclude(after) == "neutral"


@pytest.mark.parametrize("wanted", ["verdict", "nothing"])
def test_without_a_baseline_nothing_is_passed(wanted: Wanted) -> None:
    rows = (row("test_one", "new"), row("test_two", "errored"))
    made = gate(rows, (), READER.fail_on, Circumstances(wanted=wanted, absent="none was saved yet"))
    before = replace(report(*rows, compare="none", baseline=None, baseline_reason="none was saved yet"), gate=made)
    after = rebuild(before, READER, "verdict.json")
    assert (after.gate.status, after.gate.cause) == ("undecided", "not-compared")
    assert conclude(after) == conclude(before) == "neutral"


@pytest.mark.parametrize("number", range(20))
def test_no_forgery_is_told_that_its_numbers_deny(number: int) -> None:
    """Verdicts, gate, point and interval are exchanged at random; an oracle of its own looks at what passes."""
    random, refused, told = Random(number), 0, 0
    for made in share(number):
        compared = replace(made, saved=False, budgets=(), shift=None, compare="paired")
        document = json.loads(json_v1.dump(compared))
        _forge(document, random)
        before = json_v1.load(json.dumps(document), "verdict.json")
        try:
            after = rebuild(before, READER, "verdict.json")
        except InputError:
            refused += 1
            continue
        told += 1
        _check(after)
    assert refused > 5
    assert told > 5


def _forge(document: dict[str, Any], random: Random) -> None:
    rows = document["benchmarks"]
    for row_ in rows:
        if random.random() < 0.2:
            row_["verdict"] = random.choice(VERDICTS)
        if row_["change"] and random.random() < 0.2:
            row_["change"] |= {"low": random.uniform(-0.1, 0.3), "high": random.uniform(-0.1, 0.5)}
    if len(rows) > 1 and random.random() < 0.1:
        rows[0] |= {key: rows[1][key] for key in ("name", "params", "metric")}
    document["counts"] = {word: sum(row_["verdict"] == word for row_ in rows) for word in VERDICTS}
    document["gate"] = {"status": "passed", "reasons": [], "cause": None}


def _check(told: Report) -> None:
    names = [(row_.comparison.name, row_.comparison.metric.name) for row_ in told.assessments]
    assert len(names) == len(set(names))
    bad = 0
    for row_ in told.assessments:
        change = row_.comparison.change
        sign = -1 if row_.comparison.metric.better == "higher" else 1
        ends = sorted((sign * change.marginal.low, sign * change.marginal.high)) if change else [0.0, 0.0]
        if row_.verdict == "unchanged":
            assert -0.03 <= ends[0] <= ends[1] <= 0.03
        if row_.verdict == "regressed":
            bad += 1
            assert ends[0] > 0
        if row_.verdict == "improved":
            assert ends[1] < 0
    assert (told.gate.status == "failed") is (bad > 0)
    assert conclude(told) != "success" or not bad
