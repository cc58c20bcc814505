"""Text of strangers made printable: one line, without what steers a terminal or a workflow's runner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*)::")
"""Behind colours it is none, but with and without colours the words are the same."""


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


def openmetrics_label(name: str, value: str) -> str:
    """Return a label of OpenMetrics with its value."""
    escaped = visible(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return the first names of a list, and how many more there are: ``a.py, b.py and 3 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def shorten(text: str, limit: int) -> str:
    """Keep the beginning and the end of a text longer than ``limit`` characters: names differ mostly at their ends."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"
