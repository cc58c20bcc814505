"""How wide a text is and where it may break, for any output.

Result files and verdicts are hostile data: a name may hold terminal escapes, line breaks, right-to-left overrides or
ten thousand characters. After ``reporter.shared.printable.visible`` a text is one line of printable characters, so the
escaping of an output only has to deal with the characters that mean something in it.
"""

from __future__ import annotations

import re
import unicodedata

from reporter.shared.printable import shorten

_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=(?:[mµnkMG]?[sB]|[kMG]/s)(?!\w))")


def unbroken(text: str) -> str:
    """Keep a number and its unit on one line: ``1.23 ms``, ``4.5 MB``."""
    return _BEFORE_UNIT.sub("\u00a0", text)


def in_phrases(text: str, columns: int = 16) -> str:
    """Let a sentence break only between phrases of up to ``columns`` characters.

    A column of a table is as wide as its longest unbroken piece; with single words a phone shows a tower of them.
    """
    phrases: list[str] = []
    for word in text.split(" "):
        if phrases and len(phrases[-1]) + 1 + len(word) <= columns:
            phrases[-1] += f"\u00a0{word}"
        else:
            phrases.append(word)
    return " ".join(phrases)


def display_width(text: str) -> int:
    """Count the columns of a terminal that a visible text takes: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def fit(text: str, columns: int) -> str:
    """Shorten a visible text in its middle to at most ``columns`` columns, and fill it up to exactly that many."""
    limit = columns
    short = text
    while display_width(short) > columns:
        short = shorten(text, limit)
        limit -= 1
    return short + " " * (columns - display_width(short))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
