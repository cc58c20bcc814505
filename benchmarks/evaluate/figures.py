"""Figures with ranges: shares over many drawn pull requests, and how far the recorded runs let them vary."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self, TextIO, TypeVar

import numpy as np

from benchmarks.evaluate.designs import resampled_blocks
from benchmarks.evaluate.outcomes import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reporter.model import FloatArray, IndexArray

_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share (or ratio) with the ends of its 95% range; ``draws`` is the number of pull requests behind it.

    The range is ``None`` where none was computed.
    """

    value: float
    low: float | None = None
    high: float | None = None
    draws: int = 0


Figures = dict[str, Figure]
"""Every figure of a run by its name, such as ``short.pairs-18.harmless.alarmed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is drawn.

    ``draws`` pull requests per figure of a recording, ``replicates`` block-bootstrap replicates of ``inner`` slowed or
    ``inner_harmless`` harmless pull requests each (at least two per stratum), ``pulls`` harmless and ``slowed`` slowed
    pull requests per world (the latter per level).
    """

    draws: int = 1200
    replicates: int = 40
    inner: int = 36
    inner_harmless: int = 120
    pulls: int = 2000
    slowed: int = 250


QUICK = Counts(draws=24, replicates=3, inner=24, inner_harmless=12, pulls=12, slowed=6)
"""Enough to exercise every path in seconds; the figures mean nothing."""


class Resampled(Protocol):
    """Recorded runs that can be resampled in blocks."""

    @property
    def block(self) -> int:
        """Return the length of a block."""

    def __len__(self) -> int:
        """Count the units of which a block consists."""

    def take(self, positions: IndexArray) -> Self:
        """Return the units at these positions."""


Units = TypeVar("Units", bound=Resampled)


@dataclass(slots=True, kw_only=True)
class Progress:
    """Lines on a stream that say what was done and how long it took."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)

    def done(self, what: str) -> None:
        """Write that something is finished."""
        print(f"[{time.monotonic() - self.started:6.0f} s] {what}", file=self.stream, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampled:
    """Outcomes by stratum (the benchmark that was slowed): strata × draws × ``METRICS``, and the same of replicates."""

    point: FloatArray
    replicates: FloatArray

    def figure(self, metric: str, strata: Sequence[int] | None = None) -> Figure:
        """Return the mean over strata with its range.

        The variance of the replicates holds that of drawing few pull requests from each; it is taken out, and that of
        the point's own draws put in.
        """
        column = METRICS.index(metric)
        rows = slice(None) if strata is None else list(strata)
        value, drawing = _mean(self.point[rows, :, column])
        draws = int(np.count_nonzero(~np.isnan(self.point[rows, :, column])))
        if not len(self.replicates) or math.isnan(value):
            return Figure(value=value, draws=draws)
        again = np.array([_mean(replicate[rows, :, column]) for replicate in self.replicates])
        again = again[~np.isnan(again[:, 0])]
        between = max(0.0, float(np.var(again[:, 0], ddof=1) - again[:, 1].mean())) if len(again) > 1 else 0.0
        half = _Z * math.sqrt(between + drawing)
        return Figure(value=value, low=max(0.0, value - half), high=value + half, draws=draws)

    def figures(
        self, prefix: str, metrics: Sequence[str], groups: Mapping[str, Sequence[int]] | None = None
    ) -> Figures:
        """Name the figures of these metrics; ``groups`` of strata get figures of their own."""
        found = {f"{prefix}.{metric}": self.figure(metric) for metric in metrics}
        for name, strata in (groups or {}).items():
            found |= {f"{prefix}.{name}.{metric}": self.figure(metric, strata) for metric in metrics if strata}
        return found


def sample(
    trial: Callable[[Units, np.random.Generator, int], dict[str, float]],
    units: Units,
    counts: Counts,
    generator: np.random.Generator,
    *,
    strata: int = 1,
    replicates: bool = True,
) -> Sampled:
    """Draw pull requests from the recorded units, and again from block-bootstrap replicates of them."""
    point = _trials(trial, units, generator, strata, counts.draws)
    inner = counts.inner if strata > 1 else counts.inner_harmless
    again = [
        _trials(trial, units.take(resampled_blocks(len(units), units.block, generator)), generator, strata, inner)
        for _ in range(counts.replicates if replicates else 0)
    ]
    return Sampled(point=point, replicates=np.array(again))


def wilson(successes: float, count: int) -> tuple[float, float]:
    """Return the 95% range of a share of independent trials (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    share = successes / count
    centre = share + _Z**2 / (2 * count)
    half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def row_of(outcome: Mapping[str, float]) -> list[float]:
    """Return an outcome in the order of ``METRICS``."""
    return [outcome.get(metric, math.nan) for metric in METRICS]


def _trials(
    trial: Callable[[Units, np.random.Generator, int], dict[str, float]],
    units: Units,
    generator: np.random.Generator,
    strata: int,
    draws: int,
) -> FloatArray:
    each = max(2, draws // strata)
    return np.array([[row_of(trial(units, generator, one)) for _ in range(each)] for one in range(strata)])


def _mean(values: FloatArray) -> tuple[float, float]:
    """Return the mean over strata of the means over draws, and the variance of drawing it; nan does not count."""
    means, variances = [], []
    for stratum in values:
        known = stratum[~np.isnan(stratum)]
        if known.size:
            means.append(float(known.mean()))
            variances.append(float(known.var(ddof=1)) / known.size if known.size > 1 else 0.0)
    if not means:
        return math.nan, math.nan
    return float(np.mean(means)), float(np.sum(variances)) / len(means) ** 2
