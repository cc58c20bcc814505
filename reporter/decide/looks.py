"""How many pairs to measure before each look at those that grow.

Looking again and again at growing data and stopping at the first alarm is peeking: naive looks every second pair up to
54 alarm in 30% of harmless pull requests. Here looks are few, each at a planned number of pairs, and each has a level
of its own (``Policy.alpha_look``). The levels bound the chance of any false alarm however the looks hang together
(Bonferroni's inequality), so every verdict is final; only what is undecided goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.shared.next_step import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Assessment

SHORT_LOOKS = (8, 16, 32, 64)
"""Pairs at each look; the last one may have fewer when the time limit ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the pairs have come.

    ``seconds`` is what all pairs took, ``time_limit`` what they may take; ``pair_seconds`` is what one takes of late,
    and ``benchmarks`` how many ran in it, or 0 where single ones cannot be selected.
    """

    pairs: int
    seconds: float
    time_limit: float
    pair_seconds: float = 0.0
    benchmarks: int = 0

    def affordable(self, selected: int) -> int:
        """Return how many more pairs of ``selected`` benchmarks end before the time limit.

        Before the first pair its length is unknown, and measuring itself stops in time.
        """
        share = min(1.0, selected / self.benchmarks) if self.benchmarks else 1.0
        each = share * self.pair_seconds
        return int((self.time_limit - self.seconds) / each) if each else SHORT_LOOKS[-1]


def next_step(progress: Progress, assessments: Sequence[Assessment]) -> Step | None:
    """Return the next pairs of everything that is undecided; ``None`` when all is decided or the time is up."""
    undecided = names_undecided(assessments)
    target = next((size for size in SHORT_LOOKS if size > progress.pairs), 0)
    # Where the time ended a look early, it was the last one: another at nearly the same pairs would spend a level
    # twice.
    was_cut = progress.pairs > 0 and progress.pairs not in SHORT_LOOKS
    more = min(target - progress.pairs, progress.affordable(len(undecided)))
    return Step(pairs=more, select=undecided) if undecided and more > 0 and not was_cut else None


def names_undecided(assessments: Sequence[Assessment]) -> tuple[str, ...]:
    """Name the benchmarks of undecided rows, each once."""
    return tuple(dict.fromkeys(row.comparison.name for row in assessments if row.verdict == "inconclusive"))
