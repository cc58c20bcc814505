"""What the configuration says, with its defaults; ``reading`` reads it from a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reporter.config.globs import most_specific
from reporter.config.store_rules import StoreRule
from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.next_step import COUNTED
from reporter.verdicts import GATING, STRICT_VERDICTS

if TYPE_CHECKING:
    from datetime import date

    from reporter.config.budget_rules import BudgetRule
    from reporter.model import Better
    from reporter.shared.model import LoadRule, PathRule, ServiceRule

BUDGET_WORDS = ("budget-critical", "budget-warning", "budget-not-measured")
NOT_COMPARED = "not-compared"
"""Fails the gate when there was nothing to compare with; it is a cause of the gate too."""
FAIL_ON = (*GATING, NOT_COMPARED, *BUDGET_WORDS, *COUNTED)
STRICT = (*STRICT_VERDICTS, NOT_COMPARED)
BY_COUNTS = "instructions"
"""Decides by counts alone, of both sides as pairs have them."""
COMPARE = ("auto", "baseline", "paired", BY_COUNTS, "none")
CLOCKS = ("auto", "wall", "cpu")
BENCHMARKS_FROM = ("head",)
EXPLAIN = ("auto", "always", "never")
SELECT = ("all", "affected")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """How to measure.

    ``runs`` fresh processes for a comparison, ``baseline_runs`` when a baseline is saved, ``confirm_runs`` more when
    a comparison with a baseline has suspects. Without ``confirm`` there are neither these nor pairs by themselves, and
    a comparison cannot fail the gate. Pairs are measured for at most ``time_limit_seconds``, set-up apart; ``None``
    leaves that to measuring (``outlook.time_limit``). ``setup`` is a script run in each side's tree; ``noise_pairs`` of
    a commit and itself are measured when it becomes a baseline; ``benchmarks_from`` "head" runs the head's benchmark
    files on both sides, ``threads`` leaves runs unpinned, and without ``lock_step`` both runs of a pair never take
    turns; ``clock`` is the one that decides pairs in lock-step, "auto" by data; without ``shorten`` no option of the
    tool is added to the command. With ``keep_base`` the command line keeps a base once set up. Nothing is measured
    where a variable of ``requires_env`` is not set or an address of ``requires_url`` does not answer. ``service`` is
    the server that every run gets afresh. ``explain`` says whose causes are looked for after pairs, for at most
    ``explain_limit_seconds``, and ``count_limit_seconds`` is for what is counted of all benchmarks.
    ``load`` is how a mode drives Locust on several processes or through a network of its own.
    With ``select`` "affected" pairs are of the benchmarks that the change can reach, and ``select_paths`` say of files
    which these are.
    """

    command: str | None = None
    results: tuple[str, ...] = ()
    format: str | None = None
    runs: int = 1
    baseline_runs: int = 5
    confirm: bool = True
    confirm_runs: int = 2
    run_time_limit_seconds: float | None = None
    compare: str = "auto"
    time_limit_seconds: float | None = None
    setup: str | None = None
    benchmarks_from: str | None = None
    threads: bool = False
    lock_step: bool = True
    keep_base: bool = True
    clock: str = "auto"
    shorten: bool = True
    noise_pairs: int = 4
    requires_env: tuple[str, ...] = ()
    requires_url: tuple[str, ...] = ()
    service: ServiceRule | None = None
    load: LoadRule | None = None
    explain: str = "auto"
    explain_limit_seconds: float = 60.0
    select: str = "all"
    select_paths: tuple[PathRule, ...] = ()
    count_limit_seconds: float = 300.0

    @property
    def second_look_runs(self) -> int:
        """How many runs a second look has; 0 when none is taken."""
        return self.confirm_runs if self.confirm else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRule:
    """What ``[[metric]]`` declares for a ``benchmark:metric`` name; ``factor`` leads from its unit to the base unit."""

    match: str
    unit: str | None = None
    factor: float = 1.0
    better: Better | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRule:
    """What ``[[benchmark]]`` says of the benchmarks that match; bounds are shares."""

    match: str
    category: str | None = None
    threshold: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLimits:
    """When a load counts as too much: more failed requests than ``error_rate``, or a higher P99 than that.

    Only a level of load that was held for ``sustained_seconds`` counts.
    """

    error_rate: float = 0.10
    p99_seconds: float = 10.0
    sustained_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRule:
    """One accepted regression of the benchmarks that match, of one ``metric`` or of all; ``until`` is its last day."""

    match: str
    until: date
    reason: str
    metric: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration, defaults filled in. ``rule`` is the text of a named rule that decides alone.

    ``pinned`` is the commit of a saved session that nothing may creep away from.
    With ``categories`` only these are reported; that is chosen by the call and not by the file.
    """

    fail_on: tuple[str, ...] = ("regressed", "budget-critical")
    rule: str | None = None
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    modes: tuple[tuple[str, MeasureSettings], ...] = ()
    metrics: tuple[MetricRule, ...] = ()
    benchmarks: tuple[BenchmarkRule, ...] = ()
    budgets: tuple[BudgetRule, ...] = ()
    accepts: tuple[AcceptRule, ...] = ()
    categories: tuple[str, ...] = ()
    load: LoadLimits = field(default_factory=LoadLimits)
    pinned: str | None = None
    store: StoreRule = field(default_factory=StoreRule)

    def only(self, mode: str | None, categories: tuple[str, ...]) -> Config:
        """Return the configuration of one mode and some categories.

        ``measure`` has the mode's settings, and budgets of other modes do not hold.

        Raises:
            UsageError: there is no such mode; names those there are.
        """
        held = tuple(budget for budget in self.budgets if not budget.modes or mode in budget.modes)
        return replace(self, measure=self.in_mode(mode), budgets=held, categories=categories)

    def in_mode(self, name: str | None) -> MeasureSettings:
        """Return the settings of a mode; without a name those of ``[measure]``.

        Raises:
            UsageError: there is no such mode; names those there are.
        """
        if not name:
            return self.measure
        modes = dict(self.modes)
        if name not in modes:
            known = ", ".join(modes) or "none is configured"
            what = f"there is no mode {name!r} ({known}){did_you_mean(name, modes)}"
            raise UsageError("unknown-mode", what, cure=f"add [modes.{name}]")
        return modes[name]

    @property
    def all_settings(self) -> tuple[MeasureSettings, ...]:
        """Those of ``[measure]`` and of every mode."""
        return (self.measure, *(settings for _, settings in self.modes))

    def declared(self, benchmark: str, metric: str) -> MetricRule | None:
        """Return the most specific ``[[metric]]`` rule for a metric, or ``None``."""
        return most_specific(self.metrics, f"{benchmark}:{metric}")

    def rule_for(self, benchmark: str) -> BenchmarkRule | None:
        """Return the most specific ``[[benchmark]]`` rule for a name, or ``None``."""
        return most_specific(self.benchmarks, benchmark)
