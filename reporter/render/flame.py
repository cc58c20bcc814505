"""A flame graph as the page takes it: numbers in one attribute, and names and files as the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.render.cause_text import cells

if TYPE_CHECKING:
    from reporter.causes import Flame


class FlameView(Struct, frozen=True, kw_only=True):
    """``frames`` are numbers alone, ``unit`` is in seconds; frames name the rows of ``functions`` by their index."""

    unit: str
    frames: str
    functions: tuple[tuple[str, ...], ...]


def flame_view(flame: Flame | None) -> FlameView | None:
    """Return what the page needs of a graph; ``None`` where there is none, or nothing took any time."""
    if flame is None or not any(frame.base or frame.head for frame in flame.frames):
        return None
    numbers = (
        (each.above, each.function, each.base, each.head, each.base_calls, each.head_calls) for each in flame.frames
    )
    return FlameView(
        unit=f"{flame.unit:.6g}",
        frames=";".join(",".join(map(str, frame)) for frame in numbers),
        functions=tuple(map(cells, flame.functions)),
    )
