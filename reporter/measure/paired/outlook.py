"""How many pairs fit into a time limit, and what to say when they are too few."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reporter.measure.console import spoken_duration

FEWEST_PAIRS = 3
"""Fewer pairs decide nothing, so they are not begun (``fewest_pairs`` of ``reporter.decide.policy``)."""
FIRST_LOOK = 8
"""Pairs of the first look (``SHORT_LOOKS`` of ``reporter.decide.looks``)."""
MOST_PAIRS = 64
"""Pairs of the last look (``SHORT_LOOKS`` of ``reporter.decide.looks``)."""
SHORTEST_LIMIT, LONGEST_LIMIT = 120.0, 600.0
"""Seconds that pairs may take where nobody gave a time limit: at least so many, and at most."""
_PLAIN_SECONDS = 1.0
"""What pytest-benchmark takes for a benchmark by default (``--benchmark-max-time``)."""
_RUNS_OF_A_PAIR = 2
_IN_STEP = 1.5
"""A pair in lock-step takes so many times what the first run took: that calibrates, and the two start side by side."""
_MARGIN = 1.05
"""Runs are not all of one length."""


def first_look(runners: int) -> int:
    """Return how many pairs one of so many runners measures before its first look (``looks_of`` of decide)."""
    return max(FEWEST_PAIRS, math.ceil(FIRST_LOOK / runners))


@dataclass(frozen=True)
class Outlook:
    """What the next pair takes, and each one after it, in seconds."""

    first: float
    later: float

    def fitting(self, room: float, wanted: int) -> int:
        """Return how many of the wanted pairs end within ``room`` seconds."""
        if self.first > room:
            return 0
        if self.first + (wanted - 1) * self.later <= room:
            return wanted
        return 1 + int((room - self.first) / self.later)


def time_limit(given: float | None, calibrated: int) -> float:
    """Return how many seconds pairs may take: what was ``given``, or twice what a plain run takes, within bounds.

    ``calibrated`` counts the benchmarks of pytest-benchmark, whose default tells what a plain run takes. Of other tools
    nothing is known, and twice a long run has no room for pairs of it.
    """
    if given is not None:
        return given
    return min(LONGEST_LIMIT, max(SHORTEST_LIMIT, 2 * calibrated * _PLAIN_SECONDS))


def pair_seconds(first_run: float, *, in_step: bool) -> float:
    """Return how many seconds a pair is expected to take, by the first run."""
    return (_IN_STEP if in_step else _RUNS_OF_A_PAIR) * first_run


def longest_run(given: float | None, *, in_step: bool, can_be_shortened: bool) -> float:
    """Return after how many seconds a first run shows that the fewest pairs do not fit into the time limit."""
    limit = given or (LONGEST_LIMIT if can_be_shortened else SHORTEST_LIMIT)
    return limit / (FEWEST_PAIRS * pair_seconds(1.0, in_step=in_step))


def limit_for(pairs: int, run_seconds: float) -> float:
    """Return the time limit that so many pairs need, in seconds: whole minutes, or below one a multiple of 5 s."""
    needed = 2 * pairs * run_seconds * _MARGIN
    step = 60 if needed > 60 else 5
    return float(step * math.ceil(needed / step))


def spoken_limit(seconds: float) -> str:
    """Return a time limit as people write it: ``9 min``, ``45 s``."""
    if seconds >= 60 and seconds % 60 == 0:
        return f"{seconds / 60:g} min"
    return f"{seconds:g} s" if seconds < 60 else spoken_duration(seconds)


def needs(run_seconds: float, limit_seconds: float, pairs: int = FIRST_LOOK, *, at_least: bool = False) -> str:
    """Return how long a run is, the limit that so many pairs need, and the limit there is.

    A run that was ended early takes ``at_least`` so long.
    """
    limit = spoken_limit(limit_for(pairs, run_seconds))
    run, present, more = spoken_duration(run_seconds), spoken_limit(limit_seconds), "more than " if at_least else ""
    return f"one run takes {more}{run}; {pairs} pairs need {more}{limit}, and the time limit is {present}"


def too_slow(run_seconds: float, limit_seconds: float, shorter: str, *, at_least: bool = False) -> str:
    """Return why there are no pairs that decide anything, and what to do; ``shorter`` makes a run shorter."""
    limit = spoken_limit(limit_for(FIRST_LOOK, run_seconds))
    longer = "a longer `time-limit`" if at_least else f"`time-limit: {limit}`"
    return f"{needs(run_seconds, limit_seconds, at_least=at_least)}: {longer}, or a shorter run: {shorter}"
