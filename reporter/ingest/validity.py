"""Whether the numbers of a reading can be measurements. One place for all formats; nothing is ever replaced by 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from reporter.ingest.shape import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reporter.ingest.reading import Reading

LARGEST = 1e100
"""Beyond it squares and differences would overflow; nothing that is measured comes near."""

MOST_ROUNDS = 10**12

_NUMBERS = frozenset((float, int))


def judged(reading: Reading) -> Reading:
    """Return the reading as it is, or errored with the reason when one of its numbers is not usable.

    An errored reading has no number left, also when its format knew the reason.
    """
    reason = _reason(reading) if reading.error is None else reading.error
    return reading if reason is None else replace(reading, error=reason, values=(), runs=(), known={})


def _reason(reading: Reading) -> str | None:
    signed = reading.metric.unit != "s"
    if reading.values:
        return fault(reading.values, signed=signed) or _fault_of_known(reading.known, signed=signed)
    if reading.runs:
        return next((reason for run in reading.runs if (reason := fault(run, signed=signed))), None)
    return _fault_of_known(reading.known, signed=signed) if reading.known else "it has no value"


def _fault_of_known(known: Mapping[str, object], *, signed: bool) -> str | None:
    for name, value in known.items():
        reason = fault((value,), signed=signed) if name != "n" else _fault_of_count(value)
        if reason is not None:
            return f"{name}: {reason}"
    return None


def _fault_of_count(value: object) -> str | None:
    usable = type(value) in _NUMBERS and 1 <= cast("float", value) <= MOST_ROUNDS
    return None if usable else "this is not a number of rounds"


def fault(values: Sequence[object], *, signed: bool) -> str | None:
    """Return why these are not all measurements, or ``None``. Unless ``signed``, a value below zero is a fault too."""
    if not values:
        return "a run has no value"
    if not _NUMBERS.issuperset(map(type, values)):
        return next(f"a value is {kind(value)}, not a number" for value in values if type(value) not in _NUMBERS)
    return _fault_of_numbers(cast("Sequence[float]", values), signed=signed)


def _fault_of_numbers(values: Sequence[float], *, signed: bool) -> str | None:
    lowest, highest = min(values), max(values)
    if not _is_finite(values):
        return f"a value is {_first_unusable(values)}"
    if highest > LARGEST or lowest < -LARGEST:
        return "a value is too large to be a measurement"
    if lowest < 0 and not signed:
        return f"a time is below zero ({lowest:.3g} s)"
    return None


def _is_finite(values: Sequence[float]) -> bool:
    try:
        return math.isfinite(sum(values))
    except OverflowError:
        return False


def _first_unusable(values: Iterable[float]) -> str:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            return kind(value)
    return "too large to be a measurement"
