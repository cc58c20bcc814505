"""What ``[[accept]]`` of the configuration says: a known, reviewed regression that passes until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRule:
    """One accepted regression of the benchmarks that match, of one ``metric`` or of all; ``until`` is its last day."""

    match: str
    until: date
    reason: str
    metric: str | None = None


def last_day(value: Any) -> date:
    """Read ``2027-01-31``, as a TOML date or as a text.

    Raises:
        ValueError: it is no date.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a date, like 2027-01-31") from None
