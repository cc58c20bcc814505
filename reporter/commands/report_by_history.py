"""A report whose head is compared with a stored baseline, or with nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.commands.benchmark_code import with_code, with_definitions
from reporter.commands.build_report import build_report
from reporter.commands.deciding import Sides, decide, source_of
from reporter.commands.report_context import (
    context_of,
    counted_in,
    exit_code_of,
    given,
    how_measured,
    stored_baseline,
    stored_if_readable,
)
from reporter.commands.report_request import Reported
from reporter.commands.suites import can_be_saved, snapshot_of, suite_of
from reporter.decide.judge import judge_alone
from reporter.measure.plan import PAIRED
from reporter.measure.wording import in_brief
from reporter.model import Suite
from reporter.pipeline.next_step import (
    seen_so_far,
    why_not_compared,
    why_too_slow,
)
from reporter.shared.batch import Batch
from reporter.shared.errors import InputError
from reporter.shared.next_step import Step

if TYPE_CHECKING:
    from reporter.commands.report_request import ReportRequest
    from reporter.config import Config
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement
    from reporter.model import Report


def by_history(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    """Return the report of a head that was measured by itself, and the snapshot that can be saved of it."""
    runs = measurement.batch("head", Batch.FIRST)
    if not runs:
        return _of_failed(measurement, request, config)
    head = with_code(suite_of(runs, measurement, config), request.workspace)
    again = measurement.batch("head", Batch.AGAIN)
    second = suite_of(again, measurement, config) if again else None
    look_up = stored_if_readable if request.wanted == "nothing" else stored_baseline
    baseline, absent, notices = look_up(request, measurement.name, config)
    absent = _why_apart(measurement, request) or absent
    known = None if absent else baseline
    sides = Sides(head=head, second=second, baseline=known, absent=absent, may_confirm=request.may_confirm)
    decision, counted = counted_in(decide(sides, config), measurement, request, config, found)
    wants = request.wanted == "verdict"
    slow = why_too_slow(measurement) if wants else None
    origin = how_measured(measurement, head.runs + len(again), config)
    result = build_report(
        decision,
        head,
        origin,
        replace(
            context_of(measurement, request, config),
            source=source_of(sides, decision, origin),
            absent=absent,
            may_confirm=request.may_confirm and measurement.status == "complete" and second is None,
            not_compared=why_not_compared(measurement, decision, slow) if wants else None,
            warnings=(*notices, *measurement.warnings, *given(slow)),
            wanted=request.wanted,
            counted=counted,
        ),
    )
    can_save = can_be_saved(measurement, head)
    return Reported(
        report=with_definitions(replace(result, saved=request.saving and can_save), head),
        exit_code=exit_code_of(result, measurement, request),
        snapshot=snapshot_of(measurement, head, baseline, config) if can_save else None,
        next_step=Step(confirm=True, why=_seen(result)) if result.confirm else None,
    )


def _of_failed(measurement: Measurement, request: ReportRequest, config: Config) -> Reported:
    """Report a side that failed before anything was measured: no rows, no verdict, and what it printed last."""
    if measurement.failure is None or measurement.problems:
        raise _nothing(measurement)
    head = Suite(
        name=measurement.name, benchmarks=(), runs=0, fingerprint=measurement.fingerprint, commit=measurement.head_sha
    )
    decision = judge_alone(head, "nothing was measured")
    result = build_report(
        decision, head, how_measured(measurement, 0, config), context_of(measurement, request, config)
    )
    return Reported(report=result, exit_code=exit_code_of(result, measurement, request))


def _seen(result: Report) -> str:
    """Return what the suspects showed."""
    suspects = [row for row in result.assessments if row.suspect]
    return seen_so_far(suspects, list(dict.fromkeys(row.comparison.name for row in suspects)))


def _why_apart(measurement: Measurement, request: ReportRequest) -> str | None:
    """Return why the head is not held against a saved baseline; ``None`` where it is, if there is one."""
    if not request.compare:
        return "no comparison was asked for"
    return "pairs of base and head were asked for, and there are none" if measurement.plan == PAIRED else None


def _nothing(measurement: Measurement) -> InputError:
    if measurement.problems:
        first, *others = measurement.problems
        more = f"; {len(others)} more could not be read" if others else ""
        return InputError(first.code, first.what + more, where=first.where, cure=first.cure)
    what = in_brief(measurement.message) if measurement.message else "no run was complete"
    return InputError(
        "nothing-measured",
        f"there is nothing to report: {what}",
        cure="see what the benchmark command printed, in the log above or in runs/*/log.txt of that folder",
    )
