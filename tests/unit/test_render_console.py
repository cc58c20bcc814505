from __future__ import annotations

import re

import pytest

from reporter.render import console, view
from reporter.render.plain import display_width
from tests.reports import SITUATIONS, hostile, many_rows, one_regression, report, row

_COLOUR = re.compile(r"\x1b\[[0-9]+m")


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_no_line_is_wider_than_the_terminal(situation: str, width: int) -> None:
    text = console.render(view.build(SITUATIONS[situation]()), width=width)
    assert [line for line in text.splitlines() if display_width(line) > width] == []


@pytest.mark.parametrize("situation", SITUATIONS)
def test_colour_comes_only_when_asked_and_changes_nothing_else(situation: str) -> None:
    shown = view.build(SITUATIONS[situation]())
    plain, coloured = console.render(shown), console.render(shown, colour=True)
    assert "\x1b" not in plain
    assert _COLOUR.sub("", coloured) == plain
    assert coloured != plain


def test_terminal_escapes_in_names_are_shown_and_not_sent() -> None:
    text = console.render(view.build(hostile()), width=100)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "\\x1b[31mred" in text


@pytest.mark.parametrize("name", ["::error::x", "##[error]x", "a::error::b ::error::x " * 9, "a" * 30 + " ##[error]"])
@pytest.mark.parametrize("colour", [False, True])
def test_no_line_is_a_command_to_a_workflow_runner(name: str, *, colour: bool) -> None:
    text = console.render(view.build(report(row(name, "regressed", 0.2, reason=name))), width=40, colour=colour)
    lines = _COLOUR.sub("", text).splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
    assert any("error" in line for line in lines)
    assert [line for line in lines if display_width(line) > 40] == []


def test_unchanged_rows_are_summed_up() -> None:
    text = console.render(view.build(one_regression()))
    assert "No change was detected in 8 benchmarks. A slowdown of 2.1%" in " ".join(text.split())
    assert "test_parse_small" not in text
    assert "bench/test_sort.py::test_sort[a b]  1.23 ms → 1.54 ms  +25.1% (23.1 to 27.1%)" in text


def test_long_names_keep_both_ends() -> None:
    text = console.render(view.build(report(row("test_begin_" + "x" * 200 + "_end[7]", "regressed", 0.2))))
    line = next(line for line in text.splitlines() if "1.23 ms" in line)
    assert line.startswith("  test_begin_x")
    assert "_end[7]  1.23 ms" in line


def test_a_reason_shared_by_a_group_is_said_once() -> None:
    text = console.render(view.build(report(*(row(f"test_{i}", "missing") for i in range(3)))))
    assert text.count("in the baseline, but not measured this time") == 1


def test_of_very_many_rows_the_largest_are_listed_and_the_rest_counted() -> None:
    text = console.render(view.build(many_rows(300, 80)))
    assert "… 30 more" in text
    assert len(text.splitlines()) < 80
