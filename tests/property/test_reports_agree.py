"""A thousand reports, drawn with a seed, through every output: all say the same, and nothing undecided is green."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from entrypoint import gate as edge
from entrypoint import job_words
from entrypoint.check import conclude
from entrypoint.gate_facts import Facts
from reporter.commands.build_report import GateOptions, exit_code
from reporter.config import STRICT
from reporter.decide.decided import asked, decided
from reporter.decide.gate import Circumstances, gate
from reporter.decide.merge_shards import merge
from reporter.decide.needed import what_would_decide
from reporter.decide.shards import Shard
from reporter.model import DECIDED, BudgetResult, Shift
from reporter.records import json_v1
from reporter.render import charts, console, html, junit, markdown, openmetrics, view, words
from reporter.render.plain import display_width
from reporter.shared.model import Notice
from tests.reports import MEMORY, SOURCE, THROUGHPUT, TIME, UNDECLARED, estimate, report, row

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.decide.gate import Wanted
    from reporter.model import Assessment, BudgetStatus, Report, Verdict

REPORTS, SHARES = 1_000, 20
"""Reports in all, and the tests that they are spread over."""
_NOT_JUDGED: tuple[Verdict, ...] = ("new", "missing", "errored", "not_comparable")
_STATUSES: tuple[BudgetStatus, ...] = ("met", "above_target", "warning", "critical", "not_measured")
_WANTED: tuple[Wanted, ...] = ("verdict", "verdict", "verdict", "advice", "nothing")
_MODES = (("regressed", "budget-critical"), (), ("regressed", "budget-critical", *STRICT), ("improved", "new"))


def drawn(seed: int) -> Report:
    """Draw a report whose rows are as the engine would make them, and whose gate is made as ``compose`` makes it."""
    random = Random(seed)
    bias = random.choice((0.1, 0.5, 0.9))
    rows = tuple(_row(random, index, bias) for index in range(random.randrange(12)))
    budgets = tuple(_budget(random, index) for index in range(random.choice((0, 0, 1, 3))))
    wanted = random.choice(_WANTED)
    known = wanted != "nothing" and random.random() < 0.9
    made = report(
        *rows,
        baseline=SOURCE if known else None,
        baseline_reason=None if known else "there is none",
        compare=random.choice(("screen", "confirmed", "paired")) if known else "none",
        budgets=budgets,
        shift=_shift(random) if known and random.random() < 0.5 else None,
        warnings=tuple(Notice(code="cpu-quota", text=f"warning {index}") for index in range(random.randrange(3))),
    )
    cure = what_would_decide(rows, made.measured, paired=made.compare == "paired")
    absent = None if known else "there is none"
    unmeasured = "the command failed" if random.random() < 0.1 else None
    decision = gate(
        rows,
        budgets,
        random.choice(_MODES),
        Circumstances(wanted=wanted, undecided=unmeasured, absent=absent, cure=cure),
    )
    return replace(made, gate=decision, saved=wanted == "nothing" and not unmeasured and random.random() < 0.5)


def _row(random: Random, index: int, bias: float) -> Assessment:
    metric = random.choice((TIME, TIME, TIME, THROUGHPUT, MEMORY, UNDECLARED))
    name = f"test_{index}[{random.randrange(10**6)}]"
    if metric.better is None:
        return row(name, "not_comparable", metric=metric)
    if random.random() < 0.25:
        return row(name, random.choice(_NOT_JUDGED), metric=metric, base=random.choice((1e-3, 7.0)))
    verdict: Verdict = "inconclusive" if random.random() < bias else random.choice(tuple(sorted(DECIDED)))
    half = 10 ** random.uniform(-4, -0.3)
    worse = 1 if metric.better == "lower" else -1
    if verdict == "unchanged":
        half = min(half, 0.015)
        point = random.uniform(-0.01, 0.01)
    elif verdict == "inconclusive":
        half = max(half, 0.04)
        point = random.uniform(-0.9, 0.9) * 2 * half
    else:
        point = worse * (1 if verdict == "regressed" else -1) * (half + 0.02 + random.random() * 0.2)
    suspect = verdict == "inconclusive" and random.random() < 0.2
    return row(
        name,
        verdict,
        max(point, -0.95),
        half_width=half,
        metric=metric,
        suspect=suspect,
        base=10 ** random.uniform(-6, 3),
    )


def _budget(random: Random, index: int) -> BudgetResult:
    return BudgetResult(
        benchmark=f"GET /{index}", metric="p95", unit="s", value=0.2, target=0.1, warning=0.3, critical=0.5,
        status=random.choice(_STATUSES),
    )  # fmt: skip


def _shift(random: Random) -> Shift:
    verdict: Verdict = random.choice(("regressed", "improved", "unchanged", "inconclusive"))
    point = {"regressed": 0.05, "improved": -0.05}.get(verdict, 0.001)
    return Shift(change=estimate(point, 0.01), verdict=verdict, reason="the suite as a whole")


def share(number: int) -> list[Report]:
    return [drawn(seed) for seed in range(number, REPORTS, SHARES)]


@pytest.mark.parametrize("number", range(SHARES))
def test_every_output_of_every_report_agrees(number: int, tmp_path: Path) -> None:
    for each in share(number):
        _nothing_undecided_is_green(each)
        _outputs_agree(each)
        _the_edge_agrees(each, tmp_path)
        assert json_v1.load(json_v1.dump(each), "verdict.json") == each


def _nothing_undecided_is_green(each: Report) -> None:
    shown = view.build(each)
    rows = asked(each.assessments)
    if words.OUTCOME_EMOJI[shown.outcome] == "✅":
        assert each.gate.status == "passed"
        assert 0 < len(rows) <= 2 * decided(rows)
        timings = [line for line in rows if line.comparison.metric.unit in ("s", "1/s")]
        assert not timings or any(line.verdict in DECIDED for line in timings)
    if conclude(each) == "success":
        assert shown.outcome in ("passed", "incomplete")
    if each.gate.cause:
        assert each.gate.reasons


def _outputs_agree(each: Report) -> None:
    shown = view.build(each)
    emoji, symbol = words.OUTCOME_EMOJI[shown.outcome], words.OUTCOME_SYMBOLS[shown.outcome]
    assert (conclude(each) == "failure") is (emoji == "❌") is (each.gate.status == "failed")
    assert exit_code(each, GateOptions()) == (10 if emoji == "❌" else 0)
    assert markdown.comment(shown).replace("### ", "", 1).startswith(f"{emoji} ")
    assert markdown.summary(shown).startswith(f"### {emoji} ")
    text = console.render(shown)
    assert text.startswith(f"{symbol} ")
    assert max(map(display_width, text.splitlines())) <= 80
    suite = ET.fromstring(junit.render(each)).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == str(_failures(each))
    assert f'gate_passed{{suite="unit"}} {int(each.gate.status == "passed")}' in openmetrics.render(each)
    folded = "".join(re.findall(r"<details>.*?</details>", markdown.summary(shown), re.DOTALL))
    for group in shown.groups:
        assert not (group.key == "possible" and any(f"`{line.name}`" in folded for line in group.rows))


def _failures(each: Report) -> int:
    regressed = sum(line.verdict == "regressed" and not line.accepted for line in each.assessments)
    return regressed + sum(budget.status == "critical" for budget in each.budgets)


def _the_edge_agrees(each: Report, folder: Path) -> None:
    (folder / "report").mkdir(exist_ok=True)
    (folder / "report" / "verdict.json").write_text(json_v1.dump(each), encoding="utf-8")
    facts = Facts(folder)
    code = edge.exit_code(facts)
    outputs = edge.outputs(facts, code)
    assert (outputs["gate"], outputs["cause"]) == (each.gate.status, each.gate.cause or "")
    assert code == exit_code(each, GateOptions())
    levels = {level for level, _, _ in job_words.failure(facts, code)}
    assert levels <= ({"error"} if code else {"warning", "notice"})
    assert bool(levels) is (each.gate.status != "passed" or bool(each.override))


@pytest.mark.parametrize("number", range(4))
def test_page_and_charts_take_every_report(number: int) -> None:
    for seed in range(number, 100, 4):
        each = drawn(seed)
        shown = view.build(each)
        page = html.render(shown, charts.draw(each))
        assert f'<section class="summary {shown.outcome}"' in page
        assert f"{words.OUTCOME_SYMBOLS[shown.outcome]}</span> {words.OUTCOME_WORDS[shown.outcome]}" in page


def test_the_numbers_that_a_row_shows_follow_from_each_other() -> None:
    for seed in range(0, REPORTS, 5):
        for line in json.loads(json_v1.dump(drawn(seed)))["benchmarks"]:
            _check_row(line)


def _check_row(line: dict[str, Any]) -> None:
    change = line["change"]
    if change is None or change["kind"] != "ratio":
        return
    assert change["low"] <= change["point"] <= change["high"]
    statistic = change["statistic"]
    assert line["head"][statistic] == pytest.approx(line["baseline"][statistic] * (1 + change["point"]))


def test_shards_put_together_are_no_greener_than_the_worst_of_them() -> None:
    for seed in range(0, 400, 2):
        parts = [_renamed(drawn(seed), "a"), _renamed(drawn(seed + 1), "b")]
        whole = merge("unit", {Shard(number=i + 1, count=2): part for i, part in enumerate(parts)})
        statuses = {part.gate.status for part in parts}
        assert (whole.gate.status == "failed") is ("failed" in statuses)
        if whole.gate.status == "passed":
            assert not {"not-measured", "not-compared"} & {part.gate.cause for part in parts}
        if words.OUTCOME_EMOJI[view.build(whole).outcome] == "✅":
            rows = asked(whole.assessments)
            assert 0 < len(rows) <= 2 * decided(rows)


def _renamed(part: Report, prefix: str) -> Report:
    rows = tuple(
        replace(line, comparison=replace(line.comparison, name=f"{prefix}_{line.comparison.name}"))
        for line in part.assessments
    )
    return replace(part, assessments=rows)


def test_all_outcomes_are_among_the_reports() -> None:
    found = {view.build(drawn(seed)).outcome for seed in range(300)}
    assert found == set(words.OUTCOME_WORDS)
