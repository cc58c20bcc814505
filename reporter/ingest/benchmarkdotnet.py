"""BenchmarkDotNet JSON: ``*-report-full.json``, ``*-report-full-compressed.json`` and the brief ones.

Times are nanoseconds an operation. The full report has each iteration, by launch: a launch is a fresh process. The
file as a whole is one run of its side, of the means over the launches. In the brief one are the values without their
launches, or statistics alone. Iterations are those that BenchmarkDotNet itself counts: after the overhead was taken off
and outliers removed, as its settings say.

Identity is the full name, in which the parameters stand; where a benchmark was run under several jobs, the job too.
Memory is what one operation allocates. Collections of the garbage collector follow from it and are not read; other
columns of diagnosers are read with the direction the file tells.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.metrics import MEMORY, TIME, root_dict
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, objects, root_object, text, whole_number
from reporter.ingest.table import number, scaled
from reporter.model import Metric
from reporter.shared.model import Fingerprint
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "benchmarkdotnet"
about = About(
    versions="0.11 to 0.14: full and brief JSON",
    command="dotnet run -c Release -- --exporters fulljson",
    samples="iterations of full reports; a file is one run, of the means over the launches; values of brief ones",
    metrics="`time` (s), `memory` (B an operation); columns of diagnosers with a direction",
    lost="overhead, warm-up and outliers BenchmarkDotNet removes; collections of the garbage collector",
)

_NS = 1e-9
_STATISTICS = {"n": "N", "min": "Min", "q25": "Q1", "median": "Median", "q75": "Q3", "max": "Max", "mean": "Mean"}
_RESULTS = {("Workload", "Result"), ("Result", None)}
"""Mode and stage of the measurements that count; older versions have no stage."""


def score(document: Document) -> float:
    """Recognise the host and the benchmarks with their statistics."""
    root = root_dict(document)
    entries = root.get("Benchmarks")
    if not isinstance(entries, list) or not entries:
        return 0.9 if isinstance(entries, list) and "HostEnvironmentInfo" in root else 0.0
    return 1.0 if isinstance(entries[0], dict) and {"Method", "Statistics"} <= entries[0].keys() else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    entries = list(objects(root.get("Benchmarks"), document, "Benchmarks"))
    names = [_full_name(entry, document, place) for place, entry in entries]
    repeated = Counter(names)
    readings: list[Reading] = []
    for label, (place, entry) in zip(names, entries, strict=True):
        job = (text(entry, "DisplayInfo") or "").partition(": ")[2]
        params = (("job", job),) if repeated[label] > 1 and job else ()
        readings.extend(_benchmark(label, params, entry, document, place))
    host = root.get("HostEnvironmentInfo")
    return FileReading(path=document.path, format=name, readings=tuple(readings), fingerprint=_fingerprint(host))


def _full_name(entry: Mapping[str, Any], document: Document, place: str) -> str:
    if entry.get("FullName"):
        return as_name(entry["FullName"], document, f"{place}.FullName")
    parts = (text(entry, "Namespace"), text(entry, "Type"), text(entry, "Method"))
    label = as_name(".".join(part for part in parts if part), document, f"{place}.Method")
    parameters = text(entry, "Parameters")
    return f"{label}({parameters})" if parameters else label


def _benchmark(
    label: str, params: tuple[tuple[str, str], ...], entry: Mapping[str, Any], document: Document, place: str
) -> Iterator[Reading]:
    stats = entry.get("Statistics")
    if stats is None:
        yield Reading(name=label, metric=TIME, place=place, params=params, error="the benchmark failed")
        return
    table = as_object(stats, document, f"{place}.Statistics")
    runs = _launches(entry.get("Measurements"), document, f"{place}.Measurements")
    values = [] if runs else _each(table.get("OriginalValues") or [], document, f"{place}.Statistics.OriginalValues")
    known = {} if runs or values else _known(table)
    yield Reading(name=label, metric=TIME, place=place, params=params, runs=runs, values=values, known=known)
    memory = entry.get("Memory")
    if isinstance(memory, dict) and memory.get("BytesAllocatedPerOperation") is not None:
        allocated = memory["BytesAllocatedPerOperation"]
        yield Reading(name=label, metric=MEMORY, place=f"{place}.Memory", params=params, values=(allocated,))
    yield from _diagnosed(label, params, entry, document, place)


def _launches(value: object, document: Document, place: str) -> tuple[list[Any], ...]:
    launches: dict[int, list[Any]] = {}
    for at, entry in objects(value or [], document, place):
        if (text(entry, "IterationMode"), text(entry, "IterationStage")) not in _RESULTS:
            continue
        operations, launch = entry.get("Operations"), entry.get("LaunchIndex", 1)
        if not isinstance(operations, (int, float)) or not 1 <= operations < 1e18 or not isinstance(launch, int):
            raise broken(document, at, "there is no number of operations or launch")
        launches.setdefault(launch, []).append(scaled(entry.get("Nanoseconds"), _NS / operations))
    return tuple(launches[launch] for launch in sorted(launches))


def _each(values: object, document: Document, place: str) -> list[Any]:
    return [_value(value) for value in as_list(values, document, place)]


def _known(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        ours: table[theirs] if ours == "n" else _value(table[theirs])
        for ours, theirs in _STATISTICS.items()
        if table.get(theirs) is not None
    }


def _value(value: Any) -> Any:
    """Scale a number; what is none is written as the text ``NaN``."""
    return scaled(number(value) if isinstance(value, str) else value, _NS)


def _diagnosed(
    label: str, params: tuple[tuple[str, str], ...], entry: Mapping[str, Any], document: Document, place: str
) -> Iterator[Reading]:
    for at, column in objects(entry.get("Metrics") or [], document, f"{place}.Metrics"):
        kind = column.get("Descriptor")
        key = text(kind, "Id")
        if not key or key.startswith("Gen") or key == "Allocated Memory" or not isinstance(kind, dict):
            continue
        factor, unit = to_base(text(kind, "Unit") or "")
        metric = Metric(name=key, unit=unit, better="higher" if kind.get("TheGreaterTheBetter") is True else "lower")
        value = scaled(column.get("Value"), factor)
        yield Reading(name=label, metric=metric, place=at, params=params, values=(value,))


def _fingerprint(host: object) -> Fingerprint:
    implementation, _, version = (text(host, "RuntimeVersion") or "").partition(" ")
    details = {"os": text(host, "OsVersion"), "benchmarkdotnet": text(host, "BenchmarkDotNetVersion")}
    return Fingerprint(
        cpu_model=text(host, "ProcessorName"),
        cores=whole_number(host, "LogicalCoreCount", 100_000),
        architecture=text(host, "Architecture"),
        language=machine.language(implementation, version.removeprefix("Core ")),
        details=tuple((key, value) for key, value in details.items() if value),
    )
