"""A side that failed, in words and in Markdown: one place for the gate on the host, the comment and the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.shared.markdown import one_line, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST_LINES, LINE_LIMIT, WHAT_LIMIT = 5, 300, 20_000
"""Lines of a log that are shown, and characters of each; characters of what went wrong."""
PRINTED, PRINTED_NOTHING = "The last lines of what it printed:", "it printed nothing"


def where_failed(side: str, commit: str) -> str:
    """Return which side it was: ``The head failed at commit c0ffee1234``; an unknown ``commit`` is empty."""
    who = f"The {side} failed" if side in ("base", "head") else "Both sides failed"
    return f"{who} at commit {commit}" if commit else who


def in_markdown(where: str, what: str, lines: Sequence[str]) -> str:
    """Write which side failed (``where`` is marked up), why, and what it printed last."""
    heading = f"{where}: {prose(one_line(what), WHAT_LIMIT)}"
    shown = last_lines(lines)
    return f"{heading}. {PRINTED}\n\n{fenced(shown)}" if shown else f"{heading}; {PRINTED_NOTHING}."


def last_lines(lines: Sequence[str]) -> list[str]:
    """Return the last lines, each of bounded length and without an end of line in it."""
    return [" ".join(line.split("\n"))[:LINE_LIMIT] for line in lines[-LAST_LINES:]]


def fenced(lines: Sequence[str]) -> str:
    """Return a code block that nothing in its lines can end, and in which no address or comment is one."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *(line.replace("<!--", "<! --") for line in lines), fence])
