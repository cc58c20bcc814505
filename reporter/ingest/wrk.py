"""Text of wrk and wrk2, one block for each run of it.

The mean and the greatest time are always there, percentiles with ``--latency``; of the two distributions of wrk2 the
first, corrected one is read. Identity is the address. Times are over all answers, so when none was a success, or no
answer came, they are no measurement. wrk2 keeps the rate that it was given; its throughput says only whether the server
kept up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test
from reporter.ingest.metrics import SECONDS, TIME, step_of
from reporter.ingest.printed import Lines, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name
from reporter.ingest.table import number, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "wrk"
about = About(
    versions="wrk 4, wrk2",
    command="wrk -t2 -c8 -d30s --latency http://localhost:8080/ > results.txt",
    samples="none: mean, maximum and, with `--latency`, percentiles",
    metrics="`time` (s), `failures` (share), `throughput` (1/s)",
    lost="percentiles above 99; rates of threads; wrk2's second distribution; its spectrum but for p95",
)

_WORD = r"(-?nan|[\d.]+)(us|ms|s|m|h)"
_START = re.compile(r"^Running \S+ test @ (\S+)", re.MULTILINE)
_LATENCY = re.compile(rf"^ +Latency +{_WORD} +(?:-?nan|[\d.]+)\w+ +{_WORD} ", re.MULTILINE)
_DISTRIBUTION = re.compile(rf"^ +Latency Distribution.*\n((?: *[\d.]+% +{_WORD}\n?)+)", re.MULTILINE)
_PERCENTILE = re.compile(rf"(?<![\d.])(\d+(?:\.\d+)?)% +{_WORD}")
_REQUESTS = re.compile(r"^ +(\d{1,15}) requests in ", re.MULTILINE)
_NOT_2XX = re.compile(r"^ +Non-2xx or 3xx responses: (\d{1,15})\b", re.MULTILINE)
_COUNTED = r"(\d{1,15})\b"
_SOCKET = re.compile(
    rf"^ +Socket errors: connect {_COUNTED}, read {_COUNTED}, write {_COUNTED}, timeout {_COUNTED}", re.MULTILINE
)
_RATE = re.compile(r"^Requests/sec: +(\S+)", re.MULTILINE)
_SPECTRUM_95 = re.compile(r"Detailed Percentile spectrum:(?:(?!#\[Mean).*\n){0,500}? +([\d.]+) +0\.950000 ")
_PERCENTILES = {50.0: "median", 75.0: "q75", 90.0: "q90", 95.0: "p95", 99.0: "p99"}


def score(document: Document) -> float:
    """Recognise the line at the beginning and that of the latency."""
    if document.json is not None or " test @ " not in document.text:
        return 0.0
    text = printed(document)
    return 1.0 if _START.search(text) and _LATENCY.search(text) else 0.0


def read(document: Document) -> FileReading:
    """Read all runs; raises ``InputError`` as the protocol says."""
    text = printed(document)
    starts = list(_START.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    readings: list[Reading] = []
    lines = Lines(text)
    for start, end in zip(starts, ends, strict=True):
        place = lines.of(start.start())
        label = as_name(load_test.address(start[1]), document, place)
        readings.extend(_block(label, text[start.start() : end], place))
    return FileReading(path=document.path, format=name, readings=tuple(readings))


def _block(label: str, block: str, place: str) -> Iterator[Reading]:
    latency = _LATENCY.search(block)
    if not latency:
        yield Reading(name=label, metric=TIME, place=place, error="wrk printed no latency")
        return
    known: dict[str, Any] = {"mean": _seconds(latency[1], latency[2]), "max": _seconds(latency[3], latency[4])}
    details = step_of(latency[1], latency[2])
    distribution = _DISTRIBUTION.search(block)
    for found in _PERCENTILE.finditer(distribution[1]) if distribution else ():
        statistic = _PERCENTILES.get(float(found[1]))
        if statistic:
            known[statistic] = _seconds(found[2], found[3])
            details = step_of(found[2], found[3]) if statistic == "median" else details
    spectrum = _SPECTRUM_95.search(block)
    if spectrum:
        known["p95"] = _seconds(spectrum[1], "ms")
    known = _not_above_largest(known)
    requests = _REQUESTS.search(block)
    if not requests:
        yield Reading(name=label, metric=TIME, place=place, known=known, details=details)
        return
    socket, refused = _SOCKET.search(block), _NOT_2XX.search(block)
    lost = sum(map(int, socket.groups())) if socket else 0
    answered = int(requests[1])
    rate = _RATE.search(block)
    yield from load_test.requests(
        label,
        place,
        {"n": answered, **known},
        made=answered + lost,
        failed=(int(refused[1]) if refused else 0) + lost,
        details=details,
        throughput=number(rate[1]) if rate else None,
    )


def _not_above_largest(known: dict[str, Any]) -> dict[str, Any]:
    """Keep the percentiles of wrk2, the upper ends of its classes, from standing above the largest time of all."""
    largest = known["max"]
    if not isinstance(largest, float):
        return known
    return {key: min(value, largest) if isinstance(value, float) else value for key, value in known.items()}


def _seconds(word: str, unit: str) -> Any:
    return scaled(number(word), SECONDS[unit])
