"""oha JSON (``oha --output-format json``, ``--json`` or ``-j`` before).

Times are seconds over all answers. What was called is not in the file, so its one benchmark is called "all requests". A
status from 400 on is a failure, and so is every error but the requests that were under way when the time was over.
Without any answer all times are null, while the rate is not; then there is no measurement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test
from reporter.ingest.failed import Tally
from reporter.ingest.load_test import ALL_REQUESTS
from reporter.ingest.metrics import root_dict
from reporter.ingest.reading import About, Document, FileReading
from reporter.ingest.shape import as_object, broken, root_object
from reporter.model import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

name = "oha"
about = About(
    versions="0.5 to 1.x JSON",
    command="oha -n 2000 --no-tui --output-format json http://localhost:8080/ > results.json",
    samples="none: percentiles",
    metrics="`time` (s), `failures` (share), `throughput` (1/s)",
    lost="what was called; percentiles above 99; the histogram; rates of single seconds",
)

_PERCENTILES = {
    "q10": "p10",
    "q25": "p25",
    "median": "p50",
    "q75": "p75",
    "q90": "p90",
    "p95": "p95",
    "p99": "p99",
}
_SUMMARY = {"min": "fastest", "max": "slowest", "mean": "average"}
_NO_ERROR = "aborted due to deadline"
_FIRST_FAILURE = 400


def score(document: Document) -> float:
    """Recognise the summary beside the percentiles."""
    root = root_dict(document)
    summary = root.get("summary")
    return 1.0 if isinstance(summary, dict) and "requestsPerSec" in summary and "latencyPercentiles" in root else 0.0


def read(document: Document) -> FileReading:
    """Read the summary; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    summary = as_object(root.get("summary"), document, "summary")
    percentiles = as_object(root.get("latencyPercentiles"), document, "latencyPercentiles")
    statuses = _counts(root, "statusCodeDistribution", document)
    errors = _counts(root, "errorDistribution", document)
    answered = sum(statuses.values())
    refused = sum(count for status, count in statuses.items() if _status(status, document) >= _FIRST_FAILURE)
    unanswered = sum(count for error, count in errors.items() if error != _NO_ERROR)
    known: dict[str, Any] = {"n": answered}
    for names, table in ((_SUMMARY, summary), (_PERCENTILES, percentiles)):
        known.update({ours: table.get(theirs) for ours, theirs in names.items()})
    counted = load_test.Counted(answered + unanswered, refused + unanswered, summary.get("requestsPerSec"))
    readings = load_test.requests(ALL_REQUESTS, "summary", known, counted)
    tally = Tally()
    for status, count in statuses.items():
        tally.answer(status, count)
    for error, count in errors.items():
        if error != _NO_ERROR:
            tally.failure(Failure(message=error, request=None, count=count))
    return FileReading(path=document.path, format=name, readings=tuple(readings), failures=tally.failures())


def _counts(root: Mapping[str, Any], key: str, document: Document) -> dict[str, int]:
    table = as_object(root.get(key) or {}, document, key)
    return {name: load_test.count(value, document, key) for name, value in table.items()}


def _status(word: str, document: Document) -> int:
    if not word.isdecimal() or len(word) > 4:
        raise broken(document, "statusCodeDistribution", "a status is not a number")
    return int(word)
