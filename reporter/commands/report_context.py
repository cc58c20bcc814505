"""What a report needs to know of a measuring, whatever its head is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.commands.build_report import Context, exit_code
from reporter.decide.resource_metrics import asked_by, kept_resources
from reporter.measure.wording import in_brief
from reporter.model import JUDGED, Baseline, Measured, Selection
from reporter.pipeline import counting
from reporter.shared.errors import InputError
from reporter.shared.model import Notice
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from reporter.commands.report_request import ReportRequest
    from reporter.config import Config
    from reporter.decide.counted_rows import Counted
    from reporter.decide.judge import Decision
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement
    from reporter.model import Report

    Stored = tuple[Baseline | None, str | None, tuple[Notice, ...]]


_ON_BOTH_SIDES = frozenset((*JUDGED, "not_comparable"))


def counted_in(
    decision: Decision, measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None
) -> tuple[Decision, Counted]:
    """Return a decision with what instruments counted of every benchmark, as far as that is asked for."""
    asked = request.counts(config)
    names = list(dict.fromkeys(row.comparison.name for row in decision.assessments if row.verdict in _ON_BOTH_SIDES))
    counted = counting.counted_of(found, names, measurement, asked)
    return counting.decided_with(decision, counted, asked), counted


def context_of(measurement: Measurement, request: ReportRequest, config: Config) -> Context:
    """Return what a report needs to know whatever the head is compared with."""
    return Context(
        fail_on=request.gate.verdicts(config),
        undecided=why_undecided(measurement),
        config=config,
        conditions=measurement.conditions,
        override=request.override,
        failed=measurement.failure,
    )


def exit_code_of(result: Report, measurement: Measurement, request: ReportRequest) -> int:
    """Return the exit code of a report and of the measuring behind it."""
    return exit_code(result, request.gate, measuring=measurement.status, problems=bool(measurement.problems))


def stored_if_readable(request: ReportRequest, suite: str, config: Config) -> Stored:
    """Do what ``stored_baseline`` does where nothing is decided by it, so one that cannot be read is a warning."""
    try:
        return stored_baseline(request, suite, config)
    except InputError as error:
        text = f"The saved history cannot be read, and is not needed: {error.what}. What to do: {error.cure}."
        return None, "the saved history cannot be read", (Notice(code="history-not-read", text=text),)


def stored_baseline(request: ReportRequest, suite: str, config: Config) -> Stored:
    """Return the baseline, or why there is none, with the notices about the store."""
    if request.baseline is None:
        return None, "no store was named", ()
    found = open_store(request.baseline, pinned=config.pinned).find(suite)
    if isinstance(found, Missing):
        return None, found.reason, (found.notice,) if found.notice else ()
    return found, None, found.notices


def how_measured(measurement: Measurement, runs: int, config: Config) -> Measured:
    """Return where, when and by which command the head was measured, in how many ``runs``."""
    return Measured(
        base_sha=measurement.base_sha,
        head_sha=measurement.head_sha,
        plan=measurement.plan,
        runs=runs,
        seconds=measurement.seconds,
        fingerprint=measurement.fingerprint,
        command=measurement.command,
        finished_at=measurement.finished_at,
        resources=kept_resources(measurement.resources, asked_by(config.budgets)),
    )


def why_undecided(measurement: Measurement) -> str | None:
    """Return why measuring decides nothing; ``None`` where it was complete and all of it was read."""
    if measurement.status != "complete":
        return in_brief(measurement.message) if measurement.message else f"measuring ended {measurement.status}"
    return str(measurement.problems[0].what) if measurement.problems else None


def selection_of(measurement: Measurement) -> Selection | None:
    """Return which benchmarks the change reaches; ``None`` where all were measured."""
    found = measurement.selected
    return Selection(measured=len(found.measured), left_out=found.left_out) if found else None


def given(*notices: Notice | None) -> tuple[Notice, ...]:
    """Return the notices that there are."""
    return tuple(filter(None, notices))
