"""What counts of many layouts come to: how much equal code moves, and how much more work is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.decide.counts import compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.counts import Instructions
    from reporter.records.instructions import Counts

DOUBT = 0.05


@dataclass(frozen=True)
class Head:
    """What is counted in one process: a layout by its number, with so many percent more work."""

    layout: int
    percent: int = 0

    @property
    def name(self) -> str:
        return f"plus-{self.percent}-{self.layout:02}"


BASE = Head(0)


@dataclass(frozen=True)
class Cost:
    """The processor seconds of each process, and the load of the machine meanwhile."""

    seconds: tuple[float, ...]
    least_load: float
    most_load: float


def layouts(found: Mapping[Head, Counts], cost: Cost) -> Iterator[str]:
    """Yield the lines of the table."""
    base = found[BASE]
    compared = {
        name: {head: compare(base.tool, [one], [found[head].benchmarks[name]]) for head in found if head != BASE}
        for name, one in base.benchmarks.items()
    }
    yield f"{'benchmark':<14}{'spread':>9}{'move':>9}{'moved':>8}  found of +1 +2 +3 +5 +10%"
    for name, heads in compared.items():
        yield _row(name, heads)
    yield from _sums(list(compared.values()))
    each = sum(cost.seconds) / len(cost.seconds) / len(base.benchmarks)
    load = f"load {cost.least_load:.1f} to {cost.most_load:.1f}"
    yield f"{len(found)} processes, Python {base.python}, {base.tool}, {load}"
    yield f"{each:.2f} s of processor time for a benchmark and process, start of pytest included"


def _row(name: str, heads: Mapping[Head, Instructions]) -> str:
    short = name.rpartition("[")[2].rstrip("]").rpartition("::")[2]
    neutral = [each for head, each in heads.items() if head.percent == 0]
    reasons = Counter(each.not_countable for each in heads.values() if each.not_countable)
    if reasons:
        told = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
        return f"{short:<14}  not countable in {sum(reasons.values())} of {len(heads)}: {told}"
    spread, move = max(each.spread or 0.0 for each in neutral), max(abs(each.change) for each in neutral)
    moved = f"{sum(each.moved for each in neutral)}/{len(neutral)}"
    steps = "  ".join(_found(heads, percent) for percent in sorted({head.percent for head in heads} - {0}))
    return f"{short:<14}{spread:>9.3%}{move:>9.3%}{moved:>8}  {steps}"


def _found(heads: Mapping[Head, Instructions], percent: int) -> str:
    planted = [each for head, each in heads.items() if head.percent == percent]
    return f"{sum(each.moved and each.change > 0 for each in planted)}/{len(planted)}"


def _sums(compared: list[Mapping[Head, Instructions]]) -> Iterator[str]:
    countable = [heads for heads in compared if not any(each.not_countable for each in heads.values())]
    neutral = [each for heads in countable for head, each in heads.items() if head.percent == 0]
    moved = sum(each.moved for each in neutral)
    yield f"countable: {len(countable)} of {len(compared)}"
    bound = f"at most {_bound(moved, len(neutral)):.2%}, 95% confidence"
    yield f"neutral, called moved: {moved} of {len(neutral)} ({bound})"
    for percent in sorted({head.percent for heads in countable for head in heads} - {0}):
        planted = [each for heads in countable for head, each in heads.items() if head.percent == percent]
        yield f"+{percent}% found: {sum(each.moved and each.change > 0 for each in planted)} of {len(planted)}"


def _bound(events: int, trials: int) -> float:
    """Return the upper bound of a rate (Clopper and Pearson), by halving."""
    low, high = events / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, trials, middle) > DOUBT else (low, middle)
    return high


def _at_most(events: int, trials: int, rate: float) -> float:
    term = (1 - rate) ** trials
    total = term
    for k in range(events):
        term *= (trials - k) / (k + 1) * rate / (1 - rate)
        total += term
    return total
