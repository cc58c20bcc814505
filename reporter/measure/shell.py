"""Scripts of users: run by bash, which stops at the first failure, also in a pipe."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.process import ON_WINDOWS

if TYPE_CHECKING:
    from collections.abc import Mapping


def script_arguments(script: str, environ: Mapping[str, str]) -> list[str]:
    """Return the command that runs a script."""
    return [bash(environ), "-eo", "pipefail", "-c", script]


def bash(environ: Mapping[str, str]) -> str:
    """Find bash. On Windows the one beside git goes first: the first on PATH may be the Linux subsystem's."""
    search = environ.get("PATH")
    git = shutil.which("git", path=search) if ON_WINDOWS else None
    bundled_bash = Path(git).parent.parent / "bin" / "bash.exe" if git else None
    if bundled_bash and bundled_bash.exists():
        return str(bundled_bash)
    return shutil.which("bash", path=search) or "bash"
