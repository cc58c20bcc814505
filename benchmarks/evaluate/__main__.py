"""``python -m benchmarks.evaluate``: draw, judge, print the tables, and hold them against the targets."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from benchmarks.evaluate import dominance, pair_classes, recorded, rivals, rivals_on_short, synthetic, tables
from benchmarks.evaluate.figures import QUICK, Counts, Figures, Progress
from benchmarks.evaluate.recorder import Wanted, record
from benchmarks.evaluate.recording import IN_TURN, LOCK_STEP, Way, read_recording
from benchmarks.evaluate.targets import PARTS, judge, read_targets
from benchmarks.evaluate.worlds import World, read_worlds
from reporter.shared.errors import BenchverdictError, UsageError
from reporter.shared.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
TARGETS_MISSED = 10
SHORT, RECORD = "short", "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for, checked."""

    parts: tuple[str, ...]
    long: Path
    short: Path
    way: Way
    seed: int
    worlds: tuple[World, ...]
    counts: Counts
    targets: Path | None
    output: Path


def main(arguments: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run the parts asked for; give the exit code."""
    try:
        options = _parser().parse_args(arguments)
        if options.part == RECORD:
            return _record(options, Progress(stream=stderr))
        asked = _asked(options)
        return _evaluate(asked, stdout, Progress(stream=stderr))
    except BenchverdictError as error:
        print(f"error: {error}", file=stderr)
        return error.exit_code


def _evaluate(asked: Asked, stdout: TextIO, progress: Progress) -> int:
    targets = read_targets(asked.targets) if asked.targets else []
    figures, text = Figures(), _heading(asked)
    if SHORT in asked.parts:
        text += _short_alone(asked, progress)
    if {"peers", "recorded"} & set(asked.parts):
        figures |= _recorded(asked, progress)
        text += tables.peers(figures)
    if "recorded" in asked.parts:
        text += tables.long_runs(figures)
        text += tables.short_pairs(figures, recorded.SHORT_PAIRS) + tables.dominance(figures)
    if "synthetic" in asked.parts:
        figures |= synthetic.run(asked.worlds, asked.counts, asked.seed, progress)
        text += tables.worlds(figures, asked.worlds)
    results = judge(targets, figures, asked.parts)
    text += tables.targets(results) if results else ""
    write_atomically(asked.output, text)
    print(text, file=stdout)
    return 0 if all(result.met for result in results) else TARGETS_MISSED


def _recorded(asked: Asked, progress: Progress) -> Figures:
    """Read the recordings and judge them; each step has a generator of its own, so that none moves another."""
    seeds = (np.random.default_rng([asked.seed, step]) for step in range(100))
    long, counts = read_recording(asked.long), asked.counts
    figures = rivals.table(long, counts, next(seeds), progress)
    if "recorded" not in asked.parts:
        return figures
    short, numbers = read_recording(asked.short), recorded.SHORT_PAIRS
    figures |= recorded.screen(long, counts, next(seeds), progress)
    figures |= recorded.long_pairs(long, counts, next(seeds), progress)
    figures |= recorded.short_pairs(short, numbers, counts, next(seeds), progress)
    figures |= recorded.growing_pairs(short, numbers[1:], counts, next(seeds), progress)
    figures |= rivals_on_short.table(short, numbers, counts, next(seeds), progress)
    figures |= dominance.equal_runs(long, figures, counts, next(seeds), progress)
    figures |= dominance.equal_time(long, short, figures, counts, next(seeds), progress)
    return figures


def _record(options: argparse.Namespace, progress: Progress) -> int:
    if options.output is None:
        raise UsageError("output-missing", "record needs a folder to write to", cure="name one with --output")
    wanted = Wanted(equal=options.pairs_aa, neutral=options.neutral, heads=options.heads)
    record(options.output.resolve(), wanted, options.seed or 1, progress)
    return 0


def _short_alone(asked: Asked, progress: Progress) -> str:
    """Judge a recording of short pairs at the same machine time as the others; nothing here is a target."""
    seeds = (np.random.default_rng([asked.seed, step]) for step in range(100))
    short, counts = read_recording(asked.short, asked.way), asked.counts
    numbers = recorded.numbers_of_pairs(short)
    figures = recorded.short_pairs(short, numbers, counts, next(seeds), progress)
    figures |= recorded.growing_pairs(short, numbers[1:], counts, next(seeds), progress)
    figures |= rivals_on_short.table(short, numbers, counts, next(seeds), progress)
    seconds = ", ".join(f"{number} pairs are {number * short.pair_seconds:.0f} s" for number in numbers)
    return (
        f"A pair takes {short.pair_seconds:.2f} s; {seconds}.\n\n"
        + tables.noise_by_class(pair_classes.noise(short))
        + tables.short_pairs(figures, numbers)
    )


def _heading(asked: Asked) -> str:
    counts = asked.counts
    return (
        f"# Evaluation of the verdicts: {', '.join(asked.parts)}\n\n"
        f"Seed {asked.seed}; {counts.draws} draws a figure, {counts.replicates} block-bootstrap replicates; "
        f"{counts.pulls} harmless pull requests a world, {counts.slowed} a level.\n\n"
    )


def _asked(options: argparse.Namespace) -> Asked:
    worlds, seeds = read_worlds()
    unknown = [name for name in options.worlds if name not in worlds]
    if unknown:
        raise UsageError("unknown-world", f"there is no world {unknown[0]!r}", cure=f"one of {', '.join(worlds)}")
    counts = QUICK if options.quick else Counts()
    given = {name: getattr(options, name) for name in ("pulls", "slowed") if getattr(options, name) is not None}
    return Asked(
        parts=PARTS if options.part == "all" else (options.part,),
        long=options.long,
        short=options.short,
        way=options.way,
        seed=seeds.check(options.seed, final=options.final),
        worlds=tuple(_with_designs(worlds[name], options.designs) for name in options.worlds or worlds),
        counts=replace(counts, **given),
        targets=options.targets,
        output=options.output or ROOT / "build" / "evaluate" / f"{options.part}.md",
    )


def _with_designs(world: World, asked: Sequence[str]) -> World:
    """Keep the designs asked for; none means all. No figure depends on which others are run."""
    kept = tuple(design for design in world.designs if not asked or design in asked)
    if not kept:
        raise UsageError(
            "unknown-design",
            f"world {world.name!r} has none of the designs asked for",
            cure=f"one of {', '.join(world.designs)}",
        )
    return replace(world, designs=kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate", description=__doc__)
    parser.add_argument(
        "part",
        choices=(*PARTS, "all", SHORT, RECORD),
        help="what to run; recorded includes peers, all neither short nor record",
    )
    recordings = ROOT.parent / "shared" / "evaluation"
    parser.add_argument("--long", type=Path, default=recordings / "dev", metavar="DIR", help="folder of long runs")
    parser.add_argument("--short", type=Path, default=recordings / "short", metavar="DIR", help="folder of short pairs")
    parser.add_argument(
        "--way", choices=(LOCK_STEP, IN_TURN), default=IN_TURN, help="short: which pairs of a recording of both ways"
    )
    parser.add_argument("--seed", type=int, help="within the development range, or the final one with --final")
    parser.add_argument("--final", action="store_true", help="use the seeds that development never used")
    parser.add_argument("--worlds", nargs="*", default=[], metavar="NAME", help="only these worlds")
    parser.add_argument("--designs", nargs="*", default=[], metavar="NAME", help="only these designs of the worlds")
    parser.add_argument("--pulls", type=int, metavar="N", help="harmless pull requests per world")
    parser.add_argument("--slowed", type=int, metavar="N", help="slowed pull requests per world and level")
    parser.add_argument("--quick", action="store_true", help="few draws: shows that it runs, not how good it is")
    parser.add_argument(
        "--assert", dest="targets", type=Path, metavar="FILE", help="exit with 10 when a target is missed"
    )
    parser.add_argument(
        "--output", type=Path, metavar="PATH", help="the tables as Markdown (build/evaluate/PART.md); record's folder"
    )
    parser.add_argument("--pairs-aa", type=int, default=60, metavar="N", help="record: pairs of equal code")
    parser.add_argument(
        "--neutral", type=int, default=40, metavar="N", help="record: pairs whose heads have unused code"
    )
    parser.add_argument("--heads", type=int, default=40, metavar="N", help="record: pairs of all levels together")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))
