"""JMH JSON (``-rf json -rff FILE``).

JMH measures each benchmark in forks, fresh Java processes that follow one another. The file as a whole is one run of
its side, of the means over the forks; iterations are the rounds. Identity is the method, the mode, the number of
threads and the parameters. The unit tells the direction: operations per time are better when higher, time per
operation when lower. In the sampling mode JMH keeps a histogram instead of rounds; its percentiles over all forks are
taken.

Of the metrics of profilers the bytes allocated per operation are better when lower; the others are shown and not
judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean, text
from reporter.ingest.table import number, scaled
from reporter.model import Better, Metric
from reporter.shared.model import Fingerprint
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "jmh"
about = About(
    versions="1.x JSON",
    command="java -jar benchmarks.jar -rf json -rff results.json",
    samples="iterations; a file is one run, of the means over the forks; in the mode `sample` JMH's percentiles",
    metrics="`throughput` (1/s), `time` (s), `gc.alloc.rate.norm` (B); other profilers undeclared",
    lost="JMH's own error bounds; the histogram of the mode `sample`",
)

_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "hr": 3600.0, "day": 86400.0}
_THROUGHPUT = re.compile(r"ops/(\w+)")
_TIME = re.compile(r"(\w+)/op")
_MOST_CALLS = 10**12
_ALLOCATED = "gc.alloc.rate.norm"
_PERCENTILES = {"min": "0.0", "median": "50.0", "q90": "90.0", "p95": "95.0", "p99": "99.0", "max": "100.0"}


def score(document: Document) -> float:
    """Recognise ``benchmark``, ``mode`` and ``primaryMetric`` in a list."""
    entries = document.json
    first = entries[0] if isinstance(entries, list) and entries else None
    return 1.0 if isinstance(first, dict) and {"benchmark", "mode", "primaryMetric"} <= first.keys() else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    readings: list[Reading] = []
    entries = as_list(document.json, document, "the whole file")
    for index, value in enumerate(entries):
        place = f"[{index}]"
        readings.extend(_benchmark(as_object(value, document, place), document, place))
    return FileReading(
        path=document.path,
        format=name,
        readings=tuple(readings),
        fingerprint=_fingerprint(entries[0] if entries else None),
    )


def _benchmark(entry: Mapping[str, Any], document: Document, place: str) -> Iterator[Reading]:
    label = as_name(entry.get("benchmark"), document, f"{place}.benchmark")
    params = _params(entry, document, place)
    primary = as_object(entry.get("primaryMetric"), document, f"{place}.primaryMetric")
    yield _reading(label, params, None, primary, document, f"{place}.primaryMetric")
    others = entry.get("secondaryMetrics")
    for key, value in sorted(others.items()) if isinstance(others, dict) else ():
        at = f"{place}.secondaryMetrics.{clean(key)}"
        metric = as_name(key.lstrip("·"), document, at)
        yield _reading(label, params, metric, as_object(value, document, at), document, at)


def _reading(
    label: str,
    params: tuple[tuple[str, str], ...],
    metric_name: str | None,
    table: Mapping[str, Any],
    document: Document,
    place: str,
) -> Reading:
    unit = table.get("scoreUnit")
    if not isinstance(unit, str):
        raise broken(document, f"{place}.scoreUnit", "the unit is missing")
    metric, factor = _metric(metric_name, clean(unit))
    runs = tuple(run for run in _forks(table, factor, document, place) if run)
    known = {} if runs else _known(table, factor)
    return Reading(name=label, metric=metric, place=place, params=params, runs=runs, known=known)


def _forks(table: Mapping[str, Any], factor: float, document: Document, place: str) -> Iterator[list[Any]]:
    for index, fork in enumerate(as_list(table.get("rawData") or [], document, f"{place}.rawData")):
        yield [_value(value, factor) for value in as_list(fork, document, f"{place}.rawData[{index}]")]


def _known(table: Mapping[str, Any], factor: float) -> dict[str, Any]:
    found = table.get("scorePercentiles")
    percentiles = found if isinstance(found, dict) else {}
    known = {
        ours: _value(percentiles[theirs], factor) for ours, theirs in _PERCENTILES.items() if theirs in percentiles
    }
    counted = _calls_counted(table.get("rawDataHistogram"))
    return {**known, **({"n": counted} if counted else {}), "mean": _value(table.get("score"), factor)}


def _calls_counted(histograms: Any) -> int | None:
    """Add up how many calls the mode ``sample`` timed; ``None`` where the histograms are not forks of iterations."""
    try:
        counts = [count for fork in histograms for iteration in fork for _, count in iteration]
    except (TypeError, ValueError):
        return None
    usual = all(type(count) is int and 0 <= count < _MOST_CALLS for count in counts)
    return sum(counts) if usual else None


def _value(value: Any, factor: float) -> Any:
    """Scale a number; JMH writes what is none as the text ``NaN``."""
    return scaled(number(value) if isinstance(value, str) else value, factor)


def _metric(metric_name: str | None, unit: str) -> tuple[Metric, float]:
    throughput, time = _THROUGHPUT.fullmatch(unit), _TIME.fullmatch(unit)
    if throughput and throughput[1] in _SECONDS:
        return _named(metric_name, "throughput", "1/s", "higher"), 1 / _SECONDS[throughput[1]]
    if time and time[1] in _SECONDS:
        return _named(metric_name, "time", "s", "lower"), _SECONDS[time[1]]
    factor, base = to_base(time[1]) if time else to_base(unit)
    return _named(metric_name, "score", base, None), factor


def _named(metric_name: str | None, usual: str, unit: str, better: Better | None) -> Metric:
    if metric_name is None:
        return Metric(name=usual, unit=unit, better=better)
    return Metric(name=metric_name, unit=unit, better="lower" if metric_name == _ALLOCATED else None)


def _params(entry: Mapping[str, Any], document: Document, place: str) -> tuple[tuple[str, str], ...]:
    table = as_object(entry.get("params") or {}, document, f"{place}.params")
    own = {clean(key): clean(str(value)) for key, value in table.items() if isinstance(value, (str, int, float))}
    for key in ("mode", "threads"):
        value = entry.get(key)
        if isinstance(value, (str, int)):
            own[f"jmh.{key}" if key in own else key] = clean(str(value))
    return tuple(sorted(own.items()))


def _fingerprint(entry: object) -> Fingerprint:
    versions = {"jmh": text(entry, "jmhVersion"), "jdk": text(entry, "jdkVersion"), "vm": text(entry, "vmName")}
    return Fingerprint(
        language=machine.language("Java", text(entry, "jdkVersion")),
        details=tuple((key, value) for key, value in versions.items() if value),
    )
