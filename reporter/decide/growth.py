"""Memory growth: what a process tree gains per second, with an interval that holds for memory as it really behaves.

Memory does not scatter independently about a line: it moves in steps, climbs and is collected, and wanders. A straight
line fitted to such a series, with its textbook interval, calls every second wandering one a leak. Here the first fifth
of a run is left out (caches fill), the rest is cut into blocks of equal time, and what is averaged is the gain from
block to block: where growth is a matter of one moment, or goes up and down, the gains differ and the interval is wide.
Averages of blocks of a pure random walk have gains that hang together, which makes the variance of their mean 1.5 times
what independent ones would have (Working, 1960); it is taken as that for all. From three runs on only the runs speak.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.policy import DEFAULT_POLICY
from reporter.model import Estimate
from reporter.stats.student_t import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import FloatArray
    from reporter.shared.model import MemorySeries

WARM_UP = 0.2
BLOCKS = 8
FEWEST_POINTS = 20
"""Of the part that counts; a shorter run tells nothing of growth."""
FEWEST_RUNS = 3
"""So many runs have an interval of their own."""
_DEPENDENCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Bytes per second, and over a whole run of the typical length (``seconds``)."""

    per_second: Estimate
    per_run: Estimate
    seconds: float
    runs: int


def growth(runs: Sequence[MemorySeries]) -> Growth | None:
    """Estimate the growth from the runs that are long enough; ``None`` when there is none such."""
    gains = [(series.seconds[-1], found) for series in runs if (found := _gains(series)) is not None]
    if not gains:
        return None
    seconds = float(np.median([length for length, _ in gains]))
    per_second = _from_runs(gains) if len(gains) >= FEWEST_RUNS else _from_blocks(gains)
    return Growth(
        per_second=per_second,
        per_run=Estimate(
            point=per_second.point * seconds,
            low=per_second.low * seconds,
            high=per_second.high * seconds,
            confidence=DEFAULT_POLICY.confidence,
        ),
        seconds=seconds,
        runs=len(gains),
    )


def over_run(series: MemorySeries) -> float | None:
    """Return what one run gains over its whole length, in bytes; ``None`` when it is too short to tell."""
    found = growth([series])
    return found.per_run.point if found else None


def _gains(series: MemorySeries) -> FloatArray | None:
    """Return the gains per second from block to block; ``None`` when there are too few points, or a block has none."""
    at, amounts = np.asarray(series.seconds), np.asarray(series.bytes)
    if at.size < FEWEST_POINTS or not at[-1] > 0:
        return None
    edges = np.linspace(WARM_UP * at[-1], at[-1], BLOCKS + 1)
    block = np.clip(np.searchsorted(edges, at, side="right") - 1, -1, BLOCKS - 1)
    counted = block >= 0
    sizes = np.bincount(block[counted], minlength=BLOCKS)
    if counted.sum() < FEWEST_POINTS or not sizes.all():
        return None
    means, middles = (
        np.bincount(block[counted], weights=of[counted], minlength=BLOCKS) / sizes for of in (amounts, at)
    )
    apart = np.diff(middles)
    return np.asarray(np.diff(means) / apart) if apart.all() else None


def _from_runs(gains: Sequence[tuple[float, FloatArray]]) -> Estimate:
    rates = np.array([found.mean() for _, found in gains])
    return _estimate(float(rates.mean()), float(rates.var(ddof=1)) / rates.size, rates.size - 1)


def _from_blocks(gains: Sequence[tuple[float, FloatArray]]) -> Estimate:
    """Estimate from the gains of one or two runs, each about the mean of its own run."""
    rates = np.array([found.mean() for _, found in gains])
    within = sum(float(found.var(ddof=1)) / found.size for _, found in gains)
    degrees = sum(found.size - 1 for _, found in gains)
    return _estimate(float(rates.mean()), _DEPENDENCE * within / rates.size**2, degrees)


def _estimate(point: float, variance: float, degrees: int) -> Estimate:
    half = quantile((1 - DEFAULT_POLICY.confidence) / 2, degrees) * float(np.sqrt(variance))
    return Estimate(point=point, low=point - half, high=point + half, confidence=DEFAULT_POLICY.confidence)
