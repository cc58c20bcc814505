"""Bencher: the JSON of ``bencher perf`` (a series for each benchmark and measure), and of one or several reports.

Values are grouped into runs by report. Bencher's own measures have their unit and direction by name, as in results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reporter.ingest import bencher
from reporter.ingest.past.run import Past, PastRun, in_order, past_run
from reporter.ingest.reading import Document, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, commit, objects
from reporter.ingest.table import scaled

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class _Report:
    commit: str | None
    measured_at: float
    iterations: dict[int, list[Reading]] = field(default_factory=dict)


def is_known(document: Document) -> bool:
    """Recognise series with metrics, or reports with results of a branch and testbed."""
    root = document.json
    first = root[0] if isinstance(root, list) and root else root
    if not isinstance(first, dict) or not isinstance(first.get("results"), list) or "start_time" not in first:
        return False
    return "project" in first


def read(document: Document) -> Past:
    """Read all reports; see ``read_past``."""
    reports: dict[str, _Report] = {}
    roots = document.json if isinstance(document.json, list) else [document.json]
    for index, value in enumerate(roots):
        place = f"[{index}]" if len(roots) > 1 else "the whole file"
        root = as_object(value, document, place)
        if "branch" in root:
            _report(root, reports, document, place)
        else:
            _series(root, reports, document)
    return in_order(_run(report, document) for report in reports.values())


def _run(report: _Report, document: Document) -> PastRun:
    runs = [report.iterations[number] for number in sorted(report.iterations)]
    return past_run(document.path, bencher.name, runs, commit=report.commit, measured_at=report.measured_at)


def _series(root: Mapping[str, Any], reports: dict[str, _Report], document: Document) -> None:
    for place, series in objects(root.get("results"), document, "results"):
        for at, point in objects(series.get("metrics"), document, f"{place}.metrics"):
            key = as_name(point.get("report"), document, f"{at}.report")
            if key not in reports:
                reports[key] = _Report(commit(point.get("version"), "hash"), _time(point, document, at))
            reading = _reading(series.get("benchmark"), series.get("measure"), point.get("metric"), document, at)
            reports[key].iterations.setdefault(_iteration(point), []).append(reading)


def _report(root: Mapping[str, Any], reports: dict[str, _Report], document: Document, place: str) -> None:
    key = as_name(root.get("uuid"), document, f"{place}.uuid")
    branch = root.get("branch")
    head = branch.get("head") if isinstance(branch, dict) else None
    made_at = commit(head.get("version"), "hash") if isinstance(head, dict) else None
    report = reports.setdefault(key, _Report(made_at, _time(root, document, place)))
    for number, iteration in enumerate(as_list(root.get("results"), document, f"{place}.results")):
        for at, entry in objects(iteration, document, f"{place}.results[{number}]"):
            for part in as_list(entry.get("measures"), document, f"{at}.measures"):
                measured = as_object(part, document, f"{at}.measures")
                reading = _reading(
                    entry.get("benchmark"), measured.get("measure"), measured.get("metric"), document, at
                )
                report.iterations.setdefault(number, []).append(reading)


def _reading(benchmark: object, measure: object, metric: object, document: Document, place: str) -> Reading:
    label = as_name(as_object(benchmark, document, f"{place}.benchmark").get("name"), document, f"{place}.benchmark")
    slug = as_name(as_object(measure, document, f"{place}.measure").get("slug"), document, f"{place}.measure")
    kind, factor = bencher.measure(slug)
    value = as_object(metric, document, f"{place}.metric").get("value")
    return Reading(name=label, metric=kind, place=place, values=(scaled(value, factor),))


def _iteration(point: Mapping[str, Any]) -> int:
    number = point.get("iteration")
    return number if isinstance(number, int) and 0 <= number < 10_000 else 0


def _time(table: Mapping[str, Any], document: Document, place: str) -> float:
    stamp = table.get("start_time")
    try:
        return datetime.fromisoformat(stamp if isinstance(stamp, str) else "").timestamp()
    except (ValueError, OverflowError):
        raise broken(document, f"{place}.start_time", "this is not a time") from None
