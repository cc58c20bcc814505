"""hey: the text it prints, and the table of ``-o csv``, which has every request.

The text does not say what was called, so its one benchmark is called "all requests". Times are seconds in steps of
0.1 ms over all answers, of whatever status; percentiles that hey prints as 0 are those it had too few answers for. A
status from 400 on is a failure, and so is a request without an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test, table
from reporter.ingest.failed import Tally
from reporter.ingest.load_test import ALL_REQUESTS
from reporter.ingest.metrics import TIME, step_of
from reporter.ingest.printed import blocks, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import broken
from reporter.model import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "hey"
about = About(
    versions="0.1: text and `-o csv`",
    command="hey -n 2000 -c 8 http://localhost:8080/ > results.txt",
    samples="every request of the CSV; of the text percentiles, in steps of 0.1 ms",
    metrics="`time` (s), `failures` (share), `throughput` (1/s, text only)",
    lost="what was called; phases of a request; the histogram",
)

_COLUMNS = ("response-time", "DNS+dialup", "DNS", "Request-write", "Response-delay", "Response-read", "status-code")
_START = re.compile(r"^Summary:\n +Total:\s+\S+ secs\n +Slowest:\s+(\S+) secs\n +Fastest:\s+(\S+) secs\n", re.MULTILINE)
_AVERAGE = re.compile(r"^ +Average:\s+(\S+) secs", re.MULTILINE)
_RATE = re.compile(r"^ +Requests/sec:\s+(\S+)", re.MULTILINE)
_PERCENTILE = re.compile(r"^ +([1-9]\d?)%%? in (\S+) secs", re.MULTILINE)
_STATUS = re.compile(r"^ +\[(\d{3})\]\s+(\d{1,15}) responses", re.MULTILINE)
_ERROR = re.compile(r"^ +\[(\d{1,15})\][\t ](.*)$", re.MULTILINE)
_PERCENTILES = {"10": "q10", "25": "q25", "50": "median", "75": "q75", "90": "q90", "95": "p95", "99": "p99"}
_FIRST_FAILURE = 400


def score(document: Document) -> float:
    """Recognise the beginning of the summary, or the head of the table."""
    if document.json is not None:
        return 0.0
    if table.header(document)[: len(_COLUMNS)] == _COLUMNS:
        return 1.0
    if "Response time histogram:" not in document.text:
        return 0.0
    text = printed(document)
    return 1.0 if _START.search(text) and "\nResponse time histogram:" in text else 0.0


def read(document: Document) -> FileReading:
    """Read all summaries, or the table; raises ``InputError`` as the protocol says."""
    if table.header(document)[: len(_COLUMNS)] == _COLUMNS:
        return FileReading(path=document.path, format=name, readings=tuple(_table(document)))
    readings: list[Reading] = []
    tally = Tally()
    for start, block, place in blocks(printed(document), _START):
        readings.extend(_summary(start, block, place))
        _count(tally, block)
    return FileReading(path=document.path, format=name, readings=tuple(readings), failures=tally.failures())


def _count(tally: Tally, block: str) -> None:
    for found in _STATUS.finditer(block):
        tally.answer(found[1], int(found[2]))
    for found in _ERROR.finditer(block.partition("Error distribution:")[2]):
        tally.failure(Failure(message=found[2], request=None, count=int(found[1])))


def _table(document: Document) -> Iterator[Reading]:
    samples = load_test.Samples("the whole file")
    rows = 0
    for place, row in table.records(document):
        status = table.number(row["status-code"])
        if not isinstance(status, float):
            raise broken(document, place, "the status code is not a number")
        samples.add(table.number(row["response-time"]), worked=status < _FIRST_FAILURE)
        rows += 1
    if rows:
        yield from samples.readings(ALL_REQUESTS)


def _summary(start: re.Match[str], block: str, place: str) -> Iterator[Reading]:
    average, rate = _AVERAGE.search(block), _RATE.search(block)
    statuses = [(int(found[1]), int(found[2])) for found in _STATUS.finditer(block)]
    unanswered = sum(int(found[1]) for found in _ERROR.finditer(block.partition("Error distribution:")[2]))
    answered = sum(count for _, count in statuses)
    known: dict[str, Any] = {"n": answered, "min": table.number(start[2]), "max": table.number(start[1])}
    if average:
        known["mean"] = table.number(average[1])
    for found in _PERCENTILE.finditer(block):
        if found[1] in _PERCENTILES:
            known[_PERCENTILES[found[1]]] = table.number(found[2])
    if "Status code distribution:" not in block:
        yield Reading(name=ALL_REQUESTS, metric=TIME, place=place, error="the text is cut before the status codes")
        return
    counted = load_test.Counted(
        made=answered + unanswered,
        failed=sum(count for status, count in statuses if status >= _FIRST_FAILURE) + unanswered,
        throughput=table.number(rate[1]) if rate else None,
    )
    yield from load_test.requests(ALL_REQUESTS, place, known, counted, details=step_of(start[1], "s"))
