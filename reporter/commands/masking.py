"""A report without secrets: the last thing that happens to it before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.measure.masking import is_hinted, masked, masked_name

if TYPE_CHECKING:
    from reporter.model import Assessment, BudgetResult, Fingerprint, Notice, Report


def without_secrets(report: Report) -> Report:
    """Mask secrets wherever a result file, a log or a command could have carried one into the report."""
    command = report.measured.command
    measured = replace(
        report.measured,
        command=None if command is None else masked(command),
        fingerprint=_machine(report.measured.fingerprint),
    )
    return replace(
        report,
        gate=replace(report.gate, reasons=tuple(map(masked, report.gate.reasons))),
        measured=measured,
        baseline_reason=None if report.baseline_reason is None else masked(report.baseline_reason),
        assessments=_rows(report.assessments),
        budgets=tuple(map(_budget, report.budgets)),
        warnings=tuple(map(_notice, report.warnings)),
        trends=tuple(
            replace(trend, benchmark=masked_name(trend.benchmark), metric=masked_name(trend.metric))
            for trend in report.trends
        ),
    )


def _rows(assessments: tuple[Assessment, ...]) -> tuple[Assessment, ...]:
    return tuple(map(_row, assessments)) if is_hinted("\n".join(map(_texts, assessments))) else assessments


def _texts(assessment: Assessment) -> str:
    comparison = assessment.comparison
    pairs = [text for pair in comparison.params for text in pair]
    names = (comparison.name, comparison.category or "", comparison.metric.name, *pairs)
    return "\n".join((*names, assessment.reason, assessment.cure or "", assessment.accepted or ""))


def _row(assessment: Assessment) -> Assessment:
    if not is_hinted(_texts(assessment)):
        return assessment
    comparison = assessment.comparison
    cleaned = replace(
        comparison,
        name=masked_name(comparison.name),
        params=tuple((masked_name(key), masked_name(value)) for key, value in comparison.params),
        category=None if comparison.category is None else masked_name(comparison.category),
        metric=structs.replace(comparison.metric, name=masked_name(comparison.metric.name)),
    )
    cure = None if assessment.cure is None else masked(assessment.cure)
    accepted = None if assessment.accepted is None else masked(assessment.accepted)
    return replace(assessment, comparison=cleaned, reason=masked(assessment.reason), cure=cure, accepted=accepted)


def _budget(result: BudgetResult) -> BudgetResult:
    return replace(
        result,
        benchmark=masked_name(result.benchmark),
        metric=masked_name(result.metric),
        category=None if result.category is None else masked_name(result.category),
        reason=None if result.reason is None else masked(result.reason),
    )


def _machine(fingerprint: Fingerprint) -> Fingerprint:
    return replace(fingerprint, details=tuple((key, masked(value)) for key, value in fingerprint.details))


def _notice(notice: Notice) -> Notice:
    return replace(notice, text=masked(notice.text))
