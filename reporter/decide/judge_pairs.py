"""Judge base and head that were measured next to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from reporter.decide import many_runners, paired, shift
from reporter.decide.align import align, both_statistics, deciding_values, up_to
from reporter.decide.assessing import assess, rest
from reporter.decide.decision import Decision, not_comparable, nothing_to_judge
from reporter.decide.evidence import Criteria
from reporter.decide.family import Design, family_of, no_bounds
from reporter.decide.findings import find, flag
from reporter.decide.in_step import by_slices
from reporter.decide.judging import at_looks, judging_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.rulings import by_files, by_tests
from reporter.decide.sessions import stored_noise
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from reporter.decide.align import Row, Values
    from reporter.decide.family import BoundsOf, Family
    from reporter.decide.policy import Policy
    from reporter.decide.rulings import Judged
    from reporter.model import Judging, Session, Suite
    from reporter.stats.variance import Variance

    Known = Variance | tuple[Session, ...] | None
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
    return _judge(Pairs(base=base, head=head), Design.PAIRS, stored, policy, bounds_of, ())


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
    return _judge(pairs, Design.GROWING_PAIRS, stored, policy, bounds_of, changed_files)


def _judge(
    pairs: Pairs, design: Design, stored: Known, policy: Policy, bounds_of: BoundsOf, changed_files: Collection[str]
) -> Decision:
    head = pairs.head
    if head.fingerprint.differences(pairs.base.fingerprint):
        return not_comparable(head, pairs.base)
    alignment = align(pairs.base, head)
    if not alignment.common:
        return nothing_to_judge(alignment, head, "paired", [])
    family = family_of(alignment.common, design, head, policy, bounds_of)
    values = _whole_runs(family.rows, policy)
    if isinstance(stored, tuple):
        stored = stored_noise(family.rows, stored, head.fingerprint, values)
    family = replace(family, stored=stored)
    judged = [by_files(row, changed_files) for row in _at_last_looks(family, values)]
    return Decision(
        compare="paired",
        assessments=(*assess(judged, head.name), *rest(alignment, head)),
        shift=shift.of_pairs(family.rows, by_slices(values, family.rows, policy), policy),
        make_judgings=partial(_judgings, pairs, family, values),
    )


def _judgings(pairs: Pairs, family: Family, values: Values) -> tuple[Judging, ...]:
    """Return what the rows of one comparison were judged from."""
    at = at_looks(values, family.rows, _sizes(values, family), family.policy)
    return (judging_of(family, at, _last_looks(values, family), pairs.began),)


def judge_values(family: Family, values: Values) -> list[Judged]:
    """Judge rows together by the values that decide them, after ``by_slices``."""
    stored = family.stored_for(values)
    if family.runners:
        evidence = many_runners.look(values, family.policy, family.runners)
    else:
        evidence = paired.look(values, family.policy, stored)
    criteria = Criteria(alpha=family.alpha(evidence.looks, stored), threshold=family.bounds.threshold)
    flags = flag(evidence, values, criteria, family.policy)
    return [(found, by_tests(found, family)) for found in find(family, values, evidence, criteria, flags)]


def _at_last_looks(family: Family, values: Values) -> list[Judged]:
    """Judge each row by the pairs that there were at the last look with it.

    What the suite tells of its noise is then what it told at that look, and no later pair of another row moves a
    verdict that was final.
    """

    def judge(size: int) -> list[Judged]:
        return judge_values(family, by_slices(up_to(values, size), family.rows, family.policy))

    return by_last_look(_last_looks(values, family), judge)


def by_last_look(last: Sequence[int], judge: Callable[[int], Sequence[Item]]) -> list[Item]:
    """Return each row as it is judged at its last look."""
    judged = {size: judge(size) for size in sorted(set(last))}
    return [judged[size][index] for index, size in enumerate(last)]


def _last_looks(values: Values, family: Family) -> list[int]:
    """Return how many pairs there were at the last look with each row."""
    complete = ~np.isnan(values.baseline) & ~np.isnan(values.head)
    ends = np.max(complete * np.arange(1, complete.shape[1] + 1), axis=1, initial=0)
    sizes = np.array(_sizes(values, family))
    return [int(size) for size in sizes[np.searchsorted(sizes, ends)]]


def _sizes(values: Values, family: Family) -> list[int]:
    """Return how many pairs there were at each look."""
    pairs = values.head.shape[1]
    return [*(size for size in family.looks if size < pairs), pairs]


def values_of(rows: Sequence[Row], policy: Policy) -> Values:
    """Return the deciding values of both sides of the rows."""
    return by_slices(_whole_runs(rows, policy), rows, policy)


def _whole_runs(rows: Sequence[Row], policy: Policy) -> Values:
    before, after = both_statistics(rows)
    return deciding_values(before, after, [row.metric for row in rows], policy)
