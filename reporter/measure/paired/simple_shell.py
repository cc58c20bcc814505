"""The simple commands of a shell script, with the place of every word: as much of bash as can be read without doubt.

A script holds words, quotes, redirections, comments and continued lines; its commands follow each other by a new line,
``;``, ``&&`` or ``|``. Anything else (loops, conditions, functions, subshells, here-documents, substitutions, escapes)
makes it another kind of script, of which nothing is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Word:
    """One word: its ``text`` as the program gets it, and where it begins and ends in the script.

    The value of a variable is not known, so the text has its name. Where the shell can make of the word other words
    than one that begins as the text does, it is ``open``.
    """

    text: str
    start: int
    end: int
    open: bool = False


_RESERVED = re.compile(r"if|then|elif|else|fi|for|while|until|do|done|case|esac|in|select|function|coproc|!|\[\[")
_BLANK = re.compile(r"(?:[ \t]|\\\n)+|#[^\n]*")
_ENDS = re.compile(r"&&|\|(?![|&])|;(?!;)|\n")
_REDIRECTION = re.compile(r"(?:[0-9]?(?:>>?|<)|&>>?)(?![<>&|(])(?:[ \t]|\\\n)*|[0-9]?[<>]&[0-9](?=[\s;|&]|\Z)")
# The whole of a name: several ways to end it take a time that doubles with every variable of a string.
_VARIABLE = r"\$(?:[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_])|\{[A-Za-z_][A-Za-z0-9_]*\})"
_PIECE = re.compile(
    r"(?P<plain>(?:[\w@%+=:,./^~*?!\[\]-]|\$(?=[\s;|&]|\Z))+)"
    r"|(?P<output>\{output\})"
    r"|'(?P<single>[^']*)'"
    rf"|\"(?P<double>(?:[^\"\\`$]|\$(?=\")|{_VARIABLE})*)\""
    rf"|(?P<variable>{_VARIABLE})"
)
_OPEN_STARTS = "$*?["


def commands_of(script: str) -> Sequence[Sequence[Word]] | None:
    """Return the words of each simple command, redirections left out; ``None`` for any other kind of script."""
    try:
        commands = [list(command) for command in _split(list(_tokens(script)))]
    except _OtherKindError:
        return None
    if any(_RESERVED.fullmatch(command[0].text) for command in commands):
        return None
    return commands


class _OtherKindError(Exception):
    pass


def _split(tokens: Sequence[Word | None]) -> Iterator[Sequence[Word]]:
    """Yield the commands between ends, which are ``None``."""
    command: list[Word] = []
    for token in (*tokens, None):
        if token is not None:
            command.append(token)
        elif command:
            yield command
            command = []


def _tokens(script: str) -> Iterator[Word | None]:
    """Yield the words of a script, and ``None`` where a command ends."""
    at = 0
    while at < len(script):
        blank, end, redirection = (pattern.match(script, at) for pattern in (_BLANK, _ENDS, _REDIRECTION))
        found = blank or end
        if end and not blank:
            yield None
        if found:
            at = found.end()
        elif redirection:
            at = redirection.end()
            at = at if "&" in redirection.group().lstrip("&") else _word(script, at).end
        else:
            word = _word(script, at)
            yield word
            at = word.end


def _word(script: str, start: int) -> Word:
    """Return the word that begins here."""
    at, text, has_variable = start, "", False
    piece = _PIECE.match(script, at)
    while piece:
        has_variable = has_variable or piece["variable"] is not None
        text += next(group for group in piece.groups() if group is not None)
        at = piece.end()
        piece = _PIECE.match(script, at)
    if at == start or not _BORDER.match(script, at):
        raise _OtherKindError
    return Word(text, start, at, open=has_variable or script[start] in _OPEN_STARTS or text.startswith("$"))


_BORDER = re.compile(r"[\s;|&<>]|\Z")
