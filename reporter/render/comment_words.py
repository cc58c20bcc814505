"""The sentences of a comment, short enough to be read at once; console and report use the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render.words import count_of, state_word
from reporter.units import brief_percent

if TYPE_CHECKING:
    from reporter.model import Metric, Seen
    from reporter.verdicts import GroupKey

GLOSSARY_PAGE = "blob/HEAD/docs/glossary.md"
"""Where every word is explained, below the address of the project's repository."""
HOW_TO_READ = "how to read this"
REPORT, DIFF = "report", "diff"
COLUMNS = ("", "Benchmark", "Before → after", "Change", "Details")
SHARED_CAUSE = (
    "The suite slowed down as a whole, so one shared cause is likely: a dependency, the interpreter, or code that all "
    "of them use."
)
FIRST_RUN_NEXT = (
    "**Next:** merge this, or push to the default branch. That run saves the baseline. Every pull request after it is "
    "compared."
)
_FIX_AND_PUSH = "fix what the log shows and push. The next run compares again."
_FIX_THE_BASE = "make the base run: correct its set-up, or merge a fix into the base branch. Then run this again."
UNSURE = "not certain"
WHOLE_SUITE = "The whole suite"


def after_failure(side: str = "") -> str:
    """Return what to do where a ``side`` failed: the base is not what a pull request can change."""
    return _FIX_THE_BASE if side == "base" else _FIX_AND_PUSH


def spoken_change(share: float, metric: Metric) -> str:
    """Return how far a change goes, for a headline: ``26% slower``, ``31% worse``."""
    size, more = brief_percent(share), share > 0
    if metric.unit == "s":
        return f"{size} {'slower' if more else 'faster'}"
    if metric.better is None:
        return f"{size} {'more' if more else 'less'}"
    return f"{size} {'worse' if more is (metric.better == 'lower') else 'better'}"


def direction(share: float, metric: Metric) -> str:
    """Return which way a change goes: ``slower``, ``lower``."""
    if metric.unit == "s":
        return "slower" if share > 0 else "faster"
    return "higher" if share > 0 else "lower"


def seen_in(seen: Seen, way: str) -> str:
    """Return in how many pairs or runs a change was seen: ``slower in 15 of 16 pairs``."""
    return f"{way} in {seen.agreeing:,} of {seen.total:,} {seen.unit if seen.total != 1 else seen.unit[:-1]}"


def one_changed(name: str, change: str) -> str:
    """Return the headline of one change: ``test_smooth is 26% slower``."""
    return f"{name} is {change}"


def several_changed(share: str, count: int, way: str, name: str, change: str) -> str:
    """Return the headline of several: ``3 of 12 benchmarks are slower, test_smooth most (+26.2%)``."""
    return f"{share} {'is' if count == 1 else 'are'} {way}, {name} most ({change})"


def share_of(count: int, total: int, noun: str) -> str:
    """Return how many of all there are: ``3 of 12 benchmarks``, ``Both benchmarks``, ``All 12 benchmarks``."""
    of = count_of(total, noun)
    if count == total > 1:
        return f"Both {noun}s" if total == 2 else f"All {of}"
    return f"{count:,} of {of}"


def suite_changed(size: str, way: str) -> str:
    """Return the headline of a suite that moved as a whole: ``The whole suite is 4.1% slower``."""
    return f"{WHOLE_SUITE} is {size} {way}"


def no_change(quiet: int, total: int, noun: str) -> str:
    """Return the headline where nothing changed; of how many, where some are too noisy to tell."""
    most = "" if quiet == total else f" in {quiet:,} of {count_of(total, noun)}"
    return f"No performance change{most}"


def some(share: str, count: int, key: GroupKey) -> str:
    """Return the headline of rows without a change: ``1 of 12 benchmarks errored``, ``2 of 12 … may have changed``."""
    if key == "possible":
        return f"{share} may have changed"
    verb = "" if key == "errored" else "is " if count == 1 else "are "
    return f"{share} {verb}{state_word(key, count)}"


def critical_budgets(count: int) -> str:
    """Return the headline of broken budgets."""
    return f"{count_of(count, 'budget')} {'is' if count == 1 else 'are'} critical"


def set_up(measured: str) -> str:
    """Return the headline of a first run; ``measured`` is what it measured."""
    return f"Benchverdict is set up: {measured}, nothing to compare yet"


def stayed_within(count: int, margin: float) -> str:
    """Return that everything is within the equivalence margin: ``All 12 benchmarks stayed within ±3%.``."""
    every = "The benchmark" if count == 1 else share_of(count, count, "benchmark")
    return f"{every} stayed within ±{brief_percent(margin)}."


def none_found(count: int) -> str:
    """Return that no change was detected, where not everything is within one margin."""
    return f"No change was detected in {count_of(count, 'benchmark')}."


def would_be_caught(least: float, *, timed: bool) -> str:
    """Return the smallest change that would have been found, for every row: ``A slowdown of 2.6% or more would …``."""
    return f"A {'slowdown' if timed else 'change'} of {brief_percent(least)} or more would probably have been caught."


def too_noisy(count: int) -> str:
    """Return how many rows tell nothing."""
    return f"{count_of(count, 'benchmark')} {'was' if count == 1 else 'were'} too noisy to tell."


def folded_title(count: int, key: GroupKey, *, others: bool, least: float | None) -> str:
    """Return the title of folded rows: ``8 others: no change detected (changes of 4% or more would …)``."""
    noun = "other" if others else "benchmark"
    found = f" (changes of {brief_percent(least)} or more would probably have been found)" if least is not None else ""
    return f"{count_of(count, noun)}: {state_word(key, count)}{found}"


def reproduce(command: str) -> str:
    """Return the first of the next steps; ``command`` is marked up."""
    return f"run {command} to see it on your machine."


def accept(label: str) -> str:
    """Return how a regression is accepted; ``label`` is marked up."""
    return f"To accept it, set the label {label}."


def run_again(address: str) -> str:
    """Return where the run can be started again, as Markdown."""
    return f"[Run it again]({address}) if you doubt it."


def names_begin(prefix: str) -> str:
    """Return what the names of a table begin with; ``prefix`` is marked up."""
    return f"Names begin with {prefix}."


def effort(count: int, *, paired: bool) -> str:
    """Return how much was measured: ``16 paired runs``."""
    return count_of(count, "paired run" if paired else "run")


def compared_with(head: str, base: str) -> str:
    """Return which commits were compared; both are marked up."""
    return f"{head} against {base}"


def more_folded(count: int) -> str:
    """Return the title of further changed rows."""
    return f"{count_of(count, 'more benchmark')} {'is' if count == 1 else 'are'} slower too"
