"""Memory over time as it lies in our JSON files: two lists of equal length, of the times and of the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.checked import keys
from reporter.shared.model import MemorySeries

if TYPE_CHECKING:
    from reporter.checked import Checked

MEMBERS = keys("seconds bytes")
_MOST_POINTS = 1_000


def from_json(member: Checked | None) -> MemorySeries | None:
    """Read a series; ``None`` where there is none.

    Raises:
        InputError: it is none.
    """
    if member is None:
        return None
    seconds, amounts = (member.numbers(key) for key in ("seconds", "bytes"))
    if len(seconds) != len(amounts) or len(seconds) > _MOST_POINTS:
        raise member.wrong("bytes", f"is not as long as seconds, or longer than {_MOST_POINTS}")
    if list(seconds) != sorted(seconds) or min((*seconds, *amounts), default=0.0) < 0:
        raise member.wrong("seconds", "do not rise, or something is negative")
    return MemorySeries(seconds=seconds, bytes=amounts)


def to_json(series: MemorySeries | None) -> dict[str, Any] | None:
    """Write a series."""
    return (
        None
        if series is None
        else {"seconds": list(series.seconds), "bytes": [round(amount) for amount in series.bytes]}
    )
