"""A trend as text: a bar for each saved session and one for the head, for outputs that have no pictures."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from reporter.render.chart_scale import padded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.render.chart_scale import Scale

BARS = "▁▂▃▄▅▆▇█"
MOST = 8
_UNKNOWN = "·"


def sparkline(values: Sequence[float | None]) -> str:
    """Draw the last ``MOST`` values from the lowest to the highest of them; empty when fewer than two are known.

    Values that are all equal are a line at the bottom.
    """
    shown = [value if value is not None and isfinite(value) else None for value in values[-MOST:]]
    known = [value for value in shown if value is not None]
    if len(known) < 2:
        return ""
    scale = padded(min(known), max(known), 0, len(BARS) - 1, margin=0)
    return "".join(_UNKNOWN if value is None else BARS[_step(value, scale)] for value in shown)


def _step(value: float, scale: Scale) -> int:
    return round(scale.position(value)) if scale.high > scale.low else 0
