"""Locust: the statistics table of ``--csv`` (``…_stats.csv``) and the JSON of ``--json`` and ``--json-file``.

One row is one benchmark: the method (or type) and the name of a request. Times are milliseconds over all requests,
failed ones included, so a request that always failed has no usable time. The mean, least and greatest time are exact;
percentiles are not, because Locust keeps only two significant digits of each time (147 counts as 150). The median of
the table is the one Locust keeps between the least and the greatest time.

The last row, ``Aggregated`` (``Total`` in old versions), sums up the others and is read only when there is no
other. The history, failures and exceptions tables beside the statistics hold no benchmark: the history tells how
the test went over time, the others what failed and why; how often the user's own test code raised is in a notice
too. The JSON has no percentiles but the counts they are made of; it does not say how long the run was, so it gives no
throughput.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import table
from reporter.ingest.failed import Tally, unix_seconds
from reporter.ingest.locust_history import points
from reporter.ingest.reading import About, Document, FileReading, LoadPoint, Reading
from reporter.ingest.shape import MAX_NAME, as_list, as_name, as_object, broken
from reporter.model import Failure, Failures, Metric
from reporter.shared.errors import InputError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

name = "locust"
about = About(
    versions="0.x to 2.x tables, 2.x JSON",
    command="locust --headless --users 4 --run-time 1m --csv results",
    samples="none: the percentiles Locust counted, rounded by it to two digits",
    metrics="`time` (s) with p95 and p99, `failures` (share); `throughput` (1/s, table only)",
    lost="sizes; the status codes of requests that worked",
)

TIME = Metric(name="time", unit="s", better="lower")
FAILURES = Metric(name="failures", unit="1", better="lower")
THROUGHPUT = Metric(name="throughput", unit="1/s", better="higher")

_MS = 1e-3
_ROUNDED = (("percentiles rounded to", "2 digits"),)
_STATS = (("Type", "Name"), ("Method", "Name"))
_REQUESTS = ("Request Count", "# requests")
_FAILED = ("Failure Count", "# failures")
_HISTORY = ("Timestamp", "User Count", "Type", "Name")
_FAILURES = ("Method", "Name", "Error", "Occurrences")
_EXCEPTIONS = ("Count", "Message", "Traceback", "Nodes")
_TIMES = {
    "min": ("Min Response Time", "Min response time"),
    "median": ("Median Response Time", "Median response time"),
    "q75": ("75%",),
    "q90": ("90%",),
    "p95": ("95%",),
    "p99": ("99%",),
    "max": ("Max Response Time", "Max response time"),
    "mean": ("Average Response Time", "Average response time"),
}
_SHARES = {"median": 0.5, "q75": 0.75, "q90": 0.9, "p95": 0.95, "p99": 0.99}
_STATUS = re.compile(r"\b([1-5]\d\d) (?:Client|Server) Error\b")
_MOST_BUCKETS = 1_000_000


def score(document: Document) -> float:
    """Recognise the header of each of the four tables, and the fields of the JSON."""
    if document.json is not None:
        entries = document.json
        first = entries[0] if isinstance(entries, list) and entries else None
        return 1.0 if isinstance(first, dict) and {"num_none_requests", "response_times"} <= first.keys() else 0.0
    columns = table.header(document)
    companion = columns[:4] in (_HISTORY, _FAILURES, _EXCEPTIONS)
    return 1.0 if companion or (columns[:2] in _STATS and set(_REQUESTS) & set(columns)) else 0.0


def read(document: Document) -> FileReading:
    """Read all requests; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    if document.json is not None:
        return _read_json(document)
    columns = table.header(document)
    if columns[:4] in (_HISTORY, _FAILURES, _EXCEPTIONS):
        return _companion(document, columns)
    rows = list(table.records(document))
    parts = [row for row in rows if not _sums_up(row[1])]
    readings = tuple(reading for place, row in parts or rows for reading in _row(row, document, place))
    return FileReading(path=document.path, format=name, readings=readings)


def _sums_up(row: Mapping[str, str]) -> bool:
    """Return whether a row is the last one, which is of no method; before version 1 it was called ``Total``."""
    return row.get("Name") in ("Aggregated", "Total") and row.get("Type", row.get("Method")) in ("", "None")


def _companion(document: Document, columns: Sequence[str]) -> FileReading:
    known: dict[str, Any] = {}
    if columns[:4] == _HISTORY:
        known["load"], known["warnings"] = _load(document)
    elif columns[:4] == _EXCEPTIONS:
        known = {"warnings": tuple(_exceptions(document)), "failures": _raised(document)}
    else:
        known["failures"], known["warnings"] = _failed(document)
    return FileReading(path=document.path, format=name, readings=(), companion=True, **known)


def _failed(document: Document) -> tuple[Failures, tuple[Notice, ...]]:
    """Read the failures as far as they go, like the history."""
    tally = Tally()
    try:
        _count_failures(document, tally)
    except InputError as error:
        text = f"The failures of the load test are broken in {error.where}: {error.what}; the rest of them is not used."
        return tally.failures(), (Notice(code="load-failures-broken", text=text),)
    return tally.failures(), ()


def _count_failures(document: Document, tally: Tally) -> None:
    """Count the failures by what Locust says of them; its own answers begin with their status."""
    for place, row in table.records(document):
        count = _count(row["Occurrences"], document, place)
        status = _STATUS.search(row["Error"])
        if status:
            tally.answer(status[1], count)
        request = " ".join(part for part in (row["Method"], row["Name"]) if part)
        first, last = (unix_seconds(row.get(column, "")) for column in ("First Seen", "Last Seen"))
        tally.failure(Failure(message=row["Error"], request=request, count=count, first=first, last=last))


def _raised(document: Document) -> Failures:
    tally = Tally()
    for place, row in table.records(document):
        count = _count(row["Count"], document, place)
        tally.failure(Failure(message=row["Message"], request=None, count=count, exception=True))
    return tally.failures()


def _load(document: Document) -> tuple[tuple[LoadPoint, ...], tuple[Notice, ...]]:
    """Read the history as far as it goes: a broken one must not cost the results beside it."""
    load: list[LoadPoint] = []
    try:
        load.extend(points(document))
    except InputError as error:
        text = f"The history of the load test is broken in {error.where}: {error.what}; the rest of it is not used."
        return tuple(load), (Notice(code="load-history-broken", text=text),)
    return tuple(load), ()


def _row(row: Mapping[str, str], document: Document, place: str) -> Iterator[Reading]:
    requests = _count(_cell(row, _REQUESTS), document, place)
    failed = _count(_cell(row, _FAILED), document, place)
    known = {ours: table.scaled(table.number(_cell(row, theirs)), _MS) for ours, theirs in _TIMES.items()}
    known = {ours: value for ours, value in known.items() if value not in ("", "N/A")}
    label = _label(row.get("Type", row.get("Method")), row.get("Name"), document, place)
    yield from _request(label, requests, failed, known, place)
    rate = _cell(row, ("Requests/s",))
    if requests and rate:
        yield Reading(name=label, metric=THROUGHPUT, place=place, values=(table.number(rate),))


def _request(label: str, requests: int, failed: int, known: Mapping[str, Any], place: str) -> Iterator[Reading]:
    error = "no request was made" if not requests else None
    if requests and failed >= requests:
        error = f"all {requests} requests failed"
    known = {"n": requests, **known}
    yield Reading(name=label, metric=TIME, place=place, known=known, error=error, details=_ROUNDED)
    if requests:
        yield Reading(name=label, metric=FAILURES, place=place, values=(failed / requests,))


def _label(method: object, request: object, document: Document, place: str) -> str:
    label = as_name(request, document, f"{place}, Name")
    if not isinstance(method, str) or method in ("", "None"):
        return label
    return as_name(f"{method} {label}", document, f"{place}, Type") if len(method) < MAX_NAME else label


def _cell(row: Mapping[str, str], columns: Iterable[str]) -> str:
    return next((row[column] for column in columns if column in row), "")


def _count(value: object, document: Document, place: str) -> int:
    count = table.number(value) if isinstance(value, str) else value
    if isinstance(count, bool) or not isinstance(count, (int, float)) or not 0 <= count < 1e15 or count != int(count):
        raise broken(document, place, "a number of requests is not a whole number")
    return int(count)


def _exceptions(document: Document) -> Iterator[Notice]:
    total = sum(_count(row["Count"], document, place) for place, row in table.records(document))
    if total:
        text = f"The code of the load test raised {total} exceptions; what it did afterwards is missing in the numbers."
        yield Notice(code="load-test-exceptions", text=text)


def _read_json(document: Document) -> FileReading:
    readings: list[Reading] = []
    ends: list[float] = []
    for index, value in enumerate(as_list(document.json, document, "the whole file")):
        place = f"[{index}]"
        entry = as_object(value, document, place)
        readings.extend(_entry(entry, document, place))
        ended = entry.get("last_request_timestamp")
        ends.extend([ended] if isinstance(ended, float) and 0 < ended < 1e11 else [])
    return FileReading(path=document.path, format=name, readings=tuple(readings), measured_at=max(ends, default=None))


def _entry(entry: Mapping[str, Any], document: Document, place: str) -> Iterator[Reading]:
    requests = _count(entry.get("num_requests"), document, f"{place}.num_requests")
    timed = requests - _count(entry.get("num_none_requests", 0), document, f"{place}.num_none_requests")
    failed = _count(entry.get("num_failures"), document, f"{place}.num_failures")
    known: dict[str, Any] = {"min": entry.get("min_response_time"), "max": entry.get("max_response_time")}
    if timed > 0:
        known["mean"] = table.scaled(entry.get("total_response_time"), 1 / timed)
        known.update(_percentiles(entry.get("response_times"), document, f"{place}.response_times"))
    label = _label(entry.get("method"), entry.get("name"), document, place)
    yield from _request(label, requests, failed, {key: table.scaled(value, _MS) for key, value in known.items()}, place)


def _percentiles(value: object, document: Document, place: str) -> dict[str, float]:
    """Take, as Locust does, the time at place ⌊count × share⌋ of all times in order."""
    counts = as_object(value, document, place)
    if len(counts) > _MOST_BUCKETS:
        raise broken(document, place, "there are too many different times")
    buckets = sorted((table.number(time), _count(count, document, place)) for time, count in _numbers(counts))
    total = sum(count for _, count in buckets)
    if not total:
        raise broken(document, place, "there are requests and no times")
    found: dict[str, float] = {}
    below = 0
    for time, count in buckets:
        below += count
        for statistic, share in _SHARES.items():
            if below > int(total * share):
                found.setdefault(statistic, time)
    return found


def _numbers(counts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((time, count) for time, count in counts.items() if isinstance(table.number(time), float))
