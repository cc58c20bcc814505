from __future__ import annotations

import pytest

from reporter.render.plain import display_width, fit
from reporter.shared.printable import shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 1 µs × 日本語", "plain text, 1 µs × 日本語"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x9b", "\\x1b[31mred\\x9b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("no\u00a0break", "no\\xa0break"),
        ("half \ud800", "half \\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_cannot_be_printed_becomes_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(text).isprintable()


def test_shortening_keeps_both_ends() -> None:
    assert shorten("abcdefghij", 10) == "abcdefghij"
    assert shorten("abcdefghijk", 10) == "abcde…hijk"
    assert shorten("abcdef", 1) == "…"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_width_counts_columns(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize("text", ["abc", "a" * 50, "日本語のベンチマーク", "日a本b語c" * 20, ""])
@pytest.mark.parametrize("columns", [1, 2, 5, 12])
def test_fit_gives_exactly_the_columns(text: str, columns: int) -> None:
    assert display_width(fit(text, columns)) == columns
