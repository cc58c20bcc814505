"""Pairs grow for the undecided only, and the limit holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate.adaptive import grow
from benchmarks.evaluate.suites import slowed
from tests.evaluate_recordings import recording_of, rounds_of

if TYPE_CHECKING:
    from reporter.model import FloatArray

NAMES = ("a", "b", "c", "d")
QUIET = (0.003, 0.003, 0.003, 0.003)


def _sides(seed: int, pairs: int, noise: tuple[float, ...], slower: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return base and head; the first benchmark of the head is slower."""
    generator = np.random.default_rng(seed)
    base, head = (
        recording_of([[rounds_of(generator, 1e-3, sd).tolist() for _ in range(pairs)] for sd in noise]).statistics
        for _ in range(2)
    )
    factor = np.ones((len(noise), pairs))
    factor[0] += slower
    return base, slowed(head, factor)


def _judged(
    seed: int, pairs: int, noise: tuple[float, ...], slower: float = 0.0
) -> tuple[dict[str, str], list[int], int]:
    decision, used = grow(*_sides(seed, pairs, noise, slower), NAMES)
    rows = {row.comparison.name: row for row in decision.assessments}
    runs = [side.runs if (side := rows[name].comparison.head) else 0 for name in NAMES]
    return {name: rows[name].verdict for name in NAMES}, runs, used


def test_quiet_unchanged_code_is_decided_at_the_first_look() -> None:
    assert _judged(1, 54, QUIET) == (dict.fromkeys(NAMES, "unchanged"), [8, 8, 8, 8], 8)


def test_a_slowdown_is_decided_by_the_look_that_finds_it() -> None:
    verdicts, runs, used = _judged(2, 54, QUIET, slower=0.1)
    assert verdicts == {"a": "regressed", "b": "unchanged", "c": "unchanged", "d": "unchanged"}
    assert (runs, used) == ([8, 8, 8, 8], 8)


def test_only_the_undecided_go_on() -> None:
    verdicts, runs, used = _judged(3, 54, (0.003, 0.003, 0.003, 0.08))
    assert verdicts["d"] == "inconclusive"
    assert runs[:3] == [8, 8, 8]
    assert runs[3] == used > 16


@pytest.mark.parametrize("pairs", [5, 8, 11, 18, 54])
@pytest.mark.parametrize("slower", [0.0, 0.3])
def test_no_more_pairs_are_used_than_there_are(pairs: int, slower: float) -> None:
    for seed in range(5):
        assert _judged(seed, pairs, (0.01, 0.03, 0.08, 0.2), slower)[2] <= pairs
