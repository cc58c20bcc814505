"""Plans, interpreters and waiting, shared by the tests of measure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
ENTRY = ROOT / "reporter" / "measure"
OLDEST, NEWEST = "3.9", "3.13"
LONG = 20.0


def plan_json(**changes: Any) -> dict[str, Any]:
    """A valid plan of two quick runs with some keys changed."""
    plan: dict[str, Any] = {
        "schema": "plan/v1",
        "name": "sample",
        "plan": "whole",
        "script": "echo '{}' > {output}",
        "command": None,
        "results": [],
        "runs": 2,
        "confirm_runs": 1,
        "run_time_limit_seconds": None,
        "head_sha": None,
        "base_sha": None,
    }
    return plan | changes


def read_measure(folder: Path) -> dict[str, Any]:
    """Read ``measure.json`` and hold it against its schema."""
    content: dict[str, Any] = json.loads((folder / "measure.json").read_text())
    jsonschema.validate(content, json.loads((ROOT / "schemas" / "measure-v1.json").read_text()))
    return content


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Poll until something holds; fail the test when it does not come to hold in a generous while."""
    deadline = time.monotonic() + LONG
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {LONG:g} s in vain until {what}")
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # it may end while it is read
        return False
    return stat.rpartition(") ")[2][0] not in "ZX"


def noted_pid(path: Path) -> int:
    """Wait for a process to note its number in a file."""
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"), f"{path.name} holds a process number")
    return int(path.read_text())


@dataclass(frozen=True)
class Measure:
    """Starts ``reporter/measure`` in a folder of its own under one interpreter."""

    python: str
    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / "out"

    @contextmanager
    def start(
        self, *options: str, environ: dict[str, str] | None = None, **changes: Any
    ) -> Iterator[subprocess.Popen[str]]:
        """Start it; whatever the test finds, it does not go on for longer than the test."""
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps(plan_json(**changes)))
        # -S: nothing installed can be seen, not even what the interpreter has in its site-packages.
        command = [self.python, "-I", "-B", "-S", str(ENTRY), "--plan", str(plan), "--output", str(self.output)]
        with subprocess.Popen(
            [*command, *options],
            cwd=self.folder,
            env=os.environ | (environ or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, *options: str, environ: dict[str, str] | None = None, **changes: Any) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        with self.start(*options, environ=environ, **changes) as process:
            out, err = process.communicate(timeout=LONG)
            return process.returncode, out, err


def interpreter(version: str) -> str:
    """Find a Python by its version; skip without it, fail without it in CI."""
    found = find_interpreter(version)
    if found:
        return found
    missing = f"Python {version} is not installed: run `.venv/bin/uv python install {version}`, or get it elsewhere"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def find_interpreter(version: str) -> str | None:
    """Find a Python by its version on PATH, among pyenv's or among uv's."""
    return next((found for found in _candidates(version) if _is_version(found, version)), None)


def _candidates(version: str) -> Iterator[str]:
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/python")))
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if Path(uv).exists():
        find = [uv, "python", "find", "--no-project", "--no-python-downloads", version]
        answer = subprocess.run(find, capture_output=True, text=True, check=False)
        yield from answer.stdout.split("\n")[:1] if answer.returncode == 0 else ()


def _is_version(program: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([program, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == version
