"""The Python that the user's command would find, and what is installed for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.plan import Plan

INSIDE = Path(__file__).parent / "inside"
_SECONDS = 60.0
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pytest.ini", "tox.ini")
_PYTHON_WORD = re.compile(r"(?:^|[\s/;&|(\"'])(?:python[\d.]*|pytest|py\.test|pyperf)(?=$|[\s;&|)\"'])")


@dataclass(frozen=True)
class UserPython:
    """One Python with its environment. ``projects`` are the folders of projects installed from a folder."""

    executable: str
    prefix: str
    version: str
    site_folders: tuple[str, ...]
    script_folders: tuple[str, ...]
    has_pip: bool
    projects: tuple[str, ...]
    packages: int


def uses_python(plan: Plan, folders: tuple[Path, ...]) -> bool:
    """Guess whether a command runs Python: it says so, or one of the folders is that of a Python project."""
    text = plan.script if plan.script is not None else " ".join(plan.command or ())
    if plan.service:
        text += f"\n{plan.service.command}"
    if _PYTHON_WORD.search(text):
        return True
    return any((folder / name).is_file() for folder in folders for name in _PROJECT_FILES)


def sibling_program(program: str, folder: Path) -> Path | None:
    """Return the Python that lies beside a program named by its path (``.venv/bin/pytest``), ``None`` for any other."""
    if os.path.dirname(program) == "":  # noqa: PTH120 - Path("./x") forgets the dot
        return None
    beside = folder / os.path.dirname(program)  # noqa: PTH120
    return next((path for path in (beside / "python", beside / "python.exe") if path.is_file()), None)


def find(plan: Plan, folder: Path, environ: Mapping[str, str]) -> UserPython | None:
    """Ask the Python that a command would run in ``folder`` what it is; ``None`` when there is none that answers."""
    first = plan.command[0] if plan.command else ""
    sibling = sibling_program(first, folder)
    names = [str(sibling)] if sibling else [first] if _PYTHON_WORD.fullmatch(first) else []
    for name in (*names, "python", "python3"):
        program = shutil.which(name, path=environ.get("PATH"))
        described = _described(program, folder, environ) if program else None
        if described:
            return described
    return None


def _described(program: str, folder: Path, environ: Mapping[str, str]) -> UserPython | None:
    command = [program, "-B", str(INSIDE / "describe_python.py")]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, env=dict(environ), timeout=_SECONDS, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in answer.items()}
    return UserPython(**values)
