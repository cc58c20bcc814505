"""Google Benchmark JSON (``--benchmark_out=FILE`` or ``--benchmark_format=json``).

Times are per iteration in the entry's ``time_unit``. Repetitions of a benchmark are the rounds of one run. Means,
medians and deviations over them are left out, except where ``--benchmark_report_aggregates_only`` left nothing else;
files older than ``run_type`` tell them by the end of the name. Fits of complexity are no measurements.

Real time is the main metric, CPU time beside it. Rates per second are better when higher; other counters of the user
have no direction until the configuration declares one.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, root_object, text, whole_number
from reporter.ingest.table import scaled
from reporter.model import Better, Metric
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

name = "google-benchmark"
about = About(
    versions="1.x JSON",
    command="./program --benchmark_out=results.json --benchmark_repetitions=5",
    samples="repetitions; without them one value",
    metrics="`time`, `cpu_time` (s); `items_per_second`, `bytes_per_second`; counters undeclared",
    lost="means and deviations where the repetitions are there; fitted complexity",
)

TIME = Metric(name="time", unit="s", better="lower")
CPU_TIME = Metric(name="cpu_time", unit="s", better="lower")

_FACTORS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_AGGREGATE = re.compile(r"(.+)_(mean|median|stddev|cv|min|max|BigO|RMS)")
_STATISTICS = ("mean", "median", "min", "max")
_RATES = {"items_per_second": "1/s", "bytes_per_second": "B/s"}
_NOT_COUNTERS = frozenset(
    (
        *("family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads", "iterations"),
        *("real_time", "cpu_time", "cpu_coefficient", "real_coefficient", "rms"),
    )
)

_Entry = tuple[str, dict[str, Any]]


def score(document: Document) -> float:
    """Recognise ``real_time`` and ``cpu_time`` in ``benchmarks``, or ``context`` of the library without any."""
    root = document.json
    if not isinstance(root, dict) or not isinstance(root.get("benchmarks"), list):
        return 0.0
    entries = root["benchmarks"]
    if not entries:
        context = root.get("context")
        return 0.9 if isinstance(context, dict) and "library_build_type" in context else 0.0
    first = entries[0]
    if not isinstance(first, dict) or "name" not in first:
        return 0.0
    fields = {"real_time", "cpu_time"} <= first.keys() or "error_occurred" in first or "cpu_coefficient" in first
    return (0.9 + 0.1 * ("context" in root)) if fields else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    groups: dict[str, list[_Entry]] = {}
    for index, value in enumerate(as_list(root.get("benchmarks"), document, "benchmarks")):
        place = f"benchmarks[{index}]"
        entry = as_object(value, document, place)
        groups.setdefault(_base_name(entry, document, place), []).append((place, entry))
    known = frozenset(groups)
    readings = tuple(
        reading
        for label, entries in groups.items()
        if not _sums_up_another(label, known, entries)
        for reading in _benchmark(label, entries, document)
    )
    return FileReading(
        path=document.path,
        format=name,
        readings=readings,
        fingerprint=Fingerprint(cores=whole_number(root.get("context"), "num_cpus", 100_000)),
        measured_at=_seconds(root.get("context")),
        warnings=tuple(_debug(root.get("context"))),
    )


def _base_name(entry: Mapping[str, Any], document: Document, place: str) -> str:
    key = "run_name" if "run_name" in entry and entry.get("run_type") == "aggregate" else "name"
    return as_name(entry.get(key), document, f"{place}.{key}")


def _sums_up_another(label: str, known: frozenset[str], entries: Sequence[_Entry]) -> bool:
    found = _AGGREGATE.fullmatch(label)
    return found is not None and found[1] in known and all("run_type" not in entry for _, entry in entries)


def _benchmark(label: str, entries: Sequence[_Entry], document: Document) -> Iterator[Reading]:
    rounds = [(place, entry) for place, entry in entries if entry.get("run_type") != "aggregate"]
    if not rounds:
        yield from _aggregates(label, entries, document)
        return
    place = rounds[0][0]
    error = next((reason for _, entry in rounds if (reason := _error(entry))), None)
    if error:
        yield Reading(name=label, metric=TIME, place=place, error=error)
        return
    for metric, key in ((TIME, "real_time"), (CPU_TIME, "cpu_time")):
        values = [scaled(entry.get(key), _factor(entry, document, at)) for at, entry in rounds]
        yield Reading(name=label, metric=metric, place=place, values=values)
    for key in dict.fromkeys(key for _, entry in rounds for key in entry):
        counted = [entry[key] for _, entry in rounds if _is_counter(key, entry.get(key))]
        if counted:
            yield Reading(name=label, metric=_counter(key, document, place), place=place, values=counted)


def _aggregates(label: str, entries: Sequence[_Entry], document: Document) -> Iterator[Reading]:
    if all("big_o" in entry or "rms" in entry for _, entry in entries):
        return
    named = {text(entry, "aggregate_name"): (place, entry) for place, entry in entries}
    found = {statistic: named[statistic] for statistic in _STATISTICS if statistic in named}
    place = entries[0][0]
    if not found:
        yield Reading(
            name=label, metric=TIME, place=place, error="only a sum of repetitions is there, of no known kind"
        )
        return
    repetitions = whole_number(entries[0][1], "repetitions", 1_000_000_000)
    counted = {"n": float(repetitions)} if repetitions else {}
    for metric, key in ((TIME, "real_time"), (CPU_TIME, "cpu_time")):
        known = {stat: scaled(entry.get(key), _factor(entry, document, at)) for stat, (at, entry) in found.items()}
        yield Reading(name=label, metric=metric, place=place, known=counted | known)
    for key in dict.fromkeys(key for _, entry in found.values() for key in entry):
        known = {stat: entry[key] for stat, (_, entry) in found.items() if _is_counter(key, entry.get(key))}
        if known:
            yield Reading(name=label, metric=_counter(key, document, place), place=place, known=counted | known)


def _error(entry: Mapping[str, Any]) -> str | None:
    if entry.get("error_occurred") is True:
        return f"the benchmark failed: {text(entry, 'error_message') or 'without a message'}"
    if entry.get("skipped") is True:
        return f"the benchmark was skipped: {text(entry, 'skip_message') or 'without a message'}"
    return None


def _factor(entry: Mapping[str, Any], document: Document, place: str) -> float:
    unit = entry.get("time_unit", "ns")
    if not isinstance(unit, str) or unit not in _FACTORS:
        raise broken(document, f"{place}.time_unit", f"the unit is not one of {', '.join(_FACTORS)}")
    return _FACTORS[unit]


def _is_counter(key: str, value: object) -> bool:
    return key not in _NOT_COUNTERS and isinstance(value, (int, float)) and not isinstance(value, bool)


def _counter(key: str, document: Document, place: str) -> Metric:
    label = as_name(key, document, place)
    better: Better | None = "higher" if label in _RATES else None
    taken = label in (TIME.name, CPU_TIME.name)
    return Metric(name=f"counter.{label}" if taken else label, unit=_RATES.get(label, "1"), better=better)


def _debug(context: object) -> Iterator[Notice]:
    if isinstance(context, dict) and context.get("library_build_type") == "debug":
        what = "The benchmark library was built for debugging, so its own cost is in the times; build it for release."
        yield Notice(code="debug-build", text=what)


def _seconds(context: object) -> float | None:
    stamp = text(context, "date")
    try:
        moment = datetime.fromisoformat(stamp) if stamp else None
        return moment.timestamp() if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
