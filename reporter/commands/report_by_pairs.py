"""A report whose head is compared with the base side of its own pairs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.commands.benchmark_code import with_code, with_definitions
from reporter.commands.build_report import build_report
from reporter.commands.deciding import decide_looks, policy_for
from reporter.commands.report_context import (
    context_of,
    counted_in,
    exit_code_of,
    given,
    how_measured,
    selection_of,
    stored_if_readable,
    why_undecided,
)
from reporter.commands.report_request import Reported
from reporter.commands.suites import pairs_of, whole_runs
from reporter.decide.since import with_since
from reporter.model import BaselineSource
from reporter.pipeline.next_step import (
    after_pairs,
    same_server,
    why_no_more,
    why_not_compared,
    why_too_slow,
)
from reporter.pipeline.same_server import CURE
from reporter.shared.errors import UsageError
from reporter.store import history
from reporter.store.short_runs import way_of

if TYPE_CHECKING:
    from reporter.commands.report_request import ReportRequest
    from reporter.config import Config
    from reporter.decide.judge import Decision, Pairs
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement
    from reporter.model import Baseline, Suite
    from reporter.shared.model import Notice


def by_pairs(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    """Return the report of pairs, and which are measured next.

    Raises:
        UsageError: nothing but pairs will do, and both sides of them loaded one server.
    """
    refused = same_server(measurement)
    if refused and request.needs_pairs:
        raise UsageError("same-server", f"pairs were measured, and {refused}", cure=CURE)
    instead = f"{refused}: {CURE}" if refused else None
    pairs = pairs_of(measurement, config)
    stored, _, passed_over = stored_if_readable(request, measurement.name, config)
    now = with_code(pairs.head, request.workspace)
    decision = _decided(pairs, now, measurement, config, stored)
    decision, counted = counted_in(decision, measurement, request, config, found)
    # A rule that is asked again and again finds something in the end, and counts need no pairs.
    may_grow = config.rule is None and not request.by_counts
    not_compared, notices = (None, ()) if request.by_counts else _obstacles(measurement, decision, may_grow=may_grow)
    result = build_report(
        decision,
        pairs.head,
        how_measured(measurement, pairs.head.runs, config),
        replace(
            context_of(measurement, request, config),
            source=BaselineSource(commit=measurement.base_sha, age_seconds=0.0, distance=0, fingerprint_match=True),
            undecided=instead or why_undecided(measurement),
            not_compared=not_compared,
            warnings=(*passed_over, *measurement.warnings, *notices),
            whole=whole_runs(measurement, config),
            counted=counted,
        ),
    )
    return Reported(
        report=replace(with_definitions(result, now), selection=selection_of(measurement)),
        exit_code=exit_code_of(result, measurement, request),
        next_step=after_pairs(measurement, decision, instead=instead, may_grow=may_grow),
    )


def _decided(pairs: Pairs, now: Suite, measurement: Measurement, config: Config, stored: Baseline | None) -> Decision:
    """Return the verdicts of pairs, and the change of their head, as it is ``now``, since what is stored."""
    decision = decide_looks(
        pairs,
        config,
        changed_files=measurement.changed_files,
        stored=history.of_same_code(stored.history, now) if stored else (),
    )
    if stored is None or config.rule is not None:  # a rule has values of its own
        return decision
    return with_since(decision, replace(pairs, head=now), way_of(measurement, 0), stored, policy_for(now, config))


def _obstacles(
    measurement: Measurement, decision: Decision, *, may_grow: bool
) -> tuple[str | None, tuple[Notice, ...]]:
    """Return what kept pairs from being compared, and what their time limit did not let them decide."""
    slow, no_more = why_too_slow(measurement), why_no_more(measurement, decision) if may_grow else None
    return why_not_compared(measurement, decision, slow), given(slow, no_more)
