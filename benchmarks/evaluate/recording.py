"""Recorded runs of one suite, in order of time, each with its side and the slowdown that was really put into it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from reporter.ingest import assemble, read_file
from reporter.model import STATISTICS
from reporter.shared.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.ingest import FileReading
    from reporter.model import FloatArray, Suite

Side = Literal["base", "head"]
MANIFEST = "manifest.tsv"
_NAMED = re.compile(r"s(?P<order>\d+)_(?P<side>base|head)_x(?P<level>[\d.]+)\.json")
_NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One fresh process. ``level`` is the share of work added (0 for a base); ``neutral`` heads carry unused code.

    ``pair`` numbers the runs that were measured next to each other; ``None`` where base and head simply alternate.
    """

    file: Path
    side: Side
    level: float
    neutral: bool = False
    pair: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """All runs of a folder. ``statistics`` is benchmarks × runs × ``STATISTICS``; ``rounds`` are sorted, per benchmark
    and run. ``seconds`` is what one run of the suite takes, start of the process included.
    """

    benchmarks: tuple[str, ...]
    runs: tuple[Run, ...]
    statistics: FloatArray
    rounds: tuple[tuple[FloatArray, ...], ...]
    seconds: float

    def column(self, name: str) -> FloatArray:
        """Give one statistic as benchmarks × runs."""
        return np.asarray(self.statistics[:, :, STATISTICS.index(name)])


def read_recording(folder: Path) -> Recording:
    """Read a folder: runs named by a ``manifest.tsv``, else by file names like ``s007_head_x0.20.json``.

    Raises:
        UsageError: there is no such folder.
        InputError: it holds no recorded run, or one cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(
            "recording-missing",
            "there is no folder of recorded runs here",
            where=str(folder),
            cure="name the folders with --long and --short",
        )
    runs, seconds = _listed(folder) if (folder / MANIFEST).is_file() else (_named(folder), None)
    if not runs:
        raise InputError(
            "recording-empty",
            "the folder holds no recorded runs",
            where=str(folder),
            cure=f"it needs a {MANIFEST}, or files named like s007_head_x0.20.json",
        )
    files = [read_file(run.file) for run in runs]
    suite = assemble([[file] for file in files], suite="recorded")
    return _recording(suite, runs, _gap(files) if seconds is None else seconds)


def at_level(recording: Recording, level: float) -> Recording:
    """Give the recording as if every head that is not neutral had been slowed by ``level``; 0 changes nothing.

    Where a draw needs more pairs of a level than were recorded, it takes others with their own factor replaced.
    """
    heads = [run.side == "head" and not run.neutral for run in recording.runs]
    factors = np.array(
        [
            (1 + level) / (1 + run.level) if head and level else 1.0
            for run, head in zip(recording.runs, heads, strict=True)
        ]
    )
    statistics = recording.statistics * factors[None, :, None]
    statistics[:, :, STATISTICS.index("n")] = recording.statistics[:, :, STATISTICS.index("n")]
    rounds = tuple(
        tuple(run * factor for run, factor in zip(runs, factors.tolist(), strict=True)) for runs in recording.rounds
    )
    return replace(recording, statistics=statistics, rounds=rounds)


def _recording(suite: Suite, runs: Sequence[Run], seconds: float) -> Recording:
    samples = [benchmark.samples[0][1] for benchmark in suite.benchmarks]
    return Recording(
        benchmarks=tuple(benchmark.name for benchmark in suite.benchmarks),
        runs=tuple(runs),
        statistics=np.stack([sample.statistics for sample in samples]),
        rounds=tuple(tuple(np.sort(values) for values in sample.rounds) for sample in samples),
        seconds=seconds,
    )


def _named(folder: Path) -> list[Run]:
    found = sorted((match for path in folder.iterdir() if (match := _NAMED.fullmatch(path.name))), key=_order)
    return [
        Run(file=folder / match.string, side="base" if match["side"] == "base" else "head", level=float(match["level"]))
        for match in found
    ]


def _order(match: re.Match[str]) -> int:
    return int(match["order"])


def _listed(folder: Path) -> tuple[list[Run], float]:
    """Read the manifest; a base of a slowed pair carries the pair's level there, and none of its own."""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines, delimiter="\t"), key=lambda row: float(row["unix_start"]))
    runs = [
        Run(
            file=folder / row["file"],
            side="base" if row["side"] == "base" else "head",
            level=0.0 if row["side"] == "base" or row["level"] == _NEUTRAL else float(row["level"]),
            neutral=row["side"] == "head" and row["level"] == _NEUTRAL,
            pair=int(row["pair"]),
        )
        for row in rows
    ]
    return runs, float(np.median([float(row["seconds"]) for row in rows])) if rows else 0.0


def _gap(files: Sequence[FileReading]) -> float:
    """Give the usual time between two results: what a run takes when one follows the other."""
    known = [file.measured_at for file in files if file.measured_at is not None]
    return float(np.median(np.diff(known))) if len(known) > 1 else 0.0
