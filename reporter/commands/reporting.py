"""What was measured, compared with pairs of it or with a stored baseline, into a report folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.commands.build_report import unmeasured
from reporter.commands.logs import write_logs
from reporter.commands.outputs import write_baseline, write_report_folder
from reporter.commands.report_by_history import by_history
from reporter.commands.report_by_pairs import by_pairs
from reporter.commands.report_context import (
    exit_code_of,
    how_measured,
    selection_of,
)
from reporter.commands.report_request import Reported
from reporter.ingest import explained, measured
from reporter.pipeline.explaining import to_explain, with_causes, without_causes
from reporter.pipeline.next_step import (
    write_next_step,
)
from reporter.shared.batch import Batch

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.commands.report_request import ReportRequest
    from reporter.config import Config
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement


def report(request: ReportRequest, config: Config) -> Reported:
    """Decide and write the report folder, as far as measuring went; where something failed, its logs in any case.

    Raises:
        InputError: nothing at all was measured, or the record of measuring is unusable.
    """
    return report_of(measured.load(request.measure, request.format, request.read), request, config)


def report_of(measurement: Measurement, request: ReportRequest, config: Config) -> Reported:
    """Do what ``report`` does with a measuring that was read, and raise as it does."""
    write_logs(measurement, request.measure, request.output)
    judge = by_pairs if measurement.pairs(Batch.FIRST) else by_history
    found = looked_at(request.measure, measurement.started_at)
    if measurement.selected and not measurement.selected.measured and measurement.status == "complete":
        judge = _unmeasured
    done = _with_causes(judge(measurement, request, config, found), measurement, request, config, found)
    write_report_folder(done.report, request.output, home=request.home, links=request.links)
    write_baseline(done.snapshot, request.output)
    write_next_step(done.next_step, request.output)
    return replace(done, problems=measurement.problems)


def looked_at(measure: Path, started_at: float) -> explained.Profiles | None:
    """Return what instruments found; ``None`` where they did not look. No failure of it costs a verdict."""
    try:
        return explained.read(measure, started_at)
    except Exception as error:
        problem = f"reading what was found failed with {type(error).__name__}"
        return explained.Profiles(names=(), problems=(problem,))


def _with_causes(
    done: Reported, measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None
) -> Reported:
    """Put in what instruments found of what is slower, or ask for it once nothing else is asked for."""
    if done.next_step or request.saving or measurement.status != "complete":
        return done
    try:
        step = None if found else to_explain(measurement, done.report, config.measure, request.counts(config).words)
        shown = with_causes(done.report, found, measurement, config.measure)
    except Exception as error:  # the verdict is not lost for want of a cause
        return replace(done, report=without_causes(done.report, error))
    return replace(done, report=shown, next_step=step)


def _unmeasured(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    """Report that nothing was measured, because the change reaches nothing of it."""
    result = unmeasured(measurement.name, how_measured(measurement, 0, config), measurement.warnings)
    return Reported(
        report=replace(result, selection=selection_of(measurement)),
        exit_code=exit_code_of(result, measurement, request),
    )
