"""Recorded runs of one suite, in order of time, each with its side and the slowdown that was really put into it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from reporter.decide.align import align
from reporter.decide.judge import DEFAULT_POLICY
from reporter.decide.judge_pairs import values_of
from reporter.ingest import assemble, read_file, slices
from reporter.ingest.slices import with_slices
from reporter.model import STATISTICS
from reporter.shared.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.ingest import FileReading
    from reporter.ingest.slices import SlicedRun
    from reporter.model import FloatArray, Suite

Side = Literal["base", "head"]
Way = Literal["lock-step", "in turn"]
LOCK_STEP: Way = "lock-step"
IN_TURN: Way = "in turn"
MANIFEST = "manifest.tsv"
_NAMED = re.compile(r"s(?P<order>\d+)_(?P<side>base|head)_x(?P<level>[\d.]+)\.json")
_NEUTRAL = "neutral"
_COUNT = STATISTICS.index("n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One fresh process. ``level`` is the share of work added (0 for a base); ``neutral`` heads carry unused code.

    ``pair`` numbers the runs that were measured next to each other; ``None`` where base and head simply alternate.
    ``slices`` is the file of those of a run in lock-step. ``others`` (in cores) and ``steal`` (a share) tell what else
    went on during the pair.
    """

    file: Path
    side: Side
    level: float
    neutral: bool = False
    pair: int | None = None
    slices: Path | None = None
    others: float | None = None
    steal: float | None = None


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
        """Return one statistic as benchmarks × runs."""
        return np.asarray(self.statistics[:, :, STATISTICS.index(name)])

    def pairs(self) -> list[tuple[int, int]]:
        """Return the indices of base and head of each complete pair, in order of time."""
        sides: dict[int | None, dict[str, int]] = {}
        for index, run in enumerate(self.runs):
            sides.setdefault(run.pair, {})[run.side] = index
        return [(pair["base"], pair["head"]) for pair in sides.values() if len(pair) == 2]

    @property
    def pair_seconds(self) -> float:
        """The usual seconds of a pair; runs in lock-step last as long as each other, at the same time."""
        return self.seconds if any(run.slices for run in self.runs) else 2 * self.seconds


def read_recording(folder: Path, way: Way = IN_TURN) -> Recording:
    """Read a folder: runs named by a ``manifest.tsv``, else by file names like ``s007_head_x0.20.json``.

    Of runs in lock-step every statistic is what the slices of their pair say, by the clock that decides.

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
    runs, seconds = _listed(folder, way) if (folder / MANIFEST).is_file() else (_named(folder), None)
    if not runs:
        raise InputError(
            "recording-empty",
            "the folder holds no recorded runs",
            where=str(folder),
            cure=f"it needs a {MANIFEST}, or files named like s007_head_x0.20.json",
        )
    files = [read_file(run.file) for run in runs]
    suite = assemble([[file] for file in files], suite="recorded")
    recording = _recording(suite, runs, _gap(files) if seconds is None else seconds)
    return _by_slices(recording, files) if way == LOCK_STEP else recording


def manifest_rows(folder: Path) -> list[dict[str, str]]:
    """Return the lines of the manifest, by their columns."""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def at_level(recording: Recording, level: float) -> Recording:
    """Return the recording as if every head that is not neutral had been slowed by ``level``; 0 changes nothing.

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


def _listed(folder: Path, way: Way) -> tuple[list[Run], float]:
    """Read the manifest; a base of a slowed pair carries the pair's level there, and none of its own."""
    rows = sorted(
        (row for row in manifest_rows(folder) if row.get("way", IN_TURN) == way),
        key=lambda row: float(row["unix_start"]),
    )
    runs = [
        Run(
            file=folder / row["file"],
            side="base" if row["side"] == "base" else "head",
            level=0.0 if row["side"] == "base" or row["level"] == _NEUTRAL else float(row["level"]),
            neutral=row["side"] == "head" and row["level"] == _NEUTRAL,
            pair=int(row["pair"]),
            slices=folder / row["slices"] if row.get("slices") else None,
            others=float(row["others"]) if row.get("others") else None,
            steal=float(row["steal"]) if row.get("steal") else None,
        )
        for row in rows
    ]
    return runs, float(np.median([float(row["seconds"]) for row in rows])) if rows else 0.0


def _by_slices(recording: Recording, files: Sequence[FileReading]) -> Recording:
    """Return the recording with the values that neighbouring slices give, in place of every statistic but the count."""
    pairs = recording.pairs()
    indices = [[pair[side] for pair in pairs] for side in (0, 1)]
    base, head = (assemble([[files[run]] for run in side], suite="recorded") for side in indices)
    tables = [tuple(_slices_of(recording.runs[run]) for run in pair) for pair in pairs]
    rows = align(*with_slices(base, head, [(before, after) for before, after in tables])).common
    values, statistics = values_of(rows, DEFAULT_POLICY), recording.statistics.copy()
    order = [recording.benchmarks.index(row.benchmark.name) for row in rows]
    for side, logs in zip(indices, (values.baseline, values.head), strict=True):
        decided = np.repeat(np.exp(logs)[:, :, None], len(STATISTICS), axis=2)
        decided[:, :, _COUNT] = statistics[np.ix_(order, side)][:, :, _COUNT]
        statistics[np.ix_(order, side)] = decided
    return replace(recording, statistics=statistics)


def _slices_of(run: Run) -> dict[str, SlicedRun]:
    return slices.read(run.slices) if run.slices else {}


def _gap(files: Sequence[FileReading]) -> float:
    """Return the usual time between two results: what a run takes when one follows the other."""
    known = [file.measured_at for file in files if file.measured_at is not None]
    return float(np.median(np.diff(known))) if len(known) > 1 else 0.0
