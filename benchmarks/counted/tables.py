"""What counts of many layouts come to: how much equal code moves, and how much more work is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.decide.counts import compare, needs_another

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """Yield the lines of the table.

    Every process is the head of one comparison with the process before it, which is its base. What moved is held
    against two more, as the product does it with a second process of each side.
    """
    neutral = [head for head in sorted(found, key=lambda head: head.layout) if head.percent == 0]
    base = found[neutral[0]]
    compared = {name: dict(_compared(name, found, neutral)) for name in base.benchmarks}
    yield f"{'benchmark':<14}{'spread':>9}{'move':>9}{'moved':>8}{'alone':>8}  found of +1 +2 +3 +5 +10%"
    for name, heads in compared.items():
        yield _row(name, heads)
    yield from _sums(list(compared.values()))
    each = sum(cost.seconds) / sum(len(counts.benchmarks) for counts in found.values())
    load = f"load {cost.least_load:.1f} to {cost.most_load:.1f}"
    yield f"{len(found)} processes, Python {base.python}, {base.tool}, {load}"
    yield f"{each:.2f} s of processor time for a benchmark and process, start of pytest included"


@dataclass(frozen=True)
class Compared:
    """A comparison of one process a side, and what became of it with another one a side."""

    alone: Instructions
    confirmed: Instructions


def _compared(name: str, found: Mapping[Head, Counts], neutral: Sequence[Head]) -> Iterator[tuple[Head, Compared]]:
    tool = found[neutral[0]].tool
    for percent in sorted({head.percent for head in found}):
        heads = [head for head in found if head.percent == percent and name in found[head].benchmarks]
        bases = [head for head in neutral if name in found[head].benchmarks]
        for place, head in enumerate(heads):
            ours = [found[each].benchmarks[name] for each in (head, heads[(place + 2) % len(heads)])]
            others = [found[bases[(place - step) % len(bases)]].benchmarks[name] for step in (1, 3)]
            alone = compare(tool, others[:1], ours[:1])
            yield head, Compared(alone, compare(tool, others, ours) if needs_another(alone) else alone)


def _row(name: str, heads: Mapping[Head, Compared]) -> str:
    short = name.rpartition("[")[2].rstrip("]").rpartition("::")[2]
    reasons = Counter(each.alone.not_countable for each in heads.values() if each.alone.not_countable)
    if reasons:
        listed = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
        return f"{short:<14}  not countable in {sum(reasons.values())} of {len(heads)}: {listed}"
    neutral = [each for head, each in heads.items() if head.percent == 0]
    spread = max(each.alone.spread or 0.0 for each in neutral)
    move = max(abs(each.alone.change) for each in neutral)
    moved, alone = (f"{sum(found)}/{len(neutral)}" for found in _moves(neutral))
    steps = "  ".join(_found(heads, percent) for percent in sorted({head.percent for head in heads} - {0}))
    return f"{short:<14}{spread:>9.3%}{move:>9.3%}{moved:>8}{alone:>8}  {steps}"


def _moves(compared: Sequence[Compared]) -> tuple[list[bool], list[bool]]:
    return [each.confirmed.moved for each in compared], [each.alone.moved for each in compared]


def _found(heads: Mapping[Head, Compared], percent: int) -> str:
    planted = [each.confirmed for head, each in heads.items() if head.percent == percent]
    return f"{sum(each.moved and each.change > 0 for each in planted)}/{len(planted)}"


def _sums(compared: Sequence[Mapping[Head, Compared]]) -> Iterator[str]:
    countable = [heads for heads in compared if not any(each.alone.not_countable for each in heads.values())]
    moved, alone = _moves([each for heads in countable for head, each in heads.items() if head.percent == 0])
    yield f"countable: {len(countable)} of {len(compared)}"
    for label, found in (("called moved", moved), ("moved in one process", alone)):
        bound = f"at most {_bound(sum(found), len(found)):.2%}, 95% confidence"
        yield f"neutral, {label}: {sum(found)} of {len(found)} ({bound})"
    for percent in sorted({head.percent for heads in countable for head in heads} - {0}):
        planted = [each.confirmed for heads in countable for head, each in heads.items() if head.percent == percent]
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
