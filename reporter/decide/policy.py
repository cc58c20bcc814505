"""The numbers that decide: one frozen object, so that product, evaluation and tests speak of the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

LEVELS = ((3, 0.002), (4, 0.006), (8, 0.04), (16, 0.05))
STORED_LEVELS = ((3, 0.05), (5, 0.02), *LEVELS[2:])
FURTHER_OUT = 4 / 3
"""Power of the number of shards by which levels are divided: the further out, the shorter the tails of t are for what
eight pairs of a noisy benchmark do. At an eighth of 4 % such shards alarm in 0.7 %, at a sixteenth in 0.4 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Bounds are shares (0.02 is 2 %), levels are probabilities.

    ``threshold`` is the smallest change that may be called regressed or improved, ``screen_threshold`` the same in a
    screen; inside ``margin`` on both ends of its interval a benchmark may be called unchanged. ``layout`` is what pairs
    have to be surely beyond, or the threshold where that is less: so much benchmarks move when code is laid out anew.

    All levels are family-wise and one-sided. ``levels`` are those of pairs that are one final look, by the number of
    pairs from which on each holds, and ``stored_levels`` the same where stored pairs tell of the noise. Two modes, or
    few rounds, deceive few pairs more easily; each level is as high as at most two harmless pull requests in a hundred
    are alarmed in every world of the evaluation. ``look_level`` is that of all looks together when a second batch
    follows, ``second_level`` that of the second batch; ``screen_level`` and ``confirm_level`` are those of a screen and
    of its second look, ``suspects_level`` that of all looks at pairs as its second look.

    Intervals are stated at ``confidence``, that of the whole suite at ``shift_confidence``. Far out in its tails t is a
    little too short for real noise, so those of all benchmarks together are worked out at ``joint_confidence``, to hold
    what is stated.
    """

    threshold: float = 0.02
    screen_threshold: float = 0.03
    margin: float = 0.03
    layout: float = 0.005
    levels: tuple[tuple[int, float], ...] = LEVELS
    stored_levels: tuple[tuple[int, float], ...] = STORED_LEVELS
    look_level: float = 0.3
    second_level: float = 0.05
    screen_level: float = 0.05
    confirm_level: float = 0.001
    suspects_level: float = 0.02
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

    def level_of(self, pairs: float, *, stored: bool) -> float:
        """Give the level of so many pairs as one final look; ``stored`` when stored pairs tell of their noise."""
        steps = self.stored_levels if stored else self.levels
        return next((level for fewest, level in reversed(steps) if fewest <= pairs), 0.0)

    def of_one_among(self, shards: int) -> Policy:
        """Return the policy of each of so many jobs with a part of one suite: its part of every chance of an alarm.

        A shard decides alone and fails its own job, and any of them fails the pull request (Bonferroni's inequality).
        """
        parts = shards**FURTHER_OUT
        return replace(
            self,
            levels=_divided(self.levels, parts),
            stored_levels=_divided(self.stored_levels, parts),
            look_level=self.look_level / parts,
            second_level=self.second_level / parts,
            screen_level=self.screen_level / parts,
            confirm_level=self.confirm_level / parts,
            suspects_level=self.suspects_level / parts,
            shift_confidence=1 - (1 - self.shift_confidence) / parts,
            joint_confidence=1 - (1 - self.joint_confidence) / parts,
        )


def _divided(levels: tuple[tuple[int, float], ...], parts: float) -> tuple[tuple[int, float], ...]:
    return tuple((fewest, level / parts) for fewest, level in levels)
