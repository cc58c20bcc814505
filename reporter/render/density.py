"""How values lie on an axis: a smooth curve over its bins, the same on every machine."""

from __future__ import annotations

from math import exp
from statistics import pstdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.render.chart_scale import Scale

BINS = 120
FEWEST = 24
"""Values below which a curve would claim more than they say; then they are drawn as dots."""

_NARROWEST = 1.2
"""Bins of the kernel's standard deviation at least, so that equal values are a hill and not a needle."""


def curve(values: Sequence[float], scale: Scale) -> list[float]:
    """Return the share of the values at each bin of the axis, smoothed by a Gaussian kernel (Silverman's rule)."""
    shown = [value for value in values if scale.holds(value)]
    if not shown:
        return [0.0] * BINS
    per_bin, counts = (scale.high - scale.low) / BINS, [0.0] * BINS
    for value in shown:
        counts[min(BINS - 1, int((value - scale.low) / per_bin))] += 1 / len(values)
    return _smoothed(counts, max(_NARROWEST, _bandwidth(shown) / per_bin))


def _bandwidth(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = ordered[len(ordered) * 3 // 4] - ordered[len(ordered) // 4]
    spread = min(pstdev(ordered), middle / 1.349) if middle else pstdev(ordered)
    return 0.9 * spread / float(len(ordered) ** 0.2)


def _smoothed(counts: list[float], width: float) -> list[float]:
    """Spread every bin over its neighbours."""
    reach = min(BINS, int(3 * width) + 1)
    kernel = [exp(-0.5 * (step / width) ** 2) for step in range(-reach, reach + 1)]
    whole, smooth = sum(kernel), [0.0] * BINS
    for place, count in enumerate(counts):
        if count:
            for step in range(max(-reach, -place), min(reach, BINS - 1 - place) + 1):
                smooth[place + step] += count * kernel[step + reach] / whole
    return smooth
