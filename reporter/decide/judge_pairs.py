"""Judge base and head that were measured next to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide import paired, shift
from reporter.decide.align import align, deciding_values
from reporter.decide.decision import (
    DEFAULT_POLICY,
    Decision,
    both_statistics,
    bounds,
    no_bounds,
    not_comparable,
    nothing_to_judge,
    rest,
    with_distributions,
)
from reporter.decide.verdict import flag, settle

if TYPE_CHECKING:
    from reporter.decide import noise
    from reporter.decide.decision import BoundsOf
    from reporter.decide.policy import Policy
    from reporter.model import Suite


def judge_pairs(
    base: Suite,
    head: Suite,
    *,
    stored: noise.Variance | None = None,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Decide from pairs: run i of both sides was measured next to each other. The given pairs are one final look."""
    differences = head.fingerprint.differences(base.fingerprint)
    if differences:
        return not_comparable(head, base)
    alignment = align(base, head)
    rows = alignment.common
    if not rows:
        return nothing_to_judge(alignment, head.name, "paired", [])
    before, after = both_statistics(rows)
    values = deciding_values(before, after, [row.metric.better for row in rows], policy)
    evidence = paired.look(values, policy, stored)
    limits = bounds(rows, bounds_of, policy)
    flags = flag(evidence, values, limits.threshold, policy.level)
    assessments = settle(rows, values, evidence, flags, limits, policy, suite=head.name, looks="pairs")
    return Decision(
        compare="paired",
        assessments=(*with_distributions(assessments, rows), *rest(alignment, head.name)),
        shift=shift.of_pairs(values, policy),
    )
