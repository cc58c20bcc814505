"""The one escaping of text that a forge renders, in a line, a table cell or raw HTML: whatever it says, it stays text.

Characters that mean something are written as entities, because a backslash escapes nothing inside ``<summary>``. After
it has rendered the Markdown, GitHub turns ``@name``, ``#12``, ``GH-12``, commits and ``:x:`` into links and pictures,
and GitLab ``!12`` and ``%name``, too; entities no longer help there, so an invisible word joiner keeps those apart.
Nothing of that happens inside ``<code>``. A line that begins with a slash is a command to GitLab.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Callable

_JOINER = "\u2060"
_MOST_WRITTEN, _LONGEST_SIGN = 3, 7
"""Characters written for each that is taken, at most on average and at most for one."""
_SHORTEST_COMMIT = 7
"""Digits of a commit that GitHub links, wherever words begin and end; a joiner ends one."""
_ENTITY = r"[\\`*<>&|~\[\]]|(?<![^\W_])_|_(?![^\W_])"
"""An underscore between letters is one; anything else here begins something somewhere."""
_LEADING = r"\A(?:[-+](?=\s|\Z)|[-=](?=[-=]*\s*\Z)|\d{1,9}[.)](?=\s|\Z)|/)"
"""What makes a line a list, a heading, a rule or a command."""
_SPECIAL = re.compile(
    rf"{_LEADING}|\[(?=[!^xX ])|{_ENTITY}"
    r"|\$|[@#]|!(?=\d)|%(?=[\"\w])|://|\bwww\.|\bGH-(?=\d)|:(?=[\w+-]{1,60}:)|(?<!\w)[0-9a-f]{7,64}(?!\w)",
    re.IGNORECASE,
)
_SPECIAL_IN_CODE = re.compile(rf"{_ENTITY}|\$|:(?=//)|\bw(?=ww\.)|(?<=[\w.+-])@(?=\w)", re.IGNORECASE)


def prose(text: str, limit: int = 400) -> str:
    """Write a text as running text of one line, shortened to ``limit`` characters before it is escaped."""
    return _bounded(text, limit, lambda short: _SPECIAL.sub(_plain, short.strip()))


def code(text: str, limit: int = 90) -> str:
    """Write a text as inline code of one line."""
    return f"<code>{_bounded(text, limit, lambda short: _SPECIAL_IN_CODE.sub(_in_code, short))}</code>"


def one_line(text: str) -> str:
    """Put the lines of a text behind each other."""
    return " ".join(text.split())


def _bounded(text: str, limit: int, escape: Callable[[str], str]) -> str:
    """Escape a text; one of almost nothing but signs is cut earlier, so that what is written stays bounded too."""
    line = visible(text)
    written = escape(shorten(line, limit))
    most = _MOST_WRITTEN * limit
    return written if len(written) <= most else escape(shorten(line, most // _LONGEST_SIGN))


def _plain(match: re.Match[str]) -> str:
    found = match[0]
    if found == "[" and match.string[match.end() : match.end() + 1] in tuple("!^xX "):
        return f"{_entity(found)}{_JOINER}"
    if (match.start() == 0 and found[0] in "-+=/") or (found[0].isdigit() and found[-1] in ".)"):
        return f"{found[:-1]}{_entity(found[-1])}"
    if len(found) >= _SHORTEST_COMMIT:
        return _commit(found)
    if len(found) > 1:
        return f"{found[0]}{_JOINER}{found[1:]}"
    return _entity(found) if found in "\\`*<>&|~[]_$" else f"{found}{_JOINER}"


def _commit(found: str) -> str:
    """Keep what may be a commit in one piece for who copies it, as code; a number is joined from short ones."""
    if not found.isdecimal():
        return f"<code>{found}</code>"
    step = _SHORTEST_COMMIT - 1
    return _JOINER.join(found[i : i + step] for i in range(0, len(found), step))


def _in_code(match: re.Match[str]) -> str:
    return f"@{_JOINER}" if match[0] == "@" else _entity(match[0])


def _entity(sign: str) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign, f"&#{ord(sign)};")
