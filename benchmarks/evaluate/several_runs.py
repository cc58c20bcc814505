"""Result files that hold several runs each, as pyperf, JMH or BenchmarkDotNet write them.

They are read and put together by the product's own code, and judged as its ``compare`` does it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.worlds import draw_levels, places_in_pairs
from reporter.commands.deciding import Sides, decide
from reporter.commands.suites import suite_from
from reporter.config import Config
from reporter.ingest import pyperf
from reporter.ingest.read import finished
from reporter.ingest.reading import Document
from reporter.model import Baseline, BaselineSource
from reporter.store import history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.worlds import Benchmarks, World
    from reporter.decide.judge import Decision
    from reporter.ingest import FileReading
    from reporter.model import FloatArray


def draw_files(
    world: World,
    benchmarks: Benchmarks,
    files: int,
    runs: tuple[int, int],
    truth: FloatArray,
    generator: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Draw (base, head): benchmarks × files × runs of each × rounds. Files are measured as pairs are, in turns."""
    drawn = draw_levels(world, benchmarks, 2 * files, generator, in_pairs=True)
    sides = []
    for places, count, change in zip(places_in_pairs(files), runs, (0 * truth, truth), strict=True):
        shape = (world.benchmarks, files, count, world.inner_rounds)
        level = drawn.log_level[:, places, None] + world.inner_sd * generator.normal(size=shape[:-1])
        jitter = drawn.jitter[:, places, None, None] * generator.exponential(size=shape)
        sides.append(np.exp(level)[..., None] * (1 + jitter) * (1 + change)[:, None, None, None])
    return sides[0], sides[1]


def judge_files(names: Sequence[str], base: FloatArray, head: FloatArray, *, paired: bool) -> Decision:
    """Judge the files of both sides, with or without ``compare --paired``."""
    before, after = (
        suite_from([[reading] for reading in _readings(names, side)], Config(), "suite") for side in (base, head)
    )
    source = BaselineSource(commit=None)
    baseline = Baseline(suite=before, history=history.extend(None, before), source=source)
    return decide(Sides(head=after, baseline=baseline, paired=paired), Config())


def _readings(names: Sequence[str], side: FloatArray) -> list[FileReading]:
    return [_reading(names, side[:, file].tolist(), number) for number, file in enumerate(range(side.shape[1]))]


def _reading(names: Sequence[str], values: Sequence[Sequence[Sequence[float]]], number: int) -> FileReading:
    """Read a file as pyperf writes it."""
    benchmarks = [
        {"metadata": {"name": name, "unit": "second"}, "runs": [{"values": run} for run in runs]}
        for name, runs in zip(names, values, strict=True)
    ]
    root = {"version": "1.0", "benchmarks": benchmarks}
    return finished(pyperf.read(Document(path=Path(f"{number}.json"), text="", json=root)))
