"""What ``compare: auto`` costs on unchanged pull requests, and how much of them it decides; set-up apart.

``python -m benchmarks.auto_time [--benchmarks 12 200] [--runs 20]`` saves a baseline of one commit, which tells the
noise of pairs, and then runs ``benchverdict run`` on a commit that changes nothing, again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

IDENTITY = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "commit.gpgsign=false")
SUITE = """\
import pytest

KINDS = [
    lambda n: sum(i * i for i in range(n)),
    lambda n: sorted((i * 7919) % 1009 for i in range(n)),
    lambda n: {{str(i): i for i in range(n)}},
    lambda n: "".join(chr(97 + i % 26) for i in range(n)).upper().split("E"),
]


@pytest.mark.parametrize("number", range({count}))
def test_work(benchmark, number):
    benchmark(KINDS[number % len(KINDS)], 200 + 10 * (number % 40))
"""
COMMAND = "python -m pytest -q -p no:cacheprovider test_suite.py --benchmark-json={output}"


def project(folder: Path, count: int) -> Path:
    """Lay out a project of so many benchmarks, with one commit."""
    tree = folder / "project"
    tree.mkdir()
    (tree / "test_suite.py").write_text(SUITE.format(count=count), encoding="utf-8")
    (tree / "benchverdict.toml").write_text(f"[measure]\ncommand = '{COMMAND}'\n", encoding="utf-8")
    (tree / ".gitignore").write_text(".benchverdict/\n", encoding="utf-8")
    _git(tree, "init", "--quiet", "--initial-branch", "main")
    commit(tree, "base")
    return tree


def commit(tree: Path, message: str) -> None:
    """Commit whatever there is, also nothing."""
    _git(tree, "add", "--all")
    _git(tree, "commit", "--quiet", "--allow-empty", "--message", message)


def benchverdict(tree: Path, *options: str) -> tuple[dict[str, object], dict[str, object]]:
    """Run it in the project; give measure.json and verdict.json."""
    environ = {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
    command = [sys.executable, "-m", "reporter", "run", *options]
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 10):
        raise SystemExit(f"the run ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    kept = tree / ".benchverdict"
    return json.loads((kept / "measure" / "measure.json").read_text()), json.loads(
        (kept / "report" / "verdict.json").read_text()
    )


def undecided(report: dict[str, object]) -> tuple[int, int]:
    """Return how many rows are undecided, and how many there are."""
    counts = report["counts"]
    assert isinstance(counts, dict)
    return counts["inconclusive"], sum(counts.values())


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, nargs="+", default=[12, 200])
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    for count in arguments.benchmarks:
        with tempfile.TemporaryDirectory() as folder:
            tree = project(Path(folder), count)
            benchverdict(tree, "--save-baseline", "--runs", "2")
            commit(tree, "nothing changes")
            _unchanged(tree, count, arguments.runs)


def _unchanged(tree: Path, count: int, runs: int) -> None:
    spent: list[float] = []
    left = red = 0
    for number in range(runs):
        record, report = benchverdict(tree)
        seconds = record["paired_seconds"]
        assert isinstance(seconds, float), "there are pairs"
        spent.append(seconds)
        gate = report["gate"]
        red += isinstance(gate, dict) and gate["status"] == "failed"
        open_rows, rows = undecided(report)
        left += open_rows
        print(f"  {count} benchmarks, run {number + 1}: {seconds:.0f} s, {open_rows} of {rows} undecided", flush=True)
    print(
        f"{count} benchmarks, {runs} unchanged pull requests: median {median(spent):.0f} s, "
        f"at most {max(spent):.0f} s; {left / runs / count:.1%} of rows undecided; {red} red gates",
        flush=True,
    )


def _git(tree: Path, *arguments: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *IDENTITY, *arguments], cwd=tree, check=True, capture_output=True, env=environ)


if __name__ == "__main__":
    main()
