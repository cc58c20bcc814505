"""Text that came from outside (names, units, reasons) made harmless for any output, before that output's own escaping.

Result files and verdicts are hostile data: a name may hold terminal escapes, line breaks, right-to-left overrides or
ten thousand characters. After ``visible`` a text is one line of printable characters, so the escaping of an output only
has to deal with the characters that mean something in it.
"""

from __future__ import annotations

import re
import unicodedata

_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=(?:%|[mµnkMG]?[sB]|[kMG]/s)(?!\w))")
_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*)::")
"""Behind colours it is none, but with and without colours the same is said."""


def visible(text: str) -> str:
    r"""Write every character that cannot be printed as its escape: ``\n``, ``\x1b``, ``\u202e``.

    Printable is what ``str.isprintable`` says: no control, format (direction, zero width), surrogate or unassigned
    characters, and no space but the plain one.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def no_command(line: str) -> str:
    """Keep a line of output from being a command to a workflow runner: ``::…`` at its start, ``##[…]`` anywhere.

    The line gets no longer by it.
    """
    return _COMMAND.sub(r"\1∷", line.replace("##[", "##("))


def shorten(text: str, limit: int) -> str:
    """Keep the beginning and the end of a text longer than ``limit`` characters: names differ mostly at their ends."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


def unbroken(text: str) -> str:
    """Keep a number and its unit on one line: ``9.1 %``, ``1.23 ms``."""
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
