"""What was decided: one ``Assessment`` per benchmark and metric, the suite-wide ``Shift``, the ``Gate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from reporter.causes import Cause, MemoryUse
from reporter.counts import Instructions
from reporter.model.measured import Definition, Metric
from reporter.record import Record, Text, Unit, Whole, added
from reporter.verdicts import Verdict

GateStatus = Literal["passed", "failed", "undecided"]
GateCause = Literal["not-measured", "too-noisy", "not-compared"]
Clock = Literal["wall", "cpu"]
"""Wall time, or the time that the processor worked for the benchmark's own thread."""
BudgetStatus = Literal["met", "above_target", "warning", "critical", "not_measured"]


class Estimate(Struct, frozen=True, kw_only=True):
    """A point with its confidence interval, for example of a change (0.05 means 5% more)."""

    point: float
    low: float
    high: float
    confidence: float = 0.95


class SideSummary(Record, frozen=True, kw_only=True):
    """One side of a row: the lowest value of all its runs, the median of the runs' medians, the highest value.

    ``rounds`` is the number of values over all runs. Mean, standard deviation and percentiles are of all these values
    together; percentiles are known only where there are enough of them.
    """

    min: float | None
    median: float | None
    max: float | None
    runs: Whole
    rounds: Whole
    p95: float | None = None
    p99: float | None = None
    mean: float | None = None
    sd: float | None = None


class Change(Struct, frozen=True, kw_only=True):
    """head/baseline − 1 (``ratio``), or head − baseline where zero is possible (``difference``); never flipped.

    The marginal interval covers this one benchmark; the simultaneous one all benchmarks of the comparison together.
    ``statistic`` is the run statistic that decided (one of ``STATISTICS``). ``before`` and ``after`` are the values of
    that statistic that decided, in base units: what is shown as before → after, and as far apart as the point says.
    Only reports of older versions lack them.
    """

    kind: Literal["ratio", "difference"]
    statistic: str
    marginal: Estimate
    simultaneous: Estimate | None
    p_adjusted: float | None
    before: float | None = None
    after: float | None = None


class ChangeSince(Record, frozen=True, kw_only=True):
    """The change of a head in pairs since the saved baseline, in the kind of its change since the base commit.

    It has no interval where too few sessions are saved to know how much their levels differ.
    """

    point: float
    low: float | None
    high: float | None
    confidence: float


class Seen(Record, frozen=True, kw_only=True):
    """In how many of the pairs, or runs of the head, a change went the way of its estimate."""

    agreeing: Whole
    total: Whole
    unit: Literal["pairs", "runs"]


class Noise(Struct, frozen=True, kw_only=True):
    """Where the noise estimate came from (``history``, ``this job``, ``suite``) and its sd of the log between runs.

    ``alignment`` is the sd of what the code of a head adds to it without being at fault, the same in all its runs;
    ``None`` where nothing of the kind was taken into account.
    """

    source: str
    sd: float
    alignment: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides of one benchmark and metric and how far they are apart; a side is ``None`` when it is absent.

    ``distribution`` holds round values per run of (baseline, head), kept only for what changed (it is drawn).
    ``history`` is the value of each of the report's ``sessions``, ``None`` where it was not measured; kept only for
    what changed too. ``clock`` is the one that decided, where pairs in lock-step have both. ``since`` is the change of
    a head in pairs since the last of the ``sessions``.
    """

    suite: str
    name: str
    params: tuple[tuple[str, str], ...]
    category: str | None
    metric: Metric
    baseline: SideSummary | None
    head: SideSummary | None
    change: Change | None = None
    noise: Noise | None = None
    distribution: tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]] | None = None
    history: tuple[float | None, ...] = ()
    clock: Clock | None = None
    since: ChangeSince | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The verdict on one comparison. ``reason`` is one plain sentence; ``cure`` says what would settle or fix it.

    ``accepted`` says until when and why a regression passes the gate. ``seen`` is kept where a change was looked for
    in several pairs or runs, and not ruled out. ``cause`` is what explains that it is slower, ``memory`` what it
    allocates, and ``instructions`` whether it does more work, where that was looked for. ``defined`` is where the head
    defines the benchmark.

    ``detectable`` is the smallest change this comparison could have found with 80% power (0.03: 3%); ``threshold`` is
    the smallest change that may be called regressed or improved here, ``margin`` the bound inside which it may be
    called unchanged, both in the kind of the change (0.02: 2%).
    """

    comparison: Comparison
    verdict: Verdict
    reason: str
    detectable: float | None = None
    cure: str | None = None
    suspect: bool = False
    threshold: float | None = None
    accepted: str | None = None
    margin: float | None = None
    seen: Seen | None = None
    cause: Cause | None = None
    memory: MemoryUse | None = None
    instructions: Instructions | None = None
    defined: Definition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The suite-wide change: a verdict of its own, never subtracted from the benchmarks."""

    change: Estimate
    verdict: Verdict
    reason: str


class BudgetResult(Record, frozen=True, kw_only=True):
    """An absolute bound held against the head's value. ``status`` is ``not_measured`` when there was no value.

    ``rule`` is the glob of the configuration that won; ``reason`` says why nothing was measured.
    """

    benchmark: Text
    metric: Text
    unit: Unit
    value: float | None
    target: float | None
    warning: float | None
    critical: float | None
    status: BudgetStatus
    category: Text | None = added()
    rule: Text | None = added()
    reason: Text | None = added()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The whole job: ``passed``, ``failed`` or ``undecided``, with reasons.

    Only an undecided one has a ``cause``: a side was ``not-measured``, the values are ``too-noisy`` to decide half of
    the timings, or there was nothing to hold them against (``not-compared``).
    """

    status: GateStatus
    reasons: tuple[str, ...] = ()
    cause: GateCause | None = None

    def __post_init__(self) -> None:
        """Raise for a gate that is undecided for no cause, or decided with one.

        Raises:
            ValueError: it is such a gate.
        """
        if (self.status == "undecided") is not (self.cause is not None):
            raise ValueError(f"a gate that is {self.status} has the cause {self.cause}")
