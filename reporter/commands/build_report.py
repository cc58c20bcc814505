"""From two measured sides to a report: the one place where the stages are put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.config import STRICT, Config
from reporter.decide import reasons
from reporter.decide.accept import accept, let_pass
from reporter.decide.advice import advise
from reporter.decide.align import take_runs
from reporter.decide.budgets import budget_results
from reporter.decide.counted_metrics import with_counts
from reporter.decide.counted_rows import NOTHING, Counted
from reporter.decide.gate import Circumstances, gate
from reporter.decide.in_step import with_clock
from reporter.decide.judge import (
    DEFAULT_POLICY,
    Decision,
    Pairs,
    judge_alone,
    judge_looks,
    judge_pairs,
    judge_screen,
)
from reporter.decide.kept_values import fitting
from reporter.decide.needed import what_would_decide
from reporter.decide.shards import policy_of
from reporter.ingest.assemble import UNKNOWN, Provenance, assemble
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
    from collections.abc import Callable, Sequence
    from datetime import date

    from reporter.config import MetricRule
    from reporter.decide.gate import Wanted
    from reporter.decide.policy import Policy
    from reporter.ingest import FileReading
    from reporter.model import Assessment, Baseline, BudgetResult, Override, RunConditions, Session, Suite
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
class Sides:
    """What is compared: the head, its second look if there was one, and a baseline or the reason why there is none.

    With ``paired`` run i of the baseline's suite was measured next to run i of the head. Without ``may_confirm`` no
    runs count as a second look, and nothing can be called changed by a screen.
    """

    head: Suite
    second: Suite | None = None
    baseline: Baseline | None = None
    absent: str | None = None
    paired: bool = False
    may_confirm: bool = True


def suite_from(runs: Sequence[Sequence[FileReading]], config: Config, name: str, known: Provenance = UNKNOWN) -> Suite:
    """Assemble runs with what the configuration says of metrics and categories; see ``ingest.assemble``."""

    def declare(benchmark: str, metric: str) -> MetricRule | None:
        return config.declared(benchmark, metric)

    def categorise(benchmark: str) -> str | None:
        rule = config.rule_for(benchmark)
        return rule.category if rule else None

    if any(file.load for files in runs for file in files):
        from reporter.decide.load_metrics import with_load_metrics

        runs = [with_load_metrics(files, config.load) for files in runs]
    if any(file.used for files in runs for file in files):
        from reporter.decide.resource_metrics import asked_by, with_resource_metrics

        asked = asked_by(config.budgets)
        runs = [with_resource_metrics(files, asked) for files in runs]
    return assemble(
        runs,
        suite=name,
        known=known,
        declare=declare if config.metrics else None,
        categorise=categorise if config.benchmarks else None,
    )


def decide_looks(
    pairs: Pairs,
    config: Config,
    *,
    changed_files: tuple[str, ...],
    stored: tuple[Session, ...],
) -> Decision:
    """Judge pairs that may grow; see ``decide.judge_looks``."""
    if config.rule is not None:
        from reporter.decide.judge_rule import judge_pairs_by_rule
        from reporter.decide.named_rules import parse_rule

        return judge_pairs_by_rule(parse_rule(config.rule, "rule"), pairs.base, pairs.head, changed_files)
    return judge_looks(
        pairs,
        changed_files=changed_files,
        stored=stored,
        policy=policy_for(pairs.head, config),
        bounds_of=_bounds_of(config),
    )


def decide(sides: Sides, config: Config) -> Decision:
    """Judge the head against its baseline, or list it when there is none.

    Several runs in the first look carry their own second look: the first run raises suspicion, the others decide.
    """
    bounds_of, policy = _bounds_of(config), policy_for(sides.head, config)
    if sides.baseline is None:
        return judge_alone(sides.head, sides.absent or "there is no baseline yet")
    if config.rule is not None:
        from reporter.decide.judge_rule import judge_by_rule
        from reporter.decide.named_rules import parse_rule

        return judge_by_rule(parse_rule(config.rule, "rule"), sides.head, sides.baseline, paired=sides.paired)
    if sides.paired:
        return judge_pairs(
            sides.baseline.suite, sides.head, stored=sides.baseline.history, policy=policy, bounds_of=bounds_of
        )
    head, second = sides.head, sides.second
    if second is None and head.runs > 1 and sides.may_confirm:
        head, second = take_runs(head, slice(0, 1)), take_runs(head, slice(1, None))
    return judge_screen(
        head,
        sides.baseline,
        second,
        policy=policy,
        bounds_of=bounds_of,
        pinned=config.pinned,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Context:
    """What a report needs to know besides the decision, the head and how it was measured.

    ``fail_on`` are the words that fail the gate. ``source`` tells of the baseline, or ``absent`` why there is none.
    ``undecided`` says what kept one side from being measured, ``not_compared`` why nothing was compared although that
    was asked for; ``may_confirm`` whether a second look can still follow; ``conditions`` what went on during each run;
    ``override`` who lets its regressions pass; ``wanted`` what the comparison is for. ``whole`` are runs that were not
    cut short, for the budgets, and ``counted`` is what instruments counted of every benchmark.
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
    told = _advice(rows, head, decision, context.conditions)
    judgings, left_out = fitting(decision.tell_judgings())
    circumstances = Circumstances(
        wanted=context.wanted,
        undecided=context.undecided or _why_undecided(head, decision),
        not_compared=context.not_compared,
        not_counted=context.counted.missing,
        absent=context.absent,
        cure=None if context.not_compared else what_would_decide(rows, measured, paired=decision.compare == "paired"),
        passing=passing,
    )
    return Report(
        suite=head.name,
        gate=gate(rows, held, context.fail_on, circumstances),
        measured=measured,
        baseline=context.source,
        baseline_reason=None if context.source else context.absent,
        compare=decision.compare,
        shift=decision.shift,
        assessments=rows,
        budgets=held,
        warnings=(*decision.notices, *head.warnings, *context.warnings, *expired, *told, *left_out),
        confirm=context.may_confirm and decision.suspects > 0,
        sessions=decision.sessions,
        trends=decision.trends,
        since=decision.since,
        failures=head.failures,
        courses=head.courses,
        override=override if passing else None,
        judgings=judgings,
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


def is_usable(head: Suite) -> bool:
    """Return whether anything was measured at all; a suite without a value is no baseline either."""
    return any(benchmark.samples for benchmark in head.benchmarks)


def _why_undecided(head: Suite, decision: Decision) -> str | None:
    if not is_usable(head):
        return NOTHING_USABLE
    return None if decision.overlap else NOTHING_IN_COMMON


def policy_for(head: Suite, config: Config) -> Policy:
    """Return the numbers that decide a head: those of its shard, with the clock of the configuration."""
    return policy_of(head.name, with_clock(DEFAULT_POLICY, config.measure.clock))


def _bounds_of(config: Config) -> Callable[[str], tuple[float | None, float | None]]:
    def look_up(name: str) -> tuple[float | None, float | None]:
        rule = config.rule_for(name)
        return (rule.threshold, rule.margin) if rule else (None, None)

    return look_up


def source_of(sides: Sides, decision: Decision, measured: Measured) -> BaselineSource | None:
    """Return where the baseline came from, how old it is and whether its machine is the head's."""
    if sides.baseline is None:
        return None
    used = decision.reference or sides.baseline.suite
    is_newest = used is sides.baseline.suite
    made, now = used.measured_at, measured.finished_at
    return replace(
        sides.baseline.source if is_newest else BaselineSource(commit=used.commit),
        age_seconds=max(0.0, now - made) if made is not None and now is not None else None,
        fingerprint_match=not sides.head.fingerprint.differences(used.fingerprint),
        fingerprint=used.fingerprint,
    )
