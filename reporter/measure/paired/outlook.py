"""How many pairs fit into a time limit, and what to say when they are too few."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reporter.measure.console import spoken_duration

FEWEST_PAIRS = 3
"""Fewer pairs decide nothing, so they are not begun (``fewest_pairs`` of ``reporter.decide.policy``)."""
FIRST_LOOK = 8
"""Pairs of the first look (``SHORT_LOOKS`` of ``reporter.decide.looks``)."""
_MARGIN = 1.05
"""Runs are not all of one length."""


@dataclass(frozen=True)
class Outlook:
    """What the next pair takes, and each one after it, in seconds."""

    first: float
    later: float

    def fitting(self, room: float | None, wanted: int) -> int:
        """Return how many of the wanted pairs end within ``room`` seconds; ``None`` is no limit."""
        if room is None:
            return wanted
        if self.first > room:
            return 0
        if self.first + (wanted - 1) * self.later <= room:
            return wanted
        return 1 + int((room - self.first) / self.later)


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


def needs(run_seconds: float, limit_seconds: float, pairs: int = FIRST_LOOK) -> str:
    """Return how long a run is, the limit that so many pairs need, and the limit there is."""
    limit = spoken_limit(limit_for(pairs, run_seconds))
    run, present = spoken_duration(run_seconds), spoken_limit(limit_seconds)
    return f"one run takes {run}; {pairs} pairs need {limit}, and the time limit is {present}"


def too_slow(run_seconds: float, limit_seconds: float, shorter: str) -> str:
    """Return why there are no pairs that decide anything, and what to do; ``shorter`` makes a run shorter."""
    limit = spoken_limit(limit_for(FIRST_LOOK, run_seconds))
    return f"{needs(run_seconds, limit_seconds)}: `time-limit: {limit}`, or a shorter run: {shorter}"
