"""Names in a table: nothing is lost with the common prefix, and no two rows look alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.commands.explain import find
from reporter.render import console, markdown, view
from reporter.render.names import common_prefix, cut_apart, last_part, without_prefix
from reporter.render.plain import display_width
from reporter.shared.errors import UsageError
from tests.reports import report, row

_PIECES = st.sampled_from(
    ["tests/", "bench.py::", "test_a", "test_b", "[10]", "[a/b]", ".", " ", "Case", "é", "名", "x" * 90]
)
_NAMES = st.lists(st.lists(_PIECES, min_size=1, max_size=6).map("".join), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["tests/bench.py::test_a", "tests/bench.py::test_b"], "tests/bench.py::"),
        (["tests/a.py::test", "tests/b.py::test"], "tests/"),
        (["test_parse", "test_path"], ""),
        (["m::test[a/b]", "m::test[a/c]"], "m::"),
        (["org.example.Bench.one", "org.example.Bench.two"], "org.example.Bench."),
        (["v1.2 parse", "v1.3 parse"], ""),
        (["lists > sort", "lists > map"], "lists > "),
        (["bench.py::test_a", "bench.py::"], ""),
        ([], ""),
    ],
)
def test_the_common_prefix_ends_where_names_may_be_divided(names: list[str], prefix: str) -> None:
    assert common_prefix(names) == prefix


def test_a_headline_has_the_last_part() -> None:
    assert last_part("bench/test_sort.py::TestCase::test_sort[a b]") == "test_sort[a b]"


@given(_NAMES)
def test_prefix_and_rest_are_the_name(names: list[str]) -> None:
    prefix, rest = without_prefix(names)
    assert [prefix + each for each in rest] == names
    assert all(each.strip() for each in rest) or not prefix


@given(_NAMES | st.lists(st.text(min_size=1, max_size=40).filter(str.isprintable), max_size=8), st.integers(8, 100))
def test_no_two_look_alike_after_cutting(names: list[str], columns: int) -> None:
    shown = cut_apart(names, columns)
    assert len({" ".join(each.split()) for each in shown}) == len(names)
    assert all(display_width(each) <= columns for each in shown)


@given(_NAMES)
def test_rows_of_comment_and_console_differ(names: list[str]) -> None:
    shown = view.build(report(*(row(name, "regressed", 0.2) for name in names)))
    comment = re.findall(r"^\| ❌ \| (.*?) \|", markdown.comment(shown), re.MULTILINE)
    assert len(set(comment)) == len(names)
    assert len({each.short for each in shown.rows()}) == len(names)
    lines = [line for line in console.render(shown, width=60).splitlines() if "→" in line or line.startswith("  ")]
    assert lines


@given(_NAMES)
def test_what_explain_lists_can_be_pasted_back(names: list[str]) -> None:
    made = report(*(row(name, "regressed", 0.2) for name in dict.fromkeys(names)))
    with pytest.raises(UsageError) as refused:
        find(made, "\x00no such benchmark")
    listed = str(refused.value.cure).removeprefix("use one of those it has: ").split(", ")
    for shown in listed:
        assert find(made, shown)
