"""The numbers that decide: one frozen object, so that product, evaluation and tests speak of the same rules."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ((3, 0.002), (4, 0.006), (8, 0.04), (16, 0.05))
STORED_LEVELS = ((3, 0.05), (5, 0.02), *LEVELS[2:])


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

    Intervals are stated at ``confidence``. Far out in its tails t is a little too short for real noise, so those of all
    benchmarks together are worked out at ``joint_confidence``, to hold what is stated.
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
