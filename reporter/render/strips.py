"""The strip of every row in the page: its interval on an axis that all rows share, over the zones of its bounds.

Strips are places in percent of their own width, so that they fit a desk and a phone without a picture for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.render.change_axis import change_scale, directions, span_of
from reporter.render.chart_scale import percent_tick
from reporter.render.view_text import percent_text

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.change_axis import Span
    from reporter.render.chart_scale import Scale

_MOST_TICKS = 5
_NEAR_EDGE = 8.0
"""Percent of the width in which the number of a tick would be cut off."""


class Zone(Struct, frozen=True, kw_only=True):
    """Where minimum change and equivalence margin of some rows lie: left end and width of each; empty without one."""

    minimum: tuple[str, str] | None
    margin: tuple[str, str] | None


class Strip(Struct, frozen=True, kw_only=True):
    """One interval: left end and width, the place of the estimate, the number of its zone, where it runs out.

    ``point`` is empty where the estimate is beyond the axis.
    """

    left: str
    width: str
    point: str
    zone: int
    before: bool
    beyond: bool


class Strips(Struct, frozen=True, kw_only=True):
    """All strips by the key of their row, with the axis they share.

    ``minimum`` and ``margin`` are the bounds in words, where all rows have the same; else they are empty.
    """

    rows: dict[str, Strip]
    zones: tuple[Zone, ...]
    zero: str
    ticks: tuple[tuple[str, str], ...]
    ends: tuple[str, str]
    minimum: str
    margin: str


def strips(report: Report) -> Strips | None:
    """Lay out the strips; ``None`` where no row has a change in percent."""
    found = {index: span for index, row in enumerate(report.assessments) if (span := span_of(row)) is not None}
    if not found:
        return None
    scale = change_scale(list(found.values()), 0.0, 100.0)
    bounds = {bound: number for number, bound in enumerate(dict.fromkeys(map(_bounds, found.values())))}
    return Strips(
        rows={f"row-{index}": _strip(span, scale, bounds[_bounds(span)]) for index, span in found.items()},
        zones=tuple(Zone(minimum=_zone(minimum, scale), margin=_zone(margin, scale)) for minimum, margin in bounds),
        zero=_place(scale.position(0.0)),
        ticks=_ticks(scale),
        ends=directions(report.assessments[index].comparison.metric for index in found),
        minimum=_only({minimum for minimum, _ in bounds}),
        margin=_only({margin for _, margin in bounds}),
    )


def _bounds(span: Span) -> tuple[float, float]:
    return span.threshold, span.margin


def _strip(span: Span, scale: Scale, zone: int) -> Strip:
    low, high = scale.position(span.estimate.low), scale.position(span.estimate.high)
    return Strip(
        left=_place(low),
        width=_place(max(high - low, 0.1)),
        point=_place(scale.position(span.estimate.point)) if scale.holds(span.estimate.point) else "",
        zone=zone,
        before=span.estimate.low < scale.low,
        beyond=span.estimate.high > scale.high,
    )


def _zone(bound: float, scale: Scale) -> tuple[str, str] | None:
    if not bound:
        return None
    low, high = scale.position(-bound), scale.position(bound)
    return _place(low), _place(high - low)


def _ticks(scale: Scale) -> tuple[tuple[str, str], ...]:
    ticks = scale.ticks(percent_tick, _MOST_TICKS)
    return tuple((_place(x), text) for x, text in ticks if _NEAR_EDGE <= x <= 100 - _NEAR_EDGE)


def _only(bounds: set[float]) -> str:
    return percent_text(bound).replace(".0%", "%") if len(bounds) == 1 and (bound := next(iter(bounds))) else ""


def _place(share: float) -> str:
    return f"{share:.1f}".removesuffix(".0") + "%"
