"""Other rules on the short pairs: the plainest rule, and what the tools for long runs make of the same machine time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import designs
from benchmarks.evaluate.figures import Figure, Figures, Progress, sample
from benchmarks.evaluate.peers import asv_continuous, benchstat
from benchmarks.evaluate.plain_rule import plain_rule
from benchmarks.evaluate.recorded import percent
from benchmarks.evaluate.recording import at_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.designs import Pairs
    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.peers import Rule
    from benchmarks.evaluate.recording import Recording
    from reporter.model import BoolArray

TOOLS: dict[str, Rule] = {"asv": asv_continuous, "benchstat": benchstat}


def table(
    recording: Recording, numbers: Sequence[int], counts: Counts, generator: np.random.Generator, progress: Progress
) -> Figures:
    """Return false alarms and power of each rule for every number of pairs."""
    figures: Figures = {}
    for count in numbers:
        figures |= _plain(recording, count, counts, generator)
        for name, rule in TOOLS.items():
            figures |= _tool(name, rule, recording, count, counts, generator)
        progress.done(f"other rules on short pairs, {count}")
    return figures


def _plain(recording: Recording, count: int, counts: Counts, generator: np.random.Generator) -> Figures:
    pairs, prefix = designs.pairs_of(recording), f"plain.pairs-{count}"
    found: Figures = {}
    for level in (0.0, *designs.levels_of(recording)):
        trial = partial(_plain_trial, recording, count, level)
        strata = len(recording.benchmarks) if level else 1
        sampled = sample(trial, pairs, counts, generator, strata=strata, replicates=False)
        if level:
            found[f"{prefix}.{percent(level)}.found"] = sampled.figure("found")
        else:
            found |= sampled.figures(f"{prefix}.harmless", ("alarmed", "alarms"))
    return found


def _plain_trial(
    recording: Recording, count: int, level: float, pairs: Pairs, generator: np.random.Generator, slow: int
) -> dict[str, float]:
    draw = designs.short_pairs(pairs, level, count, generator, neutral=False)
    minima = np.log(recording.column("min"))
    ratios = minima[:, draw.head] - minima[:, draw.baseline] - np.log1p(draw.level)
    if not level:
        slower = plain_rule(ratios)
        return {"alarmed": float(slower.any()), "alarms": float(slower.mean())}
    ratios[slow] += np.log1p(level)
    return {"found": float(plain_rule(ratios)[slow])}


def _tool(
    name: str, rule: Rule, recording: Recording, count: int, counts: Counts, generator: np.random.Generator
) -> Figures:
    """These rules do not couple benchmarks, so that all are slowed at once."""
    pairs, prefix = designs.pairs_of(recording), f"short.{name}.pairs-{count}"
    found: Figures = {}
    for level in (0.0, *designs.levels_of(recording)):
        slower = _drawn(rule, at_level(recording, level), pairs, level, count, counts.draws // 4, generator)
        shares = {"found": slower.mean()} if level else {"alarms": slower.mean(), "alarmed": slower.any(axis=1).mean()}
        cell = percent(level) if level else "harmless"
        found |= {f"{prefix}.{cell}.{key}": Figure(value=float(share)) for key, share in shares.items()}
    return found


def _drawn(
    rule: Rule,
    recording: Recording,
    pairs: Pairs,
    level: float,
    count: int,
    number: int,
    generator: np.random.Generator,
) -> BoolArray:
    drawn = [designs.short_pairs(pairs, level, count, generator, neutral=False) for _ in range(number)]
    return np.array([rule(recording, draw.baseline, draw.head) for draw in drawn])
