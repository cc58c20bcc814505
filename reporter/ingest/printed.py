"""Texts that tools print for people: without colours, and with one kind of line end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.ingest.reading import Document

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_END = re.compile(r"\r+\n|\r")


def printed(document: Document) -> str:
    """Give the text with LF alone; a carriage return that overwrites a line of progress ends that line too."""
    text = document.text
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return _COLOUR.sub("", text) if "\x1b" in text else text


def line_of(text: str, offset: int) -> str:
    """Name the line of a place in the printed text."""
    return f"line {text.count(chr(10), 0, offset) + 1}"
