"""A report of the model as a record, and back: what lies differently in the file than in the model, and nothing else.

What has the same members on both sides is taken over by their names.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import convert

import reporter
from reporter import model
from reporter.model import NO_FAILURES
from reporter.record import members
from reporter.records import report as wire
from reporter.records.categories import summaries
from reporter.records.judging import JudgedRow, Judging, Stored
from reporter.records.load_tests import COLUMNS, Course
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.records.categories import CategorySummary

Kind = TypeVar("Kind")


def document_of(report: model.Report) -> dict[str, Any]:
    """Return the members of a ``report.Report``; each is an object with the members of its record."""
    return members(
        wire.Report,
        report,
        schema=wire.SCHEMA,
        generator=f"benchverdict {reporter.__version__}",
        counts=report.counts(),
        measured=members(
            wire.Measured, report.measured, resources=[_resources_written(run) for run in report.measured.resources]
        ),
        shift=report.shift and members(wire.Shift, report.shift, report.shift.change),
        benchmarks=map(_row_written, report.assessments),
        judgings=tuple(_judging_written(judging) for judging in report.judgings),
        categories=map(_category_written, summaries(report)),
        load=tuple(_course_written(course) for course in report.courses),
        failures=None if report.failures == NO_FAILURES else report.failures,
    )


def _resources_written(run: model.RunResources) -> dict[str, Any]:
    memory = run.memory and {"seconds": run.memory.seconds, "bytes": [round(amount) for amount in run.memory.bytes]}
    return members(wire.Resources, run, memory=memory)


def _row_written(assessment: model.Assessment) -> dict[str, Any]:
    of = assessment.comparison
    change, drawn = of.change, of.distribution
    return members(
        wire.Row,
        assessment,
        of,
        of.metric,
        metric=of.metric.name,
        change=change and members(wire.Change, change, change.marginal),
        accepted=assessment.accepted or None,
        distribution=drawn and dict(zip(wire.Distribution.__struct_fields__, map(_known, drawn), strict=True)),
    )


def _known(runs: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the rounds of each run that are numbers."""
    return [[value for value in run if isfinite(value)] for run in runs]


def _judging_written(judging: model.Judging) -> dict[str, Any]:
    return members(Judging, judging, rows=map(_judged_row_written, judging.rows))


def _judged_row_written(row: model.JudgedRow) -> dict[str, Any]:
    stored = row.stored and dict(zip(Stored.__struct_fields__, row.stored, strict=True))
    return members(JudgedRow, row, row.metric, metric=row.metric.name, stored=stored)


def _category_written(summary: CategorySummary) -> dict[str, Any]:
    budgets = {"met": summary.budgets_met, "total": summary.budgets}
    return members(wire.Category, summary, category=summary.name, budgets=budgets)


def _course_written(course: model.LoadCourse) -> dict[str, Any]:
    columns = {name: [getattr(moment, name) for moment in course.moments] for name in COLUMNS}
    return members(Course, course, **columns)


def report_of(record: wire.Report) -> model.Report:
    """Return the report of a record."""
    return model.Report(
        **members(
            model.Report,
            record,
            gate=_gate(record.gate),
            measured=_measured(record.measured),
            baseline=record.baseline and _source(record.baseline),
            shift=record.shift and model.Shift(**members(model.Shift, record.shift, change=_estimate(record.shift))),
            assessments=tuple(map(_row, record.benchmarks)),
            warnings=_same(record.warnings, tuple[Notice, ...]),
            courses=tuple(map(_course, record.load)),
            failures=_same(record.failures, model.Failures) if record.failures else NO_FAILURES,
            judgings=tuple(map(_judging, record.judgings)),
        )
    )


def _gate(gate: wire.Gate) -> model.Gate:
    """Return the gate; of before there were causes a side could not be measured."""
    cause = gate.cause or ("not-measured" if gate.status == "undecided" else None)
    return model.Gate(status=gate.status, reasons=gate.reasons, cause=cause)


def _measured(measured: wire.Measured) -> model.Measured:
    resources = _same(measured.resources, tuple[model.RunResources, ...])
    known = measured.fingerprint.known()
    return model.Measured(**members(model.Measured, measured, resources=resources, fingerprint=known))


def _source(source: wire.Source) -> model.BaselineSource:
    known = source.fingerprint and source.fingerprint.known()
    return model.BaselineSource(**members(model.BaselineSource, source, fingerprint=known))


def _row(row: wire.Row) -> model.Assessment:
    comparison = members(
        model.Comparison,
        row,
        params=tuple(row.params.items()),
        metric=model.Metric(name=row.metric, unit=row.unit, better=row.better),
        change=row.change and _change(row.change),
        noise=row.noise and model.Noise(**members(model.Noise, row.noise, sd=_known_or_nan(row.noise.sd))),
        distribution=row.distribution and (row.distribution.baseline, row.distribution.head),
    )
    return model.Assessment(**members(model.Assessment, row, comparison=model.Comparison(**comparison)))


def _change(change: wire.Change) -> model.Change:
    simultaneous = change.simultaneous and _estimate(change.simultaneous)
    return model.Change(**members(model.Change, change, marginal=_estimate(change), simultaneous=simultaneous))


def _estimate(of: wire.Estimate | wire.Change) -> model.Estimate:
    point, low, high = map(_known_or_nan, (of.point, of.low, of.high))
    return model.Estimate(point=point, low=low, high=high, confidence=of.confidence)


def _known_or_nan(value: float | None) -> float:
    return nan if value is None else value


def _course(course: Course) -> model.LoadCourse:
    moments = tuple(
        model.LoadMoment(seconds=at or 0.0, users=users or 0.0, rate=rate or 0.0, failed=failed, p50=p50, p99=p99)
        for at, users, rate, failed, p50, p99 in zip(*course.columns(), strict=True)
    )
    return model.LoadCourse(moments=moments, broke_at=course.broke_at, broken_by=course.broken_by)


def _judging(judging: Judging) -> model.Judging:
    return model.Judging(**members(model.Judging, judging, rows=tuple(map(_judged_row, judging.rows))))


def _judged_row(row: JudgedRow) -> model.JudgedRow:
    return model.JudgedRow(
        **members(
            model.JudgedRow,
            row,
            params=tuple(row.params.items()),
            metric=model.Metric(name=row.metric, unit=row.unit, better=row.better),
            stored=row.stored and (row.stored.variance, row.stored.df),
        )
    )


def _same(value: object, kind: type[Kind]) -> Kind:
    """Return an object of the model with the members of a record."""
    return convert(value, kind, from_attributes=True)
