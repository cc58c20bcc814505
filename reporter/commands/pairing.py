"""Base and head side by side in short runs, until the verdicts are clear: by themselves, or as a second look."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.reporting import report
from reporter.commands.same_server import CURE, same_server
from reporter.decide.looks import SHORT_LOOKS, Step
from reporter.errors import InputError, UsageError
from reporter.measure import checkout
from reporter.measure.errors import MeasureUsageError
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.plan import PAIRED, Plan
from reporter.measure.wording import displayed

if TYPE_CHECKING:
    from reporter.commands.reporting import Reported, ReportRequest
    from reporter.config import Config, MeasureSettings
    from reporter.measure.paired.pairs import PairedSides
    from reporter.measure.series import Outcome


def in_pairs(plan: Plan, settings: MeasureSettings, base: str | None, time_limit: float | None) -> Plan:
    """Turn a plan into one of pairs alone, against ``base`` or what the checkout left.

    Raises:
        UsageError: there is nothing to compare with, or both sides would measure the same server.
    """
    refused = same_server(settings, displayed(plan))
    if refused:
        raise UsageError("same-server", f"pairs were asked for, and {refused}", cure=CURE)
    found = base or checkout.default_base(Path.cwd())
    if found is None:
        raise UsageError(
            "no-base",
            "there is no commit to compare this checkout with",
            cure="name one with --base, in a git checkout",
        )
    return replace(plan, plan=PAIRED, pairs=_pairs(found, settings, time_limit))


def with_second_look(
    plan: Plan, settings: MeasureSettings, base: str | None, saved: str | None, time_limit: float | None
) -> Plan:
    """Let the second look of a plan be pairs, where there is something to take as the base.

    That is ``base``; or where this branch left the main one; or on the main branch itself the commit at which the
    baseline was ``saved``: the question there is what changed since.
    """
    folder = Path.cwd()
    if checkout.read(folder).sha is None:
        return plan
    refused = same_server(settings, displayed(plan))
    if refused:
        return replace(plan, not_paired=f"{refused}: {CURE}")
    found = base or checkout.branch_point(folder) or saved or checkout.default_base(folder)
    return replace(plan, pairs=_pairs(found, settings, time_limit)) if found else plan


def with_noise_pairs(plan: Plan, settings: MeasureSettings, time_limit: float | None) -> Plan:
    """Let pairs of the head and itself follow on the runs of a baseline, in a git checkout."""
    if checkout.read(Path.cwd()).sha is None or same_server(settings, displayed(plan)):
        return plan
    return replace(plan, pairs=_pairs("HEAD", settings, time_limit), noise_pairs=settings.noise_pairs)


def _pairs(base: str, settings: MeasureSettings, time_limit: float | None) -> PairPlan:
    return PairPlan(
        base_sha=base,
        setup=settings.setup,
        benchmarks_from=settings.benchmarks_from,
        pin=not settings.threads,
        lock_step=settings.lock_step,
        shorten=settings.shorten,
        time_limit_seconds=time_limit or settings.time_limit_seconds,
    )


FIRST_STEP = Step(batch=0, pairs=SHORT_LOOKS[0])


def measure_in_pairs(
    plan: Plan, first: Step, wanted: ReportRequest, config: Config, stdout: TextIO
) -> tuple[Outcome, Reported | None]:
    """Measure, look, measure more where it is needed; gives how it ended and the last report, if there is one.

    Raises:
        UsageError: the plan cannot be measured here.
    """
    try:
        with paired_sides(plan, wanted.measure, resume=not plan.pairs_only, stream=stdout, environ=os.environ) as sides:
            return _until_clear(sides, first, wanted, config)
    except MeasureUsageError as error:
        raise UsageError(error.code, error.what, where=error.where, cure=error.cure) from error


def _until_clear(
    sides: PairedSides, first: Step, wanted: ReportRequest, config: Config
) -> tuple[Outcome, Reported | None]:
    step: Step | None = first
    done = None
    while step is not None:
        outcome = sides.measure(step.pairs, batch=step.batch, select=step.select or None)
        done = _reported(outcome, wanted, config)
        step = done.next_step if done and outcome.pairs and not outcome.exit_code else None
    return outcome, done


def _reported(outcome: Outcome, wanted: ReportRequest, config: Config) -> Reported | None:
    """Report as far as measuring went; ``None`` when it did not get to one complete pair."""
    try:
        return report(wanted, config)
    except InputError:
        if outcome.exit_code:
            return None
        raise
