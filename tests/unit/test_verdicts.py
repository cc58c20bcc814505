"""The table of states: whatever a verdict needs elsewhere follows from its line."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reporter.config import FAIL_ON
from reporter.decide.gate import gate
from reporter.render import console, junit, view
from reporter.verdicts import GATING, HEADLINE, STATES, STRICT_VERDICTS, VERDICTS, Verdict
from tests.reports import report, row

SCHEMA = Path(__file__).parents[2] / "schemas" / "report-v1.json"


def test_every_verdict_has_a_line_and_stands_in_the_schema() -> None:
    assert set(VERDICTS) < STATES.keys()
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert _enums(schema, "regressed") == {frozenset(VERDICTS)}


def _enums(part: object, holding: str) -> set[frozenset[str]]:
    """Return all lists of allowed words that hold a verdict, but those of the suite as a whole."""
    found = set()
    if isinstance(part, dict):
        words = part.get("enum", [])
        if holding in words and len(words) > 4:
            found.add(frozenset(words))
        for value in part.values():
            found |= _enums(value, holding)
    elif isinstance(part, list):
        for value in part:
            found |= _enums(value, holding)
    return found


def test_headlines_have_each_place_once() -> None:
    places = [state.place for state in STATES.values() if state.place is not None]
    assert sorted(places) == list(range(len(places)))
    assert HEADLINE[0] == "regressed"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_gate_fails_for_what_gates_and_counts_it_in_its_word(verdict: Verdict) -> None:
    rows = (row("one", verdict, 0.2), *(row(f"same {index}", "unchanged", 0.0) for index in range(3)))
    found = gate(rows, (), FAIL_ON)
    assert (found.status == "failed") is (verdict in GATING)
    assert found.reasons == (
        (f"1 benchmark {STATES[verdict].gated or STATES[verdict].word}",) if verdict in GATING else ()
    )


def test_strict_runs_fail_for_some_of_what_gates() -> None:
    assert set(STRICT_VERDICTS) < set(GATING)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_outputs_show_a_row_by_its_line(verdict: Verdict) -> None:
    shown = report(row("one", verdict, None))
    [group] = view.build(shown).groups
    state = STATES[group.key]
    assert (group.symbol, group.title, group.calls) == (state.symbol, state.title, state.calls)
    assert (f"{state.symbol} {state.title} (1)" in console.render(view.build(shown))) is not state.summed
    [case] = ET.fromstring(junit.render(shown)).iter("testcase")
    assert [child.tag for child in case] == ([STATES[verdict].junit] if STATES[verdict].junit else [])
