"""What pairs of equal code tell of verdicts in one place: how often they are wrong, how noisy pairs are, what is found.

A pair's noise is that inside of a session: each has a level of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide import foreseen
from reporter.decide.align import align
from reporter.decide.judge_pairs import values_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.stats.exact_rate import trials_for, upper_bound
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Key
    from reporter.decide.harmless import Harmless
    from reporter.decide.judge_pairs import Pairs
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray

QUARTILE = 0.75
"""Beside the median benchmark, one noisier than most is looked at."""
CONFIDENCE = DEFAULT_POLICY.confidence
AIM = 0.05
"""A rate of false alarms that is worth being shown to be below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNoise:
    """The noise of one pair of a benchmark: the standard deviation of its log-ratio (0.01 is about 1%)."""

    name: str
    metric: str
    sd: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The change that ``pairs`` find in ``seconds``, of the median benchmark and of the one at the 75th percentile.

    ``None`` where the pairs are too few to decide anything.
    """

    seconds: float
    pairs: int
    median: float | None
    quartile: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All pairs of equal code that were measured. ``seconds`` is what they took, set-up apart."""

    suite: str
    sessions: int
    pairs: int
    seconds: float
    harmless: tuple[Harmless, ...]
    noise: tuple[PairNoise, ...]

    @property
    def alarmed(self) -> int:
        """How many harmless pull requests had a regression called."""
        return sum(bool(each.regressed) for each in self.harmless)

    @property
    def bound(self) -> float:
        """The rate of false alarms is below this, with ``CONFIDENCE``."""
        return upper_bound(self.alarmed, len(self.harmless), CONFIDENCE)

    @property
    def pair_seconds(self) -> float:
        """What one pair takes."""
        return self.seconds / self.pairs if self.pairs else 0.0

    def lacking(self) -> tuple[int, float] | None:
        """Return how many pull requests bound the rate by ``AIM``, and the seconds that are lacking to get there.

        None of the further ones may be alarmed. ``None`` where the rate is bounded so, or cannot be.
        """
        needed = trials_for(self.alarmed, AIM, CONFIDENCE)
        count = len(self.harmless)
        if not count or needed is None or needed <= count:
            return None
        each = self.seconds * sum(one.pairs for one in self.harmless) / self.pairs / count
        return needed, (needed - count) * each

    def spread(self) -> tuple[float, float] | None:
        """Return the noise of the median benchmark and of the one at the 75th percentile; ``None`` where unknown."""
        return _middle_and_quartile(self._noise()) if self.noise else None

    def foreseen(self) -> tuple[Foreseen, ...]:
        """Return what could be found in each of ``foreseen.MINUTES``."""
        return tuple(self._in(60.0 * minutes) for minutes in foreseen.MINUTES) if self.noise else ()

    def _in(self, seconds: float) -> Foreseen:
        pairs = int(seconds / self.pair_seconds)
        changes = foreseen.smallest_changes(self._noise(), pairs)
        known = None if np.isnan(changes).any() else _middle_and_quartile(changes)
        median, quartile = known or (None, None)
        return Foreseen(seconds=seconds, pairs=pairs, median=median, quartile=quartile)

    def _noise(self) -> FloatArray:
        return np.array([each.sd for each in self.noise])


def noise_of(sessions: Sequence[Pairs], policy: Policy) -> tuple[PairNoise, ...]:
    """Return the noise of one pair of each timing, over the pairs of all sessions.

    A timing with fewer than two pairs, or without any noise, is left out.
    """
    squares: dict[Key, list[FloatArray]] = {}
    for pairs in sessions:
        rows = align(pairs.base, pairs.head).common
        values = values_of(rows, policy)
        for index, row in enumerate(rows):
            difference = (values.head - values.baseline)[index]
            known = difference[~np.isnan(difference)]
            if values.logarithmic[index] and is_timing(row.metric.unit) and known.size > 1:
                squares.setdefault(row.key, []).append(known - known.mean())
    return tuple(
        found for key, parts in squares.items() if (found := _noise(key, np.concatenate(parts), len(parts))).sd > 0
    )


def _noise(key: Key, deviations: FloatArray, sessions: int) -> PairNoise:
    name, params, metric = key
    label = f"{name}[{', '.join(f'{one}={other}' for one, other in params)}]" if params else name
    sd = float(np.sqrt(np.sum(deviations**2) / (deviations.size - sessions)))
    return PairNoise(name=label, metric=metric, sd=sd, pairs=deviations.size)


def _middle_and_quartile(values: FloatArray) -> tuple[float, float]:
    middle, quartile = np.quantile(values, [0.5, QUARTILE]).tolist()
    return middle, quartile
