"""The weighted rule: each benchmark gets its part of the level, and nothing more."""

import numpy as np

from benchmarks.weighted_rule import weighted_holm
from reporter.stats.holm import holm

CHANCE = np.random.default_rng(7)


def test_equal_parts_are_the_plain_rule() -> None:
    p_values = CHANCE.random(30) ** 3
    assert np.allclose(weighted_holm(p_values, np.full(30, 1 / 30)), holm(p_values))


def test_a_larger_part_needs_less() -> None:
    adjusted = weighted_holm(np.array([0.01, 0.01]), np.array([0.8, 0.2]))
    assert np.allclose(adjusted, [0.0125, 0.0125])
    adjusted = weighted_holm(np.array([0.9, 0.01]), np.array([0.8, 0.2]))
    assert np.allclose(adjusted, [0.9, 0.05])


def test_harmless_rows_are_seldom_called_together() -> None:
    weights = np.array([0.4, 0.4, 0.1, 0.1])
    alarms = [(weighted_holm(CHANCE.random(4), weights) < 0.2).any() for _ in range(4000)]
    assert 0.15 < np.mean(alarms) < 0.21
