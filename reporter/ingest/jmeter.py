"""JMeter result files: the table (with or without header; comma, semicolon or tab) and the XML, both often ``.jtl``.

Every sample is one value of the benchmark its label names, in milliseconds. The time of a label is over the samples
that worked; how many did not is a metric beside it, and a label of which none worked has no usable time. Samples of a
transaction controller sum up others and are left out when those are there; so are samples nested in one of the XML.

Thread counts, sizes and URLs are not read. JMeter lets people leave columns away and choose the format of time stamps;
only the label, the elapsed time and the success are needed.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from reporter.ingest import table
from reporter.ingest.reading import Document, FileReading, Reading
from reporter.ingest.shape import as_name, broken
from reporter.model import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

name = "jmeter"

TIME = Metric(name="time", unit="s", better="lower")
FAILURES = Metric(name="failures", unit="1", better="lower")

_MS = 1e-3
_DELIMITERS = (",", ";", "\t", "|")
_USUAL = ("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "threadName", "dataType", "success")
_BARE_ROW = re.compile(r"\d{13}([,;\t|])\d+\1")
_TRANSACTION = "Number of samples in transaction"
_XML = re.compile(r"\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.{0,2000}?-->\s*)?<testResults[\s>/]", re.DOTALL)
_DECLARED_TYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")
_SAMPLES = frozenset(("sample", "httpSample"))

_Row = tuple[str, str, Any, bool, bool]
"""Place, label, elapsed milliseconds, whether it worked, whether it sums up a transaction."""


def score(document: Document) -> float:
    """Recognise the root of the XML, the header, or a first row in JMeter's own order of columns."""
    if document.json is not None:
        return 0.0
    if document.text[:1000].lstrip().startswith("<"):
        return 1.0 if _XML.match(document.text[:5000]) else 0.0
    if _delimiter(document):
        return 1.0
    return 0.8 if _bare_delimiter(document) else 0.0


def read(document: Document) -> FileReading:
    """Read all labels; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    is_xml = document.text[:1000].lstrip().startswith("<")
    rows = list(_xml(document) if is_xml else _table(document))
    parts = [row for row in rows if not row[4]] or rows
    return FileReading(path=document.path, format=name, readings=tuple(_labels(parts)))


def _labels(rows: Iterable[_Row]) -> Iterator[Reading]:
    samples: dict[str, list[_Row]] = {}
    for row in rows:
        samples.setdefault(row[1], []).append(row)
    for label, found in samples.items():
        place = found[0][0]
        times = [table.scaled(row[2], _MS) for row in found if row[3]]
        error = None if times else f"all {len(found)} samples failed"
        yield Reading(name=label, metric=TIME, place=place, values=times, error=error)
        yield Reading(name=label, metric=FAILURES, place=place, values=((len(found) - len(times)) / len(found),))


def _delimiter(document: Document) -> str | None:
    for delimiter in _DELIMITERS:
        if {"elapsed", "label"} <= set(table.header(document, delimiter)) & {"elapsed", "label", "timeStamp"}:
            return delimiter
    return None


def _bare_delimiter(document: Document) -> str | None:
    start = document.text[: table.LONGEST_HEADER].lstrip()
    found = _BARE_ROW.match(start)
    if not found:
        return None
    try:
        cells = next(csv.reader(start.splitlines(keepends=True), delimiter=found[1]), [])
    except csv.Error:
        return None
    return found[1] if len(cells) >= len(_USUAL) and cells[7] in ("true", "false") else None


def _table(document: Document) -> Iterator[_Row]:
    delimiter = _delimiter(document)
    if delimiter:
        rows: Iterable[tuple[str, Mapping[str, str]]] = table.records(document, delimiter)
    else:
        rows = _bare_rows(document)
    for place, row in rows:
        label = as_name(row.get("label"), document, f"{place}, label")
        is_sum = row.get("responseMessage", "").startswith(_TRANSACTION)
        yield place, label, table.number(row["elapsed"]), _worked(row.get("success", "true"), document, place), is_sum


def _bare_rows(document: Document) -> Iterator[tuple[str, Mapping[str, str]]]:
    delimiter = _bare_delimiter(document)
    if delimiter is None:
        raise broken(document, "line 1", "there is neither JMeter's header nor a row in its usual order of columns")
    width = None
    for place, cells in table.rows(document, delimiter):
        width = width or len(cells)
        if len(cells) != width:
            raise broken(document, place, f"the row has {len(cells)} cells, the first one {width}")
        yield place, dict(zip(_USUAL, cells, strict=False))


def _worked(word: str | None, document: Document, place: str) -> bool:
    if word not in ("true", "false"):
        raise broken(document, place, "whether the sample worked is neither true nor false")
    return word == "true"


def _xml(document: Document) -> Iterator[_Row]:
    """Read the samples directly below the root, without building a tree. Entities are refused, not expanded.

    A transaction that holds its samples is read in their place.
    """
    text = document.text.lstrip()
    if _DECLARED_TYPE.search(text):
        raise broken(document, "the whole file", "it declares a document type, which JMeter never writes")
    depth = 0
    found: list[tuple[int, dict[str, str]]] = []
    holding: set[int] = set()

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2 and tag in _SAMPLES:
            found.append((parser.CurrentLineNumber, attributes))
        elif depth == 3 and tag in _SAMPLES:
            holding.add(len(found) - 1)

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise broken(document, f"line {error.lineno}", f"the XML is broken or cut: {error}") from error
    for index, (line, attributes) in enumerate(found):
        place = f"line {line}"
        label = as_name(attributes.get("lb"), document, f"{place}, lb")
        is_sum = index not in holding and attributes.get("rm", "").startswith(_TRANSACTION)
        elapsed = table.number(attributes.get("t", ""))
        yield place, label, elapsed, _worked(attributes.get("s", "true"), document, place), is_sum
