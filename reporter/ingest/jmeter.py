"""JMeter result files: the table (with or without header; comma, semicolon or tab) and the XML, both often ``.jtl``.

Every sample is one value of the benchmark its label names, in milliseconds. The time of a label is over the samples
that worked; how many did not is a metric beside it, and a label of which none worked has no usable time. Samples of a
transaction controller sum up others and are left out when those are there; so are samples nested in one of the XML.

Thread counts, sizes and URLs are not read. JMeter lets people leave columns away and choose the format of time stamps;
only the label, the elapsed time and the success are needed. Large files are read line by line. Of a label with more
than a million samples all statistics are exact, and the single samples are not kept.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from reporter.ingest import table
from reporter.ingest.failed import Tally
from reporter.ingest.load_test import Samples
from reporter.ingest.reading import About, Document, FileReading
from reporter.ingest.shape import as_name, broken, refuse_too_many
from reporter.model import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

name = "jmeter"
about = About(
    versions="2.x to 5.x: CSV with or without header, and XML",
    command="jmeter -n -t plan.jmx -l results.jtl",
    samples="every working sample, read line by line; of more than a million of a label the statistics",
    metrics="`time` (s), `failures` (share)",
    lost="latency and connect time, sizes, threads; the times of failed samples",
)

_MS = 1e-3
_DELIMITERS = (",", ";", "\t", "|")
_USUAL = ("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "threadName", "dataType", "success")
_BARE_ROW = re.compile(r"\d{13}([,;\t|])\d+\1")
_TRANSACTION = "Number of samples in transaction"
_XML = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)?<testResults[\s>/]", re.DOTALL)
_SAMPLES = frozenset(("sample", "httpSample"))

_LATEST = 1e11
"""Unix seconds; a later time is in another unit."""

_Answer = tuple[str, str, str]
"""Status code, message and time stamp as they stand there."""
_Row = tuple[str, str, Any, bool, bool, _Answer]
"""Place, label, elapsed milliseconds, whether it worked, whether it sums up a transaction, and the answer."""


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
    parts: dict[str, Samples] = {}
    sums: dict[str, Samples] = {}
    tally = Tally()
    for place, label, elapsed, worked, is_sum, answer in _xml(document) if is_xml else _table(document):
        samples = sums if is_sum else parts
        if label not in samples:
            refuse_too_many(2 * len(samples), document.path)
            samples[label] = Samples(place)
        samples[label].add(table.scaled(elapsed, _MS), worked=worked)
        if not is_sum:
            _count(tally, label, answer, worked=worked)
    readings = (reading for label, samples in (parts or sums).items() for reading in samples.readings(label))
    return FileReading(path=document.path, format=name, readings=tuple(readings), failures=tally.failures())


def _count(tally: Tally, label: str, answer: _Answer, *, worked: bool) -> None:
    code, body, stamp = answer
    if code:
        tally.answer(code)
    if not worked:
        message = " ".join(part for part in (code, body) if part)
        moment = table.scaled(table.number(stamp), _MS)
        at = moment if isinstance(moment, float) and 0 < moment < _LATEST else None
        tally.failure(Failure(message=message, request=label, count=1, first=at, last=at))


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
        worked = _worked(row.get("success", "true"), document, place)
        body = row.get("failureMessage") or row.get("responseMessage", "")
        answer = (row.get("responseCode", ""), body, row.get("timeStamp", ""))
        yield place, label, table.number(row["elapsed"]), worked, is_sum, answer


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
    reader = _XmlSamples()
    line = 1
    try:
        for number, text in enumerate(_beginning_at_root(document), 1):
            line = number
            reader.feed(text)
            yield from _finished(reader, document)
        reader.close()
        yield from _finished(reader, document)
    except expat.ExpatError as error:
        raise broken(document, f"line {error.lineno}", f"the XML is broken or cut: {error}") from error
    except _DeclaredTypeError:
        raise broken(document, f"line {line}", "it declares a document type, which JMeter never writes") from None


def _beginning_at_root(document: Document) -> Iterator[str]:
    """Yield the lines, blank ones before the declaration without their white space: there XML allows none."""
    started = False
    for line in document.lines():
        yield line if started else line.lstrip()
        started = started or not line.isspace()


def _finished(reader: _XmlSamples, document: Document) -> Iterator[_Row]:
    for line, attributes, holds in reader.take():
        place = f"line {line}"
        label = as_name(attributes.get("lb"), document, f"{place}, lb")
        is_sum = not holds and attributes.get("rm", "").startswith(_TRANSACTION)
        elapsed = table.number(attributes.get("t", ""))
        answer = (attributes.get("rc", ""), attributes.get("rm", ""), attributes.get("ts", ""))
        yield place, label, elapsed, _worked(attributes.get("s", "true"), document, place), is_sum, answer


class _DeclaredTypeError(Exception):
    pass


class _XmlSamples:
    """The samples of the XML as it comes in: line, attributes, and whether it holds other samples."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(encoding="utf-8")
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed
        self._parser.StartDoctypeDeclHandler = self._refused
        self._depth = 0
        self._open: tuple[int, dict[str, str]] | None = None
        self._holds = False
        self._done: list[tuple[int, dict[str, str], bool]] = []

    def feed(self, text: str) -> None:
        self._parser.Parse(text.encode("utf-8", "replace"), False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def take(self) -> list[tuple[int, dict[str, str], bool]]:
        """Return the samples that were closed since the last call."""
        done, self._done = self._done, []
        return done

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2 and tag in _SAMPLES:
            self._open, self._holds = (self._parser.CurrentLineNumber, attributes), False
        elif self._depth == 3 and tag in _SAMPLES:
            self._holds = True

    def _closed(self, _: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._open:
            self._done.append((*self._open, self._holds))
            self._open = None

    def _refused(self, *_: object) -> None:
        raise _DeclaredTypeError
