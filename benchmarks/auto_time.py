"""What ``compare: auto`` costs on unchanged pull requests, as a ratio to one plain run of the suite; set-up apart.

``python -m benchmarks.auto_time [--benchmarks 12 200] [--sessions 8] [--runs 20] [--seconds 1]`` saves baselines of
one commit until this machine is known, and then runs ``benchverdict run`` on a commit that changes nothing, again and
again. A second look costs much and is taken seldom, so it is the mean over the runs that counts. A plain run gives each
benchmark a second, as pytest-benchmark does when nobody says otherwise; with fewer a second look weighs more.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

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
COMMAND = (
    "python -m pytest -q -p no:cacheprovider test_suite.py --benchmark-json={{output}} --benchmark-max-time={seconds}"
)


def project(folder: Path, count: int, seconds_each: float) -> Path:
    """Lay out a project of so many benchmarks that take so long in a plain run, with one commit."""
    tree = folder / "project"
    tree.mkdir()
    (tree / "test_suite.py").write_text(SUITE.format(count=count), encoding="utf-8")
    command = COMMAND.format(seconds=seconds_each)
    (tree / "benchverdict.toml").write_text(f"[measure]\ncommand = '{command}'\n", encoding="utf-8")
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


def seconds(record: dict[str, object]) -> tuple[float, float]:
    """Give the seconds of the plain run, and those of everything that was measured."""
    runs = record["runs"]
    assert isinstance(runs, list)
    walls = [run["wall_seconds"] for run in runs if run["pair"] is None]
    return walls[0], sum(walls) + float(record.get("paired_seconds") or 0.0)  # type: ignore[arg-type] # of JSON


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, nargs="+", default=[12, 200])
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=1.0, help="what one benchmark takes in a plain run")
    arguments = parser.parse_args()
    for count in arguments.benchmarks:
        with tempfile.TemporaryDirectory() as folder:
            tree = project(Path(folder), count, arguments.seconds)
            for _ in range(arguments.sessions):
                benchverdict(tree, "--save-baseline", "--runs", "2")
            commit(tree, "nothing changes")
            plain = spent = 0.0
            looks = red = 0
            for number in range(arguments.runs):
                record, report = benchverdict(tree)
                alone, everything = seconds(record)
                plain, spent = plain + alone, spent + everything
                looks += everything > alone
                gate = report["gate"]
                red += isinstance(gate, dict) and gate["status"] == "failed"
                print(f"  {count} benchmarks, run {number + 1}: {everything / alone:.2f}", flush=True)
            print(
                f"{count} benchmarks, {arguments.sessions} sessions known, {arguments.runs} runs: "
                f"{spent / plain:.2f} times one plain run; {looks} second looks; {red} red gates",
                flush=True,
            )


def _git(tree: Path, *arguments: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *IDENTITY, *arguments], cwd=tree, check=True, capture_output=True, env=environ)


if __name__ == "__main__":
    main()
