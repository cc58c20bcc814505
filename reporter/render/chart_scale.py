"""An axis of a chart: which stretch of values it shows, where a value lies on it, and its round ticks."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING

from reporter.units import format_percent

if TYPE_CHECKING:
    from collections.abc import Callable


_FURTHEST = 1e300
"""So that the distance of two values is still a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps the values ``low`` to ``high`` linearly to the positions ``left`` to ``right``."""

    low: float
    high: float
    left: float
    right: float

    def position(self, value: float) -> float:
        """Return the position of a value, kept within the axis, rounded to what a screen can show."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)

    def holds(self, value: float) -> bool:
        """Return whether the value lies within the axis."""
        return self.low <= value <= self.high

    def ticks(self, label: Callable[[float], str], most: int = 6) -> list[tuple[float, str]]:
        """Return positions and labels of up to ``most`` round values; fewer where their labels would be the same."""
        for count in range(2 * most, 1, -1):
            values = round_values(self.low, self.high, count)
            labels = [label(value) for value in values]
            if len(set(labels)) == len(labels) <= most:
                return [(self.position(value), text) for value, text in zip(values, labels, strict=True)]
        return []


def padded(low: float, high: float, left: float, right: float, margin: float = 0.04) -> Scale:
    """Make a scale with room at both ends; a single value gets room around it. What is beyond any use is cut off."""
    low, high = (min(max(bound, -_FURTHEST), _FURTHEST) for bound in (low, high))
    spread = high - low or abs(high) or 1.0
    return Scale(low=low - margin * spread, high=high + margin * spread, left=left, right=right)


def percent_tick(share: float) -> str:
    """Write a share under an axis, as briefly as it can be: ``+5%``, ``0``."""
    return format_percent(share, signed=True).replace("±0.0", "0").replace(".0%", "%")


def round_values(low: float, high: float, count: int) -> list[float]:
    """Return about ``count`` values 1, 2 or 5 × 10ⁿ apart that lie within ``low`` and ``high``."""
    raw = (high - low) / count
    if not isfinite(raw) or raw <= 0:
        return []
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]
