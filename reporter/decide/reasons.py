"""The sentences a verdict carries: one plain sentence for why, one for what would settle or mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import BudgetStatus, Change, Metric, Noise, Verdict

NEW = "not in the baseline"
MISSING = "in the baseline, but not measured this time"
MISSING_CURE = "if it was renamed or removed on purpose, save a new baseline; if not, find out why it did not run"
NO_DIRECTION = "nobody declared which direction is good, so it is shown and never judged"
NO_DIRECTION_CURE = 'declare it in benchverdict.toml: [[metric]] with match, unit and better = "lower" or "higher"'
CHANGED_BENCHMARK = "{file} is not the same on both sides, so they did not do the same"
CHANGED_BENCHMARK_CURE = 'run the head\'s benchmark files on both sides: benchmarks-from = "head" in [measure]'
REDECLARED = "its unit or its good direction is declared in another way than when the baseline was saved"
REDECLARED_CURE = "save a new baseline"
DIFFERING_CURE = "save a baseline on this kind of machine, or measure base and head in pairs on one machine"
NO_VALUE = "it gave no usable value"
NO_VALUE_CURE = "see the log of the benchmark command"
NO_NOISE = "one run on each side cannot tell a change from noise"
NO_NOISE_CURE = "save a baseline of several runs (--runs 5), or measure pairs"
SUSPECT_WAITS = "it looks {change}, which a second look has to confirm"
SUSPECT_WAITS_CURE = "measure again: the second look is taken only for suspects"
NOT_CONFIRMED = "the first look showed a change, the second one did not confirm it ({change})"
FEW_PAIRS = "{pairs} usable pairs are too few to decide"
FEW_PAIRS_CURE = "measure at least {fewest} pairs"


def change_in_words(share: float, metric: Metric) -> str:
    """Say how a change of ``share`` feels: ``12.0 % slower``, ``3.1 % more``."""
    more, less = ("slower", "faster") if metric.unit == "s" else ("more", "less")
    return f"{format_percent(abs(share))} {more if share > 0 else less}"


def difference_in_words(difference: float, metric: Metric) -> str:
    """Say a difference in the metric's own unit: ``3 more``, ``0.02 less``."""
    return f"{format_value(abs(difference), metric.unit)} {'more' if difference > 0 else 'less'}"


def spoken(change: Change, metric: Metric) -> str:
    """Say the point of a change in words, whichever kind it is."""
    say = change_in_words if change.kind == "ratio" else difference_in_words
    return say(change.marginal.point, metric)


def changed(change: Change, metric: Metric, noise: Noise | None, looks: str) -> str:
    """Say what changed, how sure that is and how noisy it is here."""
    bounds = _bounds(change, metric)
    quiet = f"; noise here is {format_percent(noise.sd)}" if noise and change.kind == "ratio" else ""
    return f"{spoken(change, metric)}; we are sure: {bounds}, {looks}{quiet}"


def settled(verdict: Verdict, change: Change, metric: Metric, margin: float) -> str:
    """Say why an unflagged row is unchanged, or why nobody can tell."""
    bounds = _bounds(change, metric)
    if verdict == "unchanged":
        return f"{bounds}, inside ±{format_percent(margin)}"
    return f"{bounds}: too wide to call it unchanged, too uncertain to call it changed"


def differing(differences: Sequence[str], plan: str, baseline_plan: str) -> str:
    """Say why two suites cannot be compared: another kind of machine, or another way to measure."""
    if differences:
        return "the baseline was measured on another kind of machine (" + "; ".join(differences) + ")"
    return f"the baseline was measured in another way ({baseline_plan}, this time {plan})"


def gate_line(count: int, verdict: str) -> str:
    """Say what a group of rows does to the gate: ``2 benchmarks regressed``."""
    noun = "benchmark" if count == 1 else "benchmarks"
    word = {"not_comparable": "not comparable"}.get(verdict, verdict)
    return f"{count} {noun} {word}"


def budget_line(count: int, status: BudgetStatus) -> str:
    """Say what budgets do to the gate: ``2 budgets critical``."""
    return f"{count} {'budget' if count == 1 else 'budgets'} {status.replace('_', ' ')}"


def _bounds(change: Change, metric: Metric) -> str:
    low, high = change.marginal.low, change.marginal.high
    if change.kind == "difference":
        return f"between {format_value(low, metric.unit)} and {format_value(high, metric.unit)} difference"
    return f"between {format_percent(low, signed=True)} and {format_percent(high, signed=True)}"


BUDGET_MATCHES_NOTHING = "no benchmark of such a name was measured"
BUDGET_METRIC_MISSING = "it has no metric {metric!r} (it has {known})"
BUDGET_NO_STATISTIC = "the tool gave no {statistic}"
BUDGET_ON_SHORT_RUNS = "these runs were cut short to measure pairs; measure whole runs to see the slow ones"
BUDGET_WITHOUT_DIRECTION = 'nobody declared which direction is good; add bound = "at-most" or "at-least" to the budget'
BUDGET_AGAINST_DIRECTION = "its levels run against the metric, of which {better} is better; swap them, or set bound"


def unit_mismatch(metric: str, unit: str, budget_unit: str) -> str:
    """Say that a budget and its metric are in different units."""
    return f"the budget is in {_spoken_unit(budget_unit)}, the metric {metric!r} in {_spoken_unit(unit)}"


def _spoken_unit(unit: str) -> str:
    return "plain numbers" if unit == "1" else repr(unit)


def too_few_rounds(statistic: str, count: int, needed: int) -> str:
    """Say how many values a percentile needs."""
    return f"not enough rounds: {statistic} needs {needed} values, there are {count}; measure more rounds or runs"
