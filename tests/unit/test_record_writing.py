"""What is written can be read again, whatever the values are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pytest

from reporter.record import Line, Record, Text, Texts, added
from reporter.records.reading import Origin, decode
from reporter.records.writing import to_json


class _Pair(Record, frozen=True, array_like=True):
    first: float
    second: float


class _Part(Record, frozen=True, kw_only=True):
    label: Line | None
    text: Text = ""
    names: Texts
    values: tuple[float | None, ...] = ()
    pairs: tuple[_Pair, ...] = ()
    known: float | None = None
    always: float | None = added()


GOOD: dict[str, Any] = {
    "label": None,
    "text": "",
    "names": (),
    "values": (),
    "pairs": (),
    "known": None,
    "always": None,
}


@dataclass(frozen=True)
class _Point:
    first: float
    second: float


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, {}),
        ({"label": "a\nb"}, {"label": "a\\nb"}),
        ({"label": "x" * 300}, {"label": f"{'x' * 100}…{'x' * 99}"}),
        ({"text": "y" * 20_001}, {"text": f"{'y' * 10_000}…{'y' * 9_999}"}),
        ({"names": (("a", "b"), ("c", "d" * 30_000))}, {"names": {"a": "b", "c": f"{'d' * 10_000}…{'d' * 9_999}"}}),
        ({"values": (1.0, nan, None, -inf)}, {"values": [1.0, None, None, None]}),
        ({"pairs": (_Point(1.0, 2.0),)}, {"pairs": [[1.0, 2.0]]}),
        ({"known": nan}, {}),
        ({"always": inf}, {}),
    ],
)
def test_it_is_made_valid(changes: dict[str, Any], written: dict[str, Any]) -> None:
    document = to_json(GOOD | changes, _Part)
    assert document == {"label": None, "names": {}, "always": None} | written
    origin = Origin(schema="", where="", code="broken", cure="")
    assert decode(json.dumps(document), _Part, origin)


def test_members_are_written_in_their_order() -> None:
    assert list(to_json(GOOD | {"text": "a", "known": 1.0}, _Part)) == ["label", "text", "names", "known", "always"]
