"""Judge base and head that were measured next to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from reporter.decide import paired, reasons, shift
from reporter.decide.align import align, deciding_values, up_to
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
from reporter.decide.evidence import Criteria
from reporter.decide.in_step import by_slices
from reporter.decide.judging import at_looks, judging_of
from reporter.decide.looks import SHORT_LOOKS
from reporter.decide.sessions import stored_noise
from reporter.decide.verdict import flag, settle
from reporter.model import JUDGED
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from reporter.decide import noise
    from reporter.decide.align import Row, Values
    from reporter.decide.decision import BoundsOf
    from reporter.decide.policy import Levels, Policy
    from reporter.decide.verdict import Bounds
    from reporter.model import Assessment, FloatArray, Judging, Session, Suite

    Known = noise.Variance | tuple[Session, ...] | None
    """What is known of the noise of one pair: a variance for each common row, or a history that may hold it."""


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Both sides of pairs: run i of ``base`` was measured next to run i of ``head``.

    ``began`` has a ``b`` or ``h`` for each pair, the side that began, as far as that is known.

    Raises:
        InputError: they have not as many runs as each other, so nobody knows which belong together.
    """

    base: Suite
    head: Suite
    began: str = ""

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
    return _judge(Pairs(base=base, head=head), policy.levels, (), stored, policy, bounds_of)


def judge_looks(
    pairs: Pairs,
    *,
    changed_files: Collection[str] = (),
    stored: Known = None,
    policy: Policy = DEFAULT_POLICY,
    bounds_of: BoundsOf = no_bounds,
) -> Decision:
    """Decide from pairs that grow from look to look, each row with the level of its own number of pairs.

    A benchmark that was no longer measured in the later pairs is judged as at the look after which it left. Those whose
    own file is among ``changed_files`` did not do the same on both sides and are not comparable.
    """
    decision = _judge(pairs, policy.look_levels, SHORT_LOOKS, stored, policy, bounds_of)
    return without_changed(decision, changed_files)


def without_changed(decision: Decision, changed_files: Collection[str]) -> Decision:
    """Call the benchmarks of changed files not comparable, whatever was decided of them."""
    if not changed_files:
        return decision
    assessments = tuple(unless_changed(row, changed_files) for row in decision.assessments)
    return replace(decision, assessments=assessments, suspects=sum(row.suspect for row in assessments))


def unless_changed(assessment: Assessment, changed_files: Collection[str]) -> Assessment:
    """Return a row as not comparable when its file changed; names begin with the file as pytest's root folder sees it.

    A benchmark that only one side has stays what it is: its file changed, of course.
    """
    file = assessment.comparison.name.partition("::")[0]
    if assessment.verdict not in JUDGED or not any(
        changed == file or changed.endswith(f"/{file}") for changed in changed_files
    ):
        return assessment
    return replace(
        assessment,
        verdict="not_comparable",
        reason=reasons.CHANGED_BENCHMARK.format(file=file),
        cure=reasons.CHANGED_BENCHMARK_CURE,
        suspect=False,
    )


def _judge(
    pairs: Pairs, levels: Levels, looks: Sequence[int], stored: Known, policy: Policy, bounds_of: BoundsOf
) -> Decision:
    suite = pairs.head.name
    if pairs.head.fingerprint.differences(pairs.base.fingerprint):
        return not_comparable(pairs.head, pairs.base)
    alignment = align(pairs.base, pairs.head)
    rows = alignment.common
    if not rows:
        return nothing_to_judge(alignment, suite, "paired", [])
    limits = bounds(rows, bounds_of, policy)
    values = _whole_runs(rows, policy)
    if isinstance(stored, tuple):
        stored = stored_noise(rows, stored, pairs.head.fingerprint, values)
    judge = partial(_look, rows, limits, levels, stored, policy, suite)
    assessments = _at_last_looks(values, looks, judge)
    return Decision(
        compare="paired",
        assessments=(*with_distributions(assessments, rows), *rest(alignment, suite)),
        shift=shift.of_pairs(rows, by_slices(values, rows, policy), policy),
        tell_judgings=partial(_judgings, pairs, rows, values, looks, limits, stored, levels, policy),
    )


def _judgings(
    pairs: Pairs,
    rows: Sequence[Row],
    values: Values,
    looks: Sequence[int],
    limits: Bounds,
    stored: noise.Variance | None,
    levels: Levels,
    policy: Policy,
) -> tuple[Judging, ...]:
    """Return what the rows of one comparison were judged from."""
    judging = judging_of(
        rows,
        at_looks(values, rows, _sizes(values, looks), policy),
        _last_looks(values, looks),
        limits,
        stored,
        levels,
        policy,
        suite=pairs.head.name,
        grows=bool(looks),
        began=pairs.began,
    )
    return (judging,)


def _look(
    rows: Sequence[Row],
    limits: Bounds,
    levels: Levels,
    stored: noise.Variance | None,
    policy: Policy,
    suite: str,
    values: Values,
) -> list[Assessment]:
    return judge_values(rows, by_slices(values, rows, policy), limits, levels, stored, policy, suite)


def judge_values(
    rows: Sequence[Row],
    values: Values,
    limits: Bounds,
    levels: Levels,
    stored: noise.Variance | None,
    policy: Policy,
    suite: str,
) -> list[Assessment]:
    """Judge rows together by the values that decide them, after ``by_slices``."""
    if stored is not None:  # stored pairs are of whole runs, whose noise is another
        stored = replace(stored, df=np.where(values.in_step, 0.0, stored.df))
    evidence = paired.look(values, policy, stored)
    covered = False if stored is None else stored.df > 0
    criteria = _criteria(policy.level_of(evidence.looks, levels, stored=covered), limits, policy)
    flags = flag(evidence, values, criteria, policy)
    return settle(rows, values, evidence, flags, criteria, limits, policy, suite=suite, looks="pairs")


def _at_last_looks(
    values: Values, looks: Sequence[int], judge: Callable[[Values], list[Assessment]]
) -> list[Assessment]:
    """Judge each row by the pairs that there were at the last look with it.

    What the suite tells of its noise is then what it told at that look, and no later pair of another row moves a
    verdict that was final.
    """
    return by_last_look(_last_looks(values, looks), lambda size: judge(up_to(values, size)))


def by_last_look(last: Sequence[int], judge: Callable[[int], Sequence[Item]]) -> list[Item]:
    """Return each row as it is judged at its last look."""
    judged = {size: judge(size) for size in sorted(set(last))}
    return [judged[size][index] for index, size in enumerate(last)]


def _last_looks(values: Values, looks: Sequence[int]) -> list[int]:
    """Return how many pairs there were at the last look with each row."""
    complete = ~np.isnan(values.baseline) & ~np.isnan(values.head)
    ends = np.max(complete * np.arange(1, complete.shape[1] + 1), axis=1, initial=0)
    sizes = np.array(_sizes(values, looks))
    return [int(size) for size in sizes[np.searchsorted(sizes, ends)]]


def _sizes(values: Values, looks: Sequence[int]) -> list[int]:
    """Return how many pairs there were at each look."""
    pairs = values.head.shape[1]
    return [*(size for size in looks if size < pairs), pairs]


def values_of(rows: Sequence[Row], policy: Policy) -> Values:
    """Return the deciding values of both sides of the rows."""
    return by_slices(_whole_runs(rows, policy), rows, policy)


def _whole_runs(rows: Sequence[Row], policy: Policy) -> Values:
    before, after = both_statistics(rows)
    return deciding_values(before, after, [row.metric for row in rows], policy)


def _criteria(level: FloatArray, limits: Bounds, policy: Policy) -> Criteria:
    return Criteria(level=level, threshold=limits.threshold)
