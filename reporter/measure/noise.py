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
from reporter.measure.paired.pairs import paired_sides
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
    would not suffice; only an interruption ends both. Raises as ``measure`` does.
    """
    environ = os.environ if environ is None else environ
    outcome = measure(replace(plan, pairs=None), output, stream=stream, environ=environ)
    if outcome.exit_code or plan.pairs is None or not plan.noise_pairs:
        return outcome
    try:
        if not _is_worth_while(plan, outcome.path, environ):
            return outcome
        Console(stream or sys.stderr, environ).say(f"{plan.noise_pairs} pairs of this commit and itself, for its noise")
        with paired_sides(plan, output, resume=True, stream=stream, environ=environ) as sides:
            return sides.measure(plan.noise_pairs, batch=BATCH)
    except MeasureUsageError:
        return outcome


def _is_worth_while(plan: Plan, path: Path, environ: Mapping[str, str]) -> bool:
    """Whether both sides would be the same, and whether the time suffices where runs cannot be shortened."""
    assert plan.pairs is not None  # noqa: S101 - looked at just before
    commits = trees.find_commits(plan.pairs, Path.cwd(), environ)
    runs = record.load(path.parent).runs
    run = sum(run.seconds or 0.0 for run in runs) / len(runs)
    limit = plan.pairs.time_limit_seconds
    fits = limit is None or 2 * run * plan.noise_pairs < limit or names_pytest(plan)
    return commits.base == commits.head and not commits.uncommitted and fits
