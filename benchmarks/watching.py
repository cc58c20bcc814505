"""How often watching would open an issue for nothing, and how many commits pass before a slower level has one.

``python -m benchmarks.watching [--histories 1000] [--pushes 15] [--changes 60]`` draws histories of 200 benchmarks
from the generator of the evaluation, as long as the store keeps them, and lets pushes of one commit each follow, ten a
day. After each push the product's own functions look at the history, pairs are drawn where they ask for it, and judged
by the product. A fourth of the histories is as it is (*ordinary*), in others single sessions are outliers, everything
and each benchmark drifts, or jobs run on two kinds of machine and are moved to another one unseen.

First nothing is planted: every issue is a false one. Then one benchmark becomes slower at a random one of the first ten
pushes, and the delay is counted in commits after the slow one (0: at the commit itself).
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.adaptive import grow
from benchmarks.evaluate.suites import MACHINE, TIME, slowed
from benchmarks.evaluate.worlds import draw_benchmarks, draw_levels, draw_runs, places_in_pairs, read_worlds
from reporter.decide.align import Row, arranged
from reporter.decide.watch import Course, suspected
from reporter.decide.watch_evidence import with_pairs
from reporter.decide.watch_states import carried, causes_of, watched
from reporter.model import COLUMN, Benchmark, Gate, Measured, Report
from reporter.store.history import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.worlds import Benchmarks, World
    from reporter.model import FloatArray, IndexArray
    from reporter.records.watch import Pairs, Watch

PUSHES_A_MONTH = 300
FOLLOWED = 30
"""Pushes that follow on a history in which a change is planted."""
RUNS = 3
MOST_PAIRS = 54
KINDS = ("ordinary", "outliers", "drift", "machines")
OUTLIERS = 0.01
"""Of the sessions of a benchmark that are disturbed as a whole …"""
OUTLIER_SIZE = 0.15
"""… by so much on average."""
DRIFT = 0.002
"""Step of the random walk of everything from job to job, and half of it of each benchmark alone."""
MOVED = 0.02
"""Of the jobs after which all benchmarks are shifted, by ``MOVED_SD`` each: another image, another host."""
MOVED_SD = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Levels (benchmarks × commits, logarithms), the machine of each commit, and what the code itself takes."""

    world: World
    benchmarks: Benchmarks
    levels: FloatArray
    machine: IndexArray
    code: FloatArray

    @property
    def names(self) -> list[str]:
        return [f"benchmark {index}" for index in range(len(self.levels))]


@dataclass(slots=True, kw_only=True)
class Counts:
    """What came of the pushes that were followed."""

    pushes: int = 0
    suspicions: int = 0
    false_issues: int = 0
    doubles: int = 0
    delays: list[int | None] = field(default_factory=list)


def draw(kind: str, commits: int, rng: np.random.Generator) -> History:
    """Draw a history in which the code stays what it is."""
    world = replace(read_worlds()[0]["two-hundred"], session_runs=RUNS)
    benchmarks = draw_benchmarks(world, rng)
    shape = (world.benchmarks, commits)
    jobs = rng.normal(size=shape) * benchmarks.sd[:, None] * world.job_sd
    machine = np.zeros(commits, dtype=np.intp)
    if kind == "outliers":
        jobs += (rng.random(shape) < OUTLIERS) * rng.exponential(OUTLIER_SIZE, shape)
    elif kind == "drift":
        jobs += np.cumsum(rng.normal(0, DRIFT, commits)) + np.cumsum(rng.normal(0, DRIFT / 2, shape), axis=1)
    elif kind == "machines":
        machine = rng.integers(2, size=commits)
        jobs += rng.normal(0, world.machine_sd, (world.benchmarks, 2))[:, machine]
        jobs += np.cumsum((rng.random(commits) < MOVED) * rng.normal(0, MOVED_SD, shape), axis=1)
    levels = np.empty(shape)
    for commit in range(commits):
        drawn = draw_levels(world, benchmarks, RUNS, rng, offset=jobs[:, commit])
        levels[:, commit] = np.median(drawn.log_level, axis=1)
    return History(world=world, benchmarks=benchmarks, levels=levels, machine=machine, code=np.zeros(shape))


def planted(history: History, step: float, first: int, rng: np.random.Generator) -> History:
    """Return a history in which one benchmark is slower from a commit on."""
    code = np.zeros_like(history.code)
    code[rng.integers(len(code)), first:] = np.log1p(step)
    return replace(history, levels=history.levels + code, code=code)


def followed(history: History, counts: Counts, rng: np.random.Generator, slow: int | None = None) -> None:
    """Look at a history after each push, from the first that has a full past, and count what comes of it."""
    commits = [f"{number:040x}" for number in range(history.levels.shape[1])]
    known: Watch | None = None
    opened: dict[str, int] = {}
    for push in range(KEPT, len(commits)):
        known = _looked_at(history, commits[: push + 1], known)
        if known.next:
            counts.suspicions += slow is None
            known = _confirmed(history, known, known.next, rng)
        for cause in known.causes:
            if cause.state == "confirmed":
                opened.setdefault(cause.key, push)
        counts.pushes += 1
    counts.doubles += sum(len(rows) - len(set(rows)) for rows in [_rows_of(known, opened)]) if known else 0
    guilty = set(np.flatnonzero(history.code[:, -1]).tolist())
    right = [push for key, push in opened.items() if _is_about(known, key, guilty)]
    counts.false_issues += len(opened) - len(right)
    if slow is not None:
        counts.delays.append(min(right) - slow if right else None)


def _rows_of(known: Watch, opened: dict[str, int]) -> list[str]:
    """Return the slower rows of all open issues: a row that is there twice has two."""
    return [
        row.benchmark
        for cause in known.causes
        if cause.key in opened
        for row in {each.benchmark: each for each in cause.rows if each.pairs == "slower"}.values()
    ]


def _is_about(known: Watch | None, key: str, guilty: set[int]) -> bool:
    causes = [cause for cause in known.causes if cause.key == key] if known else []
    slower = {int(row.benchmark.split()[1]) for cause in causes for row in cause.rows if row.pairs == "slower"}
    return bool(slower & guilty)


def _looked_at(history: History, commits: Sequence[str], known: Watch | None) -> Watch:
    courses = [course for machine in (0, 1) if (course := _course(history, commits, machine))]
    found = causes_of("suite", suspected(courses, commits), courses, commits)
    return watched("suite", commits, courses, carried(found, known, courses, commits), known)


def _course(history: History, commits: Sequence[str], machine: int) -> Course | None:
    places = np.flatnonzero(history.machine[: len(commits)] == machine)[-KEPT:]
    if not places.size:
        return None
    levels = history.levels[:, places]
    count = len(levels)
    log = np.ones(count, dtype=bool)
    column = np.full(count, COLUMN["min"], dtype=np.intp)
    return Course(
        plan="whole",
        machine=replace(MACHINE, cpu_model=f"machine {machine}"),
        commits=tuple(commits[place] for place in places),
        rows=tuple(
            Row(benchmark=Benchmark(name=name), metric=TIME, baseline=None, head=None) for name in history.names
        ),
        values=arranged(levels[:, -1:], levels[:, -1:], [TIME] * count, log, column),
        levels=levels,
    )


def _confirmed(history: History, known: Watch, wanted: Pairs, rng: np.random.Generator) -> Watch:
    """Draw the pairs that are asked for, and let the product judge them."""
    base, head = int(wanted.base, 16), int(wanted.head, 16)
    runs = draw_runs(history.world, history.benchmarks, 2 * MOST_PAIRS, rng, in_pairs=True)
    before, after = places_in_pairs(MOST_PAIRS)
    change = np.exp(history.code[:, head] - history.code[:, base])
    slower = slowed(runs[:, after], np.repeat(change[:, None], MOST_PAIRS, axis=1))
    decision, pairs = grow(runs[:, before], slower, history.names)
    measured = Measured(
        base_sha=wanted.base, head_sha=wanted.head, plan="pairs", runs=pairs, seconds=None, fingerprint=MACHINE
    )
    report = Report(
        suite="suite",
        gate=Gate(status="passed"),
        measured=measured,
        baseline=None,
        baseline_reason=None,
        compare="paired",
        shift=None,
        assessments=decision.assessments,
    )
    return with_pairs(known, report)


def main(arguments: Sequence[str]) -> None:
    """Print a line for each kind of history, and one for each size of change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of which histories are drawn")
    parser.add_argument("--first", type=int, default=0, help="number of the first history, to go on with a run before")
    parser.add_argument("--pushes", type=int, default=15, help="that follow on each history of equal code")
    parser.add_argument("--changes", type=int, default=60, help="histories for each size of change")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    began = time.process_time()
    for kind in asked.kinds:
        counts = Counts()
        for number in range(asked.first, asked.first + asked.histories // len(asked.kinds)):
            rng = np.random.default_rng([asked.seed, KINDS.index(kind), number])
            followed(draw(kind, KEPT + asked.pushes, rng), counts, rng)
        months = counts.pushes / PUSHES_A_MONTH
        print(
            f"{kind}: {months:.1f} months; {counts.suspicions / months:.2f} suspicions and "
            f"{counts.false_issues / months:.3f} false issues a month, {counts.doubles} doubled",
            flush=True,
        )
    for step in (0.05, 0.10, 0.20):
        counts = Counts()
        for number in range(asked.changes):
            rng = np.random.default_rng([asked.seed, 99, number])
            history = draw("ordinary", KEPT + FOLLOWED, rng)
            slow = KEPT + int(rng.integers(10))
            followed(planted(history, step, slow, rng), counts, rng, slow)
        print(_delays(step, counts), flush=True)
    print(f"{time.process_time() - began:.0f} s of processor time")


def _delays(step: float, counts: Counts) -> str:
    known = sorted(delay for delay in counts.delays if delay is not None)
    half = f"median {known[len(known) // 2]}, nine in ten {known[len(known) * 9 // 10]}" if known else "none"
    return (
        f"+{step:.0%}: {len(known)} of {len(counts.delays)} opened, delay in commits: {half}; "
        f"{counts.false_issues} false, {counts.doubles} doubled"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
