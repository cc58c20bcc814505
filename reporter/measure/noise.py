"""Runs for a baseline, and pairs of the head and itself after them: they tell how noisy pairs are on this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure import record
from reporter.measure.console import Console
from reporter.measure.errors import MeasureUsageError
from reporter.measure.paired import trees
from reporter.measure.paired.look import names_pytest
from reporter.measure.paired.outlook import Outlook, needs
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.paired.short_plan import short_plan
from reporter.measure.series import Outcome, measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.plan import Plan

BATCH = 2


def measure_with_noise(
    plan: Plan, output: Path, *, stream: TextIO | None = None, environ: Mapping[str, str] | None = None
) -> Outcome:
    """Measure the plan's runs, then its ``noise_pairs`` of the head against itself.

    The runs stand whatever becomes of the pairs, of which there are none without a clean checkout, or when the time
    would not suffice, which the log says; only an interruption ends both. Raises as ``measure`` does.
    """
    environ = os.environ if environ is None else environ
    outcome = measure(replace(plan, pairs=None), output, stream=stream, environ=environ)
    if outcome.exit_code or plan.pairs is None or not plan.noise_pairs:
        return outcome
    console = Console(stream or sys.stderr, environ)
    try:
        obstacle = _obstacle(plan, outcome.path, environ)
        if obstacle:
            console.say(f"no pairs of this commit and itself, for its noise: {obstacle}")
            return outcome
        console.say(f"{plan.noise_pairs} pairs of this commit and itself, for its noise")
        with paired_sides(plan, output, resume=True, stream=stream, environ=environ) as sides:
            return sides.measure(plan.noise_pairs, batch=BATCH)
    except MeasureUsageError as error:
        console.say(f"no pairs of this commit and itself, for its noise: {error.what}")
        return outcome


def _obstacle(plan: Plan, path: Path, environ: Mapping[str, str]) -> str | None:
    """Return what makes both sides differ, or why the time does not suffice where runs cannot be shortened."""
    assert plan.pairs is not None  # noqa: S101 - looked at just before
    commits = trees.find_commits(plan.pairs, Path.cwd(), environ)
    runs = record.load(path.parent).runs
    run = sum(run.seconds or 0.0 for run in runs) / len(runs)
    limit = plan.pairs.time_limit_seconds
    if commits.base != commits.head or commits.uncommitted:
        return "files are changed and not committed"
    can_be_short = names_pytest(plan) or short_plan(plan, environ)[1] is not None
    if Outlook(2 * run, 2 * run).fitting(limit, plan.noise_pairs) < plan.noise_pairs and not can_be_short:
        return needs(run, limit or 0.0, plan.noise_pairs)
    return None
