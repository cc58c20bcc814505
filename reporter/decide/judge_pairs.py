"""Judge base and head that were measured next to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from reporter.decide import paired, reasons, shift
from reporter.decide.align import align, deciding_values
from reporter.decide.decision import (
    DEFAULT_POLICY,
    Decision,
    absent_sample,
    after_second_look,
    both_statistics,
    bounds,
    no_bounds,
    not_comparable,
    nothing_to_judge,
    rest,
    waiting,
    with_distributions,
)
from reporter.decide.looks import level_of
from reporter.decide.sessions import stored_noise
from reporter.decide.verdict import flag, settle
from reporter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.decide import noise
    from reporter.decide.align import Row, Values
    from reporter.decide.decision import BoundsOf
    from reporter.decide.evidence import Evidence
    from reporter.decide.policy import Policy
    from reporter.decide.verdict import Bounds, Flags
    from reporter.model import Assessment, Session, Suite

    Known = noise.Variance | tuple[Session, ...] | None
    """What is known of the noise of one pair: a variance for each common row, or a history that may hold it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Both sides of one batch: run i of ``base`` was measured next to run i of ``head``.

    Raises:
        InputError: they have not as many runs as each other, so nobody knows which belong together.
    """

    base: Suite
    head: Suite

    def __post_init__(self) -> None:
        """Refuse sides whose runs are no pairs."""
        if self.base.runs != self.head.runs:
            what = f"pairs need as many runs of both sides: {self.base.runs} of the base, {self.head.runs} of the head"
            raise InputError("unequal-pairs", what, cure="measure both sides of every pair")


def judge_pairs(
    base: Suite,
    head: Suite,
    *,
    stored: Known = None,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Decide from pairs that are one final look: run i of both sides was measured next to each other."""
    return _judge(Pairs(base=base, head=head), None, None, stored, policy, bounds_of)


def judge_looks(
    first: Pairs,
    second: Pairs | None = None,
    *,
    look: int = 0,
    changed_files: Collection[str] = (),
    stored: Known = None,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Decide from pairs that grow from look to look; what is flagged waits for a ``second`` batch and is decided by it.

    A benchmark that was no longer measured in the later pairs is judged by the pairs it has. Those whose own file is
    among ``changed_files`` did not do the same on both sides and are not comparable.
    """
    level = level_of(look, policy.look_level)
    return without_changed(_judge(first, second, level, stored, policy, bounds_of), changed_files)


def without_changed(decision: Decision, changed_files: Collection[str]) -> Decision:
    """Call the benchmarks of changed files not comparable, whatever was decided of them."""
    if not changed_files:
        return decision
    assessments = tuple(unless_changed(row, changed_files) for row in decision.assessments)
    return replace(decision, assessments=assessments, suspects=sum(row.suspect for row in assessments))


def unless_changed(assessment: Assessment, changed_files: Collection[str]) -> Assessment:
    """Call a row not comparable when its file changed; names begin with the file as pytest's root folder sees it."""
    file = assessment.comparison.name.partition("::")[0]
    if not any(changed == file or changed.endswith(f"/{file}") for changed in changed_files):
        return assessment
    return replace(
        assessment,
        verdict="not_comparable",
        reason=reasons.CHANGED_BENCHMARK.format(file=file),
        cure=reasons.CHANGED_BENCHMARK_CURE,
        suspect=False,
    )


def _judge(
    first: Pairs,
    second: Pairs | None,
    look_level: float | None,
    stored: Known,
    policy: Policy,
    bounds_of: BoundsOf,
) -> Decision:
    """Judge a first batch with the level of its look, or pairs that are one final look, whose level is their own."""
    if first.head.fingerprint.differences(first.base.fingerprint):
        return not_comparable(first.head, first.base)
    alignment = align(first.base, first.head)
    rows = alignment.common
    if not rows:
        return nothing_to_judge(alignment, first.head.name, "paired", [])
    limits = bounds(rows, bounds_of, policy)
    values = values_of(rows, policy)
    if isinstance(stored, tuple):
        stored = stored_noise(rows, stored, first.head.fingerprint, values)
    evidence = paired.look(values, policy, stored)
    final = look_level is None
    level = _final_level(evidence, stored, policy) if look_level is None else look_level
    slack = np.minimum(policy.layout, limits.threshold)
    flags = flag(evidence, values, limits.threshold, level, slack=slack)
    suspect = np.zeros(len(rows), dtype=bool) if final else flags.regressed | flags.improved
    shown = flags if final else replace(flags, regressed=np.zeros_like(suspect), improved=np.zeros_like(suspect))
    assessments = settle(
        rows, values, evidence, shown, limits, policy, suite=first.head.name, looks="pairs", level=level
    )
    if second is not None and suspect.any():
        again = measured_again(rows, second)
        decided = second_batch(again, flags, policy.second_level, limits, policy, first.head.name)
        assessments, seen = after_second_look(assessments, decided, suspect)
        rows = tuple(again[index] if seen[index] else row for index, row in enumerate(rows))
    else:
        assessments = [waiting(row) if suspect[index] else row for index, row in enumerate(assessments)]
    return Decision(
        compare="paired",
        assessments=(*with_distributions(assessments, rows), *rest(alignment, first.head.name)),
        shift=shift.of_pairs(rows, values, policy),
        suspects=int(np.count_nonzero(suspect)) if second is None else 0,
    )


def _final_level(evidence: Evidence, stored: noise.Variance | None, policy: Policy) -> float:
    """Give the level of what most rows have; a few may have lost pairs."""
    pairs = float(np.median(evidence.looks))
    return policy.level_of(pairs, stored=stored is not None)


def values_of(rows: Sequence[Row], policy: Policy) -> Values:
    """Return the deciding values of both sides of the rows."""
    before, after = both_statistics(rows)
    return deciding_values(before, after, [row.metric for row in rows], policy)


def second_batch(
    rows: Sequence[Row], flags: Flags, level: float, limits: Bounds, policy: Policy, suite: str
) -> list[Assessment]:
    """Test what was flagged, and that alone as a family, on pairs that did not raise the flag."""
    values = values_of(rows, policy)
    evidence = paired.look(values, policy).only(flags.regressed | flags.improved)
    slack = np.minimum(policy.layout, limits.threshold)
    again = flag(evidence, values, limits.threshold, level, slack=slack)
    confirmed = replace(again, regressed=again.regressed & flags.regressed, improved=again.improved & flags.improved)
    return settle(rows, values, evidence, confirmed, limits, policy, suite=suite, looks="pairs", level=level)


def measured_again(rows: Sequence[Row], second: Pairs) -> list[Row]:
    """Give the rows with the values of the second batch on both sides."""
    found = {row.key: row for row in align(second.base, second.head).common}
    nothing = absent_sample(second.head.runs)
    return [
        structs.replace(
            row,
            baseline=found[row.key].baseline if row.key in found else nothing,
            head=found[row.key].head if row.key in found else nothing,
        )
        for row in rows
    ]
