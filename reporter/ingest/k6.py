"""k6: what ``handleSummary`` is given (saved as JSON), ``--summary-export``, and the points of ``--out json``.

Every k6 metric is a benchmark of its own, sub-metrics (``http_req_duration{scenario:a}``) included. Times are
milliseconds. ``--summary-export`` names neither kind nor unit, so a custom trend in it is a plain number there. The
greatest time is kept and shown; single ones can be a thousand times the 95th percentile.

The phases of a request (``http_req_waiting`` …) are parts of ``http_req_duration``; they are shown and not judged, so
that one change does not count seven times. Numbers of users are settings, not results, and left out. When every request
failed, their duration is no measurement. Points are read line by line, however many they are; they do not say how long
the test ran, so they give no rates of counters.

A crossed threshold of the script is in a notice; the two summaries mean opposite things by ``true`` there.
``setup_data`` is not looked at, and of the tags of points only what says how a request was answered. Those of several
pods, one after the other as ``kubectl logs`` prints them, are the points of one test; lines of a log between them are
passed over.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any

from reporter.ingest.failed import Tally, unix_seconds
from reporter.ingest.opening import LONGEST_PIECE, parse_json
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, as_object, broken, clean, refuse_too_many, root_object
from reporter.ingest.table import scaled
from reporter.ingest.validity import LARGEST, fault
from reporter.model import Better, Failure, Metric
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "k6"
about = About(
    versions="0.x and 1.x: `handleSummary` data, `--summary-export`, `--out json`",
    command="k6 run --summary-export results.json script.js",
    samples="the points of `--out json`, read line by line; else k6's statistics",
    metrics=(
        "`time` (s), phases of a request undeclared; `rate` (1/s) of `http_reqs` and `iterations`; `share` of"
        " `http_req_failed` and `checks`; the rest undeclared"
    ),
    lost="tags, groups, numbers of users; rates of counters from points; crossed thresholds become a warning",
)

_STATISTICS = {
    "n": "count",
    "min": "min",
    "q25": "p(25)",
    "median": "med",
    "q75": "p(75)",
    "q90": "p(90)",
    "p95": "p(95)",
    "p99": "p(99)",
    "max": "max",
    "mean": "avg",
}
_TIMES = re.compile(r"(?:http_req|iteration|group|grpc_req|ws|browser)_\w+|(?:ws_connecting|iteration_duration)")
_PHASES = re.compile(r"http_req_(?:blocked|connecting|tls_handshaking|sending|waiting|receiving)")
_SETTINGS = frozenset(("vus", "vus_max"))
_DIRECTIONS: dict[str, Better] = {
    "http_reqs": "higher",
    "iterations": "higher",
    "http_req_failed": "lower",
    "checks": "higher",
    "dropped_iterations": "lower",
}
_DATA = frozenset(("data_sent", "data_received"))
_NEVER_ZERO = frozenset(("http_req_duration", "iteration_duration"))
_OF_A_POINT = re.compile(r'"metric":|"type":"Point"')
_LONGEST_LINE = 100_000
MOST_POINTS = 20_000_000
"""Some 6 GB of points; each takes eight bytes, and as much again twice while its statistics are computed."""
_SEVERAL = 5


def score(document: Document) -> float:
    """Recognise the kinds and values of the summary, the root group of the export, or a first line of points."""
    root = document.json
    if not isinstance(root, dict):
        return 1.0 if document.json_error and _is_point(_first_line(document)) else 0.0
    if _is_point(root):
        return 1.0
    metrics = root.get("metrics")
    if not isinstance(metrics, dict) or not metrics:
        return 0.0
    some = list(metrics.values())[:_SEVERAL]
    if all(isinstance(entry, dict) and {"type", "contains", "values"} <= entry.keys() for entry in some):
        return 1.0
    flat = all(isinstance(entry, dict) and entry.keys() & {"avg", "count", "value", "rate"} for entry in some)
    return 0.9 if flat and "root_group" in root else 0.0


def read(document: Document) -> FileReading:
    """Read all metrics; raises ``InputError`` as the protocol says."""
    if (document.json_error and _is_point(_first_line(document))) or _is_point(document.json):
        tally, others = Tally(), Counter[str]()
        readings = tuple(_points(document, tally, others))
        return FileReading(
            path=document.path,
            format=name,
            readings=_without_failed(readings),
            failures=tally.failures(),
            warnings=tuple(_passed_over(others)),
        )
    metrics = as_object(root_object(document).get("metrics"), document, "metrics")
    readings = tuple(
        reading
        for key, value in sorted(metrics.items())
        for reading in _metric(key, as_object(value, document, f"metrics.{clean(key)}"), document)
    )
    return FileReading(
        path=document.path,
        format=name,
        readings=_without_failed(readings),
        warnings=tuple(_crossed(metrics)),
    )


def _metric(key: str, entry: Mapping[str, Any], document: Document) -> Iterator[Reading]:
    place = f"metrics.{clean(key)}"
    label = as_name(key, document, "metrics")
    values = as_object(entry["values"], document, f"{place}.values") if "values" in entry else entry
    base = label.partition("{")[0]
    if base in _SETTINGS:
        return
    kind = _kind(entry, values)
    if kind == "trend":
        metric, factor = _trend(base, entry)
        known = {ours: values[theirs] for ours, theirs in _STATISTICS.items() if theirs in values}
        known = {ours: value if ours == "n" else scaled(value, factor) for ours, value in known.items()}
        if not known.keys() - {"n"}:
            raise broken(document, place, "the trend has none of k6's statistics")
        yield Reading(name=label, metric=metric, place=place, known=known, error=_nothing_timed(label, values))
    elif kind == "counter":
        yield Reading(name=label, metric=_counter(base, entry), place=place, values=(values.get("rate"),))  # type: ignore[arg-type] # judged by read_file
    elif kind == "rate":
        yield _share(label, values, document, place)
    else:
        metric = Metric(name="value", unit="1", better=None)
        yield Reading(name=label, metric=metric, place=place, values=(values.get("value"),))  # type: ignore[arg-type] # judged by read_file


def _nothing_timed(label: str, values: Mapping[str, Any]) -> str | None:
    """Recognise a trend without a value, which k6 writes as zeros: a request or an iteration takes longer than 0.

    So it writes a part that a threshold names (``{…}``) and nothing fell into. A phase of a request can truly be 0,
    connecting for example where a connection is used again, and so can a time of people's own code.
    """
    counted = values.get("count")
    if counted is not None:
        return "nothing was measured" if counted == 0 else None
    base, part, _ = label.partition("{")
    is_never_zero = base in _NEVER_ZERO or (bool(part) and not _PHASES.fullmatch(base))
    return "nothing was measured" if is_never_zero and values.get("max", values.get("avg")) == 0 else None


def _kind(entry: Mapping[str, Any], values: Mapping[str, Any]) -> object:
    if "values" in entry:
        return entry.get("type")
    if "passes" in values:
        return "rate"
    if values.keys() & {"avg", "med"}:
        return "trend"
    return "counter" if "count" in values else "gauge"


def _trend(base: str, entry: Mapping[str, Any]) -> tuple[Metric, float]:
    contains = entry.get("contains", "time" if _TIMES.fullmatch(base) else "default")
    if contains == "time":
        return Metric(name="time", unit="s", better=None if _PHASES.fullmatch(base) else "lower"), 1e-3
    return Metric(name="value", unit="B" if contains == "data" else "1", better=None), 1.0


def _counter(base: str, entry: Mapping[str, Any]) -> Metric:
    is_data = entry.get("contains") == "data" or base in _DATA
    return Metric(name="rate", unit="B/s" if is_data else "1/s", better=_DIRECTIONS.get(base))


def _share(label: str, values: Mapping[str, Any], document: Document, place: str) -> Reading:
    """Return the share of non-zero values: of failures in ``http_req_failed``, where ``passes`` are failures too."""
    share = values.get("rate", values.get("value"))
    if share is None:
        raise broken(document, place, "the rate has no value")
    nothing = values.get("passes") == 0 and values.get("fails") == 0
    return Reading(
        name=label,
        metric=Metric(name="share", unit="1", better=_DIRECTIONS.get(label.partition("{")[0])),
        place=place,
        values=(share,),
        error="nothing was counted" if nothing else None,
    )


def _without_failed(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    failed = any(entry.name == "http_req_failed" and tuple(entry.values) == (1,) for entry in readings)
    return tuple(map(_failed, readings)) if failed else readings


def _failed(reading: Reading) -> Reading:
    if not reading.name.startswith("http_req_") or reading.metric.name != "time":
        return reading
    return Reading(name=reading.name, metric=reading.metric, place=reading.place, error="every request failed")


def _crossed(metrics: Mapping[str, Any]) -> Iterator[Notice]:
    crossed = []
    for key, entry in sorted(metrics.items()):
        thresholds = entry.get("thresholds")
        for rule, state in thresholds.items() if isinstance(thresholds, dict) else ():
            if state is True or (isinstance(state, dict) and state.get("ok") is False):
                crossed.append(f"{clean(key)} {clean(rule)}"[:200])
    if crossed:
        more = f" and {len(crossed) - 5} more" if len(crossed) > 5 else ""
        yield Notice(
            code="k6-thresholds", text=f"Thresholds of the k6 script were crossed: {'; '.join(crossed[:5])}{more}."
        )


def _is_point(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") in ("Metric", "Point") and {"metric", "data"} <= value.keys()


def _first_line(document: Document) -> object:
    """Return the first line that may be a point: what a pod prints has other lines before."""
    lines = document.text[:_LONGEST_LINE].split("\n")
    try:
        return json.loads(next((line for line in lines if line.lstrip().startswith("{")), ""))
    except (ValueError, RecursionError):
        return None


def _passed_over(others: Counter[str]) -> Iterator[Notice]:
    count = others.total()
    if count:
        text = f"{count} lines between the points of k6 are no points and were passed over, as a log has them."
        yield Notice(code="lines-passed-over", text=text)


def _answered(data: Mapping[str, Any], tally: Tally) -> None:
    """Count one request by its status; k6 gives 0 to those that had no answer."""
    tags = data.get("tags")
    if not isinstance(tags, dict):
        return
    status, request = str(tags.get("status", "")), str(tags.get("name", ""))
    if status.isdecimal():
        tally.answer(status)
    if tags.get("expected_response") == "false":
        message = tags.get("error") or (f"status {status}" if status else "")
        at = unix_seconds(str(data.get("time", "")))
        request = " ".join(part for part in (str(tags.get("method", "")), request) if part)
        tally.failure(Failure(message=str(message), request=request, count=1, first=at, last=at))


def _points(document: Document, tally: Tally, others: Counter[str]) -> Iterator[Reading]:
    declared: dict[str, Mapping[str, Any]] = {}
    values: dict[str, array[float]] = {}
    faults: dict[str, str] = {}
    points = 0
    for place, entry in _entries(document, others):
        label = as_name(entry.get("metric"), document, f"{place}, metric")
        data = as_object(entry.get("data"), document, f"{place}, data")
        if entry.get("type") == "Metric":
            declared[label] = data
            continue
        points += 1
        if points > MOST_POINTS:
            raise broken(document, place, f"there are more than {MOST_POINTS} points")
        if label not in values:
            refuse_too_many(len(values), document.path)
        if label == "http_reqs":
            _answered(data, tally)
        found = values.setdefault(label, array("d"))
        value: Any = data.get("value")
        if type(value) in (float, int) and -LARGEST <= value <= LARGEST:
            found.append(value)
        else:
            faults.setdefault(label, fault((value,), signed=True) or "a value is not a number")
    for label, found in values.items():
        yield from _of_points(label, declared.get(label, {}), found, faults.get(label))


def _entries(document: Document, others: Counter[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the lines that are JSON; those of a log are counted. A point that is cut begins like a point."""
    for number, line in enumerate(document.lines(), 1):
        if line.isspace():
            continue
        if not line.lstrip().startswith("{"):
            if _OF_A_POINT.search(line):
                raise broken(document, f"line {number}", "it holds a point of k6 that does not begin as one")
            others["line"] += 1
            continue
        place = f"line {number}"
        if len(line) >= LONGEST_PIECE:
            raise broken(document, place, "the line is far too long for a point")
        yield place, as_object(parse_json(line, f"{document.path}, {place}"), document, place)


def _of_points(label: str, declared: Mapping[str, Any], found: array[float], error: str | None) -> Iterator[Reading]:
    kind = declared.get("type")
    if kind == "trend":
        metric, factor = _trend(label, declared)
        values = array("d", (value * factor for value in found))
        yield Reading(name=label, metric=metric, place=label, values=values, error=error)
    elif kind == "rate":
        metric = Metric(name="share", unit="1", better=_DIRECTIONS.get(label))
        share = (sum(value != 0 for value in found) / len(found),) if found else ()
        yield Reading(name=label, metric=metric, place=label, values=share, error=error)
