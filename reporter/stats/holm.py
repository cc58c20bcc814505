"""Many benchmarks are many chances to be wrong: p-values and intervals for all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reporter.model import FloatArray


def holm(p_values: FloatArray) -> FloatArray:
    """Adjust p-values so that rejecting those below a level keeps the chance of any false one below it (Holm 1979).

    nan stays nan and does not count in the family.
    """
    adjusted = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    steps = np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * steps))
    return adjusted
