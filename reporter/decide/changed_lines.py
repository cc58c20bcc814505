"""Which lines of the head a diff changed: the answer of ``git diff --unified=0``, read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_DEFINITION = re.compile(r"\s*(?:async\s+def|def|class)\s")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_NO_FILE = "/dev/null"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines ``first`` to ``last`` of the head, which are new or different.

    Where lines are gone and none took their place, ``last`` is the line before the gap, and ``first`` the one after it.
    Such a gap is ``plain`` unless a whole function or class is gone.
    """

    first: int
    last: int
    plain: bool = True

    def touches(self, first: int, last: int) -> bool:
        """Return whether a text from the first to the last line is changed by it.

        A plain gap right above a function counts for it, and one right below: a decorator or its last lines are gone.
        """
        if self.first <= self.last:
            return self.first <= last and first <= self.last
        at_an_end = self.plain and (first == self.first or last == self.last)
        return at_an_end or (first <= self.last and self.first <= last)

    def inside(self, first: int, last: int) -> Lines:
        """Return the part in a text that it touches; of a gap the line after it, or the last of the text."""
        start = min(max(self.first, first), last)
        return Lines(start, max(start, min(self.last, last)))


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """The changed lines of each file of the head, by its path from the top of the tree, in order."""

    files: Mapping[str, Sequence[Lines]] = field(default_factory=dict)

    def within(self, file: str, first: int, last: int) -> Lines | None:
        """Return the first changed lines that touch a text of a file."""
        return next((lines for lines in self.files.get(file, ()) if lines.touches(first, last)), None)


def parse(diff: str) -> ChangedLines:
    """Read a diff with no lines around its changes; what is no text diff in it has no lines.

    A changed line may look like anything, so the lines of a hunk are counted and not looked at.
    """
    files: dict[str, list[Lines]] = {}
    path, lines = None, iter(diff.split("\n"))
    for line in lines:
        hunk = _HUNK.match(line)
        if line.startswith("diff --git "):
            path = None
        elif line.startswith("+++ "):
            path = _path(line[len("+++ ") :])
        elif hunk:
            gone, first, number = _number(hunk[1]), int(hunk[2]), _number(hunk[3])
            removed = _taken(lines, gone)
            _taken(lines, number)
            if path is not None:
                files.setdefault(path, []).append(_lines(first, number, removed))
    return ChangedLines(files)


def _taken(lines: Iterator[str], count: int) -> list[str]:
    """Take so many lines of a hunk, without what git says of a file's end."""
    taken: list[str] = []
    while len(taken) < count:
        line = next(lines, None)
        if line is None:
            break
        if not line.startswith("\\"):
            taken.append(line[1:])
    return taken


def _number(text: str | None) -> int:
    return 1 if text is None else int(text)


def _lines(first: int, number: int, removed: Sequence[str]) -> Lines:
    if number:
        return Lines(first, first + number - 1)
    return Lines(first + 1, first, plain=not any(_DEFINITION.match(line) for line in removed))


def _path(written: str) -> str | None:
    """Return a path as git wrote it behind ``+++``; ``None`` for a file that the head does not have."""
    if written.startswith('"'):
        written = _unquoted(written)
    written = written.removesuffix("\t")  # git ends a path with a space in it so
    return None if written == _NO_FILE else written.removeprefix("b/")


def _unquoted(written: str) -> str:
    return b"".join(_pieces(written[1:].rstrip("\t").removesuffix('"'))).decode("utf-8", "surrogateescape")


def _pieces(text: str) -> Iterator[bytes]:
    at = 0
    for found in _ESCAPE.finditer(text):
        yield text[at : found.start()].encode("utf-8", "surrogateescape")
        at, sign = found.end(), found[1]
        if sign[0].isdigit():
            yield bytes([int(sign, 8) & 0xFF])
        else:
            yield _LETTERS.get(sign, sign).encode("utf-8", "surrogateescape")
    yield text[at:].encode("utf-8", "surrogateescape")
