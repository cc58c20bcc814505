"""``benchverdict report``: what was measured, compared with a stored baseline, into a report folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from reporter.commands.composing import GateOptions, Sides, compose, exit_code, suite_from
from reporter.commands.outputs import write_report_folder
from reporter.errors import InputError
from reporter.ingest import measured
from reporter.model import Baseline, BaselineSource, Measured, Notice
from reporter.render import json_v1
from reporter.store import history
from reporter.store.directory import DirectoryStore, Missing

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.config import Config
    from reporter.ingest.measured import Measurement
    from reporter.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What ``report`` was called with. ``may_confirm`` says that the caller takes a second look when asked to."""

    measure: Path
    baseline: Path | None
    output: Path
    format: str | None
    gate: GateOptions
    may_confirm: bool = True
    compare: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reported:
    """A finished report: its exit code, and the snapshot to save as the next baseline when measuring was complete."""

    report: Report
    exit_code: int
    snapshot: Baseline | None


def report(request: ReportRequest, config: Config, stderr: TextIO) -> Reported:
    """Decide and write the report folder, as far as measuring went.

    Raises:
        InputError: nothing at all was measured, or the record of measuring is unusable.
    """
    measurement = measured.load(request.measure, request.format)
    stderr.writelines(f"error: {problem}\n" for problem in measurement.problems)
    runs = measurement.batch("head", 0)
    if not runs:
        raise _nothing(measurement)
    head, second = (
        suite_from(
            batch,
            config,
            measurement.name,
            commit=measurement.head_sha,
            fingerprint=measurement.fingerprint,
            measured_at=measurement.finished_at,
            plan=measurement.plan,
        )
        if batch
        else None
        for batch in (runs, measurement.batch("head", 1))
    )
    assert head is not None  # noqa: S101 - runs is not empty
    baseline, absent, notices = _stored(request, measurement.name)
    result = compose(
        Sides(head=head, second=second, baseline=baseline, absent=absent),
        _measured(measurement, head.runs + (second.runs if second else 0)),
        config,
        request.gate,
        undecided=_undecided(measurement),
        may_confirm=request.may_confirm and measurement.status == "complete" and second is None,
        warnings=(*notices, *measurement.warnings),
    )
    complete = measurement.status == "complete" and not measurement.problems
    snapshot = (
        Baseline(suite=head, history=history.extend(baseline, head), source=BaselineSource(commit=head.commit))
        if complete
        else None
    )
    write_report_folder(result, snapshot, request.output)
    code = exit_code(result, request.gate, measuring=measurement.status, problems=bool(measurement.problems))
    return Reported(report=result, exit_code=code, snapshot=snapshot)


def render_again(verdict: Path, output: Path, stdout: TextIO) -> int:
    """Render the report folder anew from a ``verdict.json``, without measuring; gives the exit code.

    Raises:
        InputError: the file cannot be read or is not a report.
    """
    try:
        text = verdict.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "verdict-unreadable", f"the report cannot be read: {error}", where=str(verdict), cure="give a verdict.json"
        ) from error
    write_report_folder(json_v1.load(text, str(verdict)), None, output)
    stdout.write(f"report: {output / 'report.html'}\n")
    return 0


def _stored(request: ReportRequest, suite: str) -> tuple[Baseline | None, str | None, tuple[Notice, ...]]:
    """Give the baseline, or why there is none, with what must be said of the store."""
    if not request.compare or request.baseline is None:
        return None, "no comparison was asked for", ()
    found = DirectoryStore(root=request.baseline).find(suite)
    if isinstance(found, Missing):
        return None, found.reason, (found.notice,) if found.notice else ()
    return found, None, ()


def _measured(measurement: Measurement, runs: int) -> Measured:
    return Measured(
        base_sha=measurement.base_sha,
        head_sha=measurement.head_sha,
        plan=measurement.plan,
        runs=runs,
        seconds=measurement.seconds,
        fingerprint=measurement.fingerprint,
        command=measurement.command,
        finished_at=measurement.finished_at,
    )


def _undecided(measurement: Measurement) -> str | None:
    if measurement.status != "complete":
        return measurement.message or f"measuring ended {measurement.status}"
    return str(measurement.problems[0].what) if measurement.problems else None


def _nothing(measurement: Measurement) -> InputError:
    if measurement.problems:
        return measurement.problems[0]
    return InputError(
        "nothing-measured",
        measurement.message or "no run was complete, so there is nothing to report",
        cure="see the log of the benchmark command",
    )
