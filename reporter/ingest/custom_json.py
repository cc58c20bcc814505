"""Custom JSON of github-action-benchmark: a list of ``name``, ``unit`` and ``value``.

There the good direction is in the tool's name (``customSmallerIsBetter``, ``customBiggerIsBetter``), which is not
in the file. Here it follows from the unit where that tells it: less time and more per second are better; or from
``biggerIsBetter`` of the entry. For any other unit it stays undeclared until the configuration says it.

Values may be numbers written as text. ``range`` and ``extra`` are free text and not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean
from reporter.ingest.table import number, scaled
from reporter.model import Better, Metric
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Mapping

name = "github-action-benchmark"
about = About(
    versions="custom JSON, 1.x",
    command="node benchmark.js > results.json",
    samples="none: one value",
    metrics="`time` (s); `value`, a second or as `biggerIsBetter` says, else undeclared",
    lost="`range` and `extra`, which are free text",
)

_BY_UNIT: dict[str, Better] = {"s": "lower", "1/s": "higher", "B/s": "higher"}
_PER_SECOND = ("iter/sec", "ops/sec", "req/sec", "requests/s", "requests/sec", "iterations/s")


def score(document: Document) -> float:
    """Recognise ``name``, ``unit`` and ``value`` in a list."""
    entries = document.json
    first = entries[0] if isinstance(entries, list) and entries else None
    return 0.9 if isinstance(first, dict) and {"name", "unit", "value"} <= first.keys() else 0.0


def read(document: Document) -> FileReading:
    """Read all values; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    entries = as_list(document.json, document, "the whole file")
    readings = tuple(
        _value(as_object(entry, document, f"[{i}]"), document, f"[{i}]") for i, entry in enumerate(entries)
    )
    return FileReading(path=document.path, format=name, readings=readings)


def _value(entry: Mapping[str, Any], document: Document, place: str) -> Reading:
    label = as_name(entry.get("name"), document, f"{place}.name")
    word = entry.get("unit")
    if not isinstance(word, str) or "value" not in entry:
        raise broken(document, place, "the entry needs a unit, which is a text, and a value")
    factor, unit = (1.0, "1/s") if word.strip().lower() in _PER_SECOND else to_base(clean(word))
    bigger = entry.get("biggerIsBetter")
    better = _BY_UNIT.get(unit)
    if isinstance(bigger, bool):
        better = "higher" if bigger else "lower"
    metric = Metric(name="time" if unit == "s" else "value", unit=unit, better=better)
    value = entry["value"]
    return Reading(
        name=label,
        metric=metric,
        place=place,
        values=(scaled(number(value) if isinstance(value, str) else value, factor),),
    )
