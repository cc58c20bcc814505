"""Text inside GitHub's Markdown, in a table cell or a line: whatever it says, it stays text.

GitHub turns ``@name``, ``#12``, ``GH-12`` and bare addresses into links after it has rendered the Markdown, where a
backslash no longer helps. An invisible word joiner keeps those apart. Nothing of that happens inside code.
"""

from __future__ import annotations

import re

from reporter.render.plain import shorten

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~]|[@#$]|://|www\.|GH-", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_WORD_JOINER = "\u2060"


def prose(text: str, limit: int = 400) -> str:
    """Escape one visible line as running text, shortened to ``limit`` characters before it is escaped."""
    return _SPECIAL.sub(_escape, shorten(text, limit))


def code(text: str, limit: int = 90) -> str:
    r"""Write one visible line as inline code that also holds in a table cell.

    In a table ``\|`` is a pipe even inside code, so renderers differ on a backslash before a pipe: that pipe is shown
    as a broken bar.
    """
    short = shorten(text, limit).replace("\\|", "\\¦").replace("|", "\\|")
    fence = "`" * (max(map(len, _BACKTICKS.findall(short)), default=0) + 1)
    touching = short.startswith(("`", " ")) or short.endswith(("`", " "))
    pad = " " if touching and short.strip(" ") else ""
    return f"{fence}{pad}{short}{pad}{fence}"


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found == "$":
        return "&#36;"
    if found in "@#":
        return found + _WORD_JOINER
    if len(found) > 1:
        return f"{found[0]}{_WORD_JOINER}{found[1:]}"
    return f"\\{found}"
