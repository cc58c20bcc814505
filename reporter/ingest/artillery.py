"""Artillery's JSON report (``artillery run --output FILE``), version 2, and the older one of version 1.

Times are milliseconds, percentiles within about 1% because Artillery counts in classes. With its plugin
``metrics-by-endpoint`` each endpoint is a benchmark; the response time over all of them is read only when there is no
endpoint, and never split by status. The length of a session holds its pauses, so it is shown and not judged, as are the
histograms of people's own code. Failures are statuses from 400 on and errors. The rate of requests is what the
script asks for, so it is not read; nor are the intermediate reports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test
from reporter.ingest.failed import Tally
from reporter.ingest.metrics import ROUNDED, TIME, root_dict
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, as_object, clean, root_object
from reporter.ingest.table import scaled
from reporter.model import Failure, Failures, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "artillery"
about = About(
    versions="2.x, and 1.x",
    command="artillery run --output results.json script.yml",
    samples="none: percentiles, within 1%",
    metrics=(
        "`time` (s) and `failures` (share) of endpoints (plugin `metrics-by-endpoint`) or of all; sessions "
        "and own histograms undeclared"
    ),
    lost="intermediate reports; splits by status; percentiles above 99",
)

SESSION = Metric(name="time", unit="s", better=None)
CUSTOM = Metric(name="value", unit="1", better=None)

_MS = 1e-3
_STATISTICS = {
    "n": "count",
    "min": "min",
    "median": "median",
    "q75": "p75",
    "q90": "p90",
    "p95": "p95",
    "p99": "p99",
    "max": "max",
    "mean": "mean",
}
_TOTAL = "http.response_time"
_BY_STATUS = re.compile(r"http\.response_time\.\dxx")
_ENDPOINT = "plugins.metrics-by-endpoint.response_time."
_ENDPOINT_COUNT = re.compile(r"plugins\.metrics-by-endpoint\.(.{1,500})\.(codes\.\d{3}|errors\..{1,500})")
_COUNT = re.compile(r"(?:http\.)?(codes\.\d{3}|errors\..+)")
_CLASSES = ((ROUNDED, "1%"),)


def score(document: Document) -> float:
    """Recognise counters and summaries of the aggregate, or what version 1 had there."""
    aggregate = root_dict(document).get("aggregate")
    if not isinstance(aggregate, dict):
        return 0.0
    is_known = {"counters", "summaries"} <= aggregate.keys() or {"requestsCompleted", "latency"} <= aggregate.keys()
    return 1.0 if is_known else 0.0


def read(document: Document) -> FileReading:
    """Read the aggregate; raises ``InputError`` as the protocol says."""
    aggregate = as_object(root_object(document).get("aggregate"), document, "aggregate")
    readings = _first_version(aggregate, document) if "summaries" not in aggregate else _second(aggregate, document)
    return FileReading(
        path=document.path, format=name, readings=tuple(readings), failures=_failures(aggregate, document)
    )


def _failures(aggregate: Mapping[str, Any], document: Document) -> Failures:
    tally = Tally()
    counters = as_object(aggregate.get("counters") or {}, document, "aggregate.counters")
    counted = {found[1]: value for key, value in counters.items() if (found := _COUNT.fullmatch(key))}
    for kind in ("codes", "errors"):
        first = as_object(aggregate.get(kind) or {}, document, f"aggregate.{kind}")
        counted |= {f"{kind}.{key}": value for key, value in first.items()}
    for key, value in counted.items():
        count, (kind, _, what) = load_test.count(value, document, "aggregate.counters"), key.partition(".")
        if kind == "codes":
            tally.answer(what, count)
        else:
            tally.failure(Failure(message=what, request=None, count=count))
    return tally.failures()


def _second(aggregate: Mapping[str, Any], document: Document) -> Iterator[Reading]:
    summaries = as_object(aggregate.get("summaries") or {}, document, "aggregate.summaries")
    counters = as_object(aggregate["counters"], document, "aggregate.counters")
    endpoints = _by_endpoint(counters, document)
    for key in summaries:
        if key.startswith(_ENDPOINT):
            endpoints.setdefault(key.removeprefix(_ENDPOINT), {})
    if endpoints:
        for label, counts in endpoints.items():
            yield from _requests(label, summaries.get(_ENDPOINT + label), counts, document)
    else:
        counts = {found[1]: value for key, value in counters.items() if (found := _COUNT.fullmatch(key))}
        checked = {key: load_test.count(value, document, "aggregate.counters") for key, value in counts.items()}
        yield from _requests(_TOTAL, summaries.get(_TOTAL), checked, document)
    for key, value in summaries.items():
        if key != _TOTAL and not key.startswith(_ENDPOINT) and not _BY_STATUS.fullmatch(key):
            yield _other(key, value, document)


def _by_endpoint(counters: Mapping[str, Any], document: Document) -> dict[str, dict[str, int]]:
    endpoints: dict[str, dict[str, int]] = {}
    for key, value in counters.items():
        if found := _ENDPOINT_COUNT.fullmatch(key):
            place = f"aggregate.counters.{clean(key)}"
            endpoints.setdefault(found[1], {})[found[2]] = load_test.count(value, document, place)
    return endpoints


def _requests(key: str, summary: object, counts: Mapping[str, int], document: Document) -> Iterator[Reading]:
    place = f"aggregate.summaries.{clean(key)}"
    label = as_name(key, document, place)
    known = _known(as_object(summary or {}, document, place), _MS)
    failed = sum(value for kind, value in counts.items() if not kind.startswith(("codes.1", "codes.2", "codes.3")))
    made = sum(counts.values())
    yield from load_test.requests(label, place, known, load_test.Counted(made, failed), _CLASSES)


def _other(key: str, summary: object, document: Document) -> Reading:
    place = f"aggregate.summaries.{clean(key)}"
    is_session = key == "vusers.session_length"
    known = _known(as_object(summary, document, place), _MS if is_session else 1.0)
    label = as_name(key, document, place)
    return Reading(name=label, metric=SESSION if is_session else CUSTOM, place=place, known=known, details=_CLASSES)


def _known(summary: Mapping[str, Any], factor: float) -> dict[str, Any]:
    return {
        ours: summary[theirs] if ours == "n" else scaled(summary[theirs], factor)
        for ours, theirs in _STATISTICS.items()
        if theirs in summary
    }


def _first_version(aggregate: Mapping[str, Any], document: Document) -> Iterator[Reading]:
    latency = as_object(aggregate.get("latency"), document, "aggregate.latency")
    codes = as_object(aggregate.get("codes") or {}, document, "aggregate.codes")
    errors = as_object(aggregate.get("errors") or {}, document, "aggregate.errors")
    counts = {f"codes.{key}": load_test.count(value, document, "aggregate.codes") for key, value in codes.items()}
    lost = {f"errors.{key}": load_test.count(value, document, "aggregate.errors") for key, value in errors.items()}
    completed = load_test.count(aggregate.get("requestsCompleted", 0), document, "aggregate.requestsCompleted")
    known = {"count": completed or None, **latency}
    known = {key: value for key, value in known.items() if value is not None}
    if not counts and not lost:
        yield Reading(name=_TOTAL, metric=TIME, place="aggregate.latency", error="no request was made")
        return
    yield from _requests(_TOTAL, known, {**counts, **lost}, document)
