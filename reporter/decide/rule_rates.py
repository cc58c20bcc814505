"""What each named rule costs and finds (``rule_rates.json``), as measured by ``benchmarks/evaluate`` on recorded runs.

48 runs of 12 varied benchmarks, each a fresh process, on an ordinary noisy machine with two cores. A false alarm is an
unchanged benchmark that is called slower.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.named_rules import NamedRule


class Rate(Struct, frozen=True, kw_only=True):
    """Shares: false alarms per benchmark, harmless pull requests (of 12 benchmarks) with any, and power per level.

    ``power`` is at +3, +5, +10 and +20%; ``runs`` says which runs the rule was given.
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


RATES = json.decode(Path(__file__).with_suffix(".json").read_bytes(), type=tuple[Rate, ...])


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
