"""Recordings made from numbers: result files of a small suite, and recordings without files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.recording import Recording, Run
from reporter.ingest.run_statistics import statistics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.model import FloatArray

NAMES = ("quiet", "usual", "other", "noisy")
NOISE = (0.002, 0.01, 0.01, 0.05)
HEADS = 5
LEVELS = (0.05, 0.20)


def rounds_of(generator: np.random.Generator, level: float, noise: float, count: int = 60) -> FloatArray:
    """Draw the rounds of one run."""
    return np.asarray(level * np.exp(generator.normal(0, noise)) * (1 + generator.exponential(0.02, count)))


def write_result(path: Path, rounds: Mapping[str, Sequence[float]], moment: int) -> None:
    """Write what the reading of a pytest-benchmark file looks at; no more of it matters here."""
    benchmarks = [
        {"name": name, "fullname": f"test_suite.py::{name}", "params": None, "stats": {"data": list(values)}}
        for name, values in rounds.items()
    ]
    document = {
        "version": "5.3.1",
        "datetime": f"2026-01-01T{moment // 3600:02}:{moment // 60 % 60:02}:{moment % 60:02}+00:00",
        "machine_info": {"machine": "x86_64", "system": "Linux", "python_version": "3.11.7"},
        "commit_info": {"id": "unversioned"},
        "benchmarks": benchmarks,
    }
    path.write_text(json.dumps(document), encoding="utf-8")


def write_long(folder: Path, seed: int = 1) -> Path:
    """Write a long recording: base and head alternate, each level in turn."""
    generator = np.random.default_rng(seed)
    folder.mkdir()
    order = 0
    for _ in range(HEADS):
        for side, own in (("base", 0.0), ("head", LEVELS[0]), ("base", 0.0), ("head", LEVELS[1]), ("base", 0.0)):
            rounds = _suite(generator, 1 + own)
            write_result(folder / f"s{order:03}_{side}_x{own:g}.json", rounds, moment=15 * order)
            order += 1
    return folder


def write_short(folder: Path, seed: int = 2) -> Path:
    """Write a short recording: pairs of equal, neutral and slowed code in turn."""
    generator = np.random.default_rng(seed)
    folder.mkdir()
    lines = ["file\tpair\tside\tlevel\torder\tcore\tunix_start\tseconds"]
    for pair in range(48):
        level = ("0", "neutral", "0.05", "0.20")[pair % 4]
        sides = ("base", "head") if pair % 2 else ("head", "base")
        for order, side in enumerate(sides):
            name = f"p{pair:03}_{side}_{level}.json"
            added = float(level) if side == "head" and level != "neutral" else 0.0
            write_result(folder / name, _suite(generator, 1 + added), moment=4 * pair + 2 * order)
            lines.append(f"{name}\t{pair}\t{side}\t{level}\t{order}\t0\t{4 * pair + 2 * order}.0\t1.5")
    (folder / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def recording_of(rounds: Sequence[Sequence[Sequence[float]]], runs: Sequence[tuple[str, float]] = ()) -> Recording:
    """Make a recording from rounds per benchmark and run; ``runs`` says side and level, base runs when left out."""
    sides = runs or [("base", 0.0)] * len(rounds[0])
    arrays = [[np.sort(np.asarray(run, dtype=float)) for run in benchmark] for benchmark in rounds]
    return Recording(
        benchmarks=tuple(f"b{index}" for index in range(len(rounds))),
        runs=tuple(
            Run(file=Path(f"{index}.json"), side="base" if side == "base" else "head", level=level)
            for index, (side, level) in enumerate(sides)
        ),
        statistics=np.stack([statistics_of(benchmark)[0] for benchmark in rounds]),
        rounds=tuple(tuple(benchmark) for benchmark in arrays),
        seconds=1.0,
    )


def _suite(generator: np.random.Generator, factor: float) -> dict[str, list[float]]:
    return {
        name: rounds_of(generator, factor * 1e-3 * (1 + index), noise).tolist()
        for index, (name, noise) in enumerate(zip(NAMES, NOISE, strict=True))
    }
