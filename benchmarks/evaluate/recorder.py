"""New recordings of short pairs, made by the product's own measuring on the subject beside this file.

Each kind of pair (equal code, neutral code, each level) is a measuring of its own, as a pull request would be: two
worktrees, an environment per side, one discarded run that fixes rounds and iterations. Every pair is measured both
ways right after each other, in lock-step and one side after the other, and the kinds come in random order. So every way
and kind meets every mood of the machine. A recording that was interrupted goes on where it ended.
"""

from __future__ import annotations

import csv
import os
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
from benchmarks.evaluate.recording import IN_TURN, LOCK_STEP, MANIFEST, manifest_rows
from reporter.measure.paired.cores import Cores
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import Plan
from reporter.measure.record import load
from reporter.shared.errors import CommandFailedError, MeasuringInterruptedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.evaluate.figures import Progress
    from benchmarks.evaluate.recording import Way
    from reporter.measure.record import RunRecord

LEVELS = (0.03, 0.05, 0.10)
COLUMNS = (
    "file",
    "pair",
    "side",
    "level",
    "order",
    "core",
    "unix_start",
    "seconds",
    "way",
    "slices",
    "others",
    "steal",
)
"""``others`` is the work of other processes during the pair (in cores), ``steal`` what the host took (of one core)."""
WAYS: tuple[Way, ...] = (LOCK_STEP, IN_TURN)
Kind = tuple["Way", str]
"""How a pair is measured, and what its head is: ``0`` (equal code), ``neutral``, or a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many pairs of each kind: equal code, neutral heads, and heads over all ``LEVELS`` together."""

    equal: int
    neutral: int
    heads: int

    def kinds(self) -> dict[str, int]:
        """Return the pairs of each kind by its name in the manifest; the smallest level gets what does not divide."""
        each, rest = divmod(self.heads, len(LEVELS))
        slowed = {f"{level:.2f}": each + (index < rest) for index, level in enumerate(LEVELS)}
        return {kind: count for kind, count in {"0": self.equal, "neutral": self.neutral, **slowed}.items() if count}


def record(output: Path, wanted: Wanted, seed: int, progress: Progress) -> None:
    """Measure all pairs that ``output`` does not have yet; what was measured is kept, whatever happens.

    Raises:
        UsageError: ``output`` holds something that is no recording with both ways.
        CommandFailedError: a run failed.
        MeasuringInterruptedError: a signal ended it.
    """
    done = _recorded(output)
    order = list(_order(wanted, seed))
    left = list(_without(order, done))
    if not left:
        return
    with _measurings(sorted({kind for _, kind in left})) as (plans, folder):
        for number, kind in enumerate(left, len(order) - len(left) + 1):
            way, name = kind
            measured = folder / way / name
            _one_pair(plans[kind], measured)
            _keep(measured, kind, number - 1, output)
            if number % 10 == 0:
                progress.done(f"{number} of {len(order)} pairs")


def _order(wanted: Wanted, seed: int) -> Iterator[Kind]:
    """Yield all pairs in random order, each in both ways; the way that comes first takes turns."""
    kinds = [kind for kind, count in wanted.kinds().items() for _ in range(count)]
    random.Random(seed).shuffle(kinds)
    for number, kind in enumerate(kinds):
        for way in WAYS if number % 2 else WAYS[::-1]:
            yield way, kind


def _recorded(output: Path) -> Counter[Kind]:
    """Return how many pairs of each kind the folder has; rows of a pair whose second side is missing do not count."""
    if not output.exists() or not any(output.iterdir()):
        return Counter()
    rows = manifest_rows(output) if (output / MANIFEST).is_file() else []
    if not rows or set(rows[0]) != set(COLUMNS):
        raise UsageError(
            "recording-exists",
            "the folder holds something other than a recording of both ways",
            where=str(output),
            cure="name another --output",
        )
    return Counter((_way(row["way"]), row["level"]) for row in rows if row["order"] == "1")


def _way(name: str) -> Way:
    return LOCK_STEP if name == LOCK_STEP else IN_TURN


def _without(order: Sequence[Kind], done: Counter[Kind]) -> Iterator[Kind]:
    """Yield what is left of the order; the first of each kind are those that are done."""
    left = Counter(done)
    for kind in order:
        if left[kind]:
            left[kind] -= 1
        else:
            yield kind


@contextmanager
def _measurings(kinds: Sequence[str]) -> Iterator[tuple[dict[Kind, Plan], Path]]:
    """Yield a plan per kind and way, and a folder inside the repository; nothing of either is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchverdict-recording-") as name:
        folder, project = Path(name), Path(name) / "subject"
        base = subject_repository.make_base(project)
        heads = {kind: _head(project, base, kind) for kind in kinds}
        plans = {(way, kind): _plan(base, head, way) for kind, head in heads.items() for way in WAYS}
        try:
            with chdir(project):
                yield plans, folder
        finally:
            with chdir(project):
                for way, kind in plans:
                    clean(folder / way / kind, stream=sys.stderr)


def _head(project: Path, base: str, kind: str) -> str:
    if kind in ("0", "neutral"):
        return subject_repository.make_head(project, base, {}, neutral=kind == "neutral")
    return subject_repository.make_head(project, base, dict.fromkeys(subject_repository.benchmarks(), float(kind)))


def _plan(base: str, head: str, way: Way) -> Plan:
    return Plan(
        name="recorded",
        script=subject_repository.COMMAND,
        plan="pairs",
        pairs=PairPlan(
            base_sha=base,
            head_sha=head,
            lock_step=way == LOCK_STEP,
            time_limit_seconds=subject_repository.ALL_DAY,
        ),
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


def _keep(folder: Path, kind: Kind, number: int, output: Path) -> None:
    """Copy the result files of the newest pair, and append it to the manifest."""
    record = load(folder)
    pair = max(run.pair for run in record.runs if run.pair is not None)
    runs = sorted((run for run in record.runs if run.pair == pair and run.complete), key=lambda run: run.started_at)
    if len(runs) != 2:
        raise CommandFailedError("run-failed", f"pair {pair} was not complete")
    output.mkdir(parents=True, exist_ok=True)
    core = Cores(wanted=True).of_pair(pair)
    others, steal = _conditions(runs, kind[0])
    rows = []
    for order, run in enumerate(runs):
        name, slices = _copied(folder, run, output / f"p{number:04}_{run.side}_{kind[1]}.json")
        moment, seconds = f"{run.started_at:.3f}", f"{run.wall_seconds or 0.0:.3f}"
        place = core.number if core else ""
        rows.append((name, number, run.side, kind[1], order, place, moment, seconds, kind[0], slices, others, steal))
    _append(output / MANIFEST, rows)


def _copied(folder: Path, run: RunRecord, to: Path) -> tuple[str, str]:
    """Copy result and slices of a run; return their names, the latter empty where it has none."""
    shutil.copyfile(folder / run.results[0], to)
    if run.slices is None:
        return to.name, ""
    slices = to.with_suffix(".slices.json")
    shutil.copyfile(folder / run.slices, slices)
    return to.name, slices.name


def _conditions(runs: Sequence[RunRecord], way: Way) -> tuple[str, str]:
    """Return the work of others during a pair in cores, and the share that the host took; empty where unknown."""
    seen = [run.conditions for run in runs]
    busy = [one.busy_seconds for one in seen if one is not None and one.busy_seconds is not None]
    stolen = [one.steal_seconds for one in seen if one is not None and one.steal_seconds is not None]
    wall, own = ([getattr(run, name) or 0.0 for run in runs] for name in ("wall_seconds", "cpu_seconds"))
    if len(busy) < 2 or len(stolen) < 2 or not all(wall):
        return "", ""
    # In lock-step both runs last about as long as the pair, so each saw nearly all of it.
    spans = 2 if way == LOCK_STEP else 1
    others = max(0.0, sum(busy) / spans - sum(own)) / (sum(wall) / spans)
    return f"{others:.3f}", f"{sum(stolen) / sum(wall) / (os.cpu_count() or 1):.4f}"


def _append(manifest: Path, rows: Sequence[Sequence[object]]) -> None:
    is_new = not manifest.exists()
    with manifest.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        if is_new:
            table.writerow(COLUMNS)
        table.writerows(rows)
