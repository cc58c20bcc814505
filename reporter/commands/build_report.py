"""From what was decided to a report: budgets, gate, advice, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.commands.suites import is_usable
from reporter.config import STRICT, Config
from reporter.decide import reasons
from reporter.decide.accept import accept, let_pass
from reporter.decide.advice import advise
from reporter.decide.budgets import budget_results
from reporter.decide.counted_metrics import with_counts
from reporter.decide.counted_rows import NOTHING, Counted
from reporter.decide.gate import PASSED_UNMEASURED, Circumstances, gate, one_of_many
from reporter.decide.kept_values import fitting
from reporter.decide.needed import what_would_decide
from reporter.model import BaselineSource, Measured, Report
from reporter.shared.errors import (
    GATE_FAILED,
    BaselineRequiredError,
    CommandFailedError,
    InputError,
    MeasuringInterruptedError,
    UsageError,
)

if TYPE_CHECKING:
    from datetime import date

    from reporter.decide.gate import Wanted
    from reporter.decide.judge import Decision
    from reporter.failed_side import FailedSide
    from reporter.model import Assessment, BudgetResult, Override, RunConditions, Suite
    from reporter.shared.model import Notice

NOTHING_IN_COMMON = "baseline and head have no benchmark in common"
NOTHING_USABLE = "no benchmark gave a usable value"
NOTHING_CONFIGURED = Config()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """How strict the gate is. ``fail_on`` overrides the configuration; ``strict`` adds what could not be decided."""

    fail_on: tuple[str, ...] | None = None
    strict: bool = False
    no_fail: bool = False
    require_baseline: bool = False

    def verdicts(self, config: Config) -> tuple[str, ...]:
        """Return the words that fail the gate."""
        chosen = config.fail_on if self.fail_on is None else self.fail_on
        return (*chosen, *STRICT) if self.strict else chosen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Context:
    """What a report needs to know besides the decision, the head and how it was measured.

    ``fail_on`` are the words that fail the gate. ``source`` tells of the baseline, or ``absent`` why there is none.
    ``undecided`` says what kept one side from being measured, ``not_compared`` why nothing was compared although that
    was asked for; ``may_confirm`` whether a second look can still follow; ``conditions`` what went on during each run;
    ``override`` who lets its regressions pass; ``failed`` which side failed; ``wanted`` what the comparison is for.
    ``whole`` are runs that were not cut short, for the budgets, and ``counted`` is what instruments counted of every
    benchmark.
    """

    fail_on: tuple[str, ...] = ()
    source: BaselineSource | None = None
    absent: str | None = None
    undecided: str | None = None
    not_compared: str | None = None
    may_confirm: bool = False
    warnings: tuple[Notice, ...] = ()
    config: Config = NOTHING_CONFIGURED
    conditions: tuple[RunConditions, ...] = ()
    override: Override | None = None
    failed: FailedSide | None = None
    wanted: Wanted = "verdict"
    whole: Suite | None = None
    counted: Counted = NOTHING


NO_CONTEXT = Context()


def build_report(decision: Decision, head: Suite, measured: Measured, context: Context = NO_CONTEXT) -> Report:
    """Gate, hold the budgets against the head, and put everything that outputs may show into one report."""
    config, override = context.config, context.override
    budgets = budget_results(with_counts(context.whole or head, context.counted), config.budgets)
    rows, held = _of_categories(decision.assessments, budgets, config.categories)
    rows, expired = accept(rows, config.accepts, _day_of(measured))
    rows, passing = let_pass(rows, override if override and override.commit == measured.head_sha else None)
    advice = _advice(rows, head, decision, context.conditions)
    judgings, left_out = fitting(decision.make_judgings())
    circumstances = Circumstances(
        wanted=context.wanted,
        undecided=context.undecided or _why_undecided(head, decision),
        not_compared=context.not_compared,
        not_counted=context.counted.missing,
        absent=context.absent,
        cure=None if context.not_compared else what_would_decide(rows, measured, paired=decision.compare == "paired"),
        passing=passing,
    )
    made = gate(rows, held, context.fail_on, circumstances)
    return Report(
        suite=head.name,
        gate=one_of_many(made, head.name) if decision.compare == "paired" else made,
        measured=measured,
        baseline=context.source,
        baseline_reason=None if context.source else context.absent,
        compare=decision.compare,
        shift=decision.shift,
        assessments=rows,
        budgets=held,
        warnings=(*decision.notices, *head.warnings, *context.warnings, *expired, *advice, *left_out),
        confirm=context.may_confirm and decision.suspects > 0,
        sessions=decision.sessions,
        trends=decision.trends,
        since=decision.since,
        failures=head.failures,
        courses=head.courses,
        override=override if passing else None,
        failed=context.failed,
        judgings=judgings,
    )


def unmeasured(suite: str, measured: Measured, warnings: tuple[Notice, ...]) -> Report:
    """Return the report of a comparison in pairs that had nothing to measure: the gate passes."""
    return Report(
        suite=suite,
        gate=PASSED_UNMEASURED,
        measured=measured,
        baseline=BaselineSource(commit=measured.base_sha, age_seconds=0.0, distance=0, fingerprint_match=True),
        baseline_reason=None,
        compare="paired",
        shift=None,
        assessments=(),
        warnings=warnings,
    )


def _advice(
    rows: tuple[Assessment, ...], head: Suite, decision: Decision, conditions: tuple[RunConditions, ...]
) -> tuple[Notice, ...]:
    """Return what the values of both sides say of the noise."""
    known = (head, decision.reference) if decision.reference else (head,)
    return tuple(advise(rows, known, conditions, paired=decision.compare == "paired"))


def _of_categories(
    rows: tuple[Assessment, ...], budgets: tuple[BudgetResult, ...], categories: tuple[str, ...]
) -> tuple[tuple[Assessment, ...], tuple[BudgetResult, ...]]:
    """Keep what is of the categories asked for; everything when none was.

    Raises:
        UsageError: nothing is of these categories.
    """
    if not categories:
        return rows, budgets
    kept = tuple(row for row in rows if row.comparison.category in categories)
    if not kept:
        known = sorted({row.comparison.category for row in rows if row.comparison.category})
        raise UsageError(
            "unknown-category",
            reasons.not_in_categories(categories, known),
            cure="use one of these, or set category in [[benchmark]]",
        )
    return kept, tuple(budget for budget in budgets if budget.category in categories)


def _day_of(measured: Measured) -> date:
    """Return the day on which accepted regressions are judged: that of measuring, or today where it is not known."""
    now = datetime.now(UTC)
    return (now if measured.finished_at is None else datetime.fromtimestamp(measured.finished_at, UTC)).date()


def exit_code(report: Report, options: GateOptions, *, measuring: str = "complete", problems: bool = False) -> int:
    """Choose the exit code of a finished report: what could not be measured outranks what was decided.

    ``measuring`` is the status of ``measure/v1``; ``problems`` says that a result file could not be read.
    """
    if measuring == "interrupted":
        return MeasuringInterruptedError.exit_code
    if measuring == "failed":
        return CommandFailedError.exit_code
    if measuring == "empty" or problems or {NOTHING_IN_COMMON, NOTHING_USABLE} & set(report.gate.reasons):
        return InputError.exit_code
    if options.require_baseline and report.baseline is None:
        return BaselineRequiredError.exit_code
    return GATE_FAILED if report.gate.status == "failed" and not options.no_fail else 0


def _why_undecided(head: Suite, decision: Decision) -> str | None:
    if not is_usable(head):
        return NOTHING_USABLE
    return None if decision.overlap else NOTHING_IN_COMMON
