"""``benchverdict run --compare paired``: base and head side by side, in short runs, until the verdicts are clear."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.outputs import show
from reporter.commands.reporting import report
from reporter.decide.looks import SHORT_LOOKS, Step
from reporter.errors import InputError, UsageError
from reporter.measure import MeasureUsageError, PairPlan, Plan, checkout, paired_sides

if TYPE_CHECKING:
    from reporter.commands.reporting import Reported, ReportRequest
    from reporter.config import Config, MeasureSettings
    from reporter.measure import Outcome, PairedSides


def with_pairs(plan: Plan, settings: MeasureSettings, base: str | None, time_limit: float | None) -> Plan:
    """Turn a plan into one of pairs against ``base``, or against what the checkout left.

    Raises:
        UsageError: there is nothing to compare with.
    """
    found = base or checkout.default_base(Path.cwd())
    if found is None:
        raise UsageError(
            "no-base",
            "there is no commit to compare this checkout with",
            cure="name one with --base, in a git checkout",
        )
    pairs = PairPlan(
        base_sha=found,
        setup=settings.setup,
        benchmarks_from=settings.benchmarks_from,
        pin=not settings.threads,
        time_limit_seconds=time_limit or settings.time_limit_seconds,
    )
    return replace(plan, plan="paired", pairs=pairs)


def run_pairs(
    plan: Plan, measure_folder: Path, wanted: ReportRequest, config: Config, stdout: TextIO, stderr: TextIO
) -> int:
    """Measure, look, measure more where it is needed, and report; gives the exit code.

    Raises:
        UsageError: the plan cannot be measured here.
    """
    try:
        with paired_sides(plan, measure_folder, stream=stdout, environ=os.environ) as sides:
            outcome, done = _until_clear(sides, wanted, config, stderr)
    except MeasureUsageError as error:
        raise UsageError(error.code, error.what, where=error.where, cure=error.cure) from error
    if outcome.message:
        stderr.write(f"error: {outcome.message}\n")
    if done is None:
        return outcome.exit_code
    show(done.report, stdout)
    stdout.write(f"report: {wanted.output / 'report.html'}\n")
    return done.exit_code


def _until_clear(
    sides: PairedSides, wanted: ReportRequest, config: Config, stderr: TextIO
) -> tuple[Outcome, Reported | None]:
    step: Step | None = Step(batch=0, pairs=SHORT_LOOKS[0])
    done = None
    while step is not None:
        outcome = sides.measure(step.pairs, batch=step.batch, select=step.select or None)
        done = _reported(outcome, wanted, config, stderr)
        step = done.next_step if done and outcome.pairs and not outcome.exit_code else None
    return outcome, done


def _reported(outcome: Outcome, wanted: ReportRequest, config: Config, stderr: TextIO) -> Reported | None:
    """Report as far as measuring went; ``None`` when it did not get to one complete pair."""
    try:
        return report(wanted, config, stderr)
    except InputError:
        if outcome.exit_code:
            return None
        raise
