"""What each named rule costs and finds, as measured by ``benchmarks/evaluate`` on recorded runs.

48 runs of 12 varied benchmarks, each a fresh process, on an ordinary noisy machine with two cores. A false alarm is an
unchanged benchmark that is called slower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.named_rules import NamedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Shares: false alarms per benchmark, harmless pull requests (of 12 benchmarks) with any, and power per level.

    ``power`` is at +3, +5, +10 and +20 %; ``runs`` says which runs the rule was given.
    """

    rule: str
    runs: str
    benchmarks: float
    pull_requests: float
    power: tuple[float, float, float, float]

    @property
    def bound(self) -> float:
        """Return the number in the rule, 0 where it has none."""
        return float(self.rule.partition(">")[2].rstrip("%") or 0)


def _rate(rule: str, runs: str, benchmarks: float, pull_requests: float, *power: float) -> Rate:
    shares = tuple(value / 100 for value in power)
    return Rate(
        rule=rule, runs=runs, benchmarks=benchmarks / 100, pull_requests=pull_requests / 100,
        power=(shares[0], shares[1], shares[2], shares[3]),
    )  # fmt: skip


_ONE, _HISTORY = "1 run against 1", "1 run against 10 saved ones"

RATES: tuple[Rate, ...] = (
    _rate("mean > 2%", _ONE, 32.9, 97, 53, 66, 83, 92),
    _rate("mean > 5%", _ONE, 20.7, 87, 28, 49, 77, 90),
    _rate("mean > 10%", _ONE, 11.9, 69, 8, 16, 55, 85),
    _rate("mean > 20%", _ONE, 6.3, 54, 1, 4, 14, 47),
    _rate("mean > 50%", _ONE, 2.8, 33, 1, 3, 3, 7),
    _rate("mean > 100%", _ONE, 2.3, 28, 1, 3, 2, 3),
    _rate("median > 2%", _ONE, 25.2, 95, 61, 79, 91, 97),
    _rate("median > 5%", _ONE, 14.9, 84, 18, 52, 87, 95),
    _rate("median > 10%", _ONE, 9.5, 69, 6, 14, 61, 90),
    _rate("median > 20%", _ONE, 4.6, 45, 2, 6, 12, 53),
    _rate("median > 50%", _ONE, 3.1, 35, 1, 3, 3, 5),
    _rate("min > 2%", _ONE, 26.3, 98, 68, 89, 95, 97),
    _rate("min > 5%", _ONE, 15.3, 95, 22, 60, 92, 96),
    _rate("min > 10%", _ONE, 9.3, 79, 7, 18, 62, 94),
    _rate("min > 20%", _ONE, 4.3, 51, 4, 7, 12, 59),
    _rate("min > 50%", _ONE, 3.2, 39, 1, 2, 2, 5),
    _rate("z > 2", _HISTORY, 8.6, 36, 5, 13, 35, 63),
    _rate("z > 3", _HISTORY, 5.7, 31, 2, 7, 22, 43),
    _rate("z > 5", _HISTORY, 2.8, 20, 1, 4, 9, 28),
    _rate("z > 10", _HISTORY, 1.1, 12, 0, 1, 1, 6),
    _rate("benchstat", "5 runs a side", 1.4, 12, 31, 54, 64, 82),
    _rate("asv", "3 runs a side", 3.5, 38, 2, 5, 71, 97),
    _rate("asv", "5 runs a side", 2.6, 30, 0, 8, 78, 99),
)


def rates_of(rule: NamedRule) -> Sequence[Rate]:
    """Return the figures of a rule; where its bound was not measured those of the nearest below and above."""
    kind = [rate for rate in RATES if rate.rule.split()[0] == rule.kind]
    exact = [rate for rate in kind if rate.rule == str(rule)]
    if exact:
        return exact
    number = float(str(rule).partition(">")[2].rstrip("%"))
    below = [rate for rate in kind if rate.bound < number]
    above = [rate for rate in kind if rate.bound > number]
    return (*below[-1:], *above[:1])
