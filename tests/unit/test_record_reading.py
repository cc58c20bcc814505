"""What is wrong with a record, in our words and with its place."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from typing import Any, Literal

import pytest

from reporter.record import ONE_LINE, Line, Record, Text, Whole
from reporter.records.reading import Origin, decode
from reporter.shared.errors import InputError

ORIGIN = Origin(schema="thing/v1", where="thing.json", code="broken", newer="newer", not_json="no-json", cure="stop")


class _Part(Record, frozen=True):
    kind: Literal["red", "blue"] | None
    names: dict[Text, Text]
    label: Line | None = None


class _Thing(Record, frozen=True):
    schema: Literal["thing/v1"]
    parts: tuple[_Part, ...]
    counts: dict[Text, Whole]


def refusal(**changes: Any) -> InputError:
    content = {"schema": "thing/v1", "parts": [], "counts": {}} | changes
    with pytest.raises(InputError) as caught:
        decode(json.dumps(content), _Thing, ORIGIN)
    return caught.value


def part(**changes: Any) -> list[dict[str, Any]]:
    good = {"kind": "red", "names": {}}
    return [good, good | changes]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"parts": part(kind="<b>green</b>")}, "parts[1].kind is not one of blue, red"),
        ({"parts": part(kind=3)}, "parts[1].kind: expected `str | null`, got `int`"),
        ({"parts": part(label="a\nb")}, "parts[1].label holds control characters"),
        ({"parts": part(label="x" * 201)}, "parts[1].label: expected `str` of length <= 200"),
        ({"parts": part(names={"a": "\ud800"})}, "parts[1].names.a holds half a character (a lone surrogate)"),
        ({"parts": part(names={"\ud800": "a"})}, "parts[1].names[...] holds half a character (a lone surrogate)"),
        ({"parts": [{"kind": None}]}, "parts[0].names is missing"),
        ({"counts": {"<b>": -1}}, "counts[...]: expected `int` >= 0"),
        ({"counts": {"a": 10**400}}, "counts[...]: expected `int` <= 9007199254740992"),
        ({"x" * 50: 1}, f"the file has an unknown member {'x' * 40!r}"),
    ],
)
def test_a_broken_record_is_refused_with_its_place_and_without_its_words(changes: dict[str, Any], what: str) -> None:
    error = refusal(**changes)
    assert (error.code, error.where, error.what, error.cure) == ("broken", "thing.json", what, "stop")


@pytest.mark.parametrize(
    ("schema", "code"), [("thing/v2", "newer"), ("other/v2", "broken"), ("thing/v2 <b>", "broken"), (None, "broken")]
)
def test_another_version_is_no_broken_file(schema: object, code: str) -> None:
    assert refusal(schema=schema, parts="of tomorrow").code == code


def test_a_line_has_what_can_be_printed_and_nothing_that_steers() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    assert re.search(ONE_LINE, "".join(filter(str.isprintable, every)))
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"}
    steering = [c for c in every if unicodedata.category(c) in kinds and c != " "]
    assert [c for c in steering if re.search(ONE_LINE, c)] == []
    assert re.search(ONE_LINE, "a\n") is None


NO_JSON = (b"", b"{", b"[" * 100_000, b"1" * 5_000, b'{"a": NaN}', b'"\xff"', "\ufeff{}", "{}".encode("utf-16"))


@pytest.mark.parametrize("content", NO_JSON)
def test_what_is_no_json_is_refused(content: bytes | str) -> None:
    with pytest.raises(InputError, match="this is not a JSON file") as caught:
        decode(content, _Thing, ORIGIN)
    assert caught.value.code == "no-json"


def test_the_last_of_two_members_of_one_name_counts() -> None:
    found = decode('{"schema": "thing/v1", "parts": [], "counts": {}, "counts": {"a": 1, "a": 2}}', _Thing, ORIGIN)
    assert found.counts == {"a": 2}
