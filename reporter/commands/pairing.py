"""Base and head side by side in short runs, until the verdicts are clear."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.reporting import report
from reporter.commands.same_server import CURE, same_server
from reporter.decide.looks import SHORT_LOOKS, Step
from reporter.measure import checkout
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.plan import AUTO, PAIRED, Plan
from reporter.measure.series import measure
from reporter.measure.wording import displayed
from reporter.shared.errors import InputError, UsageError

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


def with_pairs_first(
    plan: Plan, settings: MeasureSettings, base: str | None, saved: str | None, time_limit: float | None
) -> Plan:
    """Return a plan that begins with pairs, where there is something to take as the base.

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
    return replace(plan, plan=AUTO, pairs=_pairs(found, settings, time_limit)) if found else plan


def with_noise_pairs(plan: Plan, settings: MeasureSettings, time_limit: float | None) -> Plan:
    """Let pairs of the head and itself follow on the runs of a baseline, in a git checkout."""
    if checkout.read(Path.cwd()).sha is None or same_server(settings, displayed(plan)):
        return plan
    return replace(plan, pairs=_pairs("HEAD", settings, time_limit), noise_pairs=settings.noise_pairs)


def of_equal_code(plan: Plan, settings: MeasureSettings, seconds: float) -> Plan:
    """Turn a plan into one of pairs of the checked-out commit and itself, as many as take so many seconds.

    Raises:
        UsageError: there is no commit, or both sides would measure the same server.
    """
    refused = same_server(settings, displayed(plan))
    if refused:
        raise UsageError("same-server", f"pairs were asked for, and {refused}", cure=CURE)
    commit = checkout.read(Path.cwd()).sha
    if commit is None:
        what = "pairs of equal code need a git repository with a commit"
        raise UsageError("no-repository", what, where=str(Path.cwd()), cure="commit the project, then repeat the call")
    pairs = replace(_pairs(commit, settings, seconds), head_sha=commit, benchmarks_from=None, keep_base=False)
    return replace(plan, plan=PAIRED, pairs=pairs, noise_pairs=1)


def _pairs(base: str, settings: MeasureSettings, time_limit: float | None) -> PairPlan:
    return PairPlan(
        base_sha=base,
        setup=settings.setup,
        benchmarks_from=settings.benchmarks_from,
        pin=not settings.threads,
        lock_step=settings.lock_step,
        keep_base=settings.keep_base,
        shorten=settings.shorten,
        time_limit_seconds=time_limit or settings.time_limit_seconds,
    )


def measure_in_pairs(
    plan: Plan, wanted: ReportRequest, config: Config, stdout: TextIO
) -> tuple[Outcome, Reported | None]:
    """Measure, look, measure more where it is needed; gives how it ended and the last report, if there is one.

    Raises:
        UsageError: the plan cannot be measured here.
    """
    with paired_sides(plan, wanted.measure, stream=stdout, environ=os.environ) as sides:
        outcome, done = _until_clear(sides, wanted, config)
    instead = done.next_step.alone if done and done.next_step else None
    if instead is None:
        return outcome, done
    outcome = measure(plan.alone(instead), wanted.measure, stream=stdout, environ=os.environ)
    return outcome, reported(outcome, wanted, config)


def _until_clear(sides: PairedSides, wanted: ReportRequest, config: Config) -> tuple[Outcome, Reported | None]:
    step = Step(pairs=SHORT_LOOKS[0])
    while True:
        outcome = sides.measure(step.pairs, select=step.select or None)
        done = reported(outcome, wanted, config)
        if done is None or done.next_step is None or done.next_step.alone or outcome.exit_code or not outcome.pairs:
            return outcome, done
        step = done.next_step


def reported(outcome: Outcome, wanted: ReportRequest, config: Config) -> Reported | None:
    """Report as far as measuring went; ``None`` when it did not get to anything complete."""
    try:
        return report(wanted, config)
    except InputError:
        if outcome.exit_code:
            return None
        raise
