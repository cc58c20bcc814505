"""The zones behind the strips, as rules of the page's style: gradients, and no element in any row.

Elements for them in each row would double what a browser spends on the style of a large page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.render.strips import Strips, Zone

_LINE = "1px"


def zones_style(strips: Strips | None) -> str:
    """Return the rules of the classes ``z0``, ``z1`` … that strips have; empty without strips.

    The first layer lies on top: the line of no change, a line for each tick, the minimum change, the margin.
    """
    if strips is None:
        return ""
    layers = (",".join(_layers(zone, strips)) for zone in strips.zones)
    return "".join(f".rows .z{number}{{background:{each}}}\n" for number, each in enumerate(layers))


def _layers(zone: Zone, strips: Strips) -> Iterator[str]:
    yield _layer("muted", strips.zero, _LINE)
    yield from (_layer("tick", x, _LINE) for x, _ in strips.ticks)
    for name, place in (("minimum", zone.minimum), ("margin", zone.margin)):
        if place:
            yield _layer(name, _aligned(*place), place[1])


def _layer(colour: str, place: str, width: str) -> str:
    return f"linear-gradient(var(--{colour}) 0 0) {place}/{width} 100% no-repeat"


def _aligned(left: str, width: str) -> str:
    """Return the place of a layer: a percentage aligns the same point of the layer and of what it lies in."""
    room = 100 - float(width.removesuffix("%"))
    return f"{100 * float(left.removesuffix('%')) / room:.2f}%" if room > 0 else "0%"
