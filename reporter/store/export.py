"""A history as CSV, JSON lines or OpenMetrics, for other tools to draw or keep. Numbers are in base units.

CSV and JSON lines have one row for every run of every benchmark and metric, oldest session first; the CSV is read back
by ``history import``. OpenMetrics has one sample for each statistic, with the time of its session; sessions without a
time have no place in it.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.ingest.past.plain_table import FORMULA_SIGNS
from reporter.model import STATISTICS
from reporter.shared.printable import openmetrics_label, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reporter.model import Baseline, Metric, Session

    Row = dict[str, Any]

_TEXTS = ("commit", "plan", "benchmark", "metric", "unit")
COLUMNS = ("measured_at", "commit", "plan", "benchmark", "params", "metric", "unit", "better", "run", *STATISTICS)


def as_csv(baseline: Baseline) -> str:
    """Return the history as a table; parameters are a JSON object in their cell, unknown is an empty cell."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in _rows(baseline):
        params = _json(row["params"]) if row["params"] else ""
        texts = {key: _cell(row[key]) for key in _TEXTS}
        writer.writerow({**row, **texts, "params": params, "measured_at": _date(row["measured_at"])})
    return stream.getvalue()


def as_json_lines(baseline: Baseline) -> str:
    """Return the history as one JSON object a line; unknown is null."""
    return "".join(_json(row) + "\n" for row in _rows(baseline))


def as_openmetrics(baseline: Baseline) -> str:
    """Return the history as OpenMetrics text: series of one benchmark, metric, run and statistic, in order of time."""
    series: dict[str, list[tuple[float, float]]] = {}
    for row in _rows(baseline):
        if row["measured_at"] is None:
            continue
        for statistic in STATISTICS:
            if row[statistic] is not None:
                labels = _labels(baseline.suite.name, row, statistic)
                series.setdefault(labels, []).append((row["measured_at"], row[statistic]))
    lines = ["# TYPE benchverdict_value gauge", "# HELP benchverdict_value A statistic of one run, in base units."]
    for labels, points in series.items():
        earlier = float("-inf")
        for moment, value in sorted(points):
            if moment > earlier:
                lines.append(f"benchverdict_value{{{labels}}} {value!r} {moment:.3f}")
                earlier = moment
    return "\n".join((*lines, "# EOF", ""))


def _json(value: Any) -> str:
    """Write JSON that people can read, every sign that cannot be printed as its escape."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _cell(text: str | None) -> str | None:
    """Write a text as a cell: printable, and no formula to a spreadsheet, which takes a quote before it for a text."""
    line = visible(text) if text else text
    return f"'{line}" if line and line[0] in FORMULA_SIGNS else line


EXPORTS: dict[str, Callable[[Baseline], str]] = {
    "csv": as_csv,
    "jsonl": as_json_lines,
    "openmetrics": as_openmetrics,
}


def _rows(baseline: Baseline) -> Iterator[Row]:
    metrics = {
        (benchmark.name, benchmark.params, metric.name): metric
        for benchmark in baseline.suite.benchmarks
        for metric, _ in benchmark.samples
    }
    for session in baseline.history:
        yield from _session(session, metrics)


def _session(session: Session, metrics: dict[Any, Metric]) -> Iterator[Row]:
    for (name, params, metric), table in session.statistics.items():
        known = metrics.get((name, params, metric))
        for run, values in enumerate(table.tolist()):
            if np.isnan(values[1:]).all():
                continue
            yield {
                "measured_at": session.measured_at,
                "commit": session.commit,
                "plan": session.plan,
                "benchmark": name,
                "params": dict(params),
                "metric": metric,
                "unit": known.unit if known else None,
                "better": known.better if known else None,
                "run": run,
                **{key: None if np.isnan(value) else value for key, value in zip(STATISTICS, values, strict=True)},
            }


def _date(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def _labels(suite: str, row: Row, statistic: str) -> str:
    labels = {
        "suite": suite,
        "benchmark": row["benchmark"],
        "params": _json(row["params"]) if row["params"] else "",
        "metric": row["metric"],
        "unit": row["unit"] or "",
        "run": str(row["run"]),
        "statistic": statistic,
    }
    return ",".join(openmetrics_label(key, value) for key, value in labels.items() if value)
