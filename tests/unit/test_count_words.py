"""What a count of instructions says beside a verdict, in every output that has its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from reporter.counts import Instructions
from reporter.decide import reasons
from reporter.decide.counts import part_of
from reporter.decide.foreign_report import Reader, rebuild
from reporter.records import json_v1
from reporter.render import count_text, view
from tests.reports import report, row

if TYPE_CHECKING:
    from reporter.model import Verdict

MORE = Instructions(tool="callgrind", base=1000.0, head=1041.0, change=0.041, spread=0.0001, moved=True)
SAME = structs.replace(MORE, head=1000.0, change=0.0, moved=False)
FEWER = structs.replace(MORE, head=959.0, change=-0.041)
THREADS = structs.replace(MORE, moved=False, not_countable="threads")


@pytest.mark.parametrize(
    ("verdict", "found", "said"),
    [
        ("regressed", MORE, "It executes more: +4.1% instructions"),
        ("regressed", SAME, "It executes the same instructions: what makes it slower is cache, memory layout, I/O or"),
        ("regressed", FEWER, "It executes fewer instructions (−4.1% instructions): what makes it slower is cache"),
        ("regressed", structs.replace(MORE, tool="bytecodes"), "It executes more: +4.1% bytecodes (C not seen)"),
        ("regressed", structs.replace(SAME, tool="bytecodes"), "Python runs the same bytecodes or fewer; what C code"),
        ("inconclusive", structs.replace(MORE, change=0.06), "It is likely slower: +6.0% instructions"),
        ("inconclusive", MORE, ""),
        ("regressed", THREADS, ""),
    ],
)
def test_one_sentence(verdict: str, found: Instructions, said: str) -> None:
    shown = view.build(report(replace(row("a", verdict, 0.1), instructions=found)))  # type: ignore[arg-type]
    (cause,) = [each.cause for group in shown.groups for each in group.rows]
    assert cause.startswith(said)
    assert bool(cause) == bool(said)


def test_the_details_have_the_count_in_any_case() -> None:
    assert reasons.count_fact(MORE) == "1,000 and 1,041 instructions, +4.10%, with a spread of 0.01%: moved"
    assert reasons.count_fact(THREADS).endswith("not countable: threads do a part of the work")


@pytest.mark.parametrize("verdict", ["regressed", "inconclusive"])
def test_numbers_that_cannot_be_stay_short(verdict: Verdict) -> None:
    huge = Instructions(tool="callgrind", base=1e308, head=1e308, change=1e305, spread=1e308, moved=True)
    assert "over 100 times as many instructions" in reasons.work_sentence(huge, part_of(verdict, huge))
    assert len(reasons.count_fact(huge)) < 100
    assert len(reasons.work_sentence(structs.replace(huge, change=-1e305), "same")) < 150


def test_verdict_json_has_it_and_a_reader_gets_it_back() -> None:
    made = report(replace(row("a", "regressed", 0.1), instructions=MORE))
    again = json_v1.load(json_v1.dump(made), "verdict.json")
    assert again.assessments[0].instructions == MORE


def test_a_stranger_counts_nothing_of_what_is_not_slower() -> None:
    made = report(replace(row("a", "improved", -0.1), instructions=MORE))
    told = rebuild(made, Reader(fail_on=("regressed",), today=date(2026, 11, 30)), "verdict.json")
    assert told.assessments[0].instructions is None


def test_a_table_for_a_terminal_names_what_is_missing() -> None:
    shown = count_text.render({"a\x1b[1m": MORE, "b": THREADS}, "valgrind is not installed", width=80)
    assert shown.startswith("instructions: not counted, valgrind is not installed. Bytecodes of Python were")
    assert "\x1b" not in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["1,000", "1,041", "+4.10%", "moved"] in [line[-4:] for line in lines]
    assert "1 of 2 moved, in bytecodes of one call." in shown
