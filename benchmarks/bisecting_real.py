"""How ``benchverdict bisect`` does on real repositories, with real measuring: ``python -m benchmarks.bisecting_real``.

Each search gets a git repository of its own: 32 commits of a small program, of which one from the second on makes a
loop longer, and a tenth do not run. Its benchmark is a script that takes some milliseconds of processor time. With
``--asv`` the same repository is searched by ``asv find`` as well, where installing a commit is copying its file.
Printed are what each names, looks, seconds and the load average. *Right* is the commit, or the shortest range that the
broken commits allow.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from reporter.records.bisection import Bisection

COMMITS = 32
BROKEN = 0.1
SIZE = 20_000
BENCH = """import sys, time
from work import work
rounds = []
for _ in range(40):
    began = time.process_time_ns()
    work()
    rounds.append(time.process_time_ns() - began)
with open(sys.argv[1], "w") as file:
    print("pkg: example.com/work", *(f"BenchmarkWork 1 {each} ns/op" for each in rounds), sep="\\n", file=file)
"""
WORK = "def work():\n    total = 0\n    for number in range({size}):\n        total += number\n    return total\n"
ASV_BENCH = """from work import work

class Work:
    def time_work(self):
        work()
"""
COPY = "import shutil, sysconfig; shutil.copy('{build_dir}/work.py', sysconfig.get_path('purelib'))"
ASV = {
    "version": 1,
    "project": "work",
    "repo": ".",
    "branches": ["main"],
    "environment_type": "virtualenv",
    "build_command": ["python -c pass"],
    "install_command": [f'python -c "{COPY}"'],
    "uninstall_command": ["python -c pass"],
}


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A repository: its commits by number, which one made it slower, and which do not run."""

    folder: Path
    commits: tuple[str, ...]
    culprit: int
    broken: frozenset[int]
    percent: int

    def outcome(self, first: int, last: int) -> str:
        """Return whether a range of commits is right, open or wrong."""
        if not first <= self.culprit <= last:
            return "wrong"
        return "right" if all(commit in self.broken for commit in range(first, last)) else "open"

    def place_of(self, short: str) -> int:
        """Return the number of a commit."""
        return next(number for number, commit in enumerate(self.commits) if commit.startswith(short))


def main() -> int:
    """Make repositories and search in each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--searches", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first search")
    parser.add_argument(
        "--asv", type=lambda given: Path(given).absolute(), help="the program asv, to search by it as well"
    )
    asked = parser.parse_args()
    for number in range(asked.first, asked.first + asked.searches):
        with tempfile.TemporaryDirectory() as folder:
            made = planted(Path(folder), number)
            print(f"search {number}: +{made.percent}% by commit {made.culprit} of {COMMITS}", flush=True)
            for name, search in (("benchverdict bisect", ours), *((("asv find", asv),) if asked.asv else ())):
                load, began = os.getloadavg()[0], time.monotonic()
                found = search(made, asked.asv)
                seconds = time.monotonic() - began
                print(f"  {name}: {found}; {seconds:.0f} s, load {load:.1f} to {os.getloadavg()[0]:.1f}", flush=True)
    return 0


def planted(folder: Path, number: int) -> Planted:
    """Make the repository of a search; its numbers come from that of the search."""
    chance = random.Random(number)
    culprit, percent = chance.randrange(2, COMMITS + 1), chance.choice([5, 6, 8, 10])
    broken = frozenset(each for each in range(1, COMMITS) if each != culprit and chance.random() < BROKEN)
    (folder / "bench.py").write_text(BENCH, encoding="utf-8")
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    commits = []
    for commit in range(COMMITS + 1):
        size = SIZE + (SIZE * percent // 100 if commit >= culprit else 0)
        padding = f"\n\ndef other_{commit}():\n    return {commit}\n"
        text = "raise ImportError\n" if commit in broken else WORK.format(size=size)
        (folder / "work.py").write_text(text + padding, encoding="utf-8")
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message", f"Change number {commit}")
        commits.append(_git(folder, "rev-parse", "HEAD"))
    return Planted(folder=folder, commits=tuple(commits), culprit=culprit, broken=broken, percent=percent)


def ours(made: Planted, _: Path | None) -> str:
    """Search by the product; return what came of it."""
    call = [sys.executable, "-m", "reporter", "bisect", "--good", made.commits[0], "--root", str(made.folder / "kept")]
    path = {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = _run([*call, "--", sys.executable, "bench.py", "{output}"], made.folder, path)
    kept = made.folder / "kept" / "bisect" / "bisect.json"
    found = msgspec.json.decode(kept.read_bytes(), type=Bisection) if kept.is_file() else None
    if found is None or found.result is None:
        return f"exit code {done.returncode}: {(done.stdout + done.stderr)[-400:]}"
    first, last = found.result.first, found.result.last
    named = f"commit {first}" if first == last else f"commits {first} to {last}"
    pairs = sum(look.pairs for look in found.looks)
    sure = f"{found.result.probability:.1%} sure"
    return f"{made.outcome(first, last)} ({named}, {sure}); {len(found.looks)} looks, {pairs} pairs"


def asv(made: Planted, program: Path | None) -> str:
    """Search by asv; return what came of it."""
    (made.folder / "benchmarks").mkdir()
    (made.folder / "benchmarks" / "bench_work.py").write_text(ASV_BENCH, encoding="utf-8")
    (made.folder / "benchmarks" / "__init__.py").touch()
    (made.folder / "asv.conf.json").write_text(json.dumps(ASV), encoding="utf-8")
    _run([str(program), "machine", "--yes"], made.folder, {"HOME": str(made.folder)})
    commits = f"{made.commits[0]}..{made.commits[-1]}"
    done = _run([str(program), "find", commits, "work"], made.folder, {"HOME": str(made.folder)})
    found = re.search(r"Greatest regression found: (\w+)", done.stdout)
    if found is None:
        return f"exit code {done.returncode}: {(done.stdout + done.stderr)[-400:]}"
    place = made.place_of(found[1])
    looks = len(re.findall(r"Testing", done.stdout))
    return f"{made.outcome(place, place)} (commit {place}); {looks} commits looked at"


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Bisect", "-c", "user.email=bisect@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )


if __name__ == "__main__":
    raise SystemExit(main())
