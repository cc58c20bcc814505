"""The engine under test, given drawn runs. It is asked only as the product asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.adaptive import grow
from benchmarks.evaluate.outcomes import compare, first_look
from benchmarks.evaluate.suites import TIME, baseline_of, slowed, suite_of
from reporter.config import MeasureSettings
from reporter.decide.align import deciding_values
from reporter.decide.judge import DEFAULT_POLICY, Decision, judge_pairs, judge_screen
from reporter.stats.variance import of_one_pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.designs import Draw
    from benchmarks.evaluate.recording import Recording
    from reporter.decide.policy import Policy
    from reporter.model import Baseline, FloatArray, IndexArray, Suite
    from reporter.stats.variance import Variance

CONFIRM_RUNS = MeasureSettings().confirm_runs
"""Runs of the second look, as the product takes them when nothing is said."""


def screened(
    head: Suite, baseline: Baseline, again: Suite, policy: Policy = DEFAULT_POLICY
) -> tuple[Decision, Decision]:
    """Return the first look, and the decision after the second look, which only suspects call for."""
    first = judge_screen(head, baseline, policy=policy)
    return first, judge_screen(head, baseline, again, policy=policy) if first.suspects else first


def screened_outcome(
    head: Suite,
    baseline: Baseline,
    again: Suite,
    names: Sequence[str],
    truth: FloatArray,
    policy: Policy = DEFAULT_POLICY,
) -> dict[str, float]:
    """Screen and confirm; return what both looks were worth."""
    first, final = screened(head, baseline, again, policy)
    return compare(final, names, truth) | first_look(first, names, truth, again.runs)


def screen_of(recording: Recording, draw: Draw, slow: int | None, level: float) -> tuple[Suite, Baseline, Suite]:
    """Make (head, baseline, second look) of a draw; each base run is a job of its own."""
    factor = _one_slowed(recording, draw.level[0], slow, level)
    head, again = (_suite(recording, runs, factor) for runs in (draw.head, draw.again))
    return head, baseline_of([_suite(recording, np.array([run])) for run in draw.baseline]), again


def single_of(recording: Recording, draw: Draw) -> tuple[Suite, Baseline]:
    """Make (head, baseline) of one run against one run as they were recorded, all benchmarks slowed."""
    return _suite(recording, draw.head), baseline_of([_suite(recording, draw.baseline)])


def paired_of(recording: Recording, draw: Draw, slow: int | None, level: float) -> tuple[Suite, Suite]:
    """Make (base, head) of a draw, with one benchmark slowed by ``level`` and the others not at all."""
    base, head = _paired_statistics(recording, draw, slow, level)
    return suite_of(recording.benchmarks, base), suite_of(recording.benchmarks, head)


def pairs_outcome(recording: Recording, draw: Draw, slow: int | None, level: float) -> dict[str, float]:
    """Judge the pairs of a draw, with the noise of its stored pairs when it has some."""
    base, head = paired_of(recording, draw, slow, level)
    decision = judge_pairs(base, head, stored=stored_noise(recording, *draw.stored))
    return compare(decision, recording.benchmarks, truth_of(recording, slow, level))


def growing_outcome(recording: Recording, draw: Draw, slow: int | None, level: float) -> dict[str, float]:
    """Judge pairs that grow until they are decided, at most those of the draw."""
    return grown_outcome(
        *_paired_statistics(recording, draw, slow, level), recording.benchmarks, truth_of(recording, slow, level)
    )


def grown_outcome(
    base: FloatArray,
    head: FloatArray,
    names: Sequence[str],
    truth: FloatArray,
    policy: Policy = DEFAULT_POLICY,
    *,
    whole_pairs: float | None = None,
) -> dict[str, float]:
    """Let pairs grow; return what the decision was worth and the pairs it took (see ``grow``)."""
    decision, pairs = grow(base, head, names, policy, whole_pairs=whole_pairs)
    return compare(decision, names, truth) | {"pairs": float(pairs)}


def stored_noise(recording: Recording, before: IndexArray, after: IndexArray) -> Variance | None:
    """Return the variance of one pair of base against base, known from earlier jobs."""
    if before.size == 0:
        return None
    sides = recording.statistics[:, before], recording.statistics[:, after]
    values = deciding_values(*sides, [TIME] * len(recording.benchmarks), DEFAULT_POLICY)
    return of_one_pair(values.baseline, values.head)


def truth_of(recording: Recording, slow: int | None, level: float) -> FloatArray:
    """Return the true change of each benchmark when one (or none) is slowed."""
    truth = np.zeros(len(recording.benchmarks))
    if slow is not None:
        truth[slow] = level
    return truth


def _paired_statistics(
    recording: Recording, draw: Draw, slow: int | None, level: float
) -> tuple[FloatArray, FloatArray]:
    factor = np.stack([_one_slowed(recording, own, slow, level) for own in draw.level], axis=1)
    return recording.statistics[:, draw.baseline], slowed(recording.statistics[:, draw.head], factor)


def _one_slowed(recording: Recording, own: float, slow: int | None, level: float) -> FloatArray:
    """Return the factor per benchmark that takes a head's own level out, and puts ``level`` into one benchmark."""
    factor = np.full(len(recording.benchmarks), 1 / (1 + own))
    if slow is not None:
        factor[slow] *= 1 + level
    return factor


def _suite(recording: Recording, runs: IndexArray, factor: FloatArray | None = None) -> Suite:
    statistics = recording.statistics[:, runs]
    if factor is not None:
        statistics = slowed(statistics, np.repeat(factor[:, None], runs.size, axis=1))
    return suite_of(recording.benchmarks, statistics)
