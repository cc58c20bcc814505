"""The suite at work: a baseline is saved, a slow query and a cache that is off are planted, the report must name both.

``python demo.py FOLDER`` needs the packages of requirements.txt, Benchverdict, git, and the programs of PostgreSQL and
Redis; it starts both for itself and ends them again. The exit code is 0 only when both were named.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import servers

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A defect, as a change of one file, and the budget that it has to break."""

    what: str
    file: str
    change: tuple[str, str]
    benchmark: str
    metric: str
    category: str


PLANTED = (
    Planted(
        what="a slow query: its index is gone",
        file="coaching/indexes.sql",
        change=("CREATE INDEX calls_by_rep ON calls (rep_id, score DESC);\n", ""),
        benchmark="suite/test_database.py::test_query[dashboard]",
        metric="p95",
        category="database",
    ),
    Planted(
        what="a cache that is off",
        file="coaching/settings.py",
        change=('"COACHING_CACHE", "on"', '"COACHING_CACHE", "off"'),
        benchmark="suite/test_cache.py::test_mix_80_20",
        metric="hit_rate",
        category="cache",
    ),
)


def main(folder: Path) -> int:
    servers.programs()
    project = new_project(folder)
    with servers.running(folder) as addresses:
        environ = {**os.environ, **addresses}
        measure(project, environ, "--save-baseline", "--runs", "2")
        sound = budgets(project)
        for defect in PLANTED:
            plant(project, defect)
        measure(project, environ)
        broken = budgets(project)
    named = [is_named(defect, sound, broken, project) for defect in PLANTED]
    return 0 if all(named) else 1


def new_project(folder: Path) -> Path:
    """Copy the service into the folder, as a git repository of its own."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(HERE, project, ignore=shutil.ignore_patterns("__pycache__", ".benchverdict"))
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "The service as it should be")
    return project


def plant(project: Path, defect: Planted) -> None:
    path = project / defect.file
    text = path.read_text()
    if defect.change[0] not in text:
        sys.exit(f"{defect.file} has nothing to change: {defect.change[0]!r}")
    path.write_text(text.replace(*defect.change))
    commit(project, f"Planted: {defect.what}")


def measure(project: Path, environ: dict[str, str], *options: str) -> None:
    """Run the mode quick; the gate may fail (10), anything else ends the demo."""
    benchverdict = Path(sys.executable).parent / "benchverdict"
    done = subprocess.run([benchverdict, "run", "--mode", "quick", *options], cwd=project, env=environ, check=False)
    if done.returncode not in (0, 10):
        sys.exit(f"benchverdict ended with exit code {done.returncode}")


def budgets(project: Path) -> dict[tuple[str, str], dict[str, object]]:
    """Return what the report says of each budget, by benchmark and metric."""
    report = json.loads((project / ".benchverdict" / "report" / "verdict.json").read_text())
    return {(row["benchmark"], row["metric"]): row for row in report["budgets"]}


def is_named(
    defect: Planted,
    sound: dict[tuple[str, str], dict[str, object]],
    broken: dict[tuple[str, str], dict[str, object]],
    project: Path,
) -> bool:
    """Whether the report names a defect: the budget that was kept before is broken, in its category."""
    key = (defect.benchmark, defect.metric)
    before, after = sound[key], broken[key]
    page = (project / ".benchverdict" / "report" / "report.html").read_text()
    named = (
        before["status"] != "critical"
        and after["status"] == "critical"
        and after["category"] == defect.category
        and defect.benchmark in page
    )
    print(f"{'named' if named else 'NOT NAMED'}: {defect.what}")
    print(f"  category {after['category']}, {defect.benchmark}")
    change = f"was {before['value']:.4g}, is {after['value']:.4g}"
    print(f"  {defect.metric} {change}; the budget is {after['critical']:g}: {after['status']}")
    return named


def commit(project: Path, message: str) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def git(project: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Demo", "-c", "user.email=demo@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python demo.py FOLDER")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(Path(sys.argv[1]).resolve()))
