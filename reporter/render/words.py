"""Every sentence and word that a person reads in a verdict, in one place.

Outputs take their words from here through the view, so that console, comment and report say the same. Texts of warnings
and reasons are born with the finding (``reporter.decide`` and the stages before) and are passed on as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reporter.shared.printable import shorten
from reporter.units import format_duration, format_percent
from reporter.verdicts import HEADLINE, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import BaselineSource, Clock, CompareKind, ResourceUser, RunnerPart, RunResources
    from reporter.verdicts import GroupKey

NAMELESS = "(no name)"
"""In place of a name that shows nothing."""

Outcome = Literal[
    "passed",
    "failed",
    "undecided",
    "too_noisy",
    "not_compared",
    "no_baseline",
    "saved",
    "measured",
    "incomplete",
]
"""What a report comes to: the gate's status, with its causes apart (``undecided`` is a side that could not be measured,
``no_baseline`` a run that had nothing to compare with); and of what passes apart: a run that saved a baseline, one that
compared nothing or only for advice, and one in which benchmarks errored. See ``outcome.outcome_of``."""

OUTCOME_SYMBOLS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "undecided": "?",
    "too_noisy": "?",
    "not_compared": "≠",
    "no_baseline": "○",
    "saved": "○",
    "measured": "○",
    "incomplete": "!",
}
OUTCOME_EMOJI: dict[Outcome, str] = {
    "passed": "✅",
    "failed": "❌",
    "undecided": "⚠️",
    "too_noisy": "⚪",
    "not_compared": "⚪",
    "no_baseline": "ℹ️",
    "saved": "ℹ️",
    "measured": "ℹ️",
    "incomplete": "⚠️",
}
OUTCOME_WORDS: dict[Outcome, str] = {
    "passed": "Passed",
    "failed": "Failed",
    "undecided": "Undecided",
    "too_noisy": "Too noisy to tell",
    "not_compared": "Not compared",
    "no_baseline": "No baseline",
    "saved": "Baseline saved",
    "measured": "Measured",
    "incomplete": "Passed with errors",
}

BUDGET_WORDS: dict[str, str] = {
    "met": "met",
    "above_target": "above target",
    "warning": "warning",
    "critical": "critical",
    "not_measured": "not measured",
}
BELOW_TARGET = "below target"
BUDGET_SYMBOLS: dict[str, str] = {"met": "✓", "above_target": "~", "warning": "!", "critical": "✗", "not_measured": "?"}

CLOCK_WORDS: dict[Clock, str] = {
    "wall": "wall time, in lock-step",
    "cpu": "processor time of its own thread, in lock-step",
}

BETTER_WORDS: dict[str | None, str] = {"lower": "lower is better", "higher": "higher is better", None: "report only"}

VALUES_ALONE: dict[str | None, str] = {
    "lower": "lowest value of all runs",
    "higher": "highest value of all runs",
    None: "median of the runs' medians",
}
STATISTIC_WORDS = {
    "min": "lowest value",
    "q10": "10th percentile",
    "q25": "25th percentile",
    "q75": "75th percentile",
    "q90": "90th percentile",
    "max": "highest value",
}


def value_of_run(statistic: str) -> str:
    """Return which value of a run decides."""
    return f"{STATISTIC_WORDS.get(statistic, statistic)} of each run"


def values_compared(statistic: str, *, by_rule: bool) -> str:
    """Return what before and after are of a compared row; a named rule has its own way to take them."""
    name = STATISTIC_WORDS.get(statistic, statistic)
    return f"{name}, as the rule takes it" if by_rule else f"{name} of each run, averaged over the runs"


HOW_VERDICTS_ARE_REACHED = (
    (
        "One fresh process is one run, and runs are what is counted. The rounds inside a run share its luck: a "
        "thousand rounds of one run show less than five runs."
    ),
    (
        "A change is head divided by base, minus one. Its 95% interval holds the true change in 95 of 100 cases. A "
        "benchmark regressed or improved when its change is larger than the minimum change, and chance would hardly "
        "ever look like this. That counts all benchmarks of the comparison together."
    ),
    (
        "No change is detected when the whole interval lies within the equivalence margin, or within ±10% where a "
        "change of 10% or less would have been found. Everything else is too noisy to tell."
    ),
    (
        "Paired runs are judged several times. Each time has a level of its own, so that more pairs raise no more "
        "false alarms. Against a saved baseline, a possible change is measured a second time before it counts. The "
        "change of the whole suite is shown by itself and never subtracted from the benchmarks."
    ),
)


def sentence(text: str) -> str:
    """Make a sentence of a clause: a capital letter in front and a full stop behind."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def count_of(number: int, noun: str) -> str:
    """Format ``1 benchmark``, ``1,200 benchmarks``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shown_so_far(changes: Sequence[float], most: int = 3) -> str:
    """Return what pairs showed before more of them are measured; empty for no change."""
    shown = [format_percent(change, signed=True) for change in changes[:most]]
    more = f" and {len(changes) - most} more" if len(changes) > most else ""
    return f"so far {', '.join(shown)}{more}" if shown else ""


def state_word(key: GroupKey, count: int) -> str:
    """Return the display word of so many rows: ``possible change``, ``possible changes``."""
    return STATES[key].several or STATES[key].word if count != 1 else STATES[key].word


def counted(count: int, key: GroupKey) -> str:
    """Format the count of a group: ``1,200 no change detected``."""
    return f"{count:,} {state_word(key, count)}"


def headline_budgets(met: int, total: int) -> str:
    """Return how many budgets were met, after what was measured."""
    return f"{met:,} of {count_of(total, 'budget')} met"


def headline_undecided(failed: str | None) -> str:
    """Return that there is no verdict; ``failed`` is the side that failed, empty both, ``None`` where not known."""
    if failed is None:
        return "No verdict: one side could not be measured"
    return f"No verdict: {f'the {failed}' if failed else 'both sides'} failed"


NOTHING_MEASURED = "Nothing was measured, so there are no benchmarks to show."
NOTHING_COMPARED, LITTLE_COMPARED = "Nothing was compared", "Too little was compared"
TOO_NOISY = "Too noisy to tell"


def inside(clause: str, *, named: bool = False) -> str:
    """Return a clause as it stands within a sentence: ``All 8 …`` becomes ``all 8 …``.

    One that begins with a name (``named``) stays as it is: a benchmark may be called ``No …``.
    """
    begins = not named and clause.startswith(("All ", "Both ", "No ", "The whole suite "))
    return f"{clause[:1].lower()}{clause[1:]}" if begins else clause


def headline_after(what: str, lead: str, *, named: bool = False) -> str:
    """Return what was not decided before the most important finding: ``Too noisy to tell: no …``."""
    return what if lead == NOTHING_COMPARED else f"{what}: {inside(lead, named=named)}"


def headline_saved(benchmarks: int, commit: str) -> str:
    """Return that later runs are compared with this one: ``Baseline saved: 11 benchmarks, 1a2b3c4d5e``."""
    return f"Baseline saved: {count_of(benchmarks, 'benchmark')}{f', {commit}' if commit else ''}"


def headline_measured(total: int, noun: str, errored: int) -> str:
    """Return what was measured where nothing was compared on purpose."""
    failed = f", {errored:,} errored" if errored else ""
    return f"{count_of(total - errored, noun)} measured{failed}"


def headline_rest(counts: dict[GroupKey, int], lead: GroupKey | None) -> str:
    """Format the other counts than that of the group that leads: ``1 improved, 10 no change detected``."""
    return ", ".join(counted(counts[key], key) for key in HEADLINE if key in counts and key != lead)


def verdicts_counted(counts: dict[GroupKey, int]) -> str:
    """Format the counts of a category: ``2 regressed, 10 unchanged``."""
    return ", ".join(counted(count, key) for key, count in counts.items())


NO_CATEGORY = "(no category)"


def headline_additions(*, shift: str, critical_budgets: int, suspects: int, lenient: bool) -> tuple[str, ...]:
    """Return what else belongs into the headline: a changed suite, broken budgets, suspects, a gate set to pass."""
    return (
        *([f"the whole suite {shift}"] if shift else []),
        *([f"{count_of(critical_budgets, 'budget')} critical"] if critical_budgets else []),
        *([f"{suspects:,} to be measured a second time"] if suspects else []),
        *(["this does not fail the gate"] if lenient else []),
    )


def nothing_affected(benchmarks: int) -> str:
    """Return the headline where nothing was measured, because the change reaches no benchmark."""
    which = {0: "any benchmark", 1: "the one benchmark"}.get(benchmarks, f"any of {benchmarks:,} benchmarks")
    return f"Nothing that changed runs in {which}: nothing was measured"


def not_reached(left_out: int) -> str:
    """Return for a headline that benchmarks were left out."""
    return f"{left_out:,} not measured"


def left_out_title(left_out: int, measured: int) -> str:
    """Return why benchmarks were not measured: ``27 of 40 benchmarks were not measured: nothing that changed …``."""
    total = left_out + measured
    return (
        f"{left_out:,} of {count_of(total, 'benchmark')} {'was' if left_out == 1 else 'were'} not measured: "
        f"nothing that changed runs in {'it' if left_out == 1 else 'them'}"
    )


def suites_headline(outcomes: list[Outcome], missing: int, order: tuple[Outcome, ...]) -> str:
    """Return how several suites are, the worst first: ``1 failed, 2 passed of 3 suites``."""
    parts = [f"{outcomes.count(key):,} {OUTCOME_WORDS[key].lower()}" for key in order if key in outcomes]
    parts += [f"{missing:,} {MISSING_SUITE}"] if missing else []
    return f"{', '.join(parts) or 'Nothing'} of {count_of(len(outcomes) + missing, 'suite')}"


def more_suites(count: int) -> str:
    """Return how many suites are not shown."""
    return f"{count_of(count, 'more suite')} not shown"


BENCHMARK = "Benchmark"
SUITES_TITLE = "Suites"
SIDE_BY_SIDE_TITLE = "What calls for attention, side by side"
NOT_IN_THIS_SUITE = "–"
MISSING_SUITE = "without a report"
MISSING_SUITE_REASON = "Its job left no report: it failed before there was one, was cancelled, or never ran."

HOW_TO_GET_A_BASELINE = (
    "Merge this, or push to the default branch: that run saves the baseline. Every pull request after it is compared."
)

COMPARE_WORDS: dict[CompareKind, str] = {
    "screen": "a quick check: the head against the saved baseline",
    "confirmed": "a quick check first, then a second measurement of every possible change",
    "paired": "paired runs of base and head on this machine",
    "none": "nothing",
}

MESSAGES_PAGE = "blob/HEAD/docs/messages.md"
"""Where every code is explained, below the address of the project's repository, wherever its default branch is."""

UNKNOWN_COMMIT = "unknown commit"


def no_baseline(reason: str) -> str:
    """Return the sentence that there is nothing to compare with, and why."""
    return f"none: {reason}" if reason else "none"


def measured_here(base: str) -> str:
    """Return the sentence that the base was measured together with the head."""
    return f"{base or UNKNOWN_COMMIT} (measured in this job)"


def baseline_age(source: BaselineSource) -> str:
    """Return how old a baseline is and how far from the base commit: ``2 h old, 3 commits before the base``."""
    parts = []
    if source.age_seconds is not None and source.age_seconds >= 1:
        parts.append(f"{format_duration(source.age_seconds)} old")
    if source.distance:
        parts.append(f"{count_of(source.distance, 'commit')} before the base")
    if source.fingerprint_match is False:
        parts.append("another machine")
    return ", ".join(parts)


def on_runners(effort: str, runners: int) -> str:
    """Format ``24 paired runs on 3 runners``."""
    return f"{effort} on {count_of(runners, 'runner')}"


def runs_and_rounds(runs: int, rounds_low: int, rounds_high: int, *, paired: bool, runners: int = 0) -> str:
    """Format ``8 paired runs × 20 rounds``; the rounds are per run. ``runners`` are those that share the runs."""
    count = count_of(runs, "paired run" if paired else "run")
    if runners:
        count = on_runners(count, runners)
    if not rounds_high:
        return count
    rounds = f"{rounds_low:,}" if rounds_low == rounds_high else f"{rounds_low:,} to {rounds_high:,}"
    return f"{count} × {rounds} {'round' if rounds == '1' else 'rounds'}"


def runner_part(part: RunnerPart, machine: str) -> tuple[str, str]:
    """Return the label of a runner and what it contributed: ``12 pairs, 34% of the weight, 1 min 2 s, AMD EPYC``."""
    label = f"Runner {part.number} of {part.of}"
    if not part.pairs:
        return label, "no pairs: it has no part in the verdict"
    took = format_duration(part.seconds) if part.seconds is not None else ""
    contributed = (count_of(part.pairs, "pair"), f"{100 * part.weight:.0f}% of the weight", took, machine)
    return label, ", ".join(filter(None, contributed))


EXPLAINED = "Time to look for causes"


def effort(runs: str, seconds: str, explained: str | None) -> str:
    """Return what was measured and how long that took, and how long it took besides to look for causes."""
    return f"{runs} in {seconds}{f', causes in {explained}' if explained else ''}"


def clocks(*, processor: int, wall: int) -> str:
    """Return how many rows each clock decided: ``processor time 10, wall time 2``; nothing where there were no two."""
    counts = {"processor time": processor, "wall time": wall}
    return ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)


CANNOT_BE_JUDGED_AGAIN = "It cannot be judged again"
NOT_JUDGED_AGAIN = "Rows that cannot be judged again:"
DIFFERING = "Rows that differ:"
SAYS_THE_SAME = "says the same"


def reached_again(same: int, judged: int) -> str:
    """Return how many verdicts were reached again: ``12 of 14 verdicts were reached again from verdict.json alone``."""
    return f"{same:,} of {count_of(judged, 'verdict')} were reached again from verdict.json alone"


def look_taken(look: int, pairs: int, level: float) -> str:
    """Return what a look at a row was: ``after 8 pairs, level 0.01``; some of the pairs may lack the row."""
    lacking = f", {pairs} of them with this row" if pairs != look else ""
    return f"after {count_of(look, 'pair')}{lacking}, level {level:g}"


def level_spent(level: float, together: int) -> str:
    """Return the level of the last look, and among how many rows it was shared."""
    return f"{level:g}, shared by {count_of(together, 'row')} judged together; p has to be below it for a change"


def bounds_of(threshold: str, margin: str) -> str:
    """Return what an estimate has to be beyond to be a change, and the interval inside of to be none."""
    return f"a change is beyond {threshold}; unchanged is an interval within {margin}"


def stored_noise(deviation: float, df: float) -> str:
    """Return what was known of the noise of a pair before this job."""
    return f"noise of a pair {deviation:.3g} in stored pairs, with {df:.3g} degrees of freedom"


NOT_EVEN_DOUBLE = "more than 100%"


def alignment(sd: str) -> str:
    """Return, to stand after the noise of a row, what the layout of the head's code adds to it."""
    return f"; the layout of the head's code adds ±{sd} in all of its runs"


def could_find(change: str) -> str:
    """Return the smallest detectable change of one benchmark."""
    return f"{change}, found in four of five cases"


def machines_differ(labels: tuple[str, ...]) -> str:
    """Return whether both sides ran on machines that are known to be alike."""
    if labels:
        return f"Baseline and head differ in {', '.join(labels)}."
    return "Nothing known differs between the machines of baseline and head."


def not_measured(count: int, key: GroupKey) -> str:
    """Return why rows have no verdict: ``3 missing: in the baseline, and not measured this time``."""
    return f"{counted(count, key)}: {STATES[key].lacks}."


BUDGETS_NOT_MEASURED = "not measured: nothing gave a value for them"
COPYING = "Numbers are copied with full precision and shown so when pointed at."


BUDGETS_TITLE = "Budgets"
FULL_REPORT = "Full report"
HOW_MEASURED = "How this was measured"
USUAL = frozenset({"runs-shortened"})
"""Codes that tell how measuring went where all is well: a quiet comment does not count them."""
ARE_IN_THE_FULL_REPORT = "They are in the full report."
NEEDS_NO_NETWORK = "This file needs no network."


def budget_bounds(value: str, target: str, warning: str, critical: str) -> str:
    """Format a value and the bounds it is held against: ``93 ms (target 50 ms, warning 80 ms, critical 100 ms)``."""
    bounds = (("target", target), ("warning", warning), ("critical", critical))
    return f"{value} ({', '.join(f'{name} {bound}' for name, bound in bounds if bound != '–')})"


def budget_story(bounds: str, rule: str, reason: str) -> str:
    """Return after the bounds which glob they come from and why nothing was measured, as far as there is anything."""
    parts = (bounds, f"by {rule}" if rule else "", reason)
    return "; ".join(part for part in parts if part)


CATEGORIES_TITLE = "Categories"


FUNCTIONS_TITLE = "Functions that differ, in one call of the benchmark"
BARS = "timeline of the last saved sessions and the head"
TRENDS_TITLE = "Timeline"
TRENDS_CAPTION = (
    "Benchmarks whose level changed in the saved history. A diamond marks the first session of a new level; the bars "
    "show the last sessions, from the lowest to the highest of them."
)


def level_changed(commit: str, change: str) -> str:
    """Return where a new level begins: ``+12.3% at 1a2b3c4d``."""
    return f"{change} at {commit}"


def budgets_met(met: int, total: int) -> str:
    """Return how many budgets are met: ``4 of 5 met``."""
    return f"{met:,} of {total:,} met"


def category_story(verdicts: str, budgets: str, severity: str, pass_rate: str) -> str:
    """Format the sum of a category: ``1 regressed, 9 unchanged; budgets 4 of 5 met, worst: critical, 80.0% pass``."""
    kept = [f"budgets {budgets}", f"worst: {severity}", f"{pass_rate} pass" if pass_rate else ""] if budgets else []
    return "; ".join(part for part in (verdicts, ", ".join(filter(None, kept))) if part)


def because(reasons: tuple[str, ...]) -> str:
    """Return the gate's reasons as one sentence; the first few, when there are many."""
    more = f"; and {len(reasons) - _REASONS_SHOWN:,} more" if len(reasons) > _REASONS_SHOWN else ""
    return f"Because: {'; '.join(shorten(reason, _REASON_LIMIT) for reason in reasons[:_REASONS_SHOWN])}{more}."


_REASONS_SHOWN = 3
_REASON_LIMIT = 200


def left_out(groups: tuple[tuple[GroupKey, int], ...]) -> str:
    """Return what was dropped: ``3,012 rows left out to keep this short: 12 new, 3,000 unchanged``."""
    parts = ", ".join(counted(count, key) for key, count in groups)
    return f"{count_of(sum(count for _, count in groups), 'row')} left out to keep this short: {parts}."


def more_rows(count: int) -> str:
    """Return how many rows a list does not show."""
    return f"{count:,} more"


BASELINE, HEAD = "Baseline", "Head"
MARGIN, THRESHOLD, CHANGE = "margin", "minimum", "change"
BASELINE_RUNS, HEAD_RUNS = "base runs", "head runs"
NO_DOTS = "The report does not hold the runs of this benchmark; with --root, where it was measured, they are drawn too."
CHANGES_TITLE = "Change of each benchmark with its interval"
_SPOKEN_ROWS = 10


def changes_description(rows: list[tuple[str, str]]) -> str:
    """Return what the chart of changes shows, for who cannot see it; ``rows`` are names and their changes in words."""
    spoken = "; ".join(f"{shorten(name, 80)} {change}" for name, change in rows[:_SPOKEN_ROWS])
    more = f"; and {more_rows(len(rows) - _SPOKEN_ROWS)}" if len(rows) > _SPOKEN_ROWS else ""
    return f"{count_of(len(rows), 'benchmark')}, largest change first: {spoken}{more}."


def distribution_title(name: str) -> str:
    """Name the chart of one benchmark."""
    return f"Distribution of {shorten(name, 200)}"


def distribution_description(baseline: str, head: str, base_runs: int, head_runs: int, change: str) -> str:
    """Return what the chart of one benchmark shows, for who cannot see it."""
    sides = f"Baseline {baseline} in {count_of(base_runs, 'run')}, head {head} in {count_of(head_runs, 'run')}"
    return f"{sides}: {change}. The rounds of each side are a hill, and a dot is the value of a run that decides."


def beyond_the_axis(effort: str, count: int) -> str:
    """Return how much a side holds, and how many of its rounds lie outside of the picture."""
    return f"{effort}, {count:,} outside" if count else effort


RESOURCES_SAY = (
    "What each run used with all its processes: the middle of the runs, and the lowest to the highest in parentheses."
)
SERVICE_SAYS = (
    "A service counts from when it was healthy to the end of the command. Memory growth is measured from all but the "
    "first fifth of a run; its 95% interval allows for memory that wanders, and only above zero it is growth."
)
RESOURCE_USERS = {"command": "", "service": ", service"}


def memory_growth(amount: str, interval: str, rate: str, *, shown: bool) -> str:
    """Return what memory gained in a run, or that its ups and downs show no growth."""
    return f"{amount} a run ({interval}), {rate}" if shown else f"none shown ({interval} a run)"


def memory_title(user: ResourceUser) -> str:
    """Name the chart of memory over time."""
    return f"Memory of the {user} over time"


def memory_description(runs: int, low: str, high: str) -> str:
    """Return what the chart of memory shows, for who cannot see it."""
    return f"Resident memory in {count_of(runs, 'run')}, between {low} and {high}. Every run is a line."


def memory_effort(runs: Sequence[RunResources]) -> str:
    """Return whose runs the lines are."""
    counts = ((label, sum(run.side == side for run in runs)) for side, label in (("base", BASELINE), ("head", HEAD)))
    return ", ".join(f"{label.lower()}: {count_of(count, 'run')}" for label, count in counts if count)


MEMORY_CAPTION = "Every run is a line: blue for the head, grey for the baseline."

DISTRIBUTION_CAPTION = (
    "Pictures show how the rounds of both sides lie: grey before, coloured after. A dot is the value of a run that "
    "decides, the dashed line the middle of them. Of fewer than 24 rounds each is a dot."
)

CHECK_GOOD, CHECK_NOTE, CHECK_PROBLEM = "✓", "·", "✗"
CHECK_NO_GIT = "git is not on PATH: base and head cannot be measured side by side, and commits are not known"
CHECK_NO_PYTHON = "there is no python on PATH: fine, unless the benchmark command is in Python"
CHECK_NO_PYTEST_BENCHMARK = "the python on PATH has no pytest-benchmark: fine, unless the benchmark command needs it"
CHECK_ADDRESSES = "both sides of a pair of pytest-benchmark get the same addresses, which makes pairs quieter"
CHECK_NO_ADDRESSES = (
    "the system gives every process random addresses and refuses to do otherwise, as engines of containers do: pairs "
    "of pytest-benchmark are about three times as noisy (docker run --security-opt seccomp=unconfined allows it)"
)
CHECK_CONFIG = "the configuration is valid"
CHECK_COVERAGE = (
    "{option} in addopts of {file} measures coverage, which makes Python code several times as slow: --no-cov"
)
CHECK_BENCHMARKS_OFF = "{option} in addopts of {file} measures nothing: add --benchmark-enable to the benchmark command"
CHECK_XDIST = "{option} in addopts of {file} runs tests at once, and pytest-benchmark then measures nothing: add -n 0"


def check_program(language: str, program: str, path: str) -> str:
    """Return that the program which runs a language's benchmarks is there."""
    return f"{language}: {program} is {path}"


def check_no_program(language: str, file: str, program: str) -> str:
    """Return that the program is missing which runs the benchmarks of a project with such a file."""
    return f"there is {file} and no {program} on PATH: benchmarks in {language} cannot run"


def check_python(version: str, program: str) -> str:
    """Return which Python this runs on."""
    return f"Python {version} ({program})"


def check_pytest_benchmark(version: str, program: str) -> str:
    """Return which pytest-benchmark a benchmark command finds."""
    return f"pytest-benchmark {version} (in {program})"


def check_no_baseline(folder: str) -> str:
    """Return the sentence that nothing was saved yet."""
    return f"no baseline in {folder} yet: benchverdict run --save-baseline makes one"


def check_baseline(suite: str, sessions: int, path: str) -> str:
    """Return the sentence that a baseline can be read."""
    return f"baseline of {suite}, {count_of(sessions, 'saved session')} ({path})"


MEASURING_MACHINE = "measuring the noise of this machine"
MACHINE_QUIET = "Nothing stands out."
MACHINE_UNEXPLAINED = (
    "No cause can be seen from here: what other guests do to shared caches and to the clock shows in no counter. Bursts"
    " of it are averaged out by many short pairs; less of it takes another machine or another hour."
)
MACHINE_DETECTABLE = (
    "Detectable is the smallest change found in four of five cases, for a suite of 12 benchmarks as noisy as this one"
    " (a pair of short runs takes 3.3 s then). Real benchmarks are noisier than plain Python, as a rule."
)
OWN_DETECTABLE = (
    "Detectable is the smallest change found in four of five cases. `benchverdict calibrate` measures longer, and shows"
    " how often equal code raises an alarm here."
)
OWN_CURE = (
    "To know it for your own benchmarks, set command in [measure] of benchverdict.toml, or give it after `--`:"
    " `benchverdict doctor --noise -- pytest benchmarks --benchmark-json={output}`."
)


def own_benchmarks(pairs: int, seconds: float) -> str:
    """Return what was measured of a project's own benchmarks."""
    return f"Your benchmarks, in {count_of(pairs, 'pair')} of this commit and itself ({format_duration(seconds)}):"


def own_not_measured(problem: str) -> str:
    """Return why a project's own benchmarks were not measured."""
    return f"your own benchmarks were not measured: {problem}"


def measuring_machine(seconds: float) -> str:
    """Return what is done and how long it takes."""
    return f"{MEASURING_MACHINE} for {format_duration(seconds)}: short runs of plain Python, each a fresh process"


def governor_chooses(governor: str) -> str:
    """Return the sentence that the clock of the cores follows the load."""
    return f"the clock of the cores follows the load (governor {governor}): set it to performance where you may"


HALF, THREE_QUARTERS = "for half of the benchmarks", "for three quarters of them"
NOISE_UNKNOWN = "unknown: it takes two pairs of a benchmark that is timed; measure longer"


def calibrating(seconds: float) -> str:
    """Return what is done and how long it takes."""
    return f"pairs of this commit and itself for {format_duration(seconds)}, set-up apart"


def pairs_so_far(pairs: int, spent: float, limit: float) -> str:
    """Return how far measuring is."""
    return f"{count_of(pairs, 'pair')} of equal code in {format_duration(spent)} of {format_duration(limit)}"


def calibrated(pairs: int, sessions: int, seconds: float, pair_seconds: float) -> str:
    """Return what was measured."""
    measured = f"{count_of(pairs, 'pair')} of equal code in {count_of(sessions, 'session')}"
    return f"{measured}: {format_duration(seconds)} of measuring, {format_duration(pair_seconds)} a pair."


def false_alarms(alarmed: int, requests: int, bound: float, confidence: float) -> str:
    """Return how often harmless pull requests raised an alarm, and how often they may do so at most."""
    if not requests:
        return "unknown: these pairs are too few for one pull request"
    counted = f"{alarmed} of {count_of(requests, 'harmless pull request')} raised an alarm"
    known = f"with {confidence:.0%} confidence"
    if alarmed == requests:
        return f"{counted}; so few pull requests do not bound the true rate"
    return f"{counted}; the true rate is below {_rate(bound)} {known}"


def _rate(share: float) -> str:
    """Return a rate with two digits: ``39%``, ``4.9%``."""
    return f"{100 * share:.0f}%" if share >= 0.0995 else f"{100 * share:.1f}%"


def alarmed_by(names: list[str], count: int) -> str:
    """Return which benchmarks were called regressed."""
    more = f" and {count - len(names)} more" if count > len(names) else ""
    return f"called regressed: {', '.join(names)}{more}"


def false_improvements(requests: int) -> str:
    """Return in how many harmless pull requests a change was called an improvement."""
    return f"a change was called an improvement in {requests} of them"


def more_to_show(needed: int, seconds: float) -> str:
    """Return what it takes to show that false alarms are rare."""
    minutes = max(1, -(-int(seconds) // 60))
    return (
        f"{needed} pull requests without a further alarm would show a rate below 5%;"
        f" measure longer to know more: `benchverdict calibrate --duration {minutes}m`"
    )


def noise_of_pairs(median: float, quartile: float, benchmarks: int) -> str:
    """Return the noise of one pair over the benchmarks."""
    if benchmarks == 1:
        return f"{format_percent(median)} of one pair"
    spread = f"{format_percent(median)} (median) and {format_percent(quartile)} (75th percentile)"
    return f"{spread} of one pair, over {count_of(benchmarks, 'benchmark')}"


def noisiest(benchmarks: list[tuple[str, float]]) -> str:
    """Return the noisiest benchmarks with their noise."""
    return "noisiest: " + ", ".join(f"{name} {format_percent(sd)}" for name, sd in benchmarks)


def found_in(changes: list[tuple[float, float | None]], benchmarks: str) -> str:
    """Return the smallest change that is found in each length of time."""
    known = [f"{format_percent(change)} in {seconds / 60:g} min" for seconds, change in changes if change is not None]
    return f"{', '.join(known)} {benchmarks}" if known else f"nothing in 5 min {benchmarks}: too few pairs"


NO_CHARTS = "  without charts: pip install 'benchverdict[charts]' (matplotlib)\n"
