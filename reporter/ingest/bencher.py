"""Bencher Metric Format: an object of benchmarks, each an object of measures with a ``value``.

The file names neither unit nor direction. They are known for Bencher's own measures, by their names; every other
measure is a plain number until the configuration declares it. The bounds beside a value say how sure its tool was of
it, each in a way of its own, and are not read.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, as_object, broken, clean, root_object
from reporter.ingest.table import scaled
from reporter.model import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "bencher"
about = About(
    versions="Bencher Metric Format 0",
    command="bencher mock > results.json",
    samples="none: one value a measure",
    metrics=(
        "the measures, by name: `latency`, `build-time`, `file-size`, `instructions`, `estimated-cycles`, "
        "`throughput`; others undeclared"
    ),
    lost="lower and upper values",
)

_MEASURES = {
    "latency": (Metric(name="latency", unit="s", better="lower"), 1e-9),
    "throughput": (Metric(name="throughput", unit="1/s", better="higher"), 1.0),
    "build-time": (Metric(name="build-time", unit="s", better="lower"), 1.0),
    "file-size": (Metric(name="file-size", unit="B", better="lower"), 1.0),
    "instructions": (Metric(name="instructions", unit="1", better="lower"), 1.0),
    "estimated-cycles": (Metric(name="estimated-cycles", unit="1", better="lower"), 1.0),
}
_FIELDS = frozenset(("value", "lower_value", "upper_value"))
_LOOKED_AT = 20


def score(document: Document) -> float:
    """Recognise objects of measures that have ``value`` and nothing but its bounds."""
    root = document.json
    if not isinstance(root, dict) or not root:
        return 0.0
    some = list(islice(root.values(), _LOOKED_AT))
    return (
        0.9
        if all(isinstance(entry, dict) and entry and all(map(_is_measure, entry.values())) for entry in some)
        else 0.0
    )


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    readings: list[Reading] = []
    for key, value in root_object(document).items():
        label = as_name(key, document, "a name of a benchmark")
        readings.extend(_benchmark(label, value, document))
    return FileReading(path=document.path, format=name, readings=tuple(readings))


def measure(slug: str) -> tuple[Metric, float]:
    """Return the metric of a measure and the factor to its base unit."""
    return _MEASURES.get(slug, (Metric(name=slug, unit="1", better=None), 1.0))


def _is_measure(value: object) -> bool:
    return isinstance(value, dict) and "value" in value and value.keys() <= _FIELDS


def _benchmark(label: str, value: object, document: Document) -> Iterator[Reading]:
    for key, entry in as_object(value, document, label).items():
        place = f"{label}.{clean(key)}"
        fields = as_object(entry, document, place)
        if "value" not in fields:
            raise broken(document, place, "the measure has no value")
        measured = as_name(key, document, f"{label}, a name of a measure")
        metric, factor = measure(measured)
        yield Reading(name=label, metric=metric, place=place, values=(scaled(fields["value"], factor),))
