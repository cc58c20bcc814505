"""Rows of what was counted in every benchmark, and the gate that may look at them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from reporter.config import Config
from reporter.config.reading import parse
from reporter.counts import Instructions
from reporter.decide.budgets import budget_results
from reporter.decide.counted_metrics import with_counts
from reporter.decide.counted_rows import METRICS, Counted, missing_of, with_rows
from reporter.decide.decision import Decision
from reporter.decide.foreign_report import Reader, rebuild
from reporter.decide.gate import Circumstances, gate
from reporter.ingest.explained import Profiles
from reporter.model import Gate, Metric
from reporter.pipeline import counting
from reporter.records import json_v1
from reporter.shared.model import Notice
from tests.reports import report, row
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.counts import NotCountable, Tool
    from reporter.ingest.measured import Measurement
    from reporter.model import Assessment, GateStatus, Verdict

DEFAULT = ("regressed", "budget-critical")
TIMES = (row("a", "unchanged", 0.0), row("b", "inconclusive", 0.1, half_width=0.2), row("c", "regressed", 0.3))


def counted(
    change: float, *, tool: Tool = "callgrind", spread: float = 0.0001, not_countable: NotCountable | None = None
) -> Instructions:
    moved = abs(change) > max(0.005, 5 * spread) and not_countable is None
    return Instructions(
        tool=tool,
        base=1000.0,
        head=1000.0 * (1 + change),
        change=change,
        spread=spread,
        moved=moved,
        not_countable=not_countable,
    )


def rows_of(counts: Counted, *words: str, alone: bool = False) -> tuple[Assessment, ...]:
    decision = Decision(compare="paired", assessments=(*TIMES, row("fresh", "new")))
    return with_rows(decision, counts, words, alone=alone).assessments


@pytest.mark.parametrize(
    ("found", "verdict", "reason"),
    [
        (counted(0.052), "regressed", "5.2% more in one call, beyond ±0.5%"),
        (counted(-0.1), "improved", "10.0% less in one call, beyond ±0.5%"),
        (counted(0.004), "unchanged", "0.4% more in one call, within ±0.5%"),
        (counted(0.006, spread=0.002), "unchanged", "0.6% more in one call, within ±1.0%"),
        (
            counted(0.2, not_countable="threads"),
            "not_comparable",
            "it cannot be counted: threads do a part of the work",
        ),
        (counted(0.2, tool="bytecodes"), "regressed", "20.0% more in one call, beyond ±0.5%, in bytecodes of Python"),
        (counted(0.0, tool="bytecodes"), "inconclusive", "no change in one call, within ±0.5%, in bytecodes of Python"),
    ],
)
def test_instructions_decide_by_their_own_bound(found: Instructions, verdict: str, reason: str) -> None:
    *_, made = rows_of(Counted(instructions={"a": found}, memory={}), "instructions")
    assert (made.comparison.name, made.verdict, made.reason) == ("a", verdict, reason)
    assert made.comparison.metric == METRICS["instructions"]


@pytest.mark.parametrize(
    ("peaks", "verdict"),
    [
        ((100_000, 100_501), "regressed"),
        ((100_000, 100_499), "unchanged"),
        ((100_000, 99_400), "improved"),
        ((0, 16), "unchanged"),
        ((0, 17), "regressed"),
        ((100, 116), "unchanged"),
    ],
)
def test_memory_decides_exactly(peaks: tuple[int, int], verdict: str) -> None:
    *_, made = rows_of(Counted(instructions={}, memory={"b": peaks}), "memory")
    assert (made.comparison.name, made.verdict) == ("b", verdict)


def test_what_only_one_side_has_gets_no_row_and_alone_no_timing_stays() -> None:
    counts = Counted(instructions={name: counted(0.1) for name in ("a", "fresh")}, memory={})
    made = rows_of(counts, "instructions", alone=True)
    assert [(each.comparison.name, each.verdict) for each in made] == [("a", "regressed"), ("fresh", "new")]


WORSE = rows_of(
    Counted(instructions={"a": counted(0.1), "b": counted(0.2)}, memory={"a": (100, 200)}), "instructions", "memory"
)
FASTER = tuple(each for each in WORSE if each.comparison.name != "c")


@pytest.mark.parametrize(
    ("fail_on", "reasons"),
    [
        (DEFAULT, ()),
        (("instructions",), ("2 benchmarks execute more instructions",)),
        (("memory",), ("1 benchmark allocates more memory",)),
        (
            ("regressed", "memory", "instructions"),
            ("1 benchmark allocates more memory", "2 benchmarks execute more instructions"),
        ),
    ],
)
def test_counts_fail_the_gate_only_by_their_own_words(fail_on: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    made = gate(FASTER, (), fail_on)
    assert (made.status, made.reasons) == ("failed" if reasons else "passed", reasons)


def test_alone_they_are_what_regressed() -> None:
    alone = tuple(each for each in WORSE if each.comparison.metric == METRICS["instructions"])
    made = gate(alone, (), DEFAULT)
    assert (made.status, made.reasons) == ("failed", ("2 benchmarks regressed",))
    assert gate(alone, (), ("regressed", "instructions")).reasons == ("2 benchmarks regressed",)


@pytest.mark.parametrize("beside", ["new", "missing", "errored"])
def test_alone_they_fail_the_gate_beside_what_only_one_side_has(beside: Verdict) -> None:
    decision = Decision(compare="paired", assessments=(*TIMES, row("beside", beside)))
    found = Counted(instructions={"a": counted(0.5), "b": counted(0.0), "c": counted(0.0)}, memory={})
    made = with_rows(decision, found, ("instructions",), alone=True)
    assert [each.verdict for each in made.assessments][-1] == beside
    assert gate(made.assessments, (), DEFAULT).reasons == ("1 benchmark regressed",)
    assert gate(made.assessments, (), (*DEFAULT, "errored", "missing", "new")).status == "failed"


@pytest.mark.parametrize("beside", ["new", "missing", "errored"])
def test_what_only_one_side_has_gates_as_ever_where_nothing_was_counted(beside: Verdict) -> None:
    assert gate((row("beside", beside),), (), (beside,)).reasons


def test_what_was_not_counted_leaves_the_gate_open() -> None:
    missing = Circumstances(not_counted="instructions of 1 of 2 benchmarks were not counted: why")
    made = gate(TIMES[:1], (), ("instructions",), missing)
    assert (made.status, made.cause, made.reasons) == ("undecided", "not-compared", (missing.not_counted,))
    assert gate(FASTER, (), ("instructions",), missing).status == "failed"


def test_counts_that_say_nothing_of_most_benchmarks_leave_it_open() -> None:
    counts = {name: counted(0.0, not_countable="threads") for name in ("a", "b")}
    made = gate(rows_of(Counted(instructions=counts, memory={}), "instructions")[:1], (), ("instructions",))
    assert made.status == "passed"
    rows = [
        each for each in rows_of(Counted(instructions=counts, memory={}), "instructions") if each.comparison.name != "c"
    ]
    assert gate(rows, (), ("instructions",)).status == "undecided"


def test_a_report_of_another_run_with_counts_is_told_again_and_gated_by_our_words() -> None:
    shown = report(*WORSE)
    read = json_v1.load(json_v1.dump(shown), "here")
    told = rebuild(read, Reader(fail_on=("instructions",), today=date(2026, 1, 1)), "here")
    reasons = {(each.comparison.name, each.comparison.metric.name): each.reason for each in told.assessments}
    assert reasons["a", "counted instructions"] == "10.0% more in one call, beyond ±0.5%"
    assert told.gate.status == "failed"
    assert "2 benchmarks execute more instructions" in told.gate.reasons


@pytest.mark.parametrize("word", ["instructions", "memory"])
@pytest.mark.parametrize("status", ["passed", "failed"])
def test_a_run_that_left_out_a_word_of_its_reader_does_not_pass(word: str, status: GateStatus) -> None:
    """The configuration of a fork may want nothing counted; the one that reviews it does."""
    shown = replace(report(row("a", "unchanged", 0.0), row("fresh", "new")), gate=Gate(status=status))
    told = rebuild(shown, Reader(fail_on=("regressed", word), today=date(2026, 1, 1)), "here").gate
    assert (told.status, told.cause) == ("undecided", "not-compared")
    assert told.reasons[0].startswith(f"{word} of 1 of 1 benchmark")
    assert rebuild(shown, Reader(fail_on=("regressed",), today=date(2026, 1, 1)), "here").gate.status == "passed"


def test_a_run_that_counted_some_benchmarks_only_does_not_pass() -> None:
    some = rows_of(Counted(instructions={"a": counted(0.0)}, memory={}), "instructions")
    shown = report(*(each for each in some if each.comparison.name in ("a", "b")))
    told = rebuild(shown, Reader(fail_on=("instructions",), today=date(2026, 1, 1)), "here").gate
    assert told.reasons[0].startswith("instructions of 1 of 2 benchmarks were not counted")


def test_a_run_that_says_that_it_did_not_count_all_does_not_pass_although_it_failed() -> None:
    once = Counted(instructions={"a": counted(0.3, not_countable="once"), "b": counted(0.0)}, memory={})
    rows = tuple(each for each in rows_of(once, "instructions") if each.comparison.name in ("a", "b"))
    said = (Notice(code="not-counted", text="anything"),)
    shown = replace(report(*rows), warnings=said, gate=Gate(status="failed", reasons=("anything",)))
    told = rebuild(shown, Reader(fail_on=("instructions",), today=date(2026, 1, 1)), "here").gate
    assert (told.status, told.cause) == ("undecided", "not-compared")


def test_an_increase_that_no_second_count_confirmed_was_not_counted() -> None:
    counts = Counted(
        instructions={"a": counted(0.3, not_countable="once"), "b": counted(0.1, not_countable="threads")}, memory={}
    )
    missing = missing_of(["a", "b"], counts, ["instructions"], "why")
    assert missing == "instructions of 1 of 2 benchmarks were not counted: why"
    assert missing_of(["b"], counts, ["instructions"], "why") is None


def test_a_budget_holds_a_count_against_the_head() -> None:
    table = {
        "budget": [
            {"match": "*", "metric": word, "critical": level}
            for word, level in (("instructions", 1050), ("memory", "1 kB"))
        ]
    }
    config = parse(table, "here")
    counts = Counted(instructions={"a": counted(0.1), "b": counted(0.0)}, memory={"a": (10, 900)})
    measured = suite_of({"a": [[0.1]], "b": [[0.1]]})
    found = {
        (each.benchmark, each.metric): each.status
        for each in budget_results(with_counts(measured, counts), config.budgets)
    }
    assert found == {
        ("a", "instructions"): "critical",
        ("b", "instructions"): "met",
        ("a", "memory"): "met",
        ("b", "memory"): "not_measured",
    }


def test_what_a_tool_calls_memory_itself_is_believed() -> None:
    own = Metric(name="memory", unit="B", better="lower")
    measured = suite_of({"a": [[0.1]]})
    (benchmark,) = measured.benchmarks
    measured = replace(measured, benchmarks=(replace(benchmark, samples=((own, benchmark.samples[0][1]),)),))
    assert (
        with_counts(measured, Counted(instructions={}, memory={"a": (1, 2)})).benchmarks[0].samples
        == measured.benchmarks[0].samples
    )


def test_what_is_wanted_comes_from_gate_budgets_and_comparison() -> None:
    budgets = parse({"budget": [{"match": "*", "metric": "memory", "critical": "1 MB"}]}, "here")
    assert counting.wanted(DEFAULT, Config(), alone=False).words == ()
    assert counting.wanted((*DEFAULT, "instructions"), Config(), alone=False).words == ("instructions",)
    assert counting.wanted(DEFAULT, budgets, alone=False).words == ("memory",)
    assert counting.wanted(DEFAULT, budgets, alone=False).rows == frozenset()
    assert counting.wanted(DEFAULT, budgets, alone=True).words == ("memory", "instructions")


PAIRED: Mapping[str, Any] = {"has_service": False, "pairs": lambda _: [()]}


def test_that_go_is_profiled_is_no_count_of_it() -> None:
    """The profile of what regressed leaves something for these benchmarks, but nothing could have counted them."""
    go = cast("Measurement", SimpleNamespace(**PAIRED, formats=lambda: {"go"}, command="go test -bench=."))
    asked = counting.wanted(("instructions",), Config(), alone=False)
    why = counting.counted_of(Profiles(names=("a",)), ["a"], go, asked).missing
    assert why is not None
    assert why.endswith("were not counted: only benchmarks of pytest-benchmark can be counted")


def test_why_something_was_not_counted_is_told() -> None:
    asked = counting.wanted(("memory",), Config(), alone=False)
    made = cast("Measurement", SimpleNamespace(has_service=True))
    found = counting.counted_of(None, ["a", "b"], made, asked)
    assert found.missing == (
        "memory of 2 of 2 benchmarks was not counted: the work of a benchmark with a service is done in another process"
    )
    looked = Profiles(names=(), problems=("it failed:\n  | why",))
    counted = cast("Measurement", SimpleNamespace(**PAIRED, formats=lambda: {"pytest-benchmark"}))
    why = counting.counted_of(looked, ["a"], counted, asked).missing
    assert why is not None
    assert why.startswith("memory of 1 of 1 benchmark was not counted: it failed:")
    decision = counting.decided_with(Decision(compare="paired", assessments=TIMES), found, asked)
    assert [each.code for each in decision.notices] == ["not-counted"]
