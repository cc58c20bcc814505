"""Texts that tools print for people: without colours, with one kind of line end, and without endless blanks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.ingest.reading import Document

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_END = re.compile(r"(?<!\r)\r+\n|\r")
_BLANKS = re.compile(r"[ \t]{9,}")
_SOME_BLANKS = " " * 8


def printed(document: Document) -> str:
    """Return the text with LF alone; a carriage return that overwrites a line of progress ends that line too.

    Long rows of blanks, which only fill columns, are shortened: patterns that look for their end would try each of
    them as the beginning.
    """
    text = document.text
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return _BLANKS.sub(_SOME_BLANKS, text)


def blocks(text: str, start: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yield the parts of a text that begin where the pattern is found: what was found, the part, and its place."""
    lines, starts = Lines(text), list(start.finditer(text))
    ends = [found.start() for found in starts[1:]] + [len(text)]
    for found, end in zip(starts, ends, strict=True):
        yield found, text[found.start() : end], lines.of(found.start())


class Lines:
    """Names the lines of places in a text, quickest when asked in ascending order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset, self._line = 0, 1

    def of(self, offset: int) -> str:
        """Name the line of an offset."""
        if offset < self._offset:
            self._offset, self._line = 0, 1
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return f"line {self._line}"
