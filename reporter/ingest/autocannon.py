"""autocannon JSON (``autocannon --json``).

Times are milliseconds, whole ones for most servers, over all answers; failures are answers outside 2xx, errors and
timeouts (which autocannon counts among the errors). Identity is the title or the address. The rate is the mean over the
seconds. Of autocannon's percentiles 97.5 stands where others have 95; the 95th stays unknown.
"""

from __future__ import annotations

from typing import Any

from reporter.ingest import load_test
from reporter.ingest.failed import Tally
from reporter.ingest.metrics import ROUNDED, root_dict
from reporter.ingest.reading import About, Document, FileReading
from reporter.ingest.shape import as_name, as_object, root_object
from reporter.ingest.table import scaled

name = "autocannon"
about = About(
    versions="2.x to 8.x JSON",
    command="autocannon --json http://localhost:8080/ > results.json",
    samples="none: percentiles in steps of 1 ms",
    metrics="`time` (s), `failures` (share), `throughput` (1/s)",
    lost="the 95th percentile, which autocannon does not compute; bytes; rates of single seconds",
)

_MS = 1e-3
_STATISTICS = {
    "min": "min",
    "q10": "p10",
    "q25": "p25",
    "median": "p50",
    "q75": "p75",
    "q90": "p90",
    "p99": "p99",
    "max": "max",
    "mean": "mean",
}


def score(document: Document) -> float:
    """Recognise latency, requests and throughput beside the classes of statuses."""
    keys = root_dict(document).keys()
    return 1.0 if {"latency", "requests", "throughput", "non2xx", "2xx"} <= keys else 0.0


def read(document: Document) -> FileReading:
    """Read the result; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    latency = as_object(root.get("latency"), document, "latency")
    requests = as_object(root.get("requests"), document, "requests")
    answered = load_test.count(requests.get("total"), document, "requests.total")
    errors = load_test.count(root.get("errors", 0), document, "errors")
    refused = load_test.count(root.get("non2xx"), document, "non2xx")
    title = root.get("title") or root.get("url")
    label = as_name(load_test.address(title) if isinstance(title, str) else title, document, "url")
    known: dict[str, Any] = {
        ours: scaled(latency[theirs], _MS) for ours, theirs in _STATISTICS.items() if theirs in latency
    }
    readings = load_test.requests(
        label,
        "latency",
        {"n": answered, **known},
        load_test.Counted(answered + errors, refused + errors, requests.get("mean")),
        details=((ROUNDED, "1 ms"),),
    )
    tally = Tally()
    for status, entry in as_object(root.get("statusCodeStats") or {}, document, "statusCodeStats").items():
        tally.answer(status, load_test.count(as_object(entry, document, status).get("count"), document, status))
    return FileReading(path=document.path, format=name, readings=tuple(readings), failures=tally.failures())
