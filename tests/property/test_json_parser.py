"""The quick JSON parser gives what Python's own gives, of sound and of damaged texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporter.ingest.opening import parse_json
from reporter.shared.errors import InputError

digits = st.text("0123456789", min_size=1, max_size=40)
numbers = st.tuples(
    st.sampled_from(("", "-", "+", "0")),
    digits,
    st.sampled_from(("", ".")),
    digits,
    st.sampled_from(("", "e", "E-", "e+3")),
).map("".join)
escapes = st.sampled_from(
    ("\\u0000", "\\ud83d\\ude00", "\\ud800", "\\udc00a", "\\x", "\\/", "\t", "\x7f", "é", "\u2028")
)
words = st.lists(st.text(max_size=3) | escapes, max_size=3).map(lambda parts: f'"{"".join(parts)}"')
leaves = numbers | words | st.sampled_from(("true", "null", "NaN", "-Infinity", "1e400", "-0", "-0.0", "1e-400"))
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(st.sampled_from(('"a"', '"b"')) | words, inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} :{value}" for key, value in pairs) + "}"
        )
    ),
    max_leaves=6,
)
damage = st.tuples(st.integers(0, 200), st.integers(0, 2), st.sampled_from((*'[]{},:"\\ 0.e-', "\n", "\ufeff", "nul")))


@given(values, st.lists(damage, max_size=2))
@example("[" * 900 + "]" * 900, [])
@example(f"[{'1' * 4300}, {'1' * 4301}]", [])
@example('{"a": 18446744073709551616, "a": -9223372036854775809}', [])
def test_the_value_is_that_of_pythons_own_parser(text: str, damages: list[tuple[int, int, str]]) -> None:
    for place, length, inserted in damages:
        text = text[:place] + inserted + text[place + length :]
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(InputError):
            parse_json(text, "there")
        return
    assert repr(parse_json(text, "there")) == repr(expected)
