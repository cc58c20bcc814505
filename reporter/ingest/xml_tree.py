"""XML as a small tree. Document types, which could name other files or grow without end, are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from reporter.ingest.shape import broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.ingest.reading import Document

MOST_ELEMENTS = 500_000
DEEPEST = 200

_ROOT = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<([A-Za-z_][\w.-]*)[\s>/]", re.DOTALL)


@dataclass(slots=True)
class Element:
    """One element with its attributes, the line it begins at, and what it holds."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all it holds, in their order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def root_tag(document: Document) -> str | None:
    """Name the root of an XML document; ``None`` of anything else. Never raises."""
    found = _ROOT.match(document.text[:5000])
    return found[1] if found else None


def parse(document: Document) -> Element:
    """Parse the document.

    Raises:
        InputError: it is not well-formed, declares a document type, or has far too many elements.
    """
    builder = _Builder(document)
    try:
        builder.parser.Parse(document.text.lstrip().encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise broken(document, f"line {error.lineno}", f"the XML is broken or cut: {error}") from error
    return builder.root


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._open = [Element("", {}, 0)]
        self._elements = 0
        self.parser = expat.ParserCreate(encoding="utf-8")
        self.parser.StartElementHandler = self._opened
        self.parser.EndElementHandler = self._closed
        self.parser.StartDoctypeDeclHandler = self._refused

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) > DEEPEST:
            raise self._error("there are too many elements, or they are nested too deeply")
        element = Element(tag, attributes, self.parser.CurrentLineNumber)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _closed(self, _: str) -> None:
        self._open.pop()

    def _refused(self, *_: object) -> None:
        raise self._error("it declares a document type, which no result does")

    def _error(self, what: str) -> Exception:
        return broken(self._document, f"line {self.parser.CurrentLineNumber}", what)
