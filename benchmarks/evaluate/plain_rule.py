"""The plainest rule for many pairs, which an engine has to beat: a trimmed mean, a t with K − 1 degrees, Holm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.stats.holm import holm
from reporter.stats.student_t import upper_tail

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray

LEVEL, THRESHOLD = 0.05, 0.02


def plain_rule(ratios: FloatArray) -> BoolArray:
    """Return which benchmarks are slower; ``ratios`` are log ratios of the minima, benchmarks × pairs (at least 3)."""
    pairs = ratios.shape[1]
    effect = np.sort(ratios, axis=1)[:, 1:-1].mean(axis=1)
    error = ratios.std(axis=1, ddof=1) / np.sqrt(pairs)
    return np.asarray((holm(upper_tail(effect / error, pairs - 1)) < LEVEL) & (np.expm1(effect) > THRESHOLD))
