"""Rounds of pytest-benchmark, thinned as soon as a run is complete: a fast benchmark keeps a hundred thousand of them.

A benchmark with more than ``MOST_ROUNDS`` keeps ``KEPT_ROUNDS`` quantiles of them, evenly spaced from the fastest to
the slowest round, and beside them (``stats.benchverdict``) the statistics of all its rounds. Verdicts are made of
those; they are what the reporter works out of all rounds (``reporter.ingest.run_statistics``), to the last digit.
``stats.rounds`` stays the number of all rounds. Anything else in the file stays as it is; any other file is left alone.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from reporter.shared.files import opened, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEMBER = "benchverdict"
"""Of ``stats`` of a benchmark: an object with one number for each of ``reporter.model.STATISTICS``."""
MOST_ROUNDS = 2_000
KEPT_ROUNDS = 1_001
"""Every quantile at a tenth of a percent, so that those of several runs together are what they are of all rounds."""
MOST_BYTES = 256 * 2**20
"""Of a file that is read here; a larger one is left to the reporter, which refuses it."""
LARGEST = 1e100
"""What the reporter takes for a measurement (``reporter.ingest.validity``)."""
_BYTES_OF_A_ROUND = 5
"""At least."""
_QUANTILES = {"q10": 0.10, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.90, "p95": 0.95, "p99": 0.99}
_BLOCK = 128


def thin(path: Path, most: int = MOST_ROUNDS, kept: int = KEPT_ROUNDS) -> bool:
    """Thin the rounds in a result file, where a benchmark has more than ``most``; whether it was written again.

    Never raises.
    """
    with suppress(OSError, ValueError, RecursionError, MemoryError):
        if not _BYTES_OF_A_ROUND * most <= path.stat().st_size <= MOST_BYTES:
            return False
        with opened(path) as file:
            content = json.loads(file.read(MOST_BYTES))
        if sum(_thinned(benchmark, most, kept) for benchmark in _benchmarks(content)):
            write_whole(path, json.dumps(content))
            return True
    return False


def _benchmarks(content: object) -> list[Any]:
    if not isinstance(content, dict) or not {"machine_info", "benchmarks"} <= content.keys():
        return []
    benchmarks = content["benchmarks"]
    return benchmarks if isinstance(benchmarks, list) else []


def _thinned(benchmark: object, most: int, kept: int) -> bool:
    """Thin the rounds of one benchmark in place, if all of them are there and are numbers."""
    stats = benchmark.get("stats") if isinstance(benchmark, dict) else None
    rounds = stats.get("data") if isinstance(stats, dict) else None
    if not isinstance(stats, dict) or not isinstance(rounds, list) or len(rounds) <= most:
        return False
    if stats.get("rounds", len(rounds)) != len(rounds) or not all(map(_is_usable, rounds)):
        return False
    ordered = sorted(rounds)
    stats["data"] = [_quantile(ordered, number / (kept - 1)) for number in range(kept)]
    stats["rounds"] = len(ordered)
    stats[MEMBER] = statistics_of(ordered)
    return True


def _is_usable(value: object) -> bool:
    """Return whether it can be a time; the reporter says what is wrong with any other."""
    return type(value) is float and -LARGEST <= value <= LARGEST


def statistics_of(ordered: Sequence[float]) -> dict[str, float]:
    """Return the statistics of sorted rounds, as the reporter has them of all rounds."""
    mean = _sum(ordered, 0, len(ordered)) / len(ordered)
    return {
        "n": len(ordered),
        "min": ordered[0],
        **{name: _quantile(ordered, share) for name, share in _QUANTILES.items()},
        "max": ordered[-1],
        "mean": min(max(mean, ordered[0]), ordered[-1]),
    }


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Interpolate between the two nearest values, in the arithmetic of ``numpy.quantile``."""
    place = share * (len(ordered) - 1)
    below = int(place)
    weight = place - below
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    return low + (high - low) * weight if weight < 0.5 else high - (high - low) * (1 - weight)


def _sum(values: Sequence[float], start: int, end: int) -> float:
    """Add in the order in which numpy adds, pairwise and in eights, so that the last digit is the same."""
    count = end - start
    if count > _BLOCK:
        half = start + count // 2 - count // 2 % 8
        return _sum(values, start, half) + _sum(values, half, end)
    whole = start + count - count % 8
    total = 0.0
    if whole > start:
        sums = list(values[start : start + 8])
        for place in range(start + 8, whole, 8):
            sums = [one + other for one, other in zip(sums, values[place : place + 8])]
        total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    for value in values[whole:end]:
        total += value
    return total
