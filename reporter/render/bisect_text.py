"""The search for the first slower commit in words: a sentence, and a table of the commits that were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.bisecting import probabilities
from reporter.render.console import wrap
from reporter.render.plain import fit
from reporter.render.words import count_of
from reporter.shared.masking import masked
from reporter.shared.printable import shorten, visible
from reporter.units import format_percent

if TYPE_CHECKING:
    from reporter.decide.bisecting import Found, Search
    from reporter.records.bisection import Bisection, Commit
    from reporter.records.watch import Commit as WatchCommit

_SHA, _NAME = 10, 100


def sentence(bisection: Bisection, search: Search, found: Found) -> str:
    """Return what the search found, with its probability."""
    target = bisection.target
    name = _plain(target.benchmark) if target else "the benchmark"
    change = format_percent(float(np.expm1(search.change_of(search.commits))), signed=True)
    sure = _sure(found.probability)
    if found.is_one:
        return f"{called(bisection.commits[found.first])} made {name} slower ({change} in all; {sure} sure)"
    first, last = bisection.commits[found.first], bisection.commits[found.last]
    count = count_of(found.last - found.first + 1, "commit")
    which = f"one of {count}, {called(first)} to {called(last)},"
    return f"{which} made {name} slower ({change} in all; {sure} sure){_why(search, found)}"


def _sure(probability: float) -> str:
    most = 0.999
    return f"over {format_percent(most)}" if probability > most else format_percent(probability)


def _why(search: Search, found: Found) -> str:
    inside = range(found.first, found.last)
    if all(commit in search.skipped for commit in inside):
        return f"; the {'commit' if len(inside) == 1 else 'commits'} between cannot be measured"
    return "; more pairs would not tell the commits between apart"


def nothing_slower(bisection: Bisection) -> str:
    """Return that no benchmark is slower at the bad commit."""
    return f"no benchmark is slower at {called(bisection.commits[-1])} than at {called(bisection.commits[0])}"


def look_line(number: int, bisection: Bisection, search: Search, found: Found) -> str:
    """Return one line of progress after a look."""
    look = search.looks[-1]
    change = format_percent(float(np.expm1(search.change_of(look.commit))), signed=True)
    left = count_of(found.last - found.first + 1, "commit")
    where = f"commit {look.commit} of {search.commits}"
    pairs = count_of(search.pairs_of(look.commit), "pair")
    return f"look {number}: {where}, {called(bisection.commits[look.commit])}: {change} in {pairs}; {left} left"


def table(bisection: Bisection, search: Search, *, width: int) -> list[str]:
    """Return a line for each commit that was measured or skipped."""
    chances = probabilities(search)
    why = {each.commit: each.why for each in bisection.skipped}
    lines = []
    for commit in sorted({0, *search.measured, *why}):
        place = f"{commit:>4}  {bisection.commits[commit].sha[:_SHA]}  {_result(search, commit, why.get(commit)):<24}"
        chance = format_percent(float(chances[commit - 1])) if commit else ""
        lines.append(fit(f"{place} {chance:>7}  {_plain(bisection.commits[commit].title)}", width).rstrip())
    return ["  no.  commit      change since the good one  first?  message", *lines]


def render(bisection: Bisection, search: Search, found: Found, *, width: int) -> str:
    """Lay the result out for a terminal of ``width`` columns."""
    lines = [*wrap(f"{sentence(bisection, search, found)}.", width), "", *table(bisection, search, width=width)]
    return "".join(f"{line}\n" for line in lines)


def called(commit: Commit | WatchCommit) -> str:
    """Return a commit as people speak of it."""
    return f"{commit.sha[:_SHA]} ({_plain(commit.title)})" if commit.title else commit.sha[:_SHA]


def _result(search: Search, commit: int, why: str | None) -> str:
    if why is not None:
        return "not measured"
    if not commit:
        return "good"
    change = format_percent(float(np.expm1(search.change_of(commit))), signed=True)
    return f"{change} ({search.pairs_of(commit)} pairs)"


def _plain(text: str) -> str:
    return shorten(visible(masked(text)), _NAME)
