"""Pull requests drawn from recorded runs: which runs are the baseline, which the head.

Long recordings alternate base and head runs and give single, history and paired designs; short ones consist of pairs.
Both can be resampled in blocks of neighbouring runs, so that figures get ranges that respect slow changes in time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.evaluate.recording import Recording
    from reporter.model import BoolArray, FloatArray, IndexArray

HISTORY = 10
LONG_BLOCK = 8
"""Runs of a block in a long recording: one round of base, head, base, head … through all levels."""
SHORT_BLOCK = 12
"""Pairs of a block in a short recording, about 40 seconds."""
MOST_STORED = 8
"""Pairs of base against base that a design may know from elsewhere."""
_NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """Runs (indices into a recording) of one pull request; in pairs, run i of both sides belongs together.

    ``level`` is what was really added to each head run. ``again`` are the head's runs of a second look, ``stored`` runs
    of base against base known from elsewhere (before, after).
    """

    baseline: IndexArray
    head: IndexArray
    level: FloatArray
    again: IndexArray = field(default_factory=_NONE.copy)
    stored: tuple[IndexArray, IndexArray] = (_NONE, _NONE)

    def alone(self) -> Draw:
        """Return the same draw without anything known from elsewhere."""
        return replace(self, stored=(_NONE, _NONE))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """Runs of a long recording in order of time; after resampling a run may come more than once."""

    runs: IndexArray
    base: BoolArray
    level: FloatArray
    block: int = LONG_BLOCK

    def __len__(self) -> int:
        return self.runs.size

    def take(self, positions: IndexArray) -> Timeline:
        """Return the runs at these positions, in this order."""
        return Timeline(runs=self.runs[positions], base=self.base[positions], level=self.level[positions])

    def heads(self, level: float) -> IndexArray:
        """Return the positions of the heads of a level; of the base runs for level 0."""
        return np.flatnonzero(self.base if level == 0 else ~self.base & (self.level == level))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of a short recording in order of time."""

    base: IndexArray
    head: IndexArray
    level: FloatArray
    neutral: BoolArray
    block: int = SHORT_BLOCK

    def __len__(self) -> int:
        return self.base.size

    def take(self, positions: IndexArray) -> Pairs:
        """Return the pairs at these positions, in this order."""
        return Pairs(
            base=self.base[positions],
            head=self.head[positions],
            level=self.level[positions],
            neutral=self.neutral[positions],
        )


def timeline_of(recording: Recording) -> Timeline:
    """Return all runs of a long recording."""
    return Timeline(
        runs=np.arange(len(recording.runs)),
        base=np.array([run.side == "base" for run in recording.runs]),
        level=np.array([run.level for run in recording.runs]),
    )


def pairs_of(recording: Recording) -> Pairs:
    """Return all complete pairs of a short recording."""
    indices = np.array(recording.pairs(), dtype=np.intp).reshape(-1, 2)
    heads = [recording.runs[head] for head in indices[:, 1]]
    return Pairs(
        base=indices[:, 0],
        head=indices[:, 1],
        level=np.array([head.level for head in heads]),
        neutral=np.array([head.neutral for head in heads], dtype=bool),
    )


def levels_of(recording: Recording) -> tuple[float, ...]:
    """Return the levels of slowdown that were recorded, smallest first."""
    return tuple(sorted({run.level for run in recording.runs if run.side == "head" and run.level > 0}))


def single(timeline: Timeline, level: float) -> Iterator[Draw]:
    """Every head of the level against every earlier base run; for level 0 base runs are the heads."""
    for head in timeline.heads(level):
        for base in timeline.heads(0)[timeline.heads(0) < head]:
            yield _draw(timeline, np.array([base]), np.array([head]), level)


def history(timeline: Timeline, level: float, generator: np.random.Generator, *, again: int = 0) -> Draw:
    """One head against ten other base runs drawn at random and put in order of time; ``again`` more heads confirm.

    No run is used twice, also when resampling made it occur twice; the history may then be shorter.
    """
    heads = _unlike(timeline, generator.permutation(timeline.heads(level)), 1 + again)
    bases = timeline.heads(0)
    others = bases[~np.isin(timeline.runs[bases], timeline.runs[heads])]
    chosen = np.sort(_unlike(timeline, generator.permutation(others), HISTORY))
    return replace(_draw(timeline, chosen, heads[:1], level), again=timeline.runs[heads[1:]])


def neighbours(timeline: Timeline, level: float, count: int, generator: np.random.Generator) -> Draw:
    """Take ``count`` pairs of neighbours: heads with a base run beside them, or adjacent base runs with random sides.

    The pairs of base runs that the draw did not use come along as ``stored``.
    """
    bases = timeline.heads(0)
    adjacent = _adjacent(bases, int(generator.integers(2)))
    if level == 0:
        chosen = adjacent[generator.permutation(len(adjacent))[:count]]
        before, after = _swapped(chosen, generator)
    else:
        after = generator.permutation(timeline.heads(level))[:count]
        before = np.array([_beside(bases, head, generator) for head in after], dtype=np.intp)
    free = adjacent[~np.isin(adjacent, np.concatenate([before, after])).any(axis=1)][:MOST_STORED]
    stored = timeline.runs[free[:, 0]], timeline.runs[free[:, 1]]
    return replace(_draw(timeline, before, after, level), stored=stored)


def short_pairs(pairs: Pairs, level: float, count: int, generator: np.random.Generator, *, neutral: bool) -> Draw:
    """Take ``count`` pairs without putting any back: of the level, filled up from others when it has too few.

    Other levels go first, then pairs of equal code.

    Labels of pairs with the same code on both sides are swapped at random; neutral heads keep theirs. No pair is used
    twice, also when resampling made it occur twice; there may then be fewer.
    """
    once = np.isin(np.arange(len(pairs)), np.unique(pairs.base, return_index=True)[1])
    own = np.flatnonzero((pairs.level == level) & (pairs.neutral == neutral) & once)
    others = np.flatnonzero((pairs.level > 0) & (pairs.level != level) & once) if level > 0 else _NONE
    equal = np.flatnonzero((pairs.level == 0) & ~pairs.neutral & once) if level > 0 else _NONE
    chosen = np.concatenate([generator.permutation(which) for which in (own, others, equal)])[:count]
    before, after = pairs.base[chosen], pairs.head[chosen]
    if level == 0 and not neutral:
        before, after = _swapped(np.stack([before, after], axis=1), generator)
    return Draw(baseline=before, head=after, level=pairs.level[chosen])


def resampled_blocks(length: int, block: int, generator: np.random.Generator) -> IndexArray:
    """Draw positions in blocks of neighbours, with replacement, until there are as many as before."""
    starts = np.arange(0, length, block)
    chosen = generator.choice(starts, starts.size)
    return np.concatenate([np.arange(start, min(start + block, length)) for start in chosen])


def _draw(timeline: Timeline, baseline: IndexArray, head: IndexArray, level: float) -> Draw:
    return Draw(baseline=timeline.runs[baseline], head=timeline.runs[head], level=np.full(head.size, level))


def _unlike(timeline: Timeline, positions: IndexArray, count: int) -> IndexArray:
    """Keep the first ``count`` positions of different runs."""
    first = np.sort(np.unique(timeline.runs[positions], return_index=True)[1])
    return positions[first[:count]]


def _adjacent(bases: IndexArray, offset: int) -> IndexArray:
    usable = bases[offset:]
    return usable[: usable.size // 2 * 2].reshape(-1, 2)


def _swapped(pairs: IndexArray, generator: np.random.Generator) -> tuple[IndexArray, IndexArray]:
    swap = generator.random(len(pairs)) < 0.5
    return np.where(swap, pairs[:, 1], pairs[:, 0]), np.where(swap, pairs[:, 0], pairs[:, 1])


def _beside(bases: IndexArray, head: int, generator: np.random.Generator) -> int:
    place = int(np.searchsorted(bases, head))
    beside = bases[max(place - 1, 0) : place + 1]
    return int(generator.choice(beside))
