"""Our engine on the recorded runs: screens and pairs of long runs, and many short pairs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import designs, engine
from benchmarks.evaluate.figures import Figures, Progress, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.evaluate.designs import Draw, Pairs, Timeline
    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.recording import Recording

    Judge = Callable[[Recording, Draw, int | None, float], dict[str, float]]

LONG_PAIRS = (3, 5)
SHORT_PAIRS = (8, 18, 54)
"""About 26, 60 and 180 seconds of machine time."""
LOOK_SECONDS = (60.0, 180.0)
"""Machine time for which other recordings of short pairs are judged."""
QUIET, MEDIUM = 0.016, 0.035
"""Bounds of the sd between base runs of the log minimum, by which benchmarks are called quiet, medium or noisy."""
HARMLESS = ("alarmed", "alarms", "praised", "improved", "unchanged", "inconclusive", "covered", "all covered", "shift")
SLOWED = ("found", "missed", "slowed covered", "alarmed")
FIRST_LOOK = ("suspected", "doubted", "cost")


def percent(level: float) -> str:
    """Name a level as in the tables: ``+3%``."""
    return f"+{level * 100:g}%"


def numbers_of_pairs(recording: Recording) -> tuple[int, ...]:
    """Return how many pairs of a recording are judged: eight, and as many as fit into ``LOOK_SECONDS`` and exist."""
    pairs = designs.pairs_of(recording)
    equal = int(np.count_nonzero((pairs.level == 0) & ~pairs.neutral))
    fitting = (round(seconds / recording.pair_seconds) for seconds in LOOK_SECONDS)
    return tuple(dict.fromkeys((SHORT_PAIRS[0], *(min(number, equal) for number in fitting))))


def noise_groups(recording: Recording) -> dict[str, list[int]]:
    """Sort the benchmarks by the noise of their minimum between base runs."""
    base = [index for index, run in enumerate(recording.runs) if run.side == "base"]
    noise = np.log(recording.column("min")[:, base]).std(axis=1, ddof=1)
    names = np.where(noise <= QUIET, "quiet", np.where(noise <= MEDIUM, "medium", "noisy"))
    return {name: np.flatnonzero(names == name).tolist() for name in ("quiet", "medium", "noisy")}


def screen(recording: Recording, counts: Counts, generator: np.random.Generator, progress: Progress) -> Figures:
    """Judge one head run against ten other base runs; more head runs confirm what it makes suspect."""
    timeline = designs.timeline_of(recording)
    sampled = sample(partial(_screen_trial, recording, 0.0), timeline, counts, generator)
    figures = sampled.figures("screen.harmless", (*HARMLESS, *FIRST_LOOK))
    for level in designs.levels_of(recording):
        trial = partial(_screen_trial, recording, level)
        sampled = sample(trial, timeline, counts, generator, strata=len(recording.benchmarks))
        figures |= sampled.figures(f"screen.{percent(level)}", (*SLOWED, "seen"), noise_groups(recording))
        progress.done(f"long runs, screen, {percent(level)}")
    return figures


def long_pairs(recording: Recording, counts: Counts, generator: np.random.Generator, progress: Progress) -> Figures:
    """Judge a few pairs of long runs, with noise from the job alone and with stored pairs of base against base."""
    figures: Figures = {}
    for count in LONG_PAIRS:
        for stored in (False, True):
            prefix = f"long.pairs-{count}{'.stored' if stored else ''}"
            figures |= _long_cells(recording, prefix, count, counts, generator, stored=stored)
            progress.done(f"long runs, {prefix}")
    return figures


def _long_cells(
    recording: Recording, prefix: str, count: int, counts: Counts, generator: np.random.Generator, *, stored: bool
) -> Figures:
    timeline, groups = designs.timeline_of(recording), noise_groups(recording)
    trial = partial(_long_trial, recording, count, stored, 0.0)
    figures = sample(trial, timeline, counts, generator).figures(f"{prefix}.harmless", HARMLESS)
    for level in designs.levels_of(recording):
        trial = partial(_long_trial, recording, count, stored, level)
        sampled = sample(trial, timeline, counts, generator, strata=len(recording.benchmarks))
        figures |= sampled.figures(f"{prefix}.{percent(level)}", SLOWED, groups)
    return figures


def short_pairs(
    recording: Recording, numbers: Sequence[int], counts: Counts, generator: np.random.Generator, progress: Progress
) -> Figures:
    """Judge many short pairs, as one final look each; ``numbers`` says how many."""
    pairs = designs.pairs_of(recording)
    figures: Figures = {}
    for count in numbers:
        figures |= _short_cells(recording, pairs, count, counts, generator)
        progress.done(f"short pairs, {count}")
    return figures


def growing_pairs(
    recording: Recording, numbers: Sequence[int], counts: Counts, generator: np.random.Generator, progress: Progress
) -> Figures:
    """Judge short pairs that grow until everything is decided; ``numbers`` says how many there may be at most."""
    pairs, figures = designs.pairs_of(recording), Figures()
    for most in numbers:
        for level in (0.0, *designs.levels_of(recording)):
            trial = partial(_short_trial, recording, engine.growing_outcome, most, level, False)
            strata = len(recording.benchmarks) if level else 1
            sampled = sample(trial, pairs, counts, generator, strata=strata, replicates=False)
            cell, metrics = (percent(level), SLOWED) if level else ("harmless", HARMLESS)
            figures |= sampled.figures(f"short.growing-{most}.{cell}", (*metrics, "pairs"))
        progress.done(f"short pairs that grow, {most}")
    return figures


def _short_cells(
    recording: Recording, pairs: Pairs, count: int, counts: Counts, generator: np.random.Generator
) -> Figures:
    prefix, figures = f"short.pairs-{count}", Figures()
    for name, neutral in (("harmless", False), ("neutral", True)):
        if neutral and np.count_nonzero(pairs.neutral) < count:
            continue
        trial = partial(_short_trial, recording, engine.pairs_outcome, count, 0.0, neutral)
        figures |= sample(trial, pairs, counts, generator).figures(f"{prefix}.{name}", HARMLESS)
    for level in designs.levels_of(recording):
        trial = partial(_short_trial, recording, engine.pairs_outcome, count, level, False)
        sampled = sample(trial, pairs, counts, generator, strata=len(recording.benchmarks))
        figures |= sampled.figures(f"{prefix}.{percent(level)}", SLOWED, noise_groups(recording))
    return figures


def _screen_trial(
    recording: Recording, level: float, timeline: Timeline, generator: np.random.Generator, benchmark: int
) -> dict[str, float]:
    draw = designs.history(timeline, level, generator, again=engine.CONFIRM_RUNS)
    slow = benchmark if level else None
    sides = engine.screen_of(recording, draw, slow, level)
    return engine.screened_outcome(*sides, recording.benchmarks, engine.truth_of(recording, slow, level))


def _long_trial(
    recording: Recording,
    count: int,
    stored: bool,
    level: float,
    timeline: Timeline,
    generator: np.random.Generator,
    benchmark: int,
) -> dict[str, float]:
    draw = designs.neighbours(timeline, level, count, generator)
    return engine.pairs_outcome(recording, draw if stored else draw.alone(), benchmark if level else None, level)


def _short_trial(
    recording: Recording,
    judge: Judge,
    count: int,
    level: float,
    neutral: bool,
    pairs: Pairs,
    generator: np.random.Generator,
    benchmark: int,
) -> dict[str, float]:
    draw = designs.short_pairs(pairs, level, count, generator, neutral=neutral)
    return judge(recording, draw, benchmark if level else None, level)
