"""Measure eight situations for real and keep the verdict of each: ``python docs/make_situations.py [NAME…]``.

Benchmarks run for real, in small projects made in ``build/situations``. Base and head are two commits of each: nothing
changed, one loop made longer or shorter, every loop longer by 4%, work that is random, a few of 1,000 benchmarks
changed, no base at all, or a head that cannot be imported. ``docs/situations/NAME/verdict.json.gz`` is what ``make
pictures`` draws from, as often as the report changes. All eight take about twenty minutes.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

from reporter.shared.errors import CommandFailedError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "situations"
KEPT = ROOT / "docs" / "situations"
TEXTKIT = ROOT / "examples" / "textkit"
SCRIPTS = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join((str(SCRIPTS), os.environ["PATH"])),
    "GIT_CONFIG_GLOBAL": str(FOLDER / "gitconfig"),
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_NAME": "Benchverdict" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "situations@example.invalid" for role in ("AUTHOR", "COMMITTER")},
}

EVERYTHING = """
import json

import pytest
from work import WORK

TASKS = {
    "add": lambda: sum(i * i for i in range(8 * WORK)),
    "append": lambda: [str(i) for i in range(5 * WORK)],
    "count": lambda: "ab" * 1 in "".join("ba" for i in range(9 * WORK)),
    "decode": lambda: json.loads("[" + ",".join(str(i) for i in range(4 * WORK)) + "]"),
    "encode": lambda: [json.dumps(i) for i in range(WORK // 2)],
    "filter": lambda: [i for i in range(12 * WORK) if i % 3],
    "format": lambda: [f"{i:05d}" for i in range(3 * WORK)],
    "group": lambda: {i: i + 1 for i in range(7 * WORK)},
    "hash": lambda: [hash((i, i + 1)) for i in range(6 * WORK)],
    "split": lambda: [word.upper() for i in range(2 * WORK) for word in "a b c".split()],
    "walk": lambda: [divmod(i, 7) for i in range(5 * WORK)],
    "zip": lambda: [a + b for a, b in zip(range(9 * WORK), range(9 * WORK))],
}


@pytest.mark.parametrize("task", TASKS)
def test_task(benchmark, task):
    benchmark(TASKS[task])
"""

THOUSAND = """
import pytest
from work import HEAD

NAMES = ["parse", "render", "search", "index", "merge", "split", "encode", "decode", "walk", "sort"]
CHANGED = {"merge": 1.5, "sort": 0.7, "walk": 1.2}  # the first five cases of each, in the head


def work(name, case):
    steps = 400 + case % 200
    return int(steps * CHANGED[name]) if HEAD and case < 5 and name in CHANGED else steps


@pytest.mark.parametrize("case", range(100))
@pytest.mark.parametrize("name", NAMES)
def test_step(benchmark, name, case):
    steps = work(name, case)
    benchmark.pedantic(lambda: sum(i * i for i in range(steps)), rounds=20, warmup_rounds=1)
"""

RANDOM = """
import random

import pytest
from work import WORK


@pytest.mark.parametrize("task", ["cache", "network", "queue", "retry"])
def test_random(benchmark, task):
    steps = WORK * random.randint(5, 50)  # another amount of work in every process
    benchmark(lambda: sum(i * i for i in range(steps)))
"""

PYTEST = [
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-quiet"),
    *("--benchmark-max-time=0.2", "--benchmark-min-rounds=50"),
]


COMMAND = ["python", *PYTEST[1:], "--benchmark-json={output}"]


def main() -> int:
    """Measure the situations named, or all."""
    chosen = sys.argv[1:] or list(SITUATIONS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "gitconfig").touch()
    for name in chosen:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (FOLDER / name).mkdir(parents=True)
        print(f"{name} …", flush=True)
        SITUATIONS[name][0](FOLDER / name)
        _keep(name)
    return 0


def first_run(folder: Path) -> None:
    """Measure with nothing to compare with."""
    _run(_textkit(folder), folder / "report")


def nothing_changed(folder: Path) -> None:
    """Change a comment only."""
    _pairs(folder, EVERYTHING, "WORK = 1000", "WORK = 1000  # steps")


def one_regression(folder: Path) -> None:
    """Make one loop longer by a quarter, after four commits that changed nothing saved a baseline each."""
    project = _textkit(folder)
    for number in range(4):
        _call(project, "git", "commit", "--quiet", "--allow-empty", "--message", f"Base {number}")
        _run(project, folder / "base", "--save-baseline", "--runs", "3")
    _commit(project, "textkit/similarity.py", "SMOOTHING_PASSES = 40", "SMOOTHING_PASSES = 50")
    _run(project, folder / "report")


def one_improvement(folder: Path) -> None:
    """Make one loop shorter by a quarter."""
    project = _textkit(folder)
    _commit(project, "textkit/similarity.py", "SMOOTHING_PASSES = 40", "SMOOTHING_PASSES = 30")
    _run(project, folder / "report", *IN_PAIRS)


def everything_slower(folder: Path) -> None:
    """Make every loop longer by 4%."""
    _pairs(folder, EVERYTHING, "WORK = 1000", "WORK = 1040")


def too_noisy(folder: Path) -> None:
    """Let every process do another amount of work, so that no change can be seen."""
    _pairs(folder, RANDOM, "WORK = 1000", "WORK = 1050")


def thousand(folder: Path) -> None:
    """Make ten of 1,000 benchmarks longer and five shorter."""
    _pairs(folder, THOUSAND, "HEAD = False", "HEAD = True")


def no_verdict(folder: Path) -> None:
    """Let the head import what is not there, so that its benchmarks cannot run."""
    project = _textkit(folder)
    _commit(
        project, "textkit/similarity.py", "SMOOTHING_PASSES = 40", "import missing_package\n\nSMOOTHING_PASSES = 40"
    )
    _run(project, folder / "report", *IN_PAIRS, ends=CommandFailedError.exit_code)


SITUATIONS = {
    "nothing-changed": (nothing_changed, "Nothing changed", "A comment in the code is another; twelve benchmarks."),
    "one-regression": (
        one_regression,
        "One regression",
        "One loop of the example project is longer by a quarter. Four commits before it saved three runs each.",
    ),
    "one-improvement": (one_improvement, "One improvement", "The same loop is shorter by a quarter."),
    "everything-slower": (
        everything_slower,
        "Everything slower by 4%",
        "Every loop of twelve benchmarks is longer by 4%.",
    ),
    "too-noisy": (
        too_noisy,
        "Too noisy to tell",
        "Every process does another amount of work, so no change can be seen, and there is no tick.",
    ),
    "thousand": (
        thousand,
        "1,000 benchmarks",
        "Of 1,000 short benchmarks, five are longer by half, five by a fifth, and five shorter by three tenths.",
    ),
    "first-run": (first_run, "First run, no baseline", "Nothing to compare with yet."),
    "no-verdict": (
        no_verdict,
        "No verdict",
        "The head imports a package that is not there. The run ends with an error; its report shows the last lines.",
    ),
}
"""By name: what measures it, its title and what there is to know of it."""
IN_PAIRS = ("--compare", "paired", "--base", "HEAD~1", "--time-limit", "3min")


def _textkit(folder: Path) -> Path:
    project = folder / "project"
    shutil.copytree(TEXTKIT, project)
    _begin(project)
    return project


def _begin(project: Path) -> None:
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "Base")):
        _call(project, "git", *arguments)


def _commit(project: Path, name: str, old: str, new: str) -> None:
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    _call(project, "git", "commit", "--quiet", "--all", "--message", "Head")


def _pairs(folder: Path, code: str, base: str, head: str) -> None:
    """Measure two commits of a project in turns; what changes is in a file of its own, the benchmarks stay the same."""
    project = folder / "project"
    project.mkdir()
    (project / "test_all.py").write_text(code, encoding="utf-8")
    (project / "work.py").write_text(f"{base}\n", encoding="utf-8")
    (project / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    _begin(project)
    _commit(project, "work.py", base, head)
    _run(project, folder / "report", *IN_PAIRS, command=COMMAND)


def _run(project: Path, report: Path, *options: str, command: Sequence[str] = (), ends: int = 0) -> None:
    arguments = ["run", "--name", report.parent.name, "--no-fail", "--output-dir", str(report), *options]
    _call(project, "benchverdict", *arguments, *(["--", *command] if command else []), ends=ends)


def _keep(name: str) -> None:
    """Store the verdict beside the pictures that are made from it, the same bytes for the same verdict."""
    (KEPT / name).mkdir(parents=True, exist_ok=True)
    text = (FOLDER / name / "report" / "verdict.json").read_bytes()
    (KEPT / name / "verdict.json.gz").write_bytes(gzip.compress(text, mtime=0))


def _call(folder: Path, *command: str, ends: int = 0) -> None:
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=False, stdout=subprocess.DEVNULL)
    if done.returncode != ends:
        raise SystemExit(f"{command[0]} ended with {done.returncode} and not with {ends}")


if __name__ == "__main__":
    sys.exit(main())
