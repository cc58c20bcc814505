"""``benchverdict demo``: the main job for real, on a small project whose head has one planted slowdown and speed-up."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import running
from reporter.commands.build_report import GateOptions
from reporter.commands.running import RunRequest
from reporter.config.reading import load
from reporter.records import json_v1
from reporter.shared.errors import GATE_FAILED, BenchverdictError, UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping

    from reporter.commands.parser import CommandParser

BASELINE_RUNS = 5
PLANTED = {"test_smooth": "regressed", "test_signature": "improved"}
RIGHT = "found exactly the planted slowdown and speed-up"
COULD_NOT_TELL = (
    "could not tell the planted slowdown and speed-up from noise. "
    "This machine was too busy for that. End other programs, or run the demo again later."
)
WRONG = "wrong: found something else than the planted slowdown and speed-up"
MARKER = ".made-by-benchverdict-demo"
"""Only a folder with this file in it is ever emptied."""


def add_arguments(parser: CommandParser) -> None:
    """Add what ``demo`` takes."""
    parser.add_argument(
        "--output-dir",
        type=Path,
        default=Path("benchverdict-demo"),
        metavar="DIR",
        help="folder of the project and report",
    )
    parser.add_renamed("--output", "--output-dir")
    parser.add_examples("benchverdict demo", page="docs/tutorials/first-verdict.md")


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Run the demo; return the exit code."""
    return run_demo(arguments.output_dir, stdout, stderr)


def run_demo(output: Path, stdout: TextIO, stderr: TextIO) -> int:
    """Run the whole demo and write whether it found just what is planted.

    On a machine that is too busy a demo may not be able to tell, which is no error. A verdict that is wrong is one.
    """
    code = demonstrate(output, stdout, stderr)
    if code not in (0, GATE_FAILED):
        return code
    found = outcome(_verdicts(output))
    stdout.write(f"{found}\n")
    return BenchverdictError.exit_code if found == WRONG else 0


def outcome(verdicts: Mapping[str, str]) -> str:
    """Return whether the verdicts, by name of the test, are what is planted, less than that, or something else."""
    changed = {name: verdict for name, verdict in verdicts.items() if verdict in PLANTED.values()}
    if changed == PLANTED:
        return RIGHT
    flagged_what_is_not = any(PLANTED.get(name) != verdict for name, verdict in changed.items())
    missed = any(verdicts.get(name) not in (verdict, "inconclusive") for name, verdict in PLANTED.items())
    return WRONG if flagged_what_is_not or missed else COULD_NOT_TELL


def demonstrate(output: Path, stdout: TextIO, stderr: TextIO) -> int:
    """Write the project into ``output``, save a baseline of its base commit, and report on its head.

    The exit code is that of the head's report; the gate is meant to fail, because a slowdown is planted.

    Raises:
        UsageError: git or pytest-benchmark is missing, or the folder is in use for something else.
    """
    _check_tools()
    output = output.resolve()
    project = _new_project(output)
    stdout.write(f"a small project, its base commit, {BASELINE_RUNS} short runs for the baseline\n")
    with _inside(project):
        code = running.run(_request(output, save_baseline=True), load(None, project), stdout, stderr)
        if code:
            return code
        _git(project, "apply", "head.patch")
        _git(project, "commit", "--quiet", "--all", "--message", "Head: a slowdown and a speed-up are planted here")
        stdout.write("its head commit beside its base commit, in pairs\n")
        return running.run(_request(output, save_baseline=False), load(None, project), stdout, stderr)


def _verdicts(output: Path) -> dict[str, str]:
    """Return the verdict of each test."""
    path = output / "report" / "verdict.json"
    rows = json_v1.load(path.read_text(encoding="utf-8"), str(path)).assessments
    return {row.comparison.name.rpartition("::")[2]: row.verdict for row in rows}


def _request(output: Path, *, save_baseline: bool) -> RunRequest:
    root = output / "store"
    return RunRequest(
        command=(),
        suite="textkit",
        runs=BASELINE_RUNS if save_baseline else None,
        compare=None,
        mode=None,
        root=root,
        report=root / "report" if save_baseline else output / "report",
        format=None,
        save_baseline=save_baseline,
        gate=GateOptions(),
    )


def _check_tools() -> None:
    if shutil.which("git") is None:
        raise UsageError(
            "git-missing", "the demo needs git, which is not on PATH", cure="install git, or add its folder to PATH"
        )
    if importlib.util.find_spec("pytest_benchmark") is None:
        raise UsageError(
            "demo-needs-pytest-benchmark",
            "the demo needs pytest-benchmark, which is not installed here",
            cure="pip install 'benchverdict[demo]'",
        )


def _new_project(output: Path) -> Path:
    """Copy the example and commit it; what an earlier demo left is replaced, anything else is not touched."""
    marker = output / MARKER
    if output.exists() and any(output.iterdir()) and not marker.is_file():
        raise UsageError(
            "folder-in-use",
            "this folder was not made by the demo, so it is left alone",
            where=str(output),
            cure="name a new or empty folder with --output-dir",
        )
    for name in ("project", "store", "report"):
        shutil.rmtree(output / name, ignore_errors=True)
    project = output / "project"
    output.mkdir(parents=True, exist_ok=True)
    marker.touch()
    shutil.copytree(_example(), project)
    _git(project, "init", "--quiet")
    _git(project, "add", "--all")
    _git(project, "commit", "--quiet", "--message", "Base")
    return project


def _example() -> Path:
    """Find the example project: beside the package in a checkout, inside it when installed."""
    here = Path(__file__).resolve().parents[1]
    return next(
        folder for folder in (here / "examples" / "textkit", here.parent / "examples" / "textkit") if folder.is_dir()
    )


def _git(project: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Benchverdict demo"), ("EMAIL", "demo@example.invalid"))
    }
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    # A GIT_DIR of the caller's would make these commits in the caller's own repository.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments], cwd=project, check=False, capture_output=True, text=True, env=own | identity | plain
    )
    if done.returncode:
        raise UsageError(
            "git-failed",
            f"git {arguments[0]} failed: {' '.join(done.stderr.split())}",
            where=str(project),
            cure=f"run git {arguments[0]} there by hand; its own message says more",
        )


@contextlib.contextmanager
def _inside(project: Path) -> Iterator[None]:
    """Run in the project, with this interpreter first on PATH, so that ``python`` is the one with pytest-benchmark."""
    path = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), path))
    try:
        with contextlib.chdir(project):
            yield
    finally:
        os.environ["PATH"] = path
