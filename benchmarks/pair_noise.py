"""How noisy one pair of equal code is on this machine, in lock-step and one side after the other.

``python -m benchmarks.pair_noise [--pairs 12]`` measures the twelve benchmarks of ``evaluate/subject`` with the
product's own measuring, a pair of either way in turn, so that both meet the same load. Noise is the standard deviation
of the log-ratio of head and base over the pairs, in percent; the table has its median and 75th percentile over the
benchmarks.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import subject_repository
from reporter.decide.align import align
from reporter.decide.judge_pairs import values_of
from reporter.decide.policy import Policy
from reporter.ingest import measured
from reporter.ingest.assemble import assemble
from reporter.ingest.slices import with_slices
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import PAIRED, Plan

if TYPE_CHECKING:
    from reporter.model import FloatArray

WAYS = {"lock-step": True, "in turn": False}


def differences_of(folder: Path) -> tuple[list[str], FloatArray]:
    """Return the benchmarks that were measured in a folder, and the log-ratio of each in every pair."""
    measurement = measured.load(folder)
    pairs = measurement.pairs(0)
    base, head = (assemble([pair[side] for pair in pairs], suite="subject") for side in (0, 1))
    rows = align(*with_slices(base, head, measurement.slices(0))).common
    values = values_of(rows, Policy())
    return [row.benchmark.name.rpartition("::")[2] for row in rows], values.head - values.baseline


def noise_of(folder: Path) -> tuple[dict[str, float], float]:
    """Return the noise of one pair of each benchmark that was measured in a folder, and the seconds of a pair."""
    names, differences = differences_of(folder)
    noise = dict(zip(names, map(float, _spread(differences)), strict=True))
    return noise, measured.load(folder).latest_pairs(0)[0]


def _spread(differences: FloatArray) -> FloatArray:
    return np.asarray(100 * np.nanstd(differences, axis=1, ddof=1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=12, metavar="N")
    count = parser.parse_args().pairs
    with tempfile.TemporaryDirectory(prefix="benchverdict-noise-") as name:
        folder = Path(name)
        base = subject_repository.make_base(folder / "subject")
        plans = {
            way: Plan(
                name="subject",
                script=subject_repository.COMMAND,
                plan=PAIRED,
                pairs=PairPlan(
                    base_sha=base, head_sha=base, lock_step=lock_step, time_limit_seconds=subject_repository.ALL_DAY
                ),
            )
            for way, lock_step in WAYS.items()
        }
        with chdir(folder / "subject"):
            for number in range(count):
                for way, plan in plans.items():
                    outcome = measure_pairs(plan, folder / way, count=1, stream=io.StringIO())
                    assert not outcome.exit_code, outcome.message
                print(f"{number + 1} of {count} pairs, load {os.getloadavg()[0]:.1f}", flush=True)
            for way in plans:
                clean(folder / way, stream=io.StringIO())
        for way in plans:
            noise, seconds = noise_of(folder / way)
            ordered = sorted(noise.values())
            print(
                f"{way}: noise of one pair {statistics.median(ordered):.2f} % (median), "
                f"{ordered[int(0.75 * len(ordered))]:.2f} % (75th percentile), {seconds:.1f} s a pair"
            )
            print("  " + ", ".join(f"{benchmark} {value:.1f}" for benchmark, value in noise.items()))


if __name__ == "__main__":
    main()
