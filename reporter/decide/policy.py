"""The numbers that decide: one frozen object, so that product, evaluation and tests speak of the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray

    Levels = tuple[tuple[int, float], ...]
    """Pairs from which on each level holds, fewest first; below the first of them it is 0."""

_FEW = ((3, 0.002), (4, 0.006))
FURTHER_OUT = 4 / 3
"""Power of the number of shards by which levels are divided: the further out, the shorter the tails of t are for what
eight pairs of a noisy benchmark do. At an eighth of 4 % such shards alarm in 0.7 %, at a sixteenth in 0.4 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Bounds are shares (0.02 is 2 %), levels are probabilities.

    ``threshold`` is the smallest change that may be called regressed or improved, ``screen_threshold`` the same in a
    screen; inside ``margin`` on both ends of its interval a benchmark may be called unchanged. ``alignment`` is by how
    much the code of usual heads moves their timings without being at fault (a standard deviation). It counts as much
    as what ``alignment_rows`` benchmarks of this head tell.

    All levels are family-wise and one-sided, and a row has that of its own pairs. ``levels`` are those of pairs that
    are one final look. ``look_levels`` are those of pairs that grow: at 8, 16, 32 and 64 pairs each look spends its
    own, and so does the last one that fits into the time. ``stored_levels`` hold in their place while stored pairs tell
    of a row's noise, up to ``pairs_that_suffice``. Two modes, or few rounds, deceive few pairs more easily; each level
    is as high as at most two harmless pull requests in a hundred are alarmed in every world of the evaluation.
    ``screen_level`` is that of a screen, and ``confirm_level`` that of further runs of the head.

    A screen that could find no change smaller than ``judges_within`` has not judged a row. In lock-step the processor's
    clock decides a benchmark that spends ``processor_share`` of its time computing.

    Intervals are stated at ``confidence``, that of the whole suite at ``shift_confidence``. Far out in its tails t is a
    little too short for real noise, so those of all benchmarks together are worked out at ``joint_confidence``, to hold
    what is stated.
    """

    threshold: float = 0.02
    screen_threshold: float = 0.03
    margin: float = 0.03
    alignment: float = 0.006
    alignment_rows: int = 4
    levels: Levels = (*_FEW, (8, 0.015), (16, 0.02))
    look_levels: Levels = (*_FEW, (8, 0.005), (9, 0.0075))
    stored_levels: Levels = ((3, 0.05), (5, 0.02))
    screen_level: float = 0.05
    confirm_level: float = 0.001
    judges_within: float = 0.10
    confidence: float = 0.95
    shift_confidence: float = 0.95
    joint_confidence: float = 0.97
    power: float = 0.80
    few_sessions: int = 5
    few_sessions_change: float = 0.05
    fewest_pairs: int = 3
    pairs_that_know: int = 5
    pairs_that_suffice: int = 8
    rounds_for_minimum: int = 20
    processor_share: float = 0.95

    def level_of(self, pairs: FloatArray, levels: Levels, *, stored: BoolArray | bool = False) -> FloatArray:
        """Return the level of each row by the number of its pairs; ``stored`` where stored pairs tell of its noise."""
        few = pairs < self.pairs_that_suffice
        return np.where(few & stored, _reached(self.stored_levels, pairs), _reached(levels, pairs))

    def of_one_among(self, shards: int) -> Policy:
        """Return the policy of each of so many jobs with a part of one suite: its part of every chance of an alarm.

        A shard decides alone and fails its own job, and any of them fails the pull request (Bonferroni's inequality).
        """
        parts = shards**FURTHER_OUT
        return replace(
            self,
            levels=_divided(self.levels, parts),
            look_levels=_divided(self.look_levels, parts),
            stored_levels=_divided(self.stored_levels, parts),
            screen_level=self.screen_level / parts,
            confirm_level=self.confirm_level / parts,
            shift_confidence=1 - (1 - self.shift_confidence) / parts,
            joint_confidence=1 - (1 - self.joint_confidence) / parts,
        )


def _reached(levels: Levels, pairs: FloatArray) -> FloatArray:
    fewest, level = zip(*levels, strict=True)
    return np.array([0.0, *level])[np.searchsorted(fewest, pairs, side="right")]


def _divided(levels: Levels, parts: float) -> Levels:
    return tuple((fewest, level / parts) for fewest, level in levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePolicy:
    """What it takes to name the function behind a change. It decides no verdict. Set by ``benchmarks/planted_faults``.

    A function is named that explains at least a ``share`` of the change, where the whole is at least a ``floor`` of
    what the base takes. Where the counts of a function are equal, its time has to have moved by so many ``noises`` of
    it, and by a part of itself; where they differ, less will do.
    """

    share: float = 0.30
    floor: float = 0.005
    equal_noises: float = 4.0
    equal_part: float = 0.15
    noises: float = 2.0
    part: float = 0.02
