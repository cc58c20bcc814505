from __future__ import annotations

import math
from pathlib import Path

import pytest

from reporter.ingest import Document
from reporter.ingest.table import header, number, records, scaled
from reporter.shared.errors import InputError


def table(text: str) -> Document:
    return Document(path=Path("table.csv"), text=text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_rows_of_any_line_end_and_blank_lines_between(end: str) -> None:
    document = table(end.join(["a,b", "", "1,2", '3,"x""y, z"', ""]))
    assert header(document) == ("a", "b")
    assert list(records(document)) == [("line 3", {"a": "1", "b": "2"}), ("line 4", {"a": "3", "b": 'x"y, z'})]


def test_a_cell_may_go_over_lines_and_the_next_row_keeps_its_place() -> None:
    assert list(records(table('a,b\n1,"x\ny"\n2,z'))) == [
        ("line 2", {"a": "1", "b": "x\ny"}),
        ("line 4", {"a": "2", "b": "z"}),
    ]


@pytest.mark.parametrize(
    ("text", "place"), [("a,b\n1,2\n3", "line 3"), ("a,b\n1,2,3", "line 2"), ('a,b\n1,"2', "line 2")]
)
def test_a_cut_row_names_its_line(text: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        list(records(table(text)))
    assert (caught.value.code, caught.value.where) == ("broken-result", f"table.csv, {place}")


def test_numbers_are_numbers_and_everything_else_stays_what_it_is() -> None:
    assert [number(word) for word in ("5", " -2.5e3 ", ".5", "1_000", "N/A", "")] == [5, -2500, 0.5, "1_000", "N/A", ""]
    assert math.isnan(number("-nan"))
    assert number("-Inf") == -math.inf
    assert scaled(2, 0.5) == 1.0
    assert scaled("N/A", 0.5) == "N/A"
    assert scaled(True, 0.5) is True
    assert scaled(10**400, 0.5) == 10**400
