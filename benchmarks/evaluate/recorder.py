"""New recordings of short pairs, made by the product's own measuring on the subject beside this file.

Each kind of pair (equal code, neutral code, each level) is a measuring of its own, as a pull request would be: two
worktrees, an environment per side, one discarded run that fixes rounds and iterations. Their pairs are measured in
random order, so that every kind meets every mood of the machine.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.evaluate import subject_repository
from benchmarks.evaluate.recording import MANIFEST
from reporter.measure.paired.cores import Cores
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import Plan
from reporter.measure.record import FILE_NAME, RunRecord, load
from reporter.shared.errors import CommandFailedError, MeasuringInterruptedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.evaluate.figures import Progress

LEVELS = (0.03, 0.05, 0.10)
COLUMNS = ("file", "pair", "side", "level", "order", "core", "unix_start", "seconds")
_KEPT = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many pairs of each kind: equal code, neutral heads, and heads over all ``LEVELS`` together."""

    equal: int
    neutral: int
    heads: int

    def kinds(self) -> dict[str, int]:
        """Give the pairs of each kind by its name in the manifest; the smallest level gets what does not divide."""
        each, rest = divmod(self.heads, len(LEVELS))
        slowed = {f"{level:.2f}": each + (index < rest) for index, level in enumerate(LEVELS)}
        return {kind: count for kind, count in {"0": self.equal, "neutral": self.neutral, **slowed}.items() if count}


def record(output: Path, wanted: Wanted, seed: int, progress: Progress) -> None:
    """Measure all pairs and leave them in ``output`` with their manifest, also when some could not be measured.

    Raises:
        UsageError: ``output`` holds something already.
        CommandFailedError: a run failed.
        MeasuringInterruptedError: a signal ended it.
    """
    if output.exists() and any(output.iterdir()):
        raise UsageError("recording-exists", "the folder is not empty", where=str(output), cure="name another --output")
    kinds = wanted.kinds()
    order = [kind for kind, count in kinds.items() for _ in range(count)]
    random.Random(seed).shuffle(order)
    with _measurings(kinds) as (plans, folder):
        try:
            for number, kind in enumerate(order):
                _one_pair(plans[kind], folder / _KEPT / kind)
                if (number + 1) % 10 == 0:
                    progress.done(f"{number + 1} of {len(order)} pairs")
        finally:
            _collect(folder / _KEPT, output)


@contextmanager
def _measurings(kinds: dict[str, int]) -> Iterator[tuple[dict[str, Plan], Path]]:
    """Give a plan per kind and a folder, inside the repository; nothing of either is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchverdict-recording-") as name:
        folder = Path(name)
        project = folder / "subject"
        base = subject_repository.make_base(project)
        plans = {kind: _plan(base, _head(project, base, kind)) for kind in kinds}
        try:
            with chdir(project):
                yield plans, folder
        finally:
            with chdir(project):
                for kind in kinds:
                    clean(folder / _KEPT / kind, stream=sys.stderr)


def _head(project: Path, base: str, kind: str) -> str:
    if kind in ("0", "neutral"):
        return subject_repository.make_head(project, base, {}, neutral=kind == "neutral")
    return subject_repository.make_head(project, base, dict.fromkeys(subject_repository.benchmarks(), float(kind)))


def _plan(base: str, head: str) -> Plan:
    return Plan(
        name="recorded",
        script=subject_repository.COMMAND,
        plan="pairs",
        pairs=PairPlan(base_sha=base, head_sha=head, lock_step=False, time_limit_seconds=subject_repository.ALL_DAY),
    )


def _one_pair(plan: Plan, folder: Path) -> None:
    log = folder.with_suffix(".log")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream:
        outcome = measure_pairs(plan, folder, count=1, stream=stream)
    if outcome.status == "interrupted":
        raise MeasuringInterruptedError("interrupted", "recording was interrupted; complete pairs are kept", cure="")
    if outcome.exit_code:
        raise CommandFailedError("run-failed", outcome.message or outcome.status)


def _collect(folder: Path, output: Path) -> None:
    """Copy the result files of all complete pairs, in order of time, and write the manifest."""
    cores, numbers = Cores(wanted=True), dict[tuple[str, int], int]()
    output.mkdir(parents=True, exist_ok=True)
    with (output / MANIFEST).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        for kind, pair, run in sorted(_runs(folder), key=lambda found: found[2].started_at):
            is_second = (kind, pair) in numbers
            number = numbers.setdefault((kind, pair), len(numbers))
            name = f"p{number:03}_{run.side}_{kind}.json"
            shutil.copyfile(folder / kind / run.results[0], output / name)
            core = cores.of_pair(pair)
            moment, seconds = f"{run.started_at:.3f}", f"{run.wall_seconds or 0.0:.3f}"
            table.writerow([name, number, run.side, kind, int(is_second), core.number if core else "", moment, seconds])


def _runs(folder: Path) -> Iterator[tuple[str, int, RunRecord]]:
    """Give kind, number within the kind, and run of all complete pairs."""
    for path in sorted(folder.glob(f"*/{FILE_NAME}")):
        sides = Counter(run.pair for run in load(path.parent).runs if run.complete)
        for run in load(path.parent).runs:
            if run.pair is not None and sides[run.pair] == 2:
                yield path.parent.name, run.pair, run
