"""The whole log of a job in the action, from the first run to the gate: its steps are run, and times are scrubbed.

The benchmark command prints numbers of its own, so what is decided does not depend on the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporter.config import MeasureSettings
from reporter.measure.plan import dump
from reporter.pipeline.plan import in_its_way, whole_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.pipeline.plan import Way

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
PRINTED = """\
file=$RUNNER_TEMP/count-$BENCHVERDICT_SIDE
n=$(($(cat "$file" 2>/dev/null || echo 0) + 1))
echo "$n" >"$file"
printf 'goos: linux\\npkg: example.com/shop\\n'
printf 'BenchmarkSearch-2 1000 %s ns/op\\n' $(({search} + n * 7919 % 31))
printf 'BenchmarkCart-2 1000 %s ns/op\\n' $((10000 + n * {step} % {noise}))
echo PASS
"""
FINE, SLOWER = (PRINTED.format(search=search, step=104729, noise=40) for search in (1000, 1400))
UNSTEADY, UNSTEADY_TOO = (PRINTED.format(search=1000, step=step, noise=1900) for step in (104729, 15485863))
BROKEN = "echo '$ make bench' >&2\necho 'no compiler for ::error::this' >&2\nexit 3\n"
STORIES: dict[str, tuple[str, str, Way]] = {
    "slower": (FINE, SLOWER, "paired"),
    "measured-again": (UNSTEADY, UNSTEADY_TOO, "paired"),
    "base-fails": (BROKEN, FINE, "paired"),
    "base-fails-in-auto": (BROKEN, FINE, "auto"),
}
SCRUBS = (
    (re.compile(r"\b[0-9a-f]{10}\b"), "COMMIT"),
    (re.compile(r"stop-commands::[0-9a-f]{32}|::[0-9a-f]{32}::"), "WORD"),
    (re.compile(r"\d[\d.]* (?:ms|s|min)(?: \d+ s)?\b"), "TIME"),
    (re.compile(r"(?<=: complete, ).*"), "WHAT IT USED"),
    (re.compile(r"\d+(?= of at most 64 fit)"), "COUNT"),
)


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Octo", "-c", "user.email=octo@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(folder: Path, script: str) -> str:
    (folder / "bench.sh").write_text(script, encoding="utf-8")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Change")
    return _git(folder, "rev-parse", "HEAD")


def _prepare(folder: Path, base: str, head: str, way: Way) -> dict[str, str]:
    """Make a project with two commits and the plan of its job; return the variables of the steps."""
    project, work = folder / "project", folder / "work"
    for path in (project, folder / "temp", *(work / name for name in ("exit", "messages", "baseline", "report"))):
        path.mkdir(parents=True)
    _git(project, "init", "--quiet", "--initial-branch", "main")
    commit = _commit(project, base)
    _commit(project, head)
    command = "bash bench.sh >{output}"
    settings = MeasureSettings(command=command, compare="auto", time_limit_seconds=600.0, shorten=False)
    plan = in_its_way(whole_plan("benchmarks", settings), settings, way, lambda _: commit, has_budgets=False)
    (work / "plan.json").write_text(dump(plan), encoding="utf-8")
    inputs = {f"BENCHVERDICT_INPUT_{name}": "" for name in ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON")}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "GITHUB_WORKSPACE": str(project),
        "GITHUB_OUTPUT": str(folder / "output"),
        "RUNNER_TEMP": str(folder / "temp"),
        "BENCHVERDICT_WORK": str(work),
        "BENCHVERDICT_RUNTIME": "python",
        "BENCHVERDICT_PYTHON": sys.executable,
        "BENCHVERDICT_INPUT_STAGE": "all",
        **inputs,
    }


def _log(folder: Path, variables: dict[str, str]) -> str:
    parts = []
    for step in ("measure", "report", "gate"):
        done = subprocess.run(
            [shutil.which("bash") or "bash", STEPS / f"{step}.sh"],
            cwd=variables["GITHUB_WORKSPACE"],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        parts.append(f"# step {step}\n{done.stdout}# exit code {done.returncode}\n")
    log = "\n".join(parts).replace(str(folder / "work"), "WORK")
    for pattern, word in SCRUBS:
        log = pattern.sub(word, log)
    return log


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the benchmark command is a shell script")
@pytest.mark.parametrize("story", STORIES)
def test_log_of_a_job(story: str, tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    log = _log(tmp_path, _prepare(tmp_path, *STORIES[story]))
    assert "\\n" not in log
    golden(f"job-log/{story}.txt", log)
