"""Results that stand in something else: behind lines of a log, or several documents one after the other."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reporter.ingest.opening import parse_json, refuse_swarm
from reporter.ingest.reading import Document
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_LOG_LINES = 300
"""Lines before a table that are looked through for its header."""
MOST_DOCUMENTS = 10_000

_JSON_LINE = re.compile(r"^(?=[\[{])", re.MULTILINE)
_BEGINS_LIKE_JSON = re.compile(r"\s*\{")
_LOOKED_AT = 5_000
_DECODER = json.JSONDecoder()


def documents_within(document: Document) -> Iterator[Document]:
    """Yield each JSON object or list that begins at the start of a line, in order; lines between are passed over.

    Raises:
        InputError: one after the first is broken or cut, so a part of the results is lost.
    """
    text, position, found = document.text, 0, 0
    refuse_swarm(text, str(document.path))
    patience = 3 * len(text) + _LOOKED_AT
    while (start := _JSON_LINE.search(text, position)) and patience > 0 and found < MOST_DOCUMENTS:
        begins = start.start()
        position = _next_line(text, begins)
        try:
            value, end = _DECODER.raw_decode(text, begins)
        except json.JSONDecodeError as error:
            patience -= error.pos - begins
            if error.pos >= min(position, len(text.rstrip()) - 1):
                _refuse_broken(document, begins, found)
                return
        except (RecursionError, ValueError):
            patience -= len(text) // 10 + 1
        else:
            patience -= end - begins
            position = end
            found += 1
            yield Document(path=document.path, text=text[begins:end], json=value)


def _refuse_broken(document: Document, begins: int, found: int) -> None:
    if found:
        blank = "\n" * document.text.count("\n", 0, begins)
        parse_json(blank + document.text[begins:], str(document.path))


def behind_log_lines(document: Document, knows: Callable[[Document], bool]) -> Document | None:
    """Return the document from the first line at which it is known for a result; the lines before become blank.

    Places in the result keep their line numbers.
    """
    text = document.text
    position = 0
    for number in range(1, MOST_LOG_LINES):
        position = _next_line(text, position)
        if position >= len(text):
            return None
        if not text[position].isspace() and knows(_from(document, text[position : position + _LOOKED_AT])):
            return _from(document, "\n" * number + text[position:])
    return None


def _from(document: Document, text: str) -> Document:
    """Make the document of a part; one that begins like JSON is none, else it would have been found whole."""
    damage = InputError("broken-json", "this is not JSON", where=str(document.path))
    return Document(path=document.path, text=text, json_error=damage if _BEGINS_LIKE_JSON.match(text) else None)


def _next_line(text: str, position: int) -> int:
    return text.find("\n", position) + 1 or len(text)
