"""Criterion.rs: the files below ``target/criterion``, and the text it prints.

In ``…/new`` the samples are read from ``sample.json`` (nanoseconds of a number of iterations, divided here), and the
name from ``benchmark.json`` beside it; both of the old and the new layout. Where there are no samples, ``raw.csv`` and
then ``estimates.json`` are read. All other files there, those of the earlier run in ``…/base`` and the comparison in
``…/change`` add nothing.

The text gives one value, Criterion's own estimate, and a throughput beside it where one is set; the bounds around the
estimate say how sure Criterion was of it and are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import table
from reporter.ingest.opening import open_document
from reporter.ingest.printed import Lines, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken
from reporter.model import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

name = "criterion"
about = About(
    versions="0.3 to 0.7: `target/criterion/**/new/*`, and the printed text",
    command="cargo bench",
    samples="`sample.json` or `raw.csv`; of the text Criterion's estimate alone",
    metrics="`time` (s); `throughput` (text only; 1/s or B/s)",
    lost="bounds of the estimate; the comparison with the earlier run",
)

TIME = Metric(name="time", unit="s", better="lower")

_NS = 1e-9
_SECONDS = {"ps": 1e-12, "ns": 1e-9, "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_PREFIXES = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}
_NUMBER = r"(\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_TIMES = re.compile(
    rf"^(.{{0,500}}?)[ \t]{{0,200}}time:[ \t]+\[{_NUMBER} (\w+) {_NUMBER} (\w+) {_NUMBER} (\w+)\]", re.MULTILINE
)
_RATES = re.compile(rf"[ \t]*thrpt:[ \t]+\[\S+ \S+ {_NUMBER} ([KMGT]?i?)(elem|B)/s ")
_RAW = ("group", "function", "value")
_TUKEY = 4


def score(document: Document) -> float:
    """Recognise each of Criterion's files by its fields, and the text by the three times in brackets."""
    if document.json is not None:
        return 1.0 if _kind(document) else 0.0
    if table.header(document)[:3] == _RAW and "iteration_count" in table.header(document):
        return 1.0
    return 0.9 if "time:" in document.text and _TIMES.search(printed(document)) else 0.0


def read(document: Document) -> FileReading:
    """Read the benchmark of the folder, or all of the text; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    kind = _kind(document) if document.json is not None else None
    if document.json is not None and kind is None:
        raise broken(document, "the whole file", "this is none of Criterion's files")
    if kind is None and table.header(document)[:3] != _RAW:
        return FileReading(path=document.path, format=name, readings=tuple(_text(document)))
    if _is_beside(document.path, kind or "raw"):
        return FileReading(path=document.path, format=name, readings=(), companion=True)
    if kind is None:
        return FileReading(path=document.path, format=name, readings=tuple(_raw(document)))
    label = _full_name(document)
    reading = _samples(label, document) if kind == "sample" else _estimates(label, document)
    return FileReading(path=document.path, format=name, readings=(reading,))


def _kind(document: Document) -> str | None:
    root = document.json
    if isinstance(root, dict):
        if {"iters", "times"} <= root.keys():
            return "sample"
        if {"group_id", "full_id", "directory_name"} <= root.keys():
            return "benchmark"
        mean = root.get("mean", root.get("Mean"))
        return (
            "estimates" if isinstance(mean, dict) and {"confidence_interval", "point_estimate"} <= mean.keys() else None
        )
    if not isinstance(root, list):
        return None
    if len(root) == 2 and all(isinstance(part, list) and part for part in root) and len(root[0]) == len(root[1]):
        return "sample" if all(type(value) in (int, float) for part in root for value in part[:3]) else None
    numbers = len(root) == _TUKEY and all(type(value) in (int, float) for value in root)
    return "tukey" if numbers and document.path.with_name("benchmark.json").exists() else None


def _is_beside(path: Path, kind: str) -> bool:
    folder = path.parent
    if kind in ("benchmark", "tukey"):
        return True
    if folder.name != "new" and (folder.parent / "new").is_dir():
        return True
    better = {"sample": (), "raw": ("sample.json",), "estimates": ("sample.json", "raw.csv")}[kind]
    return any((folder / other).exists() for other in better)


def _full_name(document: Document) -> str:
    path = document.path.with_name("benchmark.json")
    if not path.exists():
        what = "there is no benchmark.json beside it, which tells the name"
        raise broken(document, "the whole file", what + "; let all of target/criterion/**/new/* be results")
    beside = open_document(path)
    fields = as_object(beside.json, beside, "the whole file")
    return as_name(fields.get("full_id"), beside, "full_id")


def _samples(label: str, document: Document) -> Reading:
    root = document.json
    iterations, times = (root["iters"], root["times"]) if isinstance(root, dict) else root
    counts, totals = as_list(iterations, document, "iters"), as_list(times, document, "times")
    if len(counts) != len(totals):
        raise broken(document, "times", f"there are {len(totals)} times of {len(counts)} samples")
    values = [
        _each(total, count, document, f"iters[{i}]")
        for i, (count, total) in enumerate(zip(counts, totals, strict=True))
    ]
    return Reading(name=label, metric=TIME, place="times", values=values)


def _each(total: Any, count: object, document: Document, place: str) -> Any:
    if isinstance(count, bool) or not isinstance(count, (int, float)) or not 1 <= count < 1e18:
        raise broken(document, place, "this is not a number of iterations")
    return table.scaled(total, _NS / count)


def _estimates(label: str, document: Document) -> Reading:
    root = as_object(document.json, document, "the whole file")
    known = {}
    for ours, theirs in (("mean", ("mean", "Mean")), ("median", ("median", "Median"))):
        found: dict[str, Any] = next((root[key] for key in theirs if isinstance(root.get(key), dict)), {})
        if "point_estimate" in found:
            known[ours] = table.scaled(found["point_estimate"], _NS)
    return Reading(name=label, metric=TIME, place="the whole file", known=known)


def _raw(document: Document) -> Iterator[Reading]:
    values: dict[str, list[Any]] = {}
    for place, row in table.records(document):
        label = as_name("/".join(row[key] for key in _RAW if row[key]), document, place)
        unit = _SECONDS.get(row.get("unit", "ns"), _NS)
        total = row.get("sample_time_nanos", row.get("sample_measured_value", ""))
        count = table.number(row["iteration_count"])
        values.setdefault(label, []).append(
            table.scaled(_each(table.number(total), count, document, place), unit / _NS)
        )
    for label, found in values.items():
        yield Reading(name=label, metric=TIME, place="the whole file", values=found)


def _text(document: Document) -> Iterator[Reading]:
    text = printed(document)
    lines = Lines(text)
    for found in _TIMES.finditer(text):
        place = lines.of(found.start())
        label = as_name(found[1].strip() or _line_before(text, found.start()), document, place)
        if found[5] not in _SECONDS:
            raise broken(document, place, "the unit of the time is not known")
        yield Reading(name=label, metric=TIME, place=place, values=(float(found[4]) * _SECONDS[found[5]],))
        rate = _RATES.match(text, text.find("\n", found.end()) + 1 or len(text))
        if rate and rate[2] in _PREFIXES:
            metric = Metric(name="throughput", unit="B/s" if rate[3] == "B" else "1/s", better="higher")
            yield Reading(name=label, metric=metric, place=place, values=(float(rate[1]) * _PREFIXES[rate[2]],))


def _line_before(text: str, start: int) -> str:
    end = max(start - 1, 0)
    return text[text.rfind("\n", 0, end) + 1 : end].strip()
