"""Catch2's benchmarks: the text of its console and its XML (``-r xml``), versions 2 and 3.

Both give the mean over the samples and bounds that say how sure Catch2 is of it; the bounds are not read, the samples
are in neither. Identity is the test case with its sections and the name of the benchmark. The console breaks long names
into lines; they are put together again with blanks.

A mean of zero says that the clock was too coarse for what was measured, so it is errored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import xml_tree
from reporter.ingest.metrics import SECONDS, TIME
from reporter.ingest.printed import printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, broken
from reporter.ingest.table import number, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "catch2"
about = About(
    versions="2 and 3: console and XML",
    command="./tests '[benchmark]' -r xml > results.xml",
    samples="none: the mean",
    metrics="`time` (s)",
    lost="bounds of the mean; deviation and outliers",
)

_NUMBER = r"(\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_HEADER = re.compile(r"^benchmark name +samples +iterations +est", re.MULTILINE)
_RULE = re.compile(r"-{40,}$")
_ROW = re.compile(rf"(.{{0,500}}?) {{1,200}}(\d+) +(\d+) +{_NUMBER} (ns|us|ms|s|m)\s*$")
_MEAN = re.compile(rf" +{_NUMBER} (ns|us|ms|s|m) +{_NUMBER} (?:ns|us|ms|s|m) +{_NUMBER} (?:ns|us|ms|s|m)\s*$")
_FAILED = re.compile(r"(\S.{0,500}?)? {2,200}[Bb]enchmark failed(?: \((.*)\))?\s*$")
_TOO_COARSE = "its mean is zero: the clock was too coarse for it"
_Line = tuple[int, str]


def score(document: Document) -> float:
    """Recognise the head of the console's table, or the root of the XML."""
    if document.json is not None:
        return 0.0
    if xml_tree.root_tag(document) in ("Catch", "Catch2TestRun"):
        return 1.0
    return 0.95 if "benchmark name" in document.text and _HEADER.search(printed(document)) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    readings = _xml(document) if xml_tree.root_tag(document) else _console(document)
    return FileReading(path=document.path, format=name, readings=tuple(readings))


def _xml(document: Document) -> Iterator[Reading]:
    root = xml_tree.parse(document)
    waiting: list[tuple[xml_tree.Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, path = waiting.pop()
        if element.tag in ("TestCase", "Section"):
            path = (*path, element.attributes.get("name", ""))
        elif element.tag == "BenchmarkResults":
            yield _result(element, path, document)
        waiting.extend((child, path) for child in reversed(element.children))


def _result(element: xml_tree.Element, path: tuple[str, ...], document: Document) -> Reading:
    place = f"line {element.line}"
    label = _label(path, element.attributes.get("name", ""), document, place)
    parts = {child.tag: child.attributes for child in element.children}
    if "failed" in parts:
        return Reading(name=label, metric=TIME, place=place, error=_failure(parts["failed"].get("message")))
    if "mean" not in parts:
        raise broken(document, place, "the result has no mean")
    mean = scaled(number(parts["mean"].get("value", "")), 1e-9)
    return _measured(label, place, number(element.attributes.get("samples", "")), mean)


def _measured(label: str, place: str, samples: Any, mean: Any) -> Reading:
    error = _TOO_COARSE if mean == 0 else None
    return Reading(name=label, metric=TIME, place=place, known={"n": samples, "mean": mean}, error=error)


def _label(path: tuple[str, ...], benchmark: str, document: Document, place: str) -> str:
    own = as_name(benchmark, document, place)
    return as_name(" / ".join((*path, own)), document, place)


def _failure(message: str | None) -> str:
    return f"the benchmark failed ({message})" if message else "the benchmark failed"


def _console(document: Document) -> Iterator[Reading]:
    """Read the parts between rules: titles, then the head of a table, then its rows."""
    parts: list[list[_Line]] = [[]]
    for line_number, line in enumerate(printed(document).split("\n"), 1):
        if _RULE.match(line):
            parts.append([])
        elif line.strip():
            parts[-1].append((line_number, line))
    titles: tuple[str, ...] = ()
    for before, head, rows in zip([[], *parts], parts, [*parts[1:], []], strict=False):
        if head and any(_HEADER.match(line) for _, line in head):
            if not any(_ROW.match(line) for _, line in before):
                titles = tuple(line.strip() for _, line in before)
            yield from _rows(rows, titles, document)


def _rows(lines: list[_Line], titles: tuple[str, ...], document: Document) -> Iterator[Reading]:
    words: list[str] = []
    row: re.Match[str] | None = None
    for line_number, line in lines:
        place = f"line {line_number}"
        mean = _MEAN.match(line)
        if row and mean:
            label = _label(titles, " ".join(words), document, place)
            yield _measured(label, place, float(row[2]), float(mean[1]) * SECONDS[mean[2]])
            row, words = None, []
        elif found := _ROW.match(line):
            row = found
            words.append(found[1].strip())
        elif failed := _FAILED.match(line):
            words.append(failed[1] or "")
            label = _label(titles, " ".join(words).strip(), document, place)
            yield Reading(name=label, metric=TIME, place=place, error=_failure(failed[2]))
            words = []
        elif not mean and not row:
            words = [*words, line.strip()] if not line.startswith(("=", "...")) else []
    if row:
        raise broken(document, f"line {lines[-1][0]}", "the table ends within a benchmark")
