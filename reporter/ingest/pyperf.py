"""pyperf JSON of any version 1.x, plain or gzip (``pyperf timeit -o``, ``pyperformance run -o`` …).

pyperf starts every run of a benchmark as a fresh process. They follow one another on a machine as it was then, so the
file as a whole is one run of its side, and its statistics are the means over the processes. Runs without values only
calibrated the number of loops; warm-up values are left out. Values are per loop already.

Metadata that is common to all benchmarks stands at the top of the file, ``name`` included when there is one benchmark.
Dates are in local time without a zone, so the file is silent about when it was measured.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, root_object, text, whole_number
from reporter.model import Metric
from reporter.shared.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

name = "pyperf"
about = About(
    versions="schema 1.0 (pyperf 1.x and 2.x), also `.json.gz`",
    command="pyperf timeit -o results.json 'sorted(range(100))'",
    samples="every value; a file is one run, of the means over the processes that pyperf starts",
    metrics="`time` (s), `memory` (B) or `value`, after pyperf's unit",
    lost="warm-ups and calibration; tags; dates, which have no time zone",
)

METRICS = {
    "second": Metric(name="time", unit="s", better="lower"),
    "byte": Metric(name="memory", unit="B", better="lower"),
    "integer": Metric(name="value", unit="1", better="lower"),
}
"""By pyperf's ``unit``. Its comparisons call less better for all three."""

UNNAMED = "unnamed"

_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM", "jython": "Jython"}
_ARCHITECTURE = re.compile(r"-(x86_64|AMD64|aarch64|arm64|ARM64|armv\w+|i\d86|ppc64\w*|s390x|riscv64)\b")


def score(document: Document) -> float:
    """Recognise the schema ``version`` as a text 1.x, and ``benchmarks`` that have ``runs``."""
    root = document.json
    if not isinstance(root, dict) or not isinstance(root.get("benchmarks"), list):
        return 0.0
    version, entries = root.get("version"), root["benchmarks"]
    if not isinstance(version, str) or not version.startswith("1."):
        return 0.0
    if not entries:
        return 0.5
    return 1.0 if isinstance(entries[0], dict) and isinstance(entries[0].get("runs"), list) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    common = _metadata(root)
    entries = as_list(root.get("benchmarks"), document, "benchmarks")
    return FileReading(
        path=document.path,
        format=name,
        readings=tuple(_benchmark(entry, common, document, f"benchmarks[{i}]") for i, entry in enumerate(entries)),
        fingerprint=_fingerprint(common or _metadata(entries[0] if entries else None)),
    )


def _benchmark(entry: object, common: Mapping[str, Any], document: Document, place: str) -> Reading:
    benchmark = as_object(entry, document, place)
    runs = as_list(benchmark.get("runs"), document, f"{place}.runs")
    values = [_values(run, document, f"{place}.runs[{index}]") for index, run in enumerate(runs)]
    metadata = {**(_metadata(runs[0]) if runs else {}), **common, **_metadata(benchmark)}
    measured = tuple(run for run in values if run)
    return Reading(
        name=as_name(metadata.get("name", UNNAMED), document, f"{place}.metadata.name"),
        metric=_metric(metadata, document, f"{place}.metadata.unit"),
        place=place,
        runs=measured,
        error=None if measured else f"none of its {len(runs)} runs has a value",
    )


def _values(run: object, document: Document, place: str) -> list[Any]:
    values = as_object(run, document, place).get("values")
    return as_list(values, document, f"{place}.values") if values is not None else []


def _metric(metadata: Mapping[str, Any], document: Document, place: str) -> Metric:
    unit = metadata.get("unit", "second")
    if not isinstance(unit, str) or unit not in METRICS:
        raise broken(document, place, f"the unit is not one of {', '.join(METRICS)}")
    return METRICS[unit]


def _metadata(table: object) -> dict[str, Any]:
    found = table.get("metadata") if isinstance(table, dict) else None
    return found if isinstance(found, dict) else {}


def _fingerprint(metadata: Mapping[str, Any]) -> Fingerprint:
    platform = text(metadata, "platform") or ""
    architecture = _ARCHITECTURE.search(platform)
    implementation = text(metadata, "python_implementation") or ""
    version = text(metadata, "python_version") or ""
    details = {
        "python": version.partition(" ")[0],
        "pyperf": text(metadata, "pyperf_version") or text(metadata, "perf_version"),
    }
    return Fingerprint(
        cpu_model=text(metadata, "cpu_model_name"),
        cores=whole_number(metadata, "cpu_count", 100_000),
        architecture=architecture[1] if architecture else None,
        os=platform.partition("-")[0] or None,
        language=machine.language(_IMPLEMENTATIONS.get(implementation, implementation), version),
        details=tuple((key, value) for key, value in details.items() if value),
    )
