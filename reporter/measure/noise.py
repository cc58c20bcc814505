"""Runs for a baseline, and pairs of the head and itself after them: they tell how noisy pairs are on this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure import record, thinning
from reporter.measure.console import Console, spoken_duration
from reporter.measure.paired import trees
from reporter.measure.paired.outlook import FIRST_LOOK, Outlook, needs, time_limit
from reporter.measure.paired.pair_record import PairRecord
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.paired.short_plan import names_pytest, short_plan
from reporter.measure.series import Outcome, measure
from reporter.shared.batch import Batch
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reporter.measure.plan import Plan
    from reporter.measure.record import RunRecord

MOST_ROUNDS, PERCENTILES = 200, 101
"""As baselines keep them (``reporter.store.columns``)."""


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
        run = _run_seconds(outcome.path)
        obstacle = _obstacle(plan, run, environ)
        if obstacle:
            console.say(f"no pairs of this commit and itself, for its noise: {obstacle}")
            return outcome
        console.say(_announced(plan.noise_pairs, run))
        with paired_sides(plan, output, resume=True, stream=stream, environ=environ) as sides:
            return sides.measure(plan.noise_pairs, batch=Batch.AGAINST_ITSELF)
    except UsageError as error:
        console.say(f"no pairs of this commit and itself, for its noise: {error.what}")
        return outcome


def measure_equal_code(
    plan: Plan,
    output: Path,
    *,
    on_pairs: Callable[[int, float], None] | None = None,
    keep_rounds: bool = False,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Measure pairs of a commit and itself until the time limit of the plan.

    ``on_pairs`` is called with the number of pairs and the seconds they took. There may be hours of them, so only
    percentiles of their rounds stay on disk, unless ``keep_rounds``. Raises as ``PairedSides.measure`` does.
    """
    with paired_sides(plan, output, stream=stream, environ=environ) as sides:
        outcome = sides.measure(FIRST_LOOK)
        pairs = outcome.pairs
        while outcome.pairs and not outcome.exit_code:
            found = PairRecord(record.load(outcome.path.parent), outcome.path.parent)
            if not keep_rounds:
                _thin_latest(found.content.runs[-2 * outcome.pairs :], outcome.path.parent)
            if on_pairs:
                on_pairs(pairs, found.spent_seconds)
            more = _affordable(plan, found)
            if not more:
                break
            outcome = sides.measure(more)
            pairs += outcome.pairs
        return replace(outcome, pairs=pairs)


def _thin_latest(runs: Sequence[RunRecord], output: Path) -> None:
    for run in runs:
        for name in run.results:
            thinning.thin(output / name, MOST_ROUNDS, PERCENTILES)


def _affordable(plan: Plan, found: PairRecord) -> int:
    """Return how many more pairs fit into the time limit, at most those of a look."""
    assert plan.pairs is not None  # noqa: S101 - just measured
    each = found.pair_seconds(FIRST_LOOK) or 0.0
    return Outlook(each, each).fitting(time_limit(plan.pairs.time_limit_seconds, 0) - found.spent_seconds, FIRST_LOOK)


def _announced(pairs: int, run: float) -> str:
    """Return what follows and what it costs: pairs are of short runs, and one run of the base comes before them."""
    most = spoken_duration((2 * pairs + 1) * run)
    return f"{pairs} pairs of this commit and itself, for its noise and its level in short runs: at most about {most}"


def _run_seconds(path: Path) -> float:
    """Return how long a whole run took on average."""
    runs = record.load(path.parent).runs
    return sum(run.seconds or 0.0 for run in runs) / len(runs)


def _obstacle(plan: Plan, run: float, environ: Mapping[str, str]) -> str | None:
    """Return what makes both sides differ, or why the time does not suffice where runs cannot be shortened."""
    assert plan.pairs is not None  # noqa: S101 - looked at just before
    commits = trees.find_commits(plan.pairs, Path.cwd(), environ)
    limit = time_limit(plan.pairs.time_limit_seconds, 0)
    if commits.base != commits.head or commits.uncommitted:
        return "files are changed and not committed"
    can_be_short = names_pytest(plan) or short_plan(plan, Path.cwd(), environ)[1] is not None
    if Outlook(2 * run, 2 * run).fitting(limit, plan.noise_pairs) < plan.noise_pairs and not can_be_short:
        return needs(run, limit, plan.noise_pairs)
    return None
