"""How noisy one pair of equal code was, by what else went on in the machine during it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.evaluate.recording import Recording, Run
    from reporter.model import FloatArray

STEALING, BUSY = 0.01, 0.3
"""A host steals when it takes more than this share of the time; a machine is busy when others use more of one core."""
FEWEST = 8
"""Pairs of a class; the spread of fewer is not worth stating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The standard deviation of the log-ratio of one pair, in percent: median and 75th percentile of the benchmarks."""

    pairs: int
    median: float
    third_quartile: float


def class_of(run: Run) -> str:
    """Return "quiet", "busy", "stolen" or "unknown" for the pair of a run; a host that steals counts first."""
    if run.steal is None or run.others is None:
        return "unknown"
    if run.steal > STEALING:
        return "stolen"
    return "busy" if run.others > BUSY else "quiet"


def noise(recording: Recording) -> dict[str, Noise]:
    """Return the noise of each class of pairs that has enough of them, and of all together ("all")."""
    minima = np.log(recording.column("min"))
    equal = [
        (base, head)
        for base, head in recording.pairs()
        if recording.runs[head].level == 0 and not recording.runs[head].neutral
    ]
    classes = np.array([class_of(recording.runs[head]) for _, head in equal])
    differences = np.array([minima[:, head] - minima[:, base] for base, head in equal]).T
    chosen = {"all": classes != ""} | {name: classes == name for name in sorted(set(classes.tolist()))}
    return {name: _noise(differences[:, own]) for name, own in chosen.items() if np.count_nonzero(own) >= FEWEST}


def _noise(differences: FloatArray) -> Noise:
    spread = 100 * np.nanstd(differences, axis=1, ddof=1)
    return Noise(
        pairs=differences.shape[1],
        median=float(np.median(spread)),
        third_quartile=float(np.quantile(spread, 0.75)),
    )
