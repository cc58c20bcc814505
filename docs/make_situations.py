"""Measure five situations for real and write a report of each: ``python docs/make_situations.py [NAME…]``.

Every report comes from benchmarks that ran here, with what the head changes written into the project's own code:
nothing, one loop made longer by a quarter, every loop longer by 4 %, or a few of 10,000 benchmarks longer or shorter.
Reports go into ``build/situations/NAME``. All five take about a quarter of an hour on two quiet cores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "situations"
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

WORK = 1000
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

TEN_THOUSAND = """
import pytest

HEAD = False
NAMES = ["parse", "render", "search", "index", "merge", "split", "encode", "decode", "walk", "sort"]
CHANGED = {"merge": 1.5, "sort": 0.7, "walk": 1.2}  # the first five cases of each, in the head


def work(name, case):
    steps = 400 + case % 200
    return int(steps * CHANGED[name]) if HEAD and case < 5 and name in CHANGED else steps


@pytest.mark.parametrize("case", range(1000))
@pytest.mark.parametrize("name", NAMES)
def test_step(benchmark, name, case):
    steps = work(name, case)
    benchmark.pedantic(lambda: sum(i * i for i in range(steps)), rounds=20, warmup_rounds=1)
"""

PYTEST = [
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-quiet"),
    *("--benchmark-max-time=0.2", "--benchmark-min-rounds=50"),
]


def main() -> int:
    """Measure the situations named, or all."""
    chosen = sys.argv[1:] or list(SITUATIONS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "gitconfig").touch()
    for name in chosen:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (FOLDER / name).mkdir(parents=True)
        print(f"{name} …", flush=True)
        SITUATIONS[name](FOLDER / name)
    return 0


def first_run(folder: Path) -> None:
    """Measure with nothing to compare with."""
    _run_textkit(_textkit(folder), folder / "report")


def nothing_changed(folder: Path) -> None:
    """Change a comment only, and measure both sides in turns."""
    _pairs(folder, EVERYTHING, ("WORK = 1000", "WORK = 1000  # steps"), pairs=10)


def one_regression(folder: Path) -> None:
    """Make one loop longer by a quarter, after four commits that changed nothing saved a baseline each."""
    project = _textkit(folder)
    for number in range(4):
        _call(project, "git", "commit", "--quiet", "--allow-empty", "--message", f"Base {number}")
        _run_textkit(project, folder / "base", "--save-baseline", "--runs", "3")
    _commit(project, "textkit/similarity.py", "SMOOTHING_PASSES = 40", "SMOOTHING_PASSES = 50")
    _run_textkit(project, folder / "report")


def everything_slower(folder: Path) -> None:
    """Make every loop longer by 4 %, and measure both sides in turns."""
    _pairs(folder, EVERYTHING, ("WORK = 1000", "WORK = 1040"), pairs=10)


def ten_thousand(folder: Path) -> None:
    """Make ten of 10,000 benchmarks longer and five shorter, and measure both sides in turns."""
    _pairs(folder, TEN_THOUSAND, ("HEAD = False", "HEAD = True"), pairs=10)


SITUATIONS = {
    "first-run": first_run,
    "nothing-changed": nothing_changed,
    "one-regression": one_regression,
    "everything-slower": everything_slower,
    "ten-thousand": ten_thousand,
}


def _textkit(folder: Path) -> Path:
    project = folder / "project"
    shutil.copytree(TEXTKIT, project)
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "Base")):
        _call(project, "git", *arguments)
    return project


def _commit(project: Path, name: str, old: str, new: str) -> None:
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    _call(project, "git", "commit", "--quiet", "--all", "--message", "Head")


def _run_textkit(project: Path, report: Path, *options: str) -> None:
    _call(project, "benchverdict", "run", "--name", "textkit", "--no-fail", "--output-dir", str(report), *options)


def _pairs(folder: Path, code: str, change: tuple[str, str], *, pairs: int) -> None:
    """Measure two copies of a project in turns, the order of the sides changing from pair to pair."""
    files: dict[str, list[str]] = {"base": [], "head": []}
    for side, text in (("base", code), ("head", code.replace(*change))):
        (folder / side).mkdir()
        (folder / side / "test_all.py").write_text(text, encoding="utf-8")
        (folder / side / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for pair in range(pairs):
        for side in ("base", "head") if pair % 2 == 0 else ("head", "base"):
            result = folder / f"{side}-{pair}.json"
            _call(folder / side, *PYTEST, f"--benchmark-json={result}")
            files[side].append(str(result))
    sides = ["--baseline", *files["base"], "--head", *files["head"], "--paired", "--no-fail"]
    verdict = folder / "verdict.json"
    _call(folder, "benchverdict", "compare", *sides, "--output-format", f"json:{verdict}")
    _call(folder, "benchverdict", "report", "--from", str(verdict), "--output-dir", str(folder / "report"))
    for result in (*files["base"], *files["head"]):
        Path(result).unlink()


def _call(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
