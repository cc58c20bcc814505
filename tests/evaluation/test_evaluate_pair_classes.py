"""Pairs are classed by what else went on, and their noise is that of equal code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate import pair_classes
from tests.evaluate_recordings import recording_of

if TYPE_CHECKING:
    from benchmarks.evaluate.recording import Recording

QUIET, STOLEN, LOADED = (0.0, 0.0), (2.0, 0.05), (1.5, 0.0)


def _recording(*conditions: tuple[float, float] | None, spread: float = 0.01) -> Recording:
    """Make one pair for each of ``conditions`` (others, steal), whose heads differ by twice ``spread``."""
    factors = np.exp(spread * np.array([1 if number % 2 else -1 for number in range(len(conditions))]))
    rounds = [[run for factor in factors for run in ([1.0] * 30, [factor] * 30)]]
    recording = recording_of(rounds, [("base", 0.0), ("head", 0.0)] * len(conditions))
    seen = [one for one in conditions for _ in "ab"]
    runs = [
        replace(run, pair=index // 2, others=one[0] if one else None, steal=one[1] if one else None)
        for index, (run, one) in enumerate(zip(recording.runs, seen, strict=True))
    ]
    return replace(recording, runs=tuple(runs))


def test_a_class_is_named_by_what_disturbs_most() -> None:
    recording = _recording(QUIET, STOLEN, LOADED, None)
    heads = recording.runs[1::2]
    assert [pair_classes.class_of(run) for run in heads] == ["quiet", "stolen", "busy", "unknown"]


def test_noise_is_the_spread_of_equal_code_in_each_class_with_enough_pairs() -> None:
    noise = pair_classes.noise(_recording(*[QUIET] * 20, *[LOADED] * 4))
    assert {name: one.pairs for name, one in noise.items()} == {"all": 24, "quiet": 20}
    assert noise["quiet"].median == pytest.approx(1.0, rel=0.06)


def test_changed_and_neutral_heads_are_not_counted() -> None:
    recording = _recording(*[QUIET] * 20)
    runs = tuple(replace(run, level=0.5) if run.side == "head" and run.pair == 3 else run for run in recording.runs)
    runs = tuple(replace(run, neutral=True) if run.side == "head" and run.pair == 4 else run for run in runs)
    assert pair_classes.noise(replace(recording, runs=runs))["all"].pairs == 18
