"""Pairs that grow until everything is decided or the time is up, as the product measures when it may choose.

Which pairs come next is decided by the product's own ``next_step``; here they are taken from pairs that exist already.
Every pair costs the same, also when only a few benchmarks go on, so that savings by selecting are not counted; but
where the time is given, a pair of few benchmarks takes their share of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.suites import suite_of
from reporter.decide.judge import DEFAULT_POLICY, Decision, Pairs, judge_looks
from reporter.decide.looks import SHORT_LOOKS, Progress, next_step
from reporter.shared.next_step import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray


def grow(
    base: FloatArray,
    head: FloatArray,
    names: Sequence[str],
    policy: Policy = DEFAULT_POLICY,
    *,
    whole_pairs: float | None = None,
) -> tuple[Decision, int]:
    """Judge growing pairs; return the decision and the number of pairs it took.

    ``base`` and ``head`` are benchmarks × pairs × ``STATISTICS``; the number of pairs is the limit, or with
    ``whole_pairs`` the time that so many pairs of all benchmarks take.
    """
    limit = float(base.shape[1]) if whole_pairs is None else whole_pairs
    measured = np.zeros(base.shape[:2], dtype=bool)
    step: Step | None = Step(pairs=min(SHORT_LOOKS[0], int(limit)))
    pairs, spent = 0, 0.0
    while step is not None:
        chosen = _selected(step, names)
        measured[chosen, pairs : pairs + step.pairs] = True
        pairs += step.pairs
        spent += step.pairs * (1.0 if whole_pairs is None else float(chosen.mean()))
        progress = Progress(
            pairs=pairs,
            seconds=spent,
            time_limit=limit,
            pair_seconds=1.0,
            benchmarks=0 if whole_pairs is None else len(names),
        )
        seen = _pairs(base[:, :pairs], head[:, :pairs], measured[:, :pairs], names)
        decision = judge_looks(seen, policy=policy)
        step = next_step(progress, decision.assessments)
    return decision, pairs


def _selected(step: Step, names: Sequence[str]) -> BoolArray:
    return np.array([not step.select or name in step.select for name in names])


def _pairs(base: FloatArray, head: FloatArray, measured: BoolArray, names: Sequence[str]) -> Pairs:
    """Benchmarks that did not go on lack the later pairs."""
    sides = (np.where(measured[:, :, None], side, np.nan) for side in (base, head))
    before, after = (suite_of(names, side) for side in sides)
    return Pairs(base=before, head=after)
