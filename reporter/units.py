"""Units are normalised once, on read, and scaled for people once, when shown. Inside there are only base units."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TO_BASE: dict[str, tuple[float, str]] = {
    "s": (1.0, "s"),
    "sec": (1.0, "s"),
    "second": (1.0, "s"),
    "seconds": (1.0, "s"),
    "ms": (1e-3, "s"),
    "us": (1e-6, "s"),
    "µs": (1e-6, "s"),
    "μs": (1e-6, "s"),
    "ns": (1e-9, "s"),
    "ps": (1e-12, "s"),
    "milliseconds": (1e-3, "s"),
    "microseconds": (1e-6, "s"),
    "nanoseconds": (1e-9, "s"),
    "min": (60.0, "s"),
    "m": (60.0, "s"),
    "h": (3600.0, "s"),
    "b": (1.0, "B"),
    "byte": (1.0, "B"),
    "bytes": (1.0, "B"),
    "kb": (1e3, "B"),
    "mb": (1e6, "B"),
    "gb": (1e9, "B"),
    "kilobytes": (1e3, "B"),
    "megabytes": (1e6, "B"),
    "gigabytes": (1e9, "B"),
    "kib": (1024.0, "B"),
    "mib": (1024.0**2, "B"),
    "gib": (1024.0**3, "B"),
    "1/s": (1.0, "1/s"),
    "/s": (1.0, "1/s"),
    "ops/s": (1.0, "1/s"),
    "req/s": (1.0, "1/s"),
    "b/s": (1.0, "B/s"),
    "kb/s": (1e3, "B/s"),
    "mb/s": (1e6, "B/s"),
    "gb/s": (1e9, "B/s"),
    "1": (1.0, "1"),
    "": (1.0, "1"),
    "%": (1e-2, "1"),
    "percent": (1e-2, "1"),
}
"""Known unit words, lower case, with the factor to the base unit. Any other unit is its own base unit."""

_QUANTITY = re.compile(r"^\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*$")
_PART = re.compile(r"\s*((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\W\d_]*)\s*")
_TIME_STEPS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTE_STEPS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_COUNT_STEPS = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def is_timing(unit: str) -> bool:
    """Return whether a base unit measures speed: seconds, or anything per second. Sizes, counts and shares do not."""
    return unit == "s" or unit.endswith("/s")


def to_base(unit: str) -> tuple[float, str]:
    """Return the factor and base unit of a unit word; an unknown word is a base unit of its own."""
    return TO_BASE.get(unit.strip().lower(), (1.0, unit.strip()))


def parse_quantity(text: str) -> tuple[float, str]:
    """Read ``80 ms`` as ``(0.08, "s")``.

    Raises:
        ValueError: the text is not one finite number with an optional unit word.
    """
    found = _QUANTITY.match(text)
    if not found or not math.isfinite(float(found[1])):
        raise ValueError(f"{text!r} is not a number with a unit, like '80 ms' or '5%'")
    factor, base = to_base(found[2])
    return float(found[1]) * factor, base


def parse_duration(text: str | float) -> float:
    """Return the seconds of a duration with its units, such as ``90s``, ``3 min`` or ``1h30m``.

    Raises:
        ValueError: it is not a positive duration, or has no unit: people write ``3`` and mean minutes.
    """
    written = text if isinstance(text, str) else f"{_plain(text):g}"
    parts = list(_parts_of_duration(written))
    if len(parts) == 1 and not parts[0][1] and 0 < parts[0][0] < math.inf:
        number = f"{parts[0][0]:g}"
        raise ValueError(f"{text!r} has no unit: write '{number}m' or '{number}s'")
    bases = {to_base(unit)[1] for _, unit in parts}
    seconds = sum(number * to_base(unit)[0] for number, unit in parts)
    if bases != {"s"} or not 0 < seconds < math.inf:
        raise _no_duration(written)
    return seconds


def _parts_of_duration(text: str) -> Iterator[tuple[float, str]]:
    """Yield ``(1, "h")`` and ``(30, "m")`` of ``1h30m``."""
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if not found:
            raise _no_duration(text)
        yield float(found[1]), found[2]
        at = found.end()


def _no_duration(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a duration: write it like '90s', '2m' or '1h30m'")


def parse_seconds(text: str) -> float:
    """Return the seconds of what the command line takes: a duration, or a plain number of seconds.

    Raises:
        ValueError: it is neither.
    """
    return parse_duration(f"{text} s" if text.replace(".", "", 1).isdecimal() else text)


def _plain(number: float) -> float:
    """Return a number as a float; true is none, and a whole number can be too large to be one."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise ValueError(f"{str(number).lower()[:40]!r} is not a number")  # noqa: TRY004 - one error for all of it
    try:
        return float(number)
    except OverflowError:
        raise ValueError("the number is too large") from None


def parse_fraction(text: str | float) -> float:
    """Read ``5%`` or ``0.05`` as 0.05.

    Raises:
        ValueError: it is not a share between 0 and 1000%.
    """
    value, base = parse_quantity(text) if isinstance(text, str) else (_plain(text), "1")
    if base != "1" or not 0 <= value <= 10:
        raise ValueError(f"{text!r} is not a share, like '5%' or 0.05")
    return value


def format_value(value: float | None, unit: str) -> str:
    """Scale a value in base units for people, with three significant digits: ``1.23 ms``, ``4.5 MB``, ``12.3 k/s``."""
    if value is None or not math.isfinite(value):
        return "–"
    if unit == "s":
        return _scaled(value, _TIME_STEPS, " ")
    if unit == "B":
        return _scaled(value, _BYTE_STEPS, " ")
    if unit == "B/s":
        return _scaled(value, _BYTE_STEPS, " ") + "/s"
    if unit == "1/s":
        return _scaled(value, _COUNT_STEPS, " ").rstrip() + "/s"
    if unit == "1":
        return _scaled(value, _COUNT_STEPS, " ").rstrip()
    return f"{_scaled(value, _COUNT_STEPS, ' ').rstrip()} {unit}"


def format_percent(share: float | None, *, signed: bool = False) -> str:
    """Show 0.1234 as ``12.3%``; with a sign (a true minus) when asked."""
    if share is None or not math.isfinite(share):
        return "–"
    percent = share * 100
    digits = 0 if abs(percent) >= 100 else 1
    text = f"{abs(percent):.{digits}f}%"
    if not signed:
        return f"−{text}" if percent < 0 and float(f"{abs(percent):.{digits}f}") else text
    if not float(f"{abs(percent):.{digits}f}"):
        return f"±{text}"
    return f"{'−' if percent < 0 else '+'}{text}"


def brief_percent(share: float | None) -> str:
    """Show the size of 0.26234 as ``26%``, 0.0263 as ``2.6%`` and 0.03 as ``3%``, for sentences; never with a sign."""
    if share is None or not math.isfinite(share):
        return "–"
    percent = abs(share) * 100
    return f"{percent:.{0 if percent >= 9.95 else 1}f}".removesuffix(".0") + "%"


def format_duration(seconds: float | None) -> str:
    """Show a length of time as people say it: ``45 s``, ``3 min 20 s``, ``2 h 5 min``, ``9 days``."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two_parts(whole, 60, "min", 1, "s")
    if whole < 2 * 86400:
        return _two_parts(whole, 3600, "h", 60, "min")
    return f"{whole // 86400} days"


def _two_parts(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_name}" + (f" {rest} {small_name}" if rest else "")


def _scaled(value: float, steps: tuple[tuple[float, str], ...], gap: str) -> str:
    sign = "−" if value < 0 else ""
    size = abs(value)
    factor, name = _step_for(size, steps)
    return f"{sign}{_three_digits(size / factor)}{gap}{name}" if size else f"0{gap}{steps[-1][1] or ''}".rstrip()


def _step_for(size: float, steps: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    for step in steps:
        if size >= step[0] * 0.9995:
            return step
    return steps[-1]


def _three_digits(number: float) -> str:
    if number >= 999.5 or number == 0:
        return f"{number:.0f}"
    if number < 0.001:
        return f"{number:.2e}"
    return f"{number:.{2 - int(f'{number:.2e}'[-3:])}f}"  # the exponent after rounding: 9.996 becomes 10.0
