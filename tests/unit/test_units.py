"""Units: read once, shown once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.units import (
    format_duration,
    format_percent,
    format_value,
    is_timing,
    parse_duration,
    parse_fraction,
    parse_quantity,
    parse_seconds,
    to_base,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80 ms", (0.08, "s")),
        ("80ms", (0.08, "s")),
        ("1.5 µs", (1.5e-6, "s")),
        ("1.5 μs", (1.5e-6, "s")),
        ("5 %", (0.05, "1")),
        ("-2e3", (-2000.0, "1")),
        ("3 MB", (3e6, "B")),
        ("2 MiB", (2 * 1024**2, "B")),
        ("3 MB/s", (3e6, "B/s")),
        ("5 Percent", (0.05, "1")),
        ("2 Megabytes", (2e6, "B")),
        ("2 Nanoseconds", (2e-9, "s")),
        ("7 requests", (7.0, "requests")),
    ],
)
def test_quantities(text: str, expected: tuple[float, str]) -> None:
    value, unit = parse_quantity(text)
    assert unit == expected[1]
    assert value == pytest.approx(expected[0])


@pytest.mark.parametrize("text", ["", "ms", "1 2 ms", "inf s", "nan", "five %", "1e999 s"])
def test_bad_quantities(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_quantity(text)


@pytest.mark.parametrize("text", ["", "0 s", "0", "-1 min", "-3", "5 %", "5 %x", "3 MB", "nan", "1e999"])
def test_bad_durations(text: str) -> None:
    for parse in (parse_duration, parse_seconds):
        with pytest.raises(ValueError, match="not a"):
            parse(text)


@pytest.mark.parametrize("number", ["3", " 3 ", "3.0", "3e0", 3, 3.0])
def test_a_duration_without_a_unit_is_refused_with_an_example(number: str | float) -> None:
    with pytest.raises(ValueError, match="has no unit: write '3 min' or '3 s'"):
        parse_duration(number)


def test_the_command_line_takes_plain_seconds() -> None:
    assert (parse_seconds("90"), parse_seconds("1.5"), parse_seconds("3 min")) == (90, 1.5, 180)


def test_durations_and_shares() -> None:
    assert parse_duration("3 min") == 180
    assert parse_duration("0.5s") == 0.5
    assert parse_fraction("5 %") == pytest.approx(0.05)
    assert parse_fraction(0.05) == 0.05
    with pytest.raises(ValueError, match="share"):
        parse_fraction("-1 %")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.0012345, "s", "1.23 ms"),
        (0.9999999, "s", "1.00 s"),
        (999.6e-6, "s", "1.00 ms"),
        (1.5e-9, "s", "1.50 ns"),
        (0.0, "s", "0 ns"),
        (-0.02, "s", "−20.0 ms"),
        (125.0, "s", "125 s"),
        (4.5e6, "B", "4.50 MB"),
        (12345.0, "1/s", "12.3 k/s"),
        (3.0, "1", "3.00"),
        (0.0, "1", "0"),
        (1234.0, "cycles", "1.23 k cycles"),
        (math.nan, "s", "–"),
        (None, "s", "–"),
    ],
)
def test_values_for_people(value: float | None, unit: str, expected: str) -> None:
    assert format_value(value, unit) == expected


def test_percent_and_durations_for_people() -> None:
    assert format_percent(0.1234, signed=True) == "+12.3%"
    assert format_percent(-0.1234, signed=True) == "−12.3%"
    assert format_percent(0.0001, signed=True) == "±0.0%"
    assert format_percent(2.5) == "250%"
    assert [format_duration(seconds) for seconds in (0.25, 59.6, 200, 3600, 86400 * 3)] == [
        "0.2 s",
        "1 min",
        "3 min 20 s",
        "1 h",
        "3 days",
    ]


def test_unknown_units_are_their_own_base() -> None:
    assert to_base(" cycles/op ") == (1.0, "cycles/op")


@given(st.floats(1e-12, 1e12))
def test_shown_values_are_within_half_a_percent(value: float) -> None:
    number, word = format_value(value, "s").split(" ")
    factor, base = to_base(word)
    assert base == "s"
    assert float(number) * factor == pytest.approx(value, rel=0.006)


@pytest.mark.parametrize("unit", ["s", "1/s", "B/s", "requests/s"])
def test_times_and_rates_are_timings(unit: str) -> None:
    assert is_timing(unit)


@pytest.mark.parametrize("unit", ["B", "1", "", "requests", "allocs"])
def test_sizes_counts_and_shares_are_no_timings(unit: str) -> None:
    assert not is_timing(unit)
