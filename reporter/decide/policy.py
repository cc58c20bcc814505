"""The numbers that decide: one frozen object, so that product, evaluation and tests speak of the same rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Bounds are shares (0.02 is 2 %), levels are probabilities.

    ``threshold`` is the smallest change that may be called regressed or improved, ``screen_threshold`` the same in a
    screen; inside ``margin`` on both ends of its interval a benchmark may be called unchanged. ``level`` is the
    family-wise one-sided level for all benchmarks of a report when pairs are one final look, ``look_level`` that of
    all looks together when a second batch follows, ``second_level`` that of the second batch. ``screen_level`` and
    ``confirm_level`` are those of a screen and of its second look.
    """

    threshold: float = 0.02
    screen_threshold: float = 0.03
    margin: float = 0.03
    level: float = 0.02
    look_level: float = 0.05
    second_level: float = 0.02
    screen_level: float = 0.05
    confirm_level: float = 0.01
    confidence: float = 0.95
    power: float = 0.80
    few_sessions: int = 5
    few_sessions_change: float = 0.05
    fewest_pairs: int = 3
    pairs_that_speak_alone: int = 7
    rounds_for_minimum: int = 50
