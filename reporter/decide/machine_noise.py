"""What the noise of a machine means for comparisons on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.foreseen import smallest_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS_PER_PAIR = 3.3
"""A short run of each side of a suite of 12 benchmarks, start of the processes included."""
BENCHMARKS = 12
"""Number of benchmarks assumed in the suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineNoise:
    """Standard deviations of logarithms (0.01 is about 1%): from run to run, and of the ratio inside of a pair.

    ``middle_half`` is the width of the middle half of the runs, which bursts do not touch.
    """

    runs: int
    run_to_run: float
    middle_half: float
    pair: float

    def detectable(self, seconds: float) -> float:
        """Return the smallest change that pairs find in so much machine time, as a share.

        That holds for a suite of ``BENCHMARKS`` that are as noisy as what was measured.
        """
        return float(smallest_changes(np.full(BENCHMARKS, self.pair), int(seconds / SECONDS_PER_PAIR))[0])


def noise_of(values: Sequence[float]) -> MachineNoise:
    """Sum up the times of runs; runs 2i and 2i + 1 are a pair. Four at least."""
    logs = np.log(np.asarray(values, dtype=float))
    pairs = logs[: logs.size // 2 * 2].reshape(-1, 2)
    return MachineNoise(
        runs=logs.size,
        run_to_run=float(np.std(logs, ddof=1)),
        middle_half=float(np.subtract(*np.quantile(logs, [0.75, 0.25]))),
        pair=float(np.std(pairs[:, 1] - pairs[:, 0], ddof=1)),
    )
