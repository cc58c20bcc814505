"""The numbers that decide: one frozen object, so that product, evaluation and tests speak of the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray

    Alphas = tuple[tuple[int, float], ...]
    """Pairs from which on each level holds, fewest first; below the first of them it is 0."""

ALPHA_BENCHSTAT, ALPHA_ASV = 0.05, 0.002
"""Of each single test by these rules, as their tools have them: nothing adjusts or divides them."""

_FEW = ((3, 0.002), (4, 0.006))
FURTHER_OUT = 4 / 3
"""Power of the number of shards by which levels are divided: the further out, the shorter the tails of t are for what
eight pairs of a noisy benchmark do. At an eighth of 4% such shards alarm in 0.7%, at a sixteenth in 0.4%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Bounds are shares (0.02 is 2%), levels are probabilities.

    ``threshold`` is the smallest change that may be called regressed or improved, ``screen_threshold`` the same in a
    screen; inside ``margin`` on both ends of its interval a benchmark may be called unchanged. ``alignment`` is by how
    much the code of usual heads moves their timings without being at fault (a standard deviation). It counts as much
    as what ``alignment_rows`` benchmarks of this head tell.

    Every ``alpha`` is the level of a test. All are family-wise and one-sided, and a row has that of its own pairs.
    ``alpha_pairs`` holds for pairs that are one final look, and ``alpha_look`` for pairs that grow: at 8, 16, 32 and 64
    pairs each look spends its own, and so does the last one that fits into the time. ``alpha_stored`` holds in their
    place while stored pairs tell of a row's noise, up to ``pairs_that_suffice``. Two modes, or few rounds, deceive few
    pairs more easily; each level is as high as at most two harmless pull requests in a hundred are alarmed in every
    world of the evaluation. ``alpha_screen`` is that of a screen, and ``alpha_confirm`` that of further runs of the
    head.

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
    alpha_pairs: Alphas = (*_FEW, (8, 0.015), (16, 0.02))
    alpha_look: Alphas = (*_FEW, (8, 0.005), (9, 0.0075))
    alpha_stored: Alphas = ((3, 0.05), (5, 0.01))
    alpha_screen: float = 0.05
    alpha_confirm: float = 0.001
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

    def alpha_of(self, pairs: FloatArray, *, grows: bool, stored: BoolArray | bool = False) -> FloatArray:
        """Return the level of each row by the number of its pairs; ``stored`` where stored pairs tell of its noise."""
        few, alphas = pairs < self.pairs_that_suffice, self.alpha_look if grows else self.alpha_pairs
        return np.where(few & stored, _reached(self.alpha_stored, pairs), _reached(alphas, pairs))

    def of_one_among(self, shards: int) -> Policy:
        """Return the policy of each of so many jobs with a part of one suite: its part of every chance of an alarm.

        A shard decides alone and fails its own job, and any of them fails the pull request (Bonferroni's inequality).
        """
        parts = shards**FURTHER_OUT
        return replace(
            self,
            alpha_pairs=_divided(self.alpha_pairs, parts),
            alpha_look=_divided(self.alpha_look, parts),
            alpha_stored=_divided(self.alpha_stored, parts),
            alpha_screen=self.alpha_screen / parts,
            alpha_confirm=self.alpha_confirm / parts,
            shift_confidence=1 - (1 - self.shift_confidence) / parts,
            joint_confidence=1 - (1 - self.joint_confidence) / parts,
        )


DEFAULT_POLICY = Policy()


def _reached(alphas: Alphas, pairs: FloatArray) -> FloatArray:
    fewest, alpha = zip(*alphas, strict=True)
    return np.array([0.0, *alpha])[np.searchsorted(fewest, pairs, side="right")]


def _divided(alphas: Alphas, parts: float) -> Alphas:
    return tuple((fewest, alpha / parts) for fewest, alpha in alphas)


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePolicy:
    """What it takes to name the function behind a change. It decides no verdict. Set by ``benchmarks/planted_faults``.

    A function is named that explains at least a ``share`` of the change, where the whole is at least a ``floor`` of
    what the base takes. Where the counts of a function are equal, its time has to have moved by so many ``noises`` of
    it, and by a part of itself; where they differ, less will do.
    """

    share: float = 0.30
    floor: float = 0.005
    equal_noises: float = 3.0
    equal_part: float = 0.08
    noises: float = 2.0
    part: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class BisectionPolicy:
    """What the search for the first slower commit takes for sure, and how many pairs a look has.

    It ends at a range of commits that holds the first slower one with the probability ``sure``. ``layout`` is by how
    much the code of any commit moves timings without being at fault, ``least_noise`` what the noise of one pair is at
    least taken for (standard deviations, in logarithms). A look has as many pairs as put the two sides of the step so
    many standard errors apart (``separation``), within ``fewest_pairs`` and ``most_pairs``. A look that tells less than
    ``least_worth`` (bits) is not taken, nor one at a commit that has ``most_of_commit`` pairs.
    """

    sure: float = 0.98
    layout: float = 0.006
    least_noise: float = 0.002
    separation: float = 6.0
    fewest_pairs: int = 4
    most_pairs: int = 16
    most_of_commit: int = 128
    least_worth: float = 0.02


BISECTION = BisectionPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPolicy:
    """From when on a level of the saved history is suspected to be new. Set by ``benchmarks/watching``.

    Changes are placed with a ``penalty`` lower than that of a trend, and with the noise of values at these
    ``distances``, as each is tested after, and far values differ where a level comes and goes. In a month of ``looks``
    (ten pushes a day) equal code is to raise so many ``suspicions``, however many benchmarks there are; of these pairs
    confirm a few in a hundred. A change lies where the squared error, in units of the noise, is within ``place`` of the
    best, and a known one may move by ``near`` commits while sessions come. A level that is less than ``step`` (a share)
    worse than the old one is back.
    """

    penalty: float = 6.5
    distances: tuple[int, ...] = (1, 2)
    suspicions: float = 1.0
    looks: int = 300
    place: float = 9.0
    near: int = 5
    step: float = 0.03


WATCH = WatchPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPolicy:
    """From when on a peak of memory is more: by this part of it, and by so many bytes. It decides no verdict.

    Set by ``benchmarks/memory_peaks``.
    """

    part: float = 0.005
    bytes: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPolicy:
    """What it takes to say that a count of instructions moved. Set by ``benchmarks/count_layouts``.

    A count moved by more than a ``floor`` and by more than so many ``spreads`` of equal blocks; with a spread above
    ``most_spread`` it is not countable. A call of the allocator has the price ``allocation``, whatever it does. A
    benchmark whose system calls take longer than its own instructions, at so many a nanosecond, is mostly the kernel's.
    An undecided one is ``likely`` slower from that change on.
    """

    floor: float = 0.005
    spreads: float = 5.0
    most_spread: float = 0.005
    allocation: int = 50
    instructions_of_a_nanosecond: float = 4.0
    likely: float = 0.05
