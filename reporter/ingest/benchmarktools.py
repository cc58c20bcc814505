"""Julia's BenchmarkTools as JSON (``BenchmarkTools.save``), version 1.

A group of benchmarks is written as a pair of its type and its data, and so is everything in it; the identity is the
keys down to the benchmark. A ``Trial`` has its samples: nanoseconds an evaluation. A ``TrialEstimate`` is one value
that somebody chose (the minimum, the median …), and the file does not say which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.metrics import ALLOCATIONS, MEMORY, TIME
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, text
from reporter.ingest.table import scaled
from reporter.shared.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "benchmarktools"
about = About(
    versions="BenchmarkTools.jl 0.4 to 1.x",
    command=('julia -e \'using BenchmarkTools; include("bench.jl"); BenchmarkTools.save("results.json", run(suite))\''),
    samples="`times` of trials; of an estimate the one value",
    metrics="`time` (s), `memory` (B), `allocations`",
    lost="time in the garbage collector; which estimate it is",
)

_NS = 1e-9
_DEEPEST = 100


def score(document: Document) -> float:
    """Recognise the versions at the beginning."""
    root = document.json
    first = root[0] if isinstance(root, list) and len(root) == 2 else None
    return 1.0 if isinstance(first, dict) and "BenchmarkTools" in first else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    root = as_list(document.json, document, "the whole file")
    if len(root) != 2:
        raise broken(document, "the whole file", "expected the versions and the benchmarks")
    readings: list[Reading] = []
    entries = as_list(root[1], document, "[1]")
    for index, entry in enumerate(entries):
        start = () if len(entries) == 1 else (str(index + 1),)
        readings.extend(_typed(entry, start, document, f"[1][{index}]"))
    return FileReading(path=document.path, format=name, readings=tuple(readings), fingerprint=_fingerprint(root[0]))


def _typed(value: object, keys: tuple[str, ...], document: Document, place: str) -> Iterator[Reading]:
    pair = as_list(value, document, place)
    if len(pair) != 2 or len(keys) > _DEEPEST:
        raise broken(document, place, "expected a type and its data")
    data = as_object(pair[1], document, place)
    if pair[0] == "BenchmarkGroup":
        for key, part in as_object(data.get("data"), document, f"{place}.data").items():
            yield from _typed(part, (*keys, key), document, f"{place}.data")
    elif pair[0] in ("Trial", "TrialEstimate"):
        label = as_name("/".join(keys) or "benchmark", document, place)
        yield from _benchmark(label, data, document, place)


def _benchmark(label: str, data: dict[str, Any], document: Document, place: str) -> Iterator[Reading]:
    if "times" in data:
        values = [scaled(value, _NS) for value in as_list(data["times"], document, f"{place}.times")]
    else:
        values = [scaled(data.get("time"), _NS)]
    yield Reading(name=label, metric=TIME, place=place, values=values)
    for key, metric in (("memory", MEMORY), ("allocs", ALLOCATIONS)):
        if key in data:
            yield Reading(name=label, metric=metric, place=f"{place}.{key}", values=(data[key],))


def _fingerprint(versions: object) -> Fingerprint:
    tools = text(versions, "BenchmarkTools")
    return Fingerprint(
        language=machine.language("Julia", text(versions, "Julia")),
        details=(("BenchmarkTools", tools),) if tools else (),
    )
