"""How many pairs to measure before each look, and how strict each look is.

Looking again and again at growing data and stopping at the first alarm is peeking: naive looks every second pair up to
54 alarm in 30 % of harmless pull requests. Here every look has its share of the level, and the shares add up to the
whole, so that the chance of any false flag stays below it however the looks hang together (Bonferroni's inequality).
What is flagged is then measured again by itself, and only that decides; so flags may be cheap, and the level of all
looks times that of the second batch bounds the false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.model import Assessment

SHORT_LOOKS = (8, 16, 32, 64)
"""Pairs of the first batch at each look."""
FEWEST_TO_CONFIRM = 3
"""A second batch of fewer pairs cannot confirm anything."""
SHARES = (0.25, 0.25, 0.25, 0.25)
FIRST_PHASE = 0.65
"""Share of the time limit after which nothing but the second batch is measured."""


def level_of(look: int, level: float) -> float:
    """Give the level of look 0, 1, 2 …; those after the last planned one have nothing left to spend."""
    return level * SHARES[look] if look < len(SHARES) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to measure next: ``pairs`` more of a batch (0 the first, 1 the second), and only the ``select``-ed names.

    An empty selection stands for all benchmarks.
    """

    batch: int
    pairs: int
    select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far measuring has come: pairs of the batch that grows, whether there is a second one, and their time."""

    pairs: int
    has_second: bool
    seconds: float
    time_limit: float

    @property
    def look(self) -> int:
        """Which look at the first batch this is, 0 for the first."""
        return sum(size < self.pairs for size in SHORT_LOOKS)

    def affordable(self, until: float) -> int:
        """Give how many more pairs end before a share of the time limit has passed."""
        if not self.pairs or not self.seconds:
            return SHORT_LOOKS[0]
        return int((until * self.time_limit - self.seconds) / (self.seconds / self.pairs))


def next_look_at_suspects(progress: Progress, assessments: Sequence[Assessment]) -> Step | None:
    """Choose what pairs to measure for the suspects of a screen: more as long as one is not settled."""
    open_still = _names(row for row in assessments if row.suspect)
    target = next((size for size in SHORT_LOOKS if size > progress.pairs), progress.pairs)
    more = min(target - progress.pairs, progress.affordable(1.0))
    return Step(batch=1, pairs=more, select=open_still) if open_still and more > 0 else None


def next_step(progress: Progress, assessments: Sequence[Assessment]) -> Step | None:
    """Choose the next step: more pairs for the undecided, then a second batch for the flagged, then nothing."""
    suspects = _names(row for row in assessments if row.suspect)
    undecided = _names(row for row in assessments if row.verdict == "inconclusive" and not row.suspect)
    if progress.has_second:
        return None
    target = next((size for size in SHORT_LOOKS if size > progress.pairs), progress.pairs)
    more = min(target - progress.pairs, progress.affordable(FIRST_PHASE))
    if undecided and more > 0:
        return Step(batch=0, pairs=more, select=undecided)
    again = min(max(SHORT_LOOKS[0], progress.pairs), progress.affordable(1.0))
    if suspects and again >= FEWEST_TO_CONFIRM:
        return Step(batch=1, pairs=again, select=suspects)
    return None


def _names(rows: Iterable[Assessment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.comparison.name for row in rows))
