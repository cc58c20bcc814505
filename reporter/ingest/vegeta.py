"""vegeta's report, as JSON (``vegeta report -type=json``) or text.

Times are nanoseconds in the JSON, and as Go writes durations in the text, over all requests. What was called is not in
the report, so its one benchmark is called "all requests". The throughput counts successes alone. In a report written
before vegeta had computed it all statistics are zero; that is no measurement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test
from reporter.ingest.failed import Tally
from reporter.ingest.load_test import ALL_REQUESTS
from reporter.ingest.metrics import SECONDS, TIME, root_dict
from reporter.ingest.printed import blocks, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_object, broken, root_object
from reporter.ingest.table import number, scaled
from reporter.model import Failure, Failures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "vegeta"
about = About(
    versions="12: report as JSON or text",
    command="vegeta attack -duration=30s < targets | vegeta report -type=json > results.json",
    samples="none: percentiles",
    metrics="`time` (s), `failures` (share), `throughput` (1/s)",
    lost="what was called; which errors; sizes",
)

_STATISTICS = {
    "min": "min",
    "mean": "mean",
    "median": "50th",
    "q90": "90th",
    "p95": "95th",
    "p99": "99th",
    "max": "max",
}
_COLUMNS = {
    "min": "min",
    "mean": "mean",
    "50": "median",
    "90": "q90",
    "95": "p95",
    "99": "p99",
    "max": "max",
}
_START = re.compile(r"^Requests +\[total, rate(?:, throughput)?\] +(.*)$", re.MULTILINE)
_LATENCIES = re.compile(r"^Latencies +\[([^\]]*)\] +(.*)$", re.MULTILINE)
_SUCCESS = re.compile(r"^Success +\[ratio\] +(\d+(?:\.\d+)?)%", re.MULTILINE)
_PART = re.compile(r"(?<![\d.])([\d.]+)(h|ms|m|s|µs|μs|us|ns)")
_DURATION = re.compile(r"(?:[\d.]+(?:h|ms|m|s|µs|μs|us|ns))+")


def score(document: Document) -> float:
    """Recognise the latencies beside the share of successes, or the lines of the text."""
    root = root_dict(document)
    if root:
        return 1.0 if {"latencies", "throughput", "success", "status_codes"} <= root.keys() else 0.0
    if document.json is not None or "Latencies" not in document.text:
        return 0.0
    text = printed(document)
    return 1.0 if _START.search(text) and _LATENCIES.search(text) else 0.0


def read(document: Document) -> FileReading:
    """Read the report; raises ``InputError`` as the protocol says."""
    if document.json is not None or document.json_error is not None:
        readings, failures = tuple(_json(document)), _failures(root_object(document), document)
        return FileReading(path=document.path, format=name, readings=readings, failures=failures)
    return FileReading(path=document.path, format=name, readings=tuple(_text(document)))


def _json(document: Document) -> Iterator[Reading]:
    root = root_object(document)
    latencies = as_object(root.get("latencies"), document, "latencies")
    made = load_test.count(root.get("requests"), document, "requests")
    known = {ours: scaled(latencies[theirs], 1e-9) for ours, theirs in _STATISTICS.items() if theirs in latencies}
    if made and latencies.get("mean") == 0 and latencies.get("total") != 0:
        what = "the report was written before vegeta had computed its statistics"
        yield Reading(name=ALL_REQUESTS, metric=TIME, place="latencies", error=what)
        return
    success = root.get("success")
    if not isinstance(success, (int, float)) or not 0 <= success <= 1:
        raise broken(document, "success", "this is not a share")
    failed = round(made * (1 - success))
    known = {"n": made, **known}
    counted = load_test.Counted(made, failed, root.get("throughput"))
    yield from load_test.requests(ALL_REQUESTS, "latencies", known, counted)


def _failures(root: Mapping[str, Any], document: Document) -> Failures:
    """Count the answers; vegeta gives 0 to those that never came, and names every error once."""
    tally = Tally()
    statuses = as_object(root.get("status_codes") or {}, document, "status_codes")
    counts = {code: load_test.count(value, document, "status_codes") for code, value in statuses.items()}
    for code, count in counts.items():
        tally.answer(code, count)
    errors = root.get("errors")
    for message in errors if isinstance(errors, list) else ():
        if isinstance(message, str):
            tally.failure(Failure(message=message, request=None, count=counts.get(message[:3], 1)))
    return tally.failures()


def _text(document: Document) -> Iterator[Reading]:
    for start, block, place in blocks(printed(document), _START):
        latencies, success = _LATENCIES.search(block), _SUCCESS.search(block)
        if not latencies or not success:
            raise broken(document, place, "the report is cut: its latencies or its share of successes are missing")
        words = [word.strip() for word in start[1].split(",")]
        made = load_test.count(number(words[0]), document, place)
        columns = [word.strip() for word in latencies[1].split(",")]
        values = [_seconds(word.strip()) for word in latencies[2].split(",")]
        if len(columns) != len(values):
            raise broken(document, place, "the latencies do not fit their heading")
        known = {_COLUMNS[key]: value for key, value in zip(columns, values, strict=True) if key in _COLUMNS}
        failed = round(made * (1 - min(float(success[1]), 100.0) / 100))
        rate = number(words[-1]) if len(words) > 2 else None
        counted = load_test.Counted(made, failed, rate)
        yield from load_test.requests(ALL_REQUESTS, place, {"n": made, **known}, counted)


def _seconds(word: str) -> Any:
    """Read a duration as Go writes it, ``2m56.5s``; anything else stays a text and is judged as no number."""
    if word == "0":
        return 0.0
    if not _DURATION.fullmatch(word):
        return word
    parts = [scaled(number(part[1]), SECONDS[part[2]]) for part in _PART.finditer(word)]
    return sum(parts) if all(isinstance(part, float) for part in parts) else word
