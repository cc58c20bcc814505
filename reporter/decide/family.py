"""Rows that are judged together, and by what: they share a design and the chance of a false alarm.

``reporter.model.Judging`` is what a report keeps of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Literal

import numpy as np

from reporter.decide.budgets import SHORTENED_PLAN
from reporter.decide.looks import looks_of
from reporter.decide.shards import runners_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray, Suite
    from reporter.stats.variance import Variance

    BoundsOf = Callable[[str], tuple[float | None, float | None]]


class Design(Enum):
    """How the head is held against its base: by a saved history, by pairs that are one final look, or that grow."""

    HISTORY = "history"
    PAIRS = "pairs"
    GROWING_PAIRS = "growing pairs"

    @property
    def unit(self) -> Literal["runs", "pairs"]:
        """What is counted."""
        return "runs" if self is Design.HISTORY else "pairs"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """The bounds of each row, as shares: defaults of the policy or what the configuration says of the benchmark."""

    threshold: FloatArray
    margin: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """One row per common benchmark and metric. ``stored`` is the variance of one pair of whole runs known before.

    The pooled values of ``shortened`` runs are not judged: they leave out what happens seldom. ``runners`` are the
    pairs of each machine, in the order of the values, where several have measured; empty for one.
    """

    rows: Sequence[Row]
    bounds: Bounds
    design: Design
    policy: Policy
    suite: str
    shortened: bool = True
    stored: Variance | None = None
    runners: tuple[int, ...] = ()

    @property
    def looks(self) -> tuple[int, ...]:
        """Pairs at each look that may be followed by another."""
        return looks_of(runners_of(self.suite)) if self.design is Design.GROWING_PAIRS else ()

    def stored_for(self, values: Values) -> Variance | None:
        """Return what stored pairs tell: nothing of rows that neighbouring slices decide, whose noise is another."""
        if self.stored is None:
            return None
        return replace(self.stored, df=np.where(values.in_step, 0.0, self.stored.df))

    def alpha(self, pairs: FloatArray, stored: Variance | None) -> FloatArray:
        """Return the level of each row by the number of its pairs."""
        covered = False if stored is None else stored.df > 0
        return self.policy.alpha_of(pairs, grows=self.design is Design.GROWING_PAIRS, stored=covered)


def family_of(rows: Sequence[Row], design: Design, head: Suite, policy: Policy, bounds_of: BoundsOf) -> Family:
    """Return the common rows of a head as one family, each with its own bounds or the policy's."""
    given = [bounds_of(row.benchmark.name) for row in rows]
    return Family(
        rows=rows,
        bounds=Bounds(
            threshold=np.array([policy.threshold if threshold is None else threshold for threshold, _ in given]),
            margin=np.array([policy.margin if margin is None else margin for _, margin in given]),
        ),
        design=design,
        policy=policy,
        suite=head.name,
        shortened=design is not Design.HISTORY or head.plan == SHORTENED_PLAN,
    )


def no_bounds(_name: str) -> tuple[float | None, float | None]:
    """Leave threshold and margin of every benchmark to the policy."""
    return None, None
