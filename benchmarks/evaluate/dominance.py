"""Our engine beside each rule: with equal runs at the rule's own false-alarm rate, and with equal machine time.

Every rule can be made to find more by alarming more. So our level is set where we alarm as often as the rule does on
the same runs, and our threshold to the best of a few, as a user may; the powers are compared there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import designs, engine
from benchmarks.evaluate.figures import Figure, Figures, Progress, sample
from benchmarks.evaluate.outcomes import compare, scores
from benchmarks.evaluate.peers import PEERS
from benchmarks.evaluate.recorded import percent
from benchmarks.evaluate.rivals import draws
from reporter.decide.judge import judge_pairs, judge_screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.designs import Draw, Pairs
    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.peers import Peer
    from benchmarks.evaluate.recording import Recording
    from reporter.model import FloatArray

THRESHOLDS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.10)
FEWER_PAIRS = (4, 5, 6, 8, 10, 12, 14, 18, 24)
"""Numbers of short pairs tried, to see how few are as good as the other tools' long runs."""


def equal_runs(
    recording: Recording, peers: Figures, counts: Counts, generator: np.random.Generator, progress: Progress
) -> Figures:
    """Compare powers at each rule's false-alarm rate: ``gain`` is the smallest advantage over the levels."""
    figures: Figures = {}
    for design in dict.fromkeys(peer.design for peer in PEERS):
        harmless, slowed = _all_scores(design, recording, counts, generator)
        for peer in (peer for peer in PEERS if peer.design == design):
            figures |= _beside(peer, peers, harmless, slowed)
        progress.done(f"equal runs, {design}")
    return figures


def equal_time(
    long: Recording,
    short: Recording,
    peers: Figures,
    counts: Counts,
    generator: np.random.Generator,
    progress: Progress,
) -> Figures:
    """Find how few short pairs have at least the power of the other tools' long pairs: ``ratio`` of machine times."""
    figures: Figures = {}
    levels = [level for level in designs.levels_of(short) if level in designs.levels_of(long)]
    powers: dict[int, list[float]] = {}
    for count in FEWER_PAIRS:
        powers[count] = [_short_power(short, count, level, counts, generator) for level in levels]
        for level, power in zip(levels, powers[count], strict=True):
            figures[f"short.curve.{count}.{percent(level)}"] = Figure(value=power)
    for peer in (peer for peer in PEERS if peer.design.startswith("pairs-")):
        wanted = [peers[f"peers.{peer.key}.{percent(level)}"].value for level in levels]
        figures |= _time_ratio(peer, wanted, powers, long, short)
    progress.done("equal machine time")
    return figures


def _all_scores(
    design: str, recording: Recording, counts: Counts, generator: np.random.Generator
) -> tuple[FloatArray, dict[float, FloatArray]]:
    """Return our scores (two columns) of unchanged benchmarks, and of slowed ones per level."""
    timeline = designs.timeline_of(recording)
    found: dict[float, FloatArray] = {}
    for level in (0.0, *designs.levels_of(recording)):
        drawn = draws(design, timeline, level, counts, generator)
        found[level] = np.concatenate(
            [_scores(design, recording, draw, number, level) for number, draw in enumerate(drawn)]
        )
    return found.pop(0.0), found


def _scores(design: str, recording: Recording, draw: Draw, number: int, level: float) -> FloatArray:
    """Score all benchmarks of a harmless draw, and the one that is slowed of another.

    One run against one run couples no benchmarks, so there they are all slowed at once.
    """
    names = recording.benchmarks
    if design == "single":
        return scores(judge_screen(*engine.single_of(recording, draw)), names)
    slow = number % len(names) if level else None
    if design.startswith("pairs-"):
        decision = judge_pairs(*engine.paired_of(recording, draw, slow, level))
    else:
        head, baseline, _ = engine.screen_of(recording, draw, slow, level)
        decision = judge_screen(head, baseline)
    found = scores(decision, names)
    return found if slow is None else found[slow : slow + 1]


def _beside(peer: Peer, peers: Figures, harmless: FloatArray, slowed: dict[float, FloatArray]) -> Figures:
    rate = peers[f"peers.{peer.key}.alarms"].value
    theirs = {level: peers[f"peers.{peer.key}.{percent(level)}"].value for level in slowed}
    gain, threshold, ours = max(_at(threshold, rate, harmless, slowed, theirs) for threshold in THRESHOLDS)
    figures = {
        f"dominance.{peer.key}.{percent(level)}": Figure(value=power, draws=len(slowed[level]))
        for level, power in zip(slowed, ours, strict=True)
    }
    figures[f"dominance.{peer.key}.threshold"] = Figure(value=threshold)
    return figures | {f"dominance.{peer.key}.gain": Figure(value=gain)}


def _at(
    threshold: float, rate: float, harmless: FloatArray, slowed: dict[float, FloatArray], theirs: dict[float, float]
) -> tuple[float, float, tuple[float, ...]]:
    """Return the smallest gain over the levels at a threshold, with the threshold and our power per level."""
    bound = float(np.quantile(_beyond(harmless, threshold), 1 - rate, method="higher"))
    ours = {level: float(np.mean(_beyond(found, threshold) > bound)) for level, found in slowed.items()}
    return min(ours[level] - theirs[level] for level in slowed), threshold, tuple(ours.values())


def _beyond(found: FloatArray, threshold: float) -> FloatArray:
    """Return the scores; those of changes within the threshold never alarm."""
    return np.where(found[:, 1] > threshold, found[:, 0], -np.inf)


def _short_power(
    recording: Recording, count: int, level: float, counts: Counts, generator: np.random.Generator
) -> float:
    trial = partial(_short_trial, recording, count, level)
    sampled = sample(
        trial, designs.pairs_of(recording), counts, generator, strata=len(recording.benchmarks), replicates=False
    )
    return sampled.figure("found").value


def _short_trial(
    recording: Recording, count: int, level: float, pairs: Pairs, generator: np.random.Generator, slow: int
) -> dict[str, float]:
    draw = designs.short_pairs(pairs, level, count, generator, neutral=False)
    decision = judge_pairs(*engine.paired_of(recording, draw, slow, level))
    return compare(decision, recording.benchmarks, engine.truth_of(recording, slow, level))


def _time_ratio(
    peer: Peer, wanted: Sequence[float], powers: dict[int, list[float]], long: Recording, short: Recording
) -> Figures:
    """Compare the seconds; when no number of pairs is as good, the ratio is 0."""
    theirs = 2 * int(peer.design.removeprefix("pairs-")) * long.seconds
    enough = [count for count, power in powers.items() if all(a >= b for a, b in zip(power, wanted, strict=True))]
    ours = min(enough) * short.pair_seconds if enough else float("inf")
    return {
        f"time.{peer.key}.theirs": Figure(value=theirs),
        f"time.{peer.key}.ours": Figure(value=ours),
        f"time.{peer.key}.ratio": Figure(value=theirs / ours),
    }
