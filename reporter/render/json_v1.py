"""``verdict.json``: a ``Report`` as ``report/v1``, and back.

The format is frozen in ``schemas/report-v1.json`` and outlives releases. ``dump`` writes one benchmark per line, so
that two verdicts can be compared with ``diff``; ``load`` takes nothing on trust (see ``json_v1_read``).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from reporter import __version__, memory_series
from reporter.checked import TEXT_LIMIT
from reporter.model import NO_FAILURES
from reporter.render.categories import summaries
from reporter.render.json_v1_judging import head_of, row_to_json
from reporter.render.json_v1_read import UNIT_LIMIT, WORD_LIMIT, load
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.model import (
        Assessment,
        BaselineSource,
        BudgetResult,
        Change,
        ChangeSince,
        Comparison,
        Estimate,
        Failures,
        Fingerprint,
        Gate,
        Judging,
        LoadCourse,
        Measured,
        Noise,
        Override,
        Report,
        RunResources,
        Shift,
        SideSummary,
        Trend,
    )
    from reporter.render.categories import CategorySummary

__all__ = ["SCHEMA", "dump", "load"]

SCHEMA = "report/v1"

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def dump(report: Report) -> str:
    """Write the report as ``report/v1``. What ``load`` would refuse is made valid here: nan, overlong text, surrogates.

    The same report always gives the same text; it ends with a line break.
    """
    head = {
        "schema": SCHEMA,
        "generator": f"benchverdict {__version__}",
        "suite": _word(report.suite),
        "gate": _gate(report.gate),
        "counts": report.counts(),
        "measured": _measured(report.measured),
        "baseline": _source(report.baseline),
        "baseline_reason": _optional_text(report.baseline_reason),
        "compare": report.compare,
        "confirm": report.confirm,
        "shift": _shift(report.shift),
        **({"override": _override(report.override)} if report.override else {}),
        **({"saved": True} if report.saved else {}),
        **({"since": {"absent": report.since.absent, "left_out": report.since.left_out}} if report.since else {}),
        "sessions": [
            {"commit": _optional_word(session.commit), "measured_at": _number(session.measured_at)}
            for session in report.sessions
        ],
    }
    members = [f"{_encode(key)}:{_encode(value)}" for key, value in head.items()]
    members += [
        _lines("benchmarks", map(_row, report.assessments)),
        *([_judgings(report.judgings)] if report.judgings else []),
        _lines("budgets", map(_budget, report.budgets)),
        _lines("trends", map(_trend, report.trends)),
        _lines("categories", map(_category, summaries(report))),
        *([_lines("load", map(_course, report.courses))] if report.courses else []),
        *([f'"failures":{_encode(_failures(report.failures))}'] if report.failures != NO_FAILURES else []),
        _lines("warnings", ({"code": _word(w.code), "text": _text(w.text)} for w in report.warnings)),
    ]
    text = "{\n" + ",\n".join(members) + "\n}\n"
    return text if text.isascii() else _NOT_ASCII.sub(_escaped, text.encode("utf-8", "replace").decode("utf-8"))


_NOT_ASCII = re.compile(r"[^\x00-\x7e]+")


def _escaped(match: re.Match[str]) -> str:
    """Write what cannot be printed (line ends, directions) as its escape: a verdict is shown in logs, too."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in match[0])


def _lines(key: str, items: Iterable[dict[str, Any]]) -> str:
    return f"{_encode(key)}:[" + ",".join("\n" + _encode(item) for item in items) + "]"


def _gate(gate: Gate) -> dict[str, Any]:
    return {"status": gate.status, "reasons": [_text(reason) for reason in gate.reasons], "cause": gate.cause}


def _judgings(judgings: Iterable[Judging]) -> str:
    members = []
    for judging in judgings:
        head = _encode(head_of(judging, _word)).removesuffix("}")
        members.append(f"{head},{_lines('rows', (row_to_json(row, _text) for row in judging.rows))}}}")
    return '"judgings":[' + ",\n".join(members) + "]"


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "base_sha": _optional_word(measured.base_sha),
        "head_sha": _optional_word(measured.head_sha),
        "plan": _word(measured.plan),
        "runs": measured.runs,
        "seconds": _number(measured.seconds),
        "fingerprint": _fingerprint(measured.fingerprint),
        "command": _optional_text(measured.command),
        "finished_at": _number(measured.finished_at),
        "resources": [_resources(run) for run in measured.resources],
    }


def _resources(run: RunResources) -> dict[str, Any]:
    return {
        "side": run.side,
        **({"of": run.of} if run.of != "command" else {}),
        "wall_seconds": _number(run.wall_seconds),
        "cpu_seconds": _number(run.cpu_seconds),
        "peak_memory_bytes": _number(run.peak_memory_bytes),
        "read_bytes": _number(run.read_bytes),
        "written_bytes": _number(run.written_bytes),
        **({"memory": memory_series.to_json(run.memory)} if run.memory else {}),
    }


def _fingerprint(fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "cpu_model": _optional_text(fingerprint.cpu_model),
        "cores": fingerprint.cores,
        "architecture": _optional_text(fingerprint.architecture),
        "os": _optional_text(fingerprint.os),
        "image": _optional_text(fingerprint.image),
        "language": _optional_text(fingerprint.language),
        "details": _texts(fingerprint.details),
    }


def _source(source: BaselineSource | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {
        "commit": _optional_word(source.commit),
        "run_id": source.run_id,
        "age_seconds": _number(source.age_seconds),
        "distance": source.distance,
        "fingerprint_match": source.fingerprint_match,
        "fingerprint": None if source.fingerprint is None else _fingerprint(source.fingerprint),
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "label": _word(override.label),
        "by": _word(override.by),
        "at": _number(override.at),
        "commit": _word(override.commit),
    }


def _shift(shift: Shift | None) -> dict[str, Any] | None:
    if shift is None:
        return None
    return {**_estimate(shift.change), "verdict": shift.verdict, "reason": _text(shift.reason)}


def _row(assessment: Assessment) -> dict[str, Any]:
    comparison = assessment.comparison
    return {
        "suite": _word(comparison.suite),
        "name": _text(comparison.name),
        "params": _texts(comparison.params),
        "category": _optional_text(comparison.category),
        "metric": _text(comparison.metric.name),
        "unit": _text(comparison.metric.unit, UNIT_LIMIT),
        "better": comparison.metric.better,
        "baseline": _side(comparison.baseline),
        "head": _side(comparison.head),
        "change": _change(comparison.change),
        "verdict": assessment.verdict,
        "reason": _text(assessment.reason),
        "detectable": _number(assessment.detectable),
        "threshold": _number(assessment.threshold),
        "margin": _number(assessment.margin),
        "noise": _noise(comparison.noise),
        "cure": _optional_text(assessment.cure),
        "suspect": assessment.suspect,
        **({"accepted": _text(assessment.accepted)} if assessment.accepted else {}),
        "distribution": _distribution(comparison),
        **({"history": [_number(value) for value in comparison.history]} if comparison.history else {}),
        **({"clock": comparison.clock} if comparison.clock else {}),
        **({"since": _change_since(comparison.since)} if comparison.since else {}),
    }


def _side(side: SideSummary | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "min": _number(side.min),
        "median": _number(side.median),
        "max": _number(side.max),
        "runs": side.runs,
        "rounds": side.rounds,
        **{name: value for name in ("p95", "p99", "mean", "sd") if (value := _number(getattr(side, name))) is not None},
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "point": _number(estimate.point),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "confidence": estimate.confidence,
    }


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "kind": change.kind,
        "statistic": _word(change.statistic),
        **_estimate(change.marginal),
        "simultaneous": None if change.simultaneous is None else _estimate(change.simultaneous),
        "p_adjusted": _number(change.p_adjusted),
        **{end: value for end in ("before", "after") if (value := _number(getattr(change, end))) is not None},
    }


def _change_since(since: ChangeSince) -> dict[str, Any]:
    return {
        "point": _number(since.point),
        "low": _number(since.low),
        "high": _number(since.high),
        "confidence": since.confidence,
    }


def _noise(noise: Noise | None) -> dict[str, Any] | None:
    if noise is None:
        return None
    known = {} if noise.alignment is None else {"alignment": _number(noise.alignment)}
    return {"source": _text(noise.source), "sd": _number(noise.sd), **known}


def _distribution(comparison: Comparison) -> dict[str, Any] | None:
    if comparison.distribution is None:
        return None
    baseline, head = ([[v for v in run if isfinite(v)] for run in side] for side in comparison.distribution)
    return {"baseline": baseline, "head": head}


def _budget(result: BudgetResult) -> dict[str, Any]:
    return {
        "benchmark": _text(result.benchmark),
        "metric": _text(result.metric),
        "unit": _text(result.unit, UNIT_LIMIT),
        "value": _number(result.value),
        "target": _number(result.target),
        "warning": _number(result.warning),
        "critical": _number(result.critical),
        "status": result.status,
        "category": _optional_text(result.category),
        "rule": _optional_text(result.rule),
        "reason": _optional_text(result.reason),
    }


def _trend(trend: Trend) -> dict[str, Any]:
    return {
        "benchmark": _text(trend.benchmark),
        "metric": _text(trend.metric),
        "unit": _text(trend.unit, UNIT_LIMIT),
        "values": list(map(_number, trend.values)),
        "changes": [{"session": change.session, "ratio": _number(change.ratio)} for change in trend.changes],
    }


def _course(course: LoadCourse) -> dict[str, Any]:
    columns = ("seconds", "users", "rate", "failed", "p50", "p99")
    return {
        "broke_at": _number(course.broke_at),
        **({"broken_by": course.broken_by} if course.broken_by else {}),
        **{name: [_number(getattr(moment, name)) for moment in course.moments] for name in columns},
    }


def _failures(failures: Failures) -> dict[str, Any]:
    return {
        "statuses": [{"code": _word(status.code), "count": status.count} for status in failures.statuses],
        "kinds": [
            {
                "message": _text(kind.message),
                "request": _optional_text(kind.request),
                "count": kind.count,
                "first": _number(kind.first),
                "last": _number(kind.last),
                "exception": kind.exception,
            }
            for kind in failures.kinds
        ],
        "left_out": failures.left_out,
    }


def _category(summary: CategorySummary) -> dict[str, Any]:
    return {
        "category": _optional_text(summary.name),
        "counts": summary.counts,
        "budgets": {"met": summary.budgets_met, "total": summary.budgets},
        "severity": summary.severity,
        "pass_rate": summary.pass_rate,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _text(value: str, limit: int = TEXT_LIMIT) -> str:
    return value if len(value) <= limit else shorten(value, limit)


def _optional_text(value: str | None) -> str | None:
    return None if value is None else _text(value)


def _texts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in pairs}


@lru_cache(maxsize=256)
def _word(value: str) -> str:
    return shorten(visible(value), WORD_LIMIT)


def _optional_word(value: str | None) -> str | None:
    return None if value is None else _word(value)
