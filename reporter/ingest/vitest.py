"""Vitest's benchmarks as JSON (``vitest bench --run --outputJson FILE``), versions 1 to 3.

Times are milliseconds an iteration. Identity is the file with the groups around the benchmark, and its name. Samples
are in the file where ``includeSamples`` is set; else Vitest's own statistics are read. A benchmark without numbers has
failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest.metrics import TIME, root_dict
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, root_object
from reporter.ingest.table import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "vitest"
about = About(
    versions="1 to 3",
    command="vitest bench --run --outputJson results.json",
    samples="with `includeSamples`; else Vitest's statistics",
    metrics="`time` (s)",
    lost="p99.5 and p99.9; the margin of error",
)

_MS = 1e-3
_STATISTICS = {
    "n": "sampleCount",
    "min": "min",
    "median": "median",
    "q75": "p75",
    "p99": "p99",
    "max": "max",
    "mean": "mean",
}


def score(document: Document) -> float:
    """Recognise groups of benchmarks in files."""
    root = root_dict(document)
    files = root.get("files")
    if not isinstance(files, list) or not files or not isinstance(files[0], dict):
        return 0.0
    return 1.0 if {"filepath", "groups"} <= files[0].keys() else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    readings: list[Reading] = []
    for number, value in enumerate(as_list(root_object(document).get("files"), document, "files")):
        place = f"files[{number}]"
        file = as_object(value, document, place)
        for index, group in enumerate(as_list(file.get("groups"), document, f"{place}.groups")):
            at = f"{place}.groups[{index}]"
            readings.extend(_group(as_object(group, document, at), document, at))
    return FileReading(path=document.path, format=name, readings=tuple(readings))


def _group(group: Mapping[str, Any], document: Document, place: str) -> Iterator[Reading]:
    around = as_name(group.get("fullName"), document, f"{place}.fullName")
    for index, value in enumerate(as_list(group.get("benchmarks"), document, f"{place}.benchmarks")):
        at = f"{place}.benchmarks[{index}]"
        entry = as_object(value, document, at)
        label = as_name(entry.get("name"), document, f"{at}.name")
        samples = as_list(entry.get("samples") or [], document, f"{at}.samples")
        known = {} if samples else _known(entry)
        yield Reading(
            name=as_name(f"{around} > {label}", document, f"{at}.name"),
            metric=TIME,
            place=at,
            values=[scaled(sample, _MS) for sample in samples],
            known=known,
            error=None if samples or known else "the benchmark failed",
        )


def _known(entry: Mapping[str, Any]) -> dict[str, Any]:
    known = {ours: entry[theirs] for ours, theirs in _STATISTICS.items() if entry.get(theirs) is not None}
    if not known.keys() - {"n"}:
        return {}
    return {ours: value if ours == "n" else scaled(value, _MS) for ours, value in known.items()}
