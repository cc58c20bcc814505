"""``data.js`` of github-action-benchmark, or its object as JSON (``external-data-json-path``).

Each entry is the result of one run of the workflow, in the order of their dates, which commits need not follow. Times
are turned into seconds; of pytest-benchmark the file has rates, so the mean time is one divided by them; Go's metrics
have their unit behind the name. The good direction of custom values is that of the tool. Spreads are free text and not
read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import custom_json, go_testing
from reporter.ingest.benchmark_data import SCRIPT
from reporter.ingest.metrics import THROUGHPUT, TIME
from reporter.ingest.opening import parse_json
from reporter.ingest.past.run import Past, PastRun, choose_entry, in_order, past_run, seconds
from reporter.ingest.reading import Document, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean, commit
from reporter.ingest.table import number, scaled
from reporter.model import Better, Metric
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIRECTIONS: dict[str, Better] = {"customSmallerIsBetter": "lower", "customBiggerIsBetter": "higher"}
_PER = re.compile(r"/(?:iter|op|iteration)$")


def read(document: Document, wanted: str | None) -> Past:
    """Read one of its suites; see ``read_past``."""
    root = document.json
    if root is None:
        start = SCRIPT.match(document.text)
        body = document.text[start.end() if start else 0 :].rstrip().rstrip(";")
        root = parse_json(body, str(document.path))
    entries = as_object(as_object(root, document, "the whole file").get("entries"), document, "entries")
    name = _chosen(list(entries), wanted, document)
    runs: list[PastRun] = []
    for index, value in enumerate(as_list(entries[name], document, f"entries.{clean(name)}")):
        place = f"entries.{clean(name)}[{index}]"
        runs.append(_run(as_object(value, document, place), document, place))
    return in_order(runs)


def _chosen(names: list[str], wanted: str | None, document: Document) -> str:
    if wanted in names:
        return str(wanted)
    if wanted is None and len(names) == 1:
        return names[0]
    raise choose_entry(names, wanted, document.path)


def _run(entry: Mapping[str, Any], document: Document, place: str) -> PastRun:
    tool = entry.get("tool")
    measured_at = seconds(entry.get("date"))
    if measured_at is None:
        raise broken(document, f"{place}.date", "this is not a time in milliseconds")
    benches = as_list(entry.get("benches"), document, f"{place}.benches")
    readings = [
        _value(as_object(bench, document, f"{place}.benches[{index}]"), tool, document, f"{place}.benches[{index}]")
        for index, bench in enumerate(benches)
    ]
    made_at = commit(entry.get("commit"), "id")
    return past_run(document.path, custom_json.name, [readings], commit=made_at, measured_at=measured_at)


def _value(bench: Mapping[str, Any], tool: object, document: Document, place: str) -> Reading:
    label = as_name(bench.get("name"), document, f"{place}.name")
    word, value = bench.get("unit"), bench.get("value")
    if not isinstance(word, str):
        raise broken(document, f"{place}.unit", "the unit is missing")
    value = number(value) if isinstance(value, str) else value
    if tool == "go" and word in go_testing.METRICS:
        metric, factor = go_testing.METRICS[word]
        label = label.removesuffix(f" - {word}")
    elif tool == "pytest" and word == "iter/sec":
        metric, factor = TIME, 1.0
        value = 1 / value if isinstance(value, (int, float)) and value > 0 else value
    else:
        metric, factor = _metric(word, _DIRECTIONS.get(str(tool)))
    known = {"mean": scaled(value, factor)}
    return Reading(name=label, metric=metric, place=place, known=known)


def _metric(word: str, declared: Better | None) -> tuple[Metric, float]:
    if word == "ops/sec":
        return THROUGHPUT, 1.0
    factor, unit = to_base(_PER.sub("", clean(word)))
    if unit == "s":
        return Metric(name="time", unit="s", better=declared or "lower"), factor
    return Metric(name="value", unit=unit, better=declared), factor
