"""How much ``select = "affected"`` leaves out, and what it misses: ``python -m benchmarks.selection REPOSITORY …``.

The last commits of a real project are decided one after the other, by the product's instrument and decision: what is
counted is which benchmarks would have been measured. Nothing is timed, so the machine may be busy.

For ``--planted`` a slowdown is planted in one function after the other, and what is decided of its diff is held against
what a second program sees: every function counts its calls there, and the counts are read around the timed calls of
each benchmark. A benchmark is missed when a planted function runs in its timed calls and it would not be measured.

    python -m benchmarks.selection ../cattrs/repo --python ../cattrs/venv/bin/python --commits 30 --planted \
        -- bench/test_primitives.py
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from reporter.measure.paired.git import Repository, repository_of
from reporter.measure.paired.sides import Side, Sides
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.selecting import code
from reporter.measure.selecting.decision import Selection, UnsureError, select
from reporter.measure.selecting.decision import Sides as Reaches
from reporter.measure.selecting.reached import Reached, read
from reporter.measure.selecting.selecting import changes_of, is_named

if TYPE_CHECKING:
    from collections.abc import Callable

Function = ast.FunctionDef | ast.AsyncFunctionDef
SECONDS = 600
FEWEST_LOOK = 8
"""Pairs of a first look."""
COUNTING = """
import builtins, json, os, pytest
hits = set()
timed = {}
builtins.__bv_hit__ = hits.add
from pytest_benchmark.fixture import BenchmarkFixture
make = BenchmarkFixture._make_runner
def _make_runner(self, function, args, kwargs):
    run = make(self, function, args, kwargs)
    def runner(*given, **named):
        hits.clear()
        try:
            return run(*given, **named)
        finally:
            timed.setdefault(self.fullname, set()).update(hits)
    return runner
BenchmarkFixture._make_runner = _make_runner
def pytest_unconfigure():
    with open(os.environ["BV_TIMED"], "w") as file:
        json.dump({name: sorted(found) for name, found in timed.items()}, file)
"""


@dataclass(frozen=True)
class Project:
    """A repository, and how its benchmarks are run from the top of a tree. ``sources`` are where its modules lie."""

    repository: Repository
    python: str
    arguments: tuple[str, ...]
    sources: tuple[str, ...]
    folder: Path

    def run(self, tree: Path, environ: dict[str, str], *more: str) -> bool:
        """Run the benchmarks of a tree; return whether all went well."""
        path = os.pathsep.join([*(str(tree / source) for source in self.sources), str(PLUGIN_FOLDER), str(self.folder)])
        command = [self.python, "-m", "pytest", *self.arguments, "-q", "-p", "no:cacheprovider", *more]
        with (self.folder / "log.txt").open("ab") as log:
            done = subprocess.run(
                command,
                cwd=tree,
                env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **environ},
                stdout=log,
                stderr=log,
                timeout=SECONDS,
                check=False,
            )
        return done.returncode == 0

    def reached(self, tree: Path) -> Reached | None:
        """Return what the benchmarks of a tree reach; ``None`` where they cannot be run."""
        path = self.folder / "reach.json"
        path.unlink(missing_ok=True)
        self.run(tree, {"BENCHVERDICT_REACH": str(path), "BENCHVERDICT_TREE": str(tree)})
        return read(path) if path.is_file() else None


def main() -> int:
    """Decide the commits, and what is planted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--python", default="python")
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--commits", type=int, default=0)
    parser.add_argument("--skip", type=int, default=0, help="commits before these")
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("arguments", nargs="+")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = repository_of(given.repository, os.environ)
        python = str(Path(given.python).absolute())
        sources = tuple(given.source) or ("src", ".")
        project = Project(repository, python, tuple(given.arguments), sources, Path(os.path.realpath(folder)))
        if given.commits:
            _commits(project, given.commits, given.skip)
        if given.planted:
            _planted(project)
    return 0


def _commits(project: Project, count: int, skip: int) -> None:
    wanted = ["log", "--first-parent", f"-{count + 1}", f"--skip={skip}", "--format=%H"]
    commits = project.repository.git(*wanted).decode().split()
    shares, why = [], Counter[str]()
    side, reached, unsure = _side(project, "a", commits[0]), None, 0
    for number, commit in enumerate(commits[1:]):
        base = _side(project, "ab"[(number + 1) % 2], commit)
        reached = reached or project.reached(side.tree)
        below = project.reached(base.tree)
        found = _decided(project, base, side, below, reached)
        share = 1.0 if isinstance(found, str) else len(found.measured) / len(found.measured + found.left_out)
        unsure += isinstance(found, str)
        why[found.replace(commit, "") if isinstance(found, str) else "decided"] += 1
        print(f"{side.commit[:10]} {share:4.0%} {found if isinstance(found, str) else ''}", flush=True)
        shares.append(share)
        project.repository.remove_worktree(side.tree)
        side, reached = base, below
    project.repository.remove_worktree(side.tree)
    print(f"median of the processor time of pairs saved: {median(_saved(project, shares)):.0%}")
    none, every = sum(share == 0 for share in shares), sum(share == 1 for share in shares)
    print(
        f"{len(shares)} commits: mean {fmean(shares):.0%}, median {median(shares):.0%} of the benchmarks are measured"
    )
    print(f"none in {none}, some in {len(shares) - none - every}, all in {every} ({unsure} of them unsure)")


def _saved(project: Project, shares: list[float]) -> list[float]:
    """Return which share of the processor time of the fewest pairs is saved at each share of benchmarks.

    Time is that of one run each: with the instrument, with the benchmarks as short as in pairs, and without any.
    """
    side = _side(project, "a", "HEAD")
    whole = _seconds(lambda: project.run(side.tree, {}, "--benchmark-max-time=0.05", "--benchmark-min-rounds=5"))
    start = _seconds(lambda: project.run(side.tree, {}, "--collect-only"))
    recorded = _seconds(lambda: project.reached(side.tree))
    project.repository.remove_worktree(side.tree)
    print(f"processor seconds: {whole:.1f} a run, {start:.1f} of it to start, {recorded:.1f} a run that records")
    runs = 2 * FEWEST_LOOK
    spent = [2 * recorded + (runs * (start + share * (whole - start)) if share else 0) for share in shares]
    return [1 - each / (runs * whole) for each in spent]


def _seconds(call: Callable[[], object]) -> float:
    before = os.times()
    call()
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def _side(project: Project, name: str, commit: str) -> Side:
    tree = project.folder / name / project.repository.root.name
    project.repository.add_worktree(tree, commit)
    return Side(name, commit, tree, tree)


def _decided(
    project: Project, base: Side, head: Side, base_reached: Reached | None, head_reached: Reached | None
) -> Selection | str:
    if base_reached is None or head_reached is None:
        return "a side does not run"
    differing = project.repository.differing(base.commit, head.commit)
    sides = Sides(project.repository.root, base, head)
    named = lambda path: is_named(path, sides, base_reached, head_reached)  # noqa: E731
    try:
        return select(changes_of(differing, sides), Reaches(base_reached, head_reached, (), named))
    except UnsureError as error:
        return str(error)


def _planted(project: Project) -> None:
    side = _side(project, "a", "HEAD")
    reached = project.reached(side.tree)
    assert reached is not None, "the benchmarks do not run"
    files = {path for path in reached.imported if not any(reach.file == path for reach in reached.benchmarks.values())}
    texts = {path: (side.tree / path).read_bytes() for path in sorted(files)}
    numbered = _number_all(side.tree, texts)
    (project.folder / "bv_counting.py").write_text(COUNTING, encoding="utf-8")
    timed = project.folder / "timed.json"
    fast = ("--benchmark-max-time=0.05", "--benchmark-min-rounds=5", "-p", "bv_counting")
    project.run(side.tree, {"BV_TIMED": str(timed)}, *fast)
    ran = {name: set(found) for name, found in json.loads(timed.read_text(encoding="utf-8")).items()}
    missed, plants, affected, measured = [], 0, 0, []
    for number, (path, name) in enumerate(numbered):
        slowed = {benchmark for benchmark, found in ran.items() if number in found}
        if not slowed:
            continue
        change = code.compare(texts[path], _with(texts[path], name, "for _ in range(1000): pass"))
        found = select({path: change}, Reaches(reached, reached))
        plants, affected = plants + 1, affected + len(slowed)
        measured.append(len(found.measured) / len(reached.benchmarks))
        missed += [(path, name, benchmark) for benchmark in slowed - set(found.measured)]
    project.repository.remove_worktree(side.tree)
    print(f"{plants} functions with a planted slowdown, which {affected} times ran in the timed calls of a benchmark")
    print(
        f"{len({each[:2] for each in missed})} functions and {len(missed)} benchmarks missed", *missed[:10], sep="\n  "
    )
    print(f"measured of each: mean {fmean(measured):.0%}, median {median(measured):.0%} of {len(reached.benchmarks)}")


def _number_all(tree: Path, texts: dict[str, bytes]) -> list[tuple[str, str]]:
    """Have every function of these files tell its number when it is called; return them by number."""
    numbered: list[tuple[str, str]] = []
    for path, text in texts.items():
        parsed = ast.parse(text)
        for name, function in _functions(parsed, ""):
            _insert(function, f"__bv_hit__({len(numbered)})")
            numbered.append((path, name))
        (tree / path).write_text(ast.unparse(parsed), encoding="utf-8")
    return numbered


def _functions(node: ast.AST, prefix: str) -> list[tuple[str, Function]]:
    found: list[tuple[str, Function]] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            found.append((prefix + child.name, child))
            found += _functions(child, f"{prefix}{child.name}.<locals>.")
        else:
            found += _functions(child, f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix)
    return found


def _with(text: bytes, name: str, statement: str) -> bytes:
    """Return a text with a statement in the first function of a name."""
    parsed = ast.parse(text)
    _insert(next(function for own, function in _functions(parsed, "") if own == name), statement)
    return ast.unparse(parsed).encode()


def _insert(function: Function, statement: str) -> None:
    has_text = ast.get_docstring(function) is not None
    function.body[has_text:has_text] = ast.parse(statement).body


if __name__ == "__main__":
    raise SystemExit(main())
