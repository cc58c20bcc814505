"""Pieces of text and numbers as every part of a view shows them: printable, bounded, scaled for people or exact."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.shared.printable import shorten, visible
from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from reporter.model import Estimate

LABEL_LIMIT = 80
NAME_LIMIT = 300
PROSE_LIMIT = 2_000
"""Characters of a category or metric, of a name and of a sentence that any output may show; most show less."""

_NUMBER_LIMIT = 40
_UNIT_LIMIT = 20


def prose(text: str) -> str:
    """Make a sentence from outside printable and bounded."""
    return shorten(visible(text), PROSE_LIMIT)


def value_text(value: float | None, unit: str) -> str:
    """Scale a value in base units for people; bounded also for numbers of 300 digits."""
    return shorten(format_value(value, unit), _NUMBER_LIMIT)


def percent_text(share: float | None, *, signed: bool = False) -> str:
    """Show a share in percent; bounded also for numbers of 300 digits."""
    return shorten(format_percent(share, signed=signed), _NUMBER_LIMIT)


def smallest_change(share: float) -> str:
    """Return the smallest detectable change; beyond a hundred percent a number would only puzzle."""
    return percent_text(share) if share <= 1 else words.NOT_EVEN_DOUBLE


@lru_cache(maxsize=256)
def label(text: str) -> str:
    """Make the name of a metric or category from outside printable and short; many rows have the same."""
    return shorten(visible(text), LABEL_LIMIT)


@lru_cache(maxsize=256)
def clean_unit(unit: str) -> str:
    """Make a unit from outside printable and short."""
    return shorten(visible(unit), _UNIT_LIMIT)


def share_interval(estimate: Estimate) -> str:
    """Show an interval of shares in percent, the unit once."""
    if not isfinite(estimate.low) and not isfinite(estimate.high):
        return ""
    return f"{percent_text(estimate.low).removesuffix('%')} to {percent_text(estimate.high)}"


def exact(value: float | None, unit: str) -> str:
    """Write a number with full precision in its base unit, fit for copying; empty where unknown."""
    if value is None or not isfinite(value):
        return ""
    return repr(value) if unit == "1" else f"{value!r} {unit}"
