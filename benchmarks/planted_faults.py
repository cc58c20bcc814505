"""Whether the culprit of a planted fault is named: ``python -m benchmarks.planted_faults [--only PART] [--every N]``.

Every head is a commit of a small project with one fault, or with nothing that is slower. Base and head are made,
profiled and compared by the product's own code. Counts do not depend on load, so the machine may be busy.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.planted.faults import BASE_EDITS, FAULTS, NEUTRAL, Edit, Fault
from benchmarks.planted.more import MORE_FAULTS, MORE_NEUTRAL
from benchmarks.planted.packages import PACKAGES
from reporter.commands.profiling import RUN_LIMIT_SECONDS
from reporter.decide import changed_lines
from reporter.decide.cause import ranked
from reporter.ingest import profile as profiles
from reporter.measure.instruments.instrument import PROFILE
from reporter.measure.instruments.sides import instrumented_sides
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.plan import PAIRED, Plan

if TYPE_CHECKING:
    from reporter.causes import Cause

GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Outcome:
    """What was found of a head: right in which respects."""

    first: bool
    among_three: bool
    kind: bool
    joined: bool
    found: str


@dataclass(frozen=True)
class Way:
    """How heads are profiled: by which Python, and where profiles are kept, or taken from ``again``."""

    python: str
    kept: Path | None
    again: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="PART", help="only heads with this in their name")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only one in so many heads")
    parser.add_argument("--heads", choices=("all", "faults", "neutral"), default="all", help="which heads")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the Python that runs the benchmarks")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the profiles")
    parser.add_argument("--again", action="store_true", help="judge the profiles in the folder of --keep again")
    arguments = parser.parse_args()
    way = Way(arguments.python, arguments.keep and arguments.keep.resolve(), arguments.again)
    wanted = [
        fault for fault in (*FAULTS, *MORE_FAULTS) if arguments.only in fault.name and arguments.heads != "neutral"
    ]
    neutral = [head for head in (*NEUTRAL, *MORE_NEUTRAL) if arguments.only in head[0] and arguments.heads != "faults"]
    faults = [_outcome(fault, way) for fault in wanted[:: arguments.every]]
    blamed = [_blamed(*head, way) for head in neutral[:: arguments.every]]
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    print(_summary(faults, blamed))
    return 0


def _outcome(fault: Fault, way: Way) -> Outcome:
    shared = BASE_EDITS.get(fault.name, 0)
    sides = _sides(fault.package, fault.edits[:shared], fault.edits[shared:])
    found = _causes(fault.name, sides, fault.benchmark, way)
    named = [cause.function in fault.functions for cause in found]
    first = found[0]
    changed = first.changed.function if first.changed else None
    outcome = Outcome(named[0], any(named[:3]), first.kind in fault.kinds, changed == fault.changed, _told(first))
    marks = [outcome.first, outcome.among_three, outcome.kind, outcome.joined]
    print(f"{fault.name:<32} {' '.join('+' if mark else '-' for mark in marks)}  {outcome.found}", flush=True)
    return outcome


def _told(cause: Cause) -> str:
    changed = f" <- {cause.changed.function}:{cause.changed.line}" if cause.changed else ""
    return f"{cause.kind} {cause.function or cause.why} {cause.share or 0:.0%} {cause.calls}{changed}"


def _blamed(name: str, package: str, benchmark: str, edits: tuple[Edit, ...], way: Way) -> bool:
    cause = _causes(name, _sides(package, (), edits), benchmark, way)[0]
    print(f"{name:<32} {'-' if cause.function else '+'}        {_told(cause)}", flush=True)
    return cause.function is not None


def _sides(package: str, shared: tuple[Edit, ...], edits: tuple[Edit, ...]) -> list[dict[str, str]]:
    base = edited(PACKAGES[package], shared)
    return [base, edited(base, edits)]


def _causes(name: str, sides: list[dict[str, str]], benchmark: str, way: Way) -> list[Cause]:
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        kept = way.kept / name.replace(" ", "-") if way.kept else Path(folder) / "kept"
        if not way.again:
            tree = Path(folder) / "project"
            _commit(tree, sides)
            kept.mkdir(parents=True, exist_ok=True)
            _profile(tree, Path(folder) / "out", kept, benchmark, way.python)
        return _judged(kept)


def _commit(tree: Path, sides: list[dict[str, str]]) -> None:
    tree.mkdir()
    _git(tree, "init", "--quiet")
    for content in sides:
        written(tree, content)
        _git(tree, "add", "--all")
        _git(tree, "commit", "--quiet", "--allow-empty", "--message", "change")


def _profile(tree: Path, output: Path, kept: Path, benchmark: str, python: str) -> None:
    """Profile both commits, and leave the profiles and the diff in a folder."""
    command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")
    pairs = PairPlan(base_sha="HEAD~1", isolate=False)
    plan = Plan(name="planted", plan=PAIRED, command=command, pairs=pairs)
    here = Path.cwd()
    os.chdir(tree)
    try:
        with instrumented_sides(plan, output, stream=io.StringIO()) as (sides, diff):
            looked = sides.look(PROFILE, [benchmark], RUN_LIMIT_SECONDS)
    finally:
        os.chdir(here)
    if looked.problems:
        raise SystemExit("\n".join(looked.problems))
    (kept / "diff").write_text(diff, encoding="utf-8")
    for side, paths in looked.files.items():
        for number, path in enumerate(paths):
            shutil.copyfile(path, kept / f"{side}-{number}.json")


def _judged(kept: Path) -> list[Cause]:
    runs = {side: [profiles.read(path) for path in sorted(kept.glob(f"{side}-*.json"))] for side in ("base", "head")}
    (name,) = runs["head"][0].benchmarks
    base, head = ([run.benchmarks[name] for run in runs[side]] for side in ("base", "head"))
    return ranked(base, head, changed_lines.parse((kept / "diff").read_text(encoding="utf-8")))


def edited(given: dict[str, str], edits: tuple[Edit, ...]) -> dict[str, str]:
    """Return files with some texts in them replaced."""
    files = dict(given)
    for file, old, new in edits:
        before = files.get(file, "")
        if old and old not in before:
            raise SystemExit(f"{file} has no {old!r}")
        files[file] = before.replace(old, new, 1) if old else before + new
    return files


def written(tree: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _git(tree: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=tree, check=True, capture_output=True)


def _summary(faults: list[Outcome], blamed: list[bool]) -> str:
    lines = []
    for label in ("first", "among_three", "kind", "joined"):
        right = Counter(getattr(each, label) for each in faults)[True]
        lines.append(f"{label:<12} {right} of {len(faults)}")
    return "\n".join([*lines, f"{'blamed':<12} {sum(blamed)} of {len(blamed)} neutral heads"])


if __name__ == "__main__":
    sys.exit(main())
