"""One function says what a report comes to; icon, gate, check, comment and exit code follow from it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from entrypoint.check import conclude
from entrypoint.comment_policy import wants_comment
from reporter.commands.build_report import GateOptions, exit_code
from reporter.decide.decided import asked, cause_of, decided
from reporter.model import Gate, GateCause, GateStatus
from reporter.render import console, html, junit, markdown, view, words
from reporter.render.outcome import outcome_of
from reporter.render.view_suites import build as build_suites
from tests.reports import SITUATIONS, SOURCE, report, row

if TYPE_CHECKING:
    from reporter.model import Assessment, Report
    from reporter.render.words import Outcome

OUTCOMES: tuple[Outcome, ...] = get_args(words.Outcome)
GATES = [
    *(Gate(status=status, reasons=("why",)) for status in get_args(GateStatus) if status != "undecided"),
    *(Gate(status="undecided", reasons=("why",), cause=cause) for cause in get_args(GateCause)),
]
ROWS: list[tuple[Assessment, ...]] = [
    (),
    (row("new", "new"),),
    (row("apart", "not_comparable"),),
    (row("open", "inconclusive", 0.1, half_width=0.3),),
    (row("open", "inconclusive", 0.1, half_width=0.3), row("same", "unchanged", 0.0)),
    (row("bad", "errored"), row("same", "unchanged", 0.0)),
    (row("bad", "errored"),),
    (row("slow", "regressed", 0.5),),
]
EVERYTHING: list[Report] = [
    replace(report(*rows, baseline=source, compare="screen" if source else "none"), gate=gate, saved=saved)
    for rows, gate, saved, source in product(ROWS, GATES, (False, True), (SOURCE, None))
]


def test_every_report_has_an_outcome_and_every_outcome_has_a_report() -> None:
    assert {outcome_of(each) for each in EVERYTHING} == set(OUTCOMES)
    assert len(EVERYTHING) == len(ROWS) * len(GATES) * 4


@pytest.mark.parametrize("table", [words.OUTCOME_SYMBOLS, words.OUTCOME_EMOJI, words.OUTCOME_WORDS])
def test_every_outcome_has_its_words(table: dict[Outcome, str]) -> None:
    assert set(table) == set(OUTCOMES)
    assert all(table.values())


def test_only_a_pass_that_decided_something_has_a_tick() -> None:
    assert [key for key in OUTCOMES if words.OUTCOME_EMOJI[key] == "✅"] == ["passed"]
    assert [key for key in OUTCOMES if words.OUTCOME_SYMBOLS[key] == "✓"] == ["passed"]
    for each in EVERYTHING:
        if outcome_of(each) in ("passed", "incomplete"):
            assert each.gate.status == "passed"
            assert cause_of(each.assessments) is None
            assert 2 * decided(asked(each.assessments)) >= len(asked(each.assessments)) > 0


def test_the_outcome_never_contradicts_the_gate() -> None:
    of_status = {
        "failed": {"failed"},
        "passed": {"passed", "incomplete", "measured", "saved"},
        "undecided": {"undecided", "too_noisy", "not_compared", "no_baseline", "saved"},
    }
    for each in EVERYTHING:
        outcome = outcome_of(each)
        assert outcome in of_status[each.gate.status]
        assert (outcome == "undecided") is (each.gate.cause == "not-measured")


def test_the_check_agrees_with_the_icon() -> None:
    for each in EVERYTHING:
        outcome = outcome_of(each)
        expected = {"failed": "failure", "passed": "success", "incomplete": "success"}.get(outcome, "neutral")
        assert conclude(each) == expected


def test_the_exit_code_agrees_with_the_gate() -> None:
    for each in EVERYTHING:
        assert exit_code(each, GateOptions()) == (10 if each.gate.status == "failed" else 0)
        assert exit_code(each, GateOptions(no_fail=True)) == 0
        assert exit_code(each, GateOptions(), measuring="failed") == 4


def test_what_was_not_decided_is_worth_a_comment() -> None:
    for each in EVERYTHING:
        if each.gate.status == "undecided":
            assert wants_comment(each, "changes")
            assert wants_comment(each, "regressions") is (
                each.gate.cause == "not-measured" or each.counts()["regressed"] > 0
            )
            assert not view.build(each).quiet


def test_every_output_begins_with_the_same_outcome() -> None:
    for each in EVERYTHING:
        shown = view.build(each)
        emoji = words.OUTCOME_EMOJI[shown.outcome]
        assert console.render(shown).startswith(f"{words.OUTCOME_SYMBOLS[shown.outcome]} ")
        assert emoji in markdown.comment(shown).splitlines()[0]
        assert markdown.summary(shown).startswith(f"### {emoji} ")
        assert f'name="Verdict" value="{shown.headline}"' in junit.render(each)
        if shown.outcome != "passed":
            assert "✅" not in markdown.comment(shown) + markdown.summary(shown)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_page_shows_every_outcome(outcome: Outcome) -> None:
    each = next(each for each in EVERYTHING if outcome_of(each) == outcome)
    page = html.render(view.build(each), {})
    assert f'<section class="summary {outcome}"' in page
    assert words.OUTCOME_WORDS[outcome] in page


def test_the_worst_suite_decides_and_a_pass_is_the_last() -> None:
    shown = {outcome_of(each): view.build(each) for each in EVERYTHING}
    order = [build_suites([shown[key], shown["passed"]], ()).outcome for key in OUTCOMES]
    assert order == list(OUTCOMES)
    assert build_suites([view.build(SITUATIONS["no-baseline"]())], ()).outcome == "no_baseline"
