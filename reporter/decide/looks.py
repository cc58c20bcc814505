"""How many pairs to measure before each look, and how strict each look is.

Looking again and again at growing data and stopping at the first alarm is peeking: naive looks every second pair up to
54 alarm in 30 % of harmless pull requests. Here every look has its share of the level, later looks a larger one, and
the shares add up to the whole, so that the chance of any false flag stays below it however the looks hang together
(Bonferroni's inequality). What is flagged is then measured again by itself.
"""

from __future__ import annotations

SHORT_LOOKS = (8, 16, 32, 64)
"""Pairs at each look when runs are short."""
LONG_LOOKS = (3, 6, 12)
"""The same where runs cannot be shortened."""
SHARES = (0.1, 0.2, 0.3, 0.4)
FIRST_PHASE = 0.65
"""Share of the time limit after which nothing but the second batch is measured."""


def level_of(look: int, level: float) -> float:
    """Give the level of look 0, 1, 2 …; those after the last planned one have nothing left to spend."""
    return level * SHARES[look] if look < len(SHARES) else 0.0
