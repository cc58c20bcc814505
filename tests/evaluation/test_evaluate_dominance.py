"""Powers are compared at equal false-alarm rates, and machine times at equal power."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.evaluate import dominance
from benchmarks.evaluate.figures import Figure
from benchmarks.evaluate.peers import PEERS
from tests.evaluate_recordings import recording_of

SURE = np.linspace(-1, 1, 201)
"""Scores of unchanged benchmarks; one in ten is above 0.8."""


def _scores(sure: list[float], change: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([sure, change]).T


def test_our_level_is_set_to_the_rules_rate_of_false_alarms() -> None:
    harmless = _scores(SURE.tolist(), [1.0] * SURE.size)
    slowed = {0.05: _scores([0.7, 0.79, 0.81, 0.9], [1.0] * 4), 0.10: _scores([0.9, 0.95, 2.0, 3.0], [1.0] * 4)}
    gain, threshold, powers = dominance._at(0.0, 0.10, harmless, slowed, {0.05: 0.3, 0.10: 0.9})
    assert powers == (0.5, 1.0)
    assert gain == pytest.approx(0.1)
    assert threshold == 0.0


def test_a_threshold_makes_room_for_a_laxer_level() -> None:
    """The unchanged hardly ever seem to move far, so that a threshold of 8% lets every sure score alarm."""
    harmless = _scores(SURE.tolist(), [0.05] * 195 + [0.2] * 6)
    slowed = {0.20: _scores([0.1, 0.2], [0.2, 0.2])}
    peer = PEERS[0]
    peers = {"peers.mean-1.10.alarms": Figure(value=0.05), "peers.mean-1.10.+20%": Figure(value=0.5)}
    figures = dominance._beside(peer, peers, harmless, slowed)
    assert figures["dominance.mean-1.10.threshold"].value >= 0.06
    assert figures["dominance.mean-1.10.gain"].value == pytest.approx(0.5)
    _, _, powers = dominance._at(0.0, 0.05, harmless, slowed, {0.20: 0.5})
    assert powers == (0.0,)


def test_machine_time_is_that_of_the_fewest_pairs_which_are_as_good_at_every_level() -> None:
    recording = recording_of([[[1.0]]])
    peer = next(peer for peer in PEERS if peer.key == "benchstat")
    powers = {4: [0.2, 0.9], 6: [0.5, 0.8], 8: [0.6, 0.9], 10: [0.9, 0.9]}
    figures = dominance._time_ratio(peer, [0.5, 0.85], powers, recording, recording)
    assert {name.split(".")[-1]: figure.value for name, figure in figures.items()} == {
        "theirs": 10.0,
        "ours": 16.0,
        "ratio": pytest.approx(10 / 16),
    }
    hopeless = dominance._time_ratio(peer, [0.95, 0.85], powers, recording, recording)
    assert hopeless["time.benchstat.ratio"].value == 0.0
