"""How long a decision takes: ``python -m benchmarks.decision_speed`` judges 10,000 benchmarks × 8 runs a side."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.suites import baseline_of, suite_of
from reporter.decide.judge import judge_pairs, judge_screen
from reporter.model import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import Suite

SESSIONS = 10
_LIMIT_SECONDS = 1.0


def drawn(benchmarks: int, runs: int, seed: int) -> Suite:
    """Draw a suite whose benchmarks are differently noisy."""
    generator = np.random.default_rng(seed)
    noise = generator.uniform(0.003, 0.05, (benchmarks, 1, 1)) * generator.normal(size=(benchmarks, runs, 1))
    statistics = 1e-3 * np.exp(noise) * (1 + 0.01 * np.arange(len(STATISTICS)))
    statistics[:, :, STATISTICS.index("n")] = 100
    return suite_of([f"test_{index}" for index in range(benchmarks)], statistics)


def main(arguments: Sequence[str]) -> int:
    """Print the seconds of each way to judge, best of three; exit with 1 when one takes longer than a second."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decision_speed", description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=8)
    options = parser.parse_args(arguments)
    base, head = (drawn(options.benchmarks, options.runs, seed) for seed in (1, 2))
    history = baseline_of([drawn(options.benchmarks, options.runs, seed) for seed in range(3, 3 + SESSIONS)])
    seconds = {
        "pairs": _best(lambda: judge_pairs(base, head)),
        "screen": _best(lambda: judge_screen(head, history)),
    }
    for way, taken in seconds.items():
        print(f"{way}: {taken:.2f} s for {options.benchmarks} benchmarks × {options.runs} runs")
    return int(max(seconds.values()) > _LIMIT_SECONDS)


def _best(decide: Callable[[], object]) -> float:
    """Return the processor time of the fastest of three, so that other load counts little."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        decide()
        taken.append(time.process_time() - began)
    return min(taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
