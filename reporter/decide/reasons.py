"""The sentences a verdict carries: one plain sentence for why, one for what would settle or fix it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING

from reporter.units import format_duration, format_percent, format_value
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.config import AcceptRule
    from reporter.counts import Instructions, NotCountable
    from reporter.decide.counts import Part
    from reporter.decide.named_rules import NamedRule
    from reporter.decide.rule_rates import Rate
    from reporter.decide.slower_span import SlowerSpan
    from reporter.decide.stress import LoadAnalysis
    from reporter.model import BudgetStatus, Change, Metric, Noise, Override, Seen, Verdict

NEW = "not in the baseline"
MISSING = "in the baseline, but not measured this time"
MISSING_CURE = "if it was renamed or removed on purpose, save a new baseline; if not, find out why it did not run"
NO_DIRECTION = "it is informational: no direction is declared as the good one"
NO_DIRECTION_CURE = 'declare it in benchverdict.toml: [[metric]] with match, unit and better = "lower" or "higher"'
CHANGED_BENCHMARK = "{file} is not the same on both sides, so they did not do the same"
CHANGED_BENCHMARK_CURE = 'run the head\'s benchmark files on both sides: benchmarks-from = "head" in [measure]'
RECODED = "its code is not what it was when the baseline was saved, so what was measured then says nothing of it"
RECODED_CURE = (
    "it starts over with the next saved baseline; pairs can judge it before, with the head's benchmark files on both"
    ' sides: benchmarks-from = "head" in [measure]'
)
REDECLARED = "its unit or its good direction is declared in another way than when the baseline was saved"
NOTHING_ALIKE = (
    "the two sides have no value in common: one gives only what the other leaves out, such as mean and median"
)
REDECLARED_CURE = "save a new baseline"
DIFFERING_CURE = "save a baseline on this kind of machine, or measure base and head in pairs on one machine"
NO_VALUE = "it gave no usable value"
NO_VALUE_CURE = "see the log of the benchmark command"
NO_NOISE = "one run on each side cannot tell a change from noise"
NO_NOISE_CURE = "save a baseline of several runs (--runs 5), or measure pairs"
NOT_JUDGED = "the saved history cannot judge it"
NOT_JUDGED_CURE = "save more baselines, or measure base and head in pairs where they can be had"
SUSPECT_WAITS = "it looks {change}; a second measurement has to confirm it"
SUSPECT_WAITS_CURE = "measure again: only possible changes are measured a second time"
NOT_SEEN_AGAIN = "the first measurement showed a change ({change}), and the second one lacks this benchmark"
NOT_SEEN_AGAIN_CURE = "find out why the second measurement lacks it, then measure again"
NOT_CONFIRMED = "the first measurement showed a change, and the second one did not confirm it ({change})"
NOT_CONFIRMED_CURE = "measure more runs (a higher confirm-runs)"
LOST_HISTORY = "none of the {count} earlier sessions was used, so noise between jobs is not known: {why}"
ALIGNMENT_CURE = (
    "more pairs do not help: the new layout of this head's code moves many benchmarks by about as much; count"
    " instructions to tell, or widen the margin"
)
FEW_PAIRS_CURE = "measure at least {fewest} pairs (a longer time-limit)"

RULE_NEEDS_RUNS = "the rule {rule} can find no change with {before} and {after} values"
RULE_NEEDS_RUNS_CURE = "measure more runs on both sides (higher runs and baseline-runs)"
RULE_NEEDS_SESSIONS = "the rule {rule} needs {fewest} saved sessions, and there are {sessions}"
RULE_NEEDS_SESSIONS_CURE = "save more baselines of this kind of machine"
RULE_NEEDS_VALUES = "a side lacks the values that the rule {rule} needs"
RULE_NEEDS_VALUES_CURE = "choose another rule, or let the tool record them"
MORE_OF = {"pairs": "a longer time-limit", "runs": "higher runs and baseline-runs, or compare: paired"}
"""What is set for more of them, by the names that inputs and configuration share."""
PAIRS, MORE_PAIRS = "many short pairs (--compare paired)", "more pairs (a longer --time-limit)"
"""What averages noise out, for those who do not run paired and for those who do."""
BIMODAL = (
    "undecided benchmarks jump between two speeds: their runs or rounds fall into two clusters. Look for what differs"
    " (a cache that is warm or cold, a path taken at times), or measure {pairs}, in which both speeds occur"
)
BETWEEN_RUNS = (
    "undecided benchmarks differ from process to process far more than inside of one, as memory layout and hash seeds"
    " make them: longer runs do not help, {pairs} do"
)
LONG_TAILS = (
    "undecided benchmarks have rounds that take more than twice the usual, as garbage collection or background work"
    " make them: create less garbage in what is timed, or time a smaller piece"
)
FEW_ROUNDS = "undecided benchmarks have fewer than 20 rounds a run, so their best round is partly luck: {more}"
MORE_ROUNDS = "ask the tool for more and shorter rounds"
MORE_ROUNDS_BY = {"pytest-benchmark": f"{MORE_ROUNDS} (--benchmark-min-rounds=50)"}
"""How a tool is asked for more rounds, by the name of its format."""
MORE_ROUNDS_IN_PAIRS = {
    "pytest-benchmark": "time a smaller piece; pairs give each benchmark as many rounds as fit into its time"
}
"""The same where pairs choose the number of rounds themselves."""


def change_in_words(share: float, metric: Metric) -> str:
    """Return how a change of ``share`` feels: ``12.0% slower``, ``3.1% more``."""
    more, less = ("slower", "faster") if metric.unit == "s" else ("more", "less")
    size = format_percent(abs(share))
    return "no change" if size == format_percent(0.0) else f"{size} {more if share > 0 else less}"


def difference_in_words(difference: float, metric: Metric) -> str:
    """Format a difference in the metric's own unit: ``3 more``, ``0.02 less``."""
    return f"{format_value(abs(difference), metric.unit)} {'more' if difference > 0 else 'less'}"


def spoken(change: Change, metric: Metric) -> str:
    """Format the point of a change in words, whichever kind it is."""
    say = change_in_words if change.kind == "ratio" else difference_in_words
    return say(change.marginal.point, metric)


def seen(seen_in: Seen) -> str:
    """Return how many of the runs or pairs went the way of the change: ``seen in 5 of 6 pairs``."""
    total = seen_in.total
    return f"seen in {seen_in.agreeing} of {total} {seen_in.unit if total != 1 else seen_in.unit[:-1]}"


def changed(change: Change, metric: Metric, noise: Noise | None, seen_in: str | None) -> str:
    """Return what changed, how sure that is, in how many pairs or runs it was seen, and how noisy it is here."""
    seen = f", {seen_in}" if seen_in else ""
    return f"{spoken(change, metric)}, {_sizes(change, metric)}{seen}{_quietness(change, noise)}"


def settled(verdict: Verdict, change: Change, metric: Metric, noise: Noise | None, margin: float) -> str:
    """Return why a row without a change is unchanged, or inconclusive."""
    bounds, quietness = _bounds(change, metric), _quietness(change, noise)
    if verdict == "unchanged":
        return f"{bounds}, within ±{format_percent(margin)}{quietness}"
    return f"{bounds}, which may be a change or none{quietness}"


def undecided_cure(kind: str, *, hopeless: bool) -> str:
    """Return what would decide a row: more runs or pairs, or, where alignment hides the answer, what does not time."""
    return ALIGNMENT_CURE if hopeless else f"measure more {kind} ({MORE_OF[kind]})"


def inside(change: Change, metric: Metric, noise: Noise | None, margin: float) -> str:
    """Return that a change is inside a margin that is of the kind of the change."""
    bound = format_percent(margin) if change.kind == "ratio" else format_value(margin, metric.unit)
    return f"{_bounds(change, metric)}, within ±{bound}{_quietness(change, noise)}"


def not_judged(change: Change, metric: Metric, detectable: float) -> str:
    """Return that a row was not judged, as only a change beyond reason would have been found."""
    least = format_percent(detectable) if isfinite(detectable) else "unknown"
    return f"{NOT_JUDGED}: {_bounds(change, metric)}; the smallest detectable change is {least}"


def _quietness(change: Change, noise: Noise | None) -> str:
    return f"; run-to-run noise ±{format_percent(noise.sd)}" if noise and change.kind == "ratio" else ""


def by_rule(rule: NamedRule, spoken_change: str, *, beyond: bool, test: str) -> str:
    """Return what a named rule found: ``12.0% slower in the mean, beyond 10%``, or the test that it rests on."""
    if rule.kind in _BY_RATIO:
        bound = f"{rule.bound * 100:g}%"
        place = f"in the {_BY_RATIO[rule.kind]}"
        return f"{spoken_change} {place}, {'beyond' if beyond else 'not beyond'} {bound} (rule {rule})"
    return f"{spoken_change}, {test} (rule {rule})"


_BY_RATIO = {"mean": "mean", "median": "median", "min": "best value"}


def z_test(score: float, sessions: int) -> str:
    """Return how far a value is from its history."""
    way = "above" if score > 0 else "below"
    return f"{abs(score):.1f} standard deviations {way} the mean of {sessions} saved sessions"


def rank_test(p_value: float, level: float, before: int, after: int) -> str:
    """Return what the rank test of two samples gave."""
    sign = "<" if p_value < level else "≥"
    return f"p = {p_value:.2g} {sign} {level:g} in the rank test on {before} and {after} values"


def below_factor(factor: float) -> str:
    """Return the sentence that a change is too small for the rank test to be asked."""
    return f"not beyond the factor {factor:g}"


def rule_notice(rule: NamedRule, rates: Sequence[Rate]) -> str:
    """Return the sentence that a rule decided alone, and how often it is measured to be wrong."""
    exact = all(rate.rule == str(rule) for rate in rates)
    figures = "; ".join(_rate(rate, named=not exact) for rate in rates)
    measured = "measured false alarms" if exact else "false alarms measured with the nearest bounds"
    return (
        f"decided by the rule {rule} alone, without a second look; {measured}, on an ordinary noisy machine: {figures}."
        " Without a rule, verdicts aim at alarms in no more than 2% of harmless pull requests"
    )


def _rate(rate: Rate, *, named: bool) -> str:
    name = f"{rate.rule}: " if named else ""
    return (
        f"{name}{rate.benchmarks * 100:.1f}% of unchanged benchmarks, and {rate.pull_requests * 100:.0f}% of harmless"
        f" pull requests of 12 ({rate.runs})"
    )


def differing(differences: Sequence[str], plan: str, baseline_plan: str, what: str = "the baseline") -> str:
    """Return why two suites cannot be compared: another kind of machine, or another way to measure."""
    if differences:
        return f"{what} was measured on another kind of machine (" + "; ".join(differences) + ")"
    return f"{what} was measured in another way ({baseline_plan}, this time {plan})"


def gate_line(count: int, verdict: Verdict) -> str:
    """Return what a group of rows does to the gate: ``2 benchmarks regressed``."""
    noun = "benchmark" if count == 1 else "benchmarks"
    return f"{count} {noun} {STATES[verdict].gated or STATES[verdict].word}"


def few_pairs(pairs: int) -> str:
    """Return that so many pairs decide nothing."""
    return f"{pairs} usable pair{' is' if pairs == 1 else 's are'} too few to decide"


def budget_line(count: int, status: BudgetStatus) -> str:
    """Return what budgets do to the gate: ``2 budgets critical``."""
    return f"{count} {'budget' if count == 1 else 'budgets'} {status.replace('_', ' ')}"


NO_BUDGET_MEASURED = "none of the budgets was measured"


def little(done: int, total: int, noun: str, what: str) -> str:
    """Return how little was done: ``only 2 of 8 timings could be decided``."""
    if total == 1 and not done:
        return f"the only {noun} could not be {what}"
    share = f"only {done:,} of {total:,}" if done else f"none of {total:,}"
    return f"{share} {noun}{'' if total == 1 else 's'} could be {what}"


def more_pairs(pairs: int, have: int, seconds: float | None) -> str:
    """Return how many pairs decide, how many there are, and how long they take."""
    time = "" if seconds is None else f", which take about {format_duration(seconds)} (time-limit)"
    compared = f"instead of the {have:,} measured" if have else "of base and head (compare: paired)"
    return f"half of them would be decided by about {pairs:,} pairs {compared}{time}"


def quieter_machine(pairs: int) -> str:
    """Return that more pairs would be needed than a run measures."""
    return f"half of them would take about {pairs:,} pairs: measure on a quieter machine, or at another hour"


NOTHING_COMPARED = "nothing was compared"


def not_compared(why: str) -> str:
    """Return that there was nothing to compare with, and why."""
    return f"{NOTHING_COMPARED}: {why}"


def _sizes(change: Change, metric: Metric) -> str:
    """Return both ends without a sign, after words that say the way: ``probably 9.0 to 15.0%``."""
    low, high = change.marginal.low, change.marginal.high
    if low * high <= 0 or not isfinite(low * high) or change.kind == "difference":
        return _bounds(change, metric)
    small, large = sorted((abs(low), abs(high)))
    return f"probably {format_percent(small).removesuffix('%')} to {format_percent(large)}"


def _bounds(change: Change, metric: Metric) -> str:
    low, high = change.marginal.low, change.marginal.high
    if change.kind == "difference":
        return f"a difference of {format_value(low, metric.unit)} to {format_value(high, metric.unit)}"
    return f"{format_percent(low, signed=True)} to {format_percent(high, signed=True)}"


BUDGET_MATCHES_NOTHING = "no benchmark of such a name was measured"
BUDGET_METRIC_MISSING = "it has no metric {metric!r} (it has {known})"
BUDGET_NO_STATISTIC = "the tool gave no {statistic}"
BUDGET_ON_SHORT_RUNS = "these runs were cut short to measure pairs; measure whole runs to see the slow ones"
BUDGET_WITHOUT_DIRECTION = 'no direction is declared as the good one; add bound = "at-most" or "at-least" to the budget'
BUDGET_AGAINST_DIRECTION = "its levels run against the metric, of which {better} is better; swap them, or set bound"


def unit_mismatch(metric: str, unit: str, budget_unit: str) -> str:
    """Return the sentence that a budget and its metric are in different units."""
    return f"the budget is in {_spoken_unit(budget_unit)}, the metric {metric!r} in {_spoken_unit(unit)}"


def _spoken_unit(unit: str) -> str:
    return "plain numbers" if unit == "1" else repr(unit)


def too_few_rounds(statistic: str, count: int, needed: int) -> str:
    """Return how many values a percentile needs."""
    return f"not enough rounds: {statistic} needs {needed} values, there are {count}; measure more rounds or runs"


def stolen(share: float) -> str:
    """Return the sentence that other guests of the host had the processor."""
    return (
        f"other guests of this host took {format_percent(share)} of the processor time that was wanted here (steal):"
        " use a runner with cores of its own, or measure at another hour"
    )


def other_load(cores: float) -> str:
    """Return the sentence that something else ran on this machine."""
    return (
        f"other programs kept {cores:.1f} cores busy during the runs: stop them, or measure on a machine that does"
        " nothing else"
    )


def clock_changed(lowest: float, highest: float) -> str:
    """Return the sentence that the cores changed their clock; both in MHz."""
    return (
        f"the clock of the cores went from {highest:.0f} to {lowest:.0f} MHz between runs: set the governor to"
        " performance, and switch turbo off"
    )


def accepted(rule: AcceptRule) -> str:
    """Return until when a regression passes, and why."""
    return f"accepted until {rule.until}: {rule.reason}"


def accepted_by(override: Override) -> str:
    """Return who accepted the regressions of a commit, and how."""
    return f"accepted by {override.by} with the label '{override.label}'"


def overridden(override: Override, count: int) -> str:
    """Return what passes although it regressed, for which commit, and since when."""
    at = "" if override.at is None else f", set on {datetime.fromtimestamp(override.at, UTC):%Y-%m-%d at %H:%M} UTC"
    return f"{gate_line(count, 'regressed')}, {accepted_by(override)} for commit {override.commit}{at}"


def expired(rule: AcceptRule, benchmark: str) -> str:
    """Return the sentence that a regression no longer passes."""
    return (
        f"{benchmark} was accepted until {rule.until} ({rule.reason}) and still regressed: fix it, save a new"
        " baseline, or set another day"
    )


DID_NOT_RECOVER = "after the load went down it did not come back to normal while it was watched"


def did_not_break(users: float) -> str:
    """Return the sentence that a load test found no limit."""
    return f"it did not break: {users:.0f} users were the most that was tried"


def broke(found: LoadAnalysis) -> str:
    """Return at which load something broke, and of what."""
    level = found.breaking
    if level is None:
        return ""
    highest = found.highest
    good = f"{highest.users:.0f} users were the most it served well" if highest else "no load was served well"
    if found.broken_by == "stalled":
        return f"it stalled at {level.users:.0f} users: no request was completed any more; {good}"
    if found.broken_by == "failures":
        return f"it broke at {level.users:.0f} users: {format_percent(level.failed)} of the requests failed; {good}"
    return f"it broke at {level.users:.0f} users: P99 was {format_value(level.p99, 's')}; {good}"


def reference_not_saved(commit: str) -> str:
    """Return the sentence that the pinned session is not in the history."""
    return (
        f"the pinned session {commit} is not among the saved ones of this kind of machine: it was never saved, or its "
        "artifact expired before a baseline was saved with the pin; pin a commit that `benchverdict history` lists"
    )


def crept(count: int, benchmark: str, ratio: float, metric: Metric, commit: str) -> str:
    """Return how far how many benchmarks have moved from the pinned session."""
    noun = "benchmark is" if count == 1 else "benchmarks are"
    far = change_in_words(ratio, metric)
    return f"{count} {noun} worse by more than 5% than at the pinned {commit[:10]}; most of all {benchmark}, {far}"


def not_in_categories(categories: Sequence[str], known: Sequence[str]) -> str:
    """Return the sentence that nothing is of the categories asked for."""
    there = ", ".join(known) or "none has a category"
    return f"no benchmark is of the category {' or '.join(map(repr, categories))} ({there})"


MOVED_CURE = "save a baseline with the benchmarks split like this"


def moved_from(shard: str) -> str:
    """Return the sentence that a benchmark has a baseline where it was measured before, and none here."""
    return f"it was measured in {shard} before, so the baseline of its shard does not have it"


def shard_missing(shard: str) -> str:
    """Return the sentence that nothing is known of a part of the suite."""
    return f"{shard} left no report: its job failed before there was one, was cancelled, or never ran"


def runner_missing(runner: str, *, of: str) -> str:
    """Return the sentence that a runner has no part in a verdict of many, because it left nothing."""
    return f"{runner} left no report: its job failed before there was one, was cancelled, or never ran; {of}"


def runner_without_pairs(runner: str, *, of: str) -> str:
    """Return the sentence that a runner has no part in a verdict of many, because it has no pairs."""
    return f"{runner} measured no pairs that count: see the log of its job; {of}"


def judged_by(count: int) -> str:
    """Return the clause of how many runners the verdict is."""
    if not count:
        return "nothing was decided by pairs"
    others = "other one" if count == 1 else f"other {count}"
    return f"the verdict is that of the {others}, and its intervals are wider"


ONE_OF_MANY = (
    "{runner} decides nothing by itself: the job with stage: aggregate judges the pairs of all runners together"
)


def compared_apart(commits: Mapping[str, str | None]) -> str:
    """Return the sentence that the shards of a suite were not all held against the same commit."""
    known = ", ".join(f"{shard} with {commit[:10] if commit else 'no baseline'}" for shard, commit in commits.items())
    return f"the shards were not compared with the same commit: {known}; a push to the default branch saves all of them"


def instructions_more(found: Instructions) -> str:
    """Return by how much the head executes more: ``+4.1% instructions``."""
    if found.change > _MANY_TIMES:
        return f"over {_MANY_TIMES:.0f} times as many {_COUNTED[found.tool]}"
    return f"{format_percent(max(-1.0, found.change), signed=True)} {_COUNTED[found.tool]}"


IN_BYTECODES = ", in bytecodes of Python"
ONLY_BYTECODES_CURE = "install valgrind where it is measured, so that the work of C code is counted too"


def by_count(change: Change, metric: Metric, bound: float, *, moved: bool) -> str:
    """Return what a count says of a row by itself: ``5.2% more in one call, beyond ±0.5%``."""
    limit = format_percent(bound) if change.kind == "ratio" else format_value(bound, metric.unit)
    return f"{spoken(change, metric)} in one call, {'beyond' if moved else 'within'} ±{limit}"


def not_countable(found: Instructions) -> str:
    """Return why a count says nothing about a row."""
    return (
        f"it cannot be counted: {NOT_COUNTABLE[found.not_countable]}" if found.not_countable else "it was not counted"
    )


def not_counted(word: str, count: int, total: int) -> str:
    """Return of how many benchmarks something was not counted."""
    noun = "benchmark" if total == 1 else "benchmarks"
    return f"{word} of {count:,} of {total:,} {noun} {'was' if word == 'memory' else 'were'} not counted"


def counted_line(count: int, word: str) -> str:
    """Return what rows of a count do to the gate: ``2 benchmarks allocate more memory``."""
    does = {"memory": ("allocates", "allocate"), "instructions": ("executes", "execute")}[word]
    noun = "benchmark" if count == 1 else "benchmarks"
    return f"{count} {noun} {does[count != 1]} more {word}"


def work_sentence(found: Instructions, part: Part | None) -> str:
    """Return what a count says beside a verdict, without a full stop; nothing where it is a detail only."""
    if part is None:
        return ""
    if part == "more":
        return f"It executes more: {instructions_more(found)}"
    if part == "likely-slower":
        return f"It is likely slower: {instructions_more(found)}"
    if found.tool == "bytecodes":
        return "Python runs the same bytecodes or fewer; what C code does was not counted"
    less = f"fewer instructions ({instructions_more(found)})" if found.moved else "the same instructions"
    return f"It executes {less}: what makes it slower is cache, memory layout, I/O or waiting"


def count_fact(found: Instructions) -> str:
    """Return a count as a fact of a row: both sides, the change, and what it is worth."""
    base, head = (_bounded(side, ",.0f") for side in (found.base, found.head))
    counted = f"{base} and {head} {_COUNTED[found.tool]}"
    if found.not_countable is not None:
        return f"{counted}; not countable: {NOT_COUNTABLE[found.not_countable]}"
    spread = "" if found.spread is None else f", with a spread of {_bounded(100 * found.spread, '.2f')}%"
    return f"{counted}, {_bounded(100 * found.change, '+.2f')}%{spread}: {'moved' if found.moved else 'not moved'}"


def _bounded(value: float, form: str) -> str:
    """Format a number, which may be of 300 digits in the report of another run."""
    return format(value, form if abs(value) < _LARGEST else "+.3g" if form.startswith("+") else ".3g")


_MANY_TIMES, _LARGEST = 100.0, 1e15
_COUNTED = {"callgrind": "instructions", "bytecodes": "bytecodes (C not seen)"}
NOT_COUNTABLE: dict[NotCountable, str] = {
    "too-long": "one call takes too long",
    "threads": "threads do a part of the work",
    "children": "child processes do a part of the work",
    "waiting": "it waits for longer than it works",
    "kernel": "most of the work is done by the system's kernel",
    "spread": "equal calls differ too much",
    "empty": "it does nothing that can be counted",
    "once": "it moved in the first count, and the second did not have it",
}
"""Why a count says nothing."""


def slower_inside(found: SlowerSpan) -> str:
    """Return where inside the service a request became slower, by the spans that it sent."""
    times = (found.before, found.after, found.span_before, found.span_after)
    before, after, span_before, span_after = (format_value(seconds, "s") for seconds in times)
    return (
        f"inside the service {found.request} takes {after} a request, was {before}; most of what was added is in the"
        f" span {found.span}: {span_after}, was {span_before}"
    )
