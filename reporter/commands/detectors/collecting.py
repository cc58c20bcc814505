"""What the project's own pytest collects: which tests use the fixture, also through fixtures of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reporter.commands.detectors.found import Evidence

if TYPE_CHECKING:
    from reporter.commands.detectors.project import Project

SECONDS = 60.0
"""How long collecting may take; of projects that need more, their source is read."""
_GIT_SECONDS = 20.0
_PLUGIN = Path(__file__).parent / "plugin"
_PLACES = (".venv/bin/python", "venv/bin/python", ".venv/Scripts/python.exe", "venv/Scripts/python.exe")


class _Item(msgspec.Struct, frozen=True):
    file: str
    line: int
    name: str
    fixture: bool


class _Collected(msgspec.Struct, frozen=True):
    """What ``plugin/benchverdict_collecting.py`` writes."""

    count: int
    items: tuple[_Item, ...]


@cache
def environment_of(project: Project) -> Path | None:
    """Return the Python of the project's own environment: one in its folder, or the one that is switched on.

    One of which git tracks anything came with the project's files, and is not run.
    """
    places = [project.root / place for place in _PLACES]
    places += [Path(os.environ[name], "bin/python") for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    return next((place.absolute() for place in places if place.is_file() and not _is_tracked(place.absolute())), None)


def _is_tracked(python: Path) -> bool:
    """Return whether git tracks an interpreter or a file of its environment, or cannot tell; links are followed too."""
    folder = python.parent.parent
    return any(_tracks(path) for path in dict.fromkeys((folder, folder.resolve(), python.resolve())))


def _tracks(path: Path) -> bool:
    if not any((above / ".git").exists() for above in path.parents):
        return False
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "--cached", "--", f":(literal,icase){path.name}"]
    try:
        done = subprocess.run(command, cwd=path.parent, capture_output=True, timeout=_GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(done.stdout)


@cache
def collecting_summary(project: Project) -> str:
    """Return what to tell of collecting: with which Python, how long, and how it ended; empty without one."""
    return _collect(project)[1]


def collected(project: Project) -> list[tuple[Evidence, bool]]:
    """Return each file with a test that uses the fixture (true), or has a mark alone; none where pytest cannot tell."""
    found = _collect(project)[0]
    if found is None:
        return []
    first: dict[str, tuple[Evidence, bool]] = {}
    for item in sorted(found.items, key=lambda item: (not item.fixture, item.line)):
        why = f"{item.name} {'uses the fixture' if item.fixture else 'has the mark'} benchmark (collected)"
        first.setdefault(item.file, (Evidence(item.file, item.line, why), item.fixture))
    return [first[file] for file in sorted(first)]


@cache
def _collect(project: Project) -> tuple[_Collected | None, str]:
    python = environment_of(project)
    if python is None:
        return None, ""
    if not project.runs:
        return None, f"not collected with {python} (a dry run runs nothing); the source tells instead"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="benchverdict-") as folder:
        out = Path(folder) / "collected.json"
        problem = _run(project, python, out)
        try:
            found = None if problem else msgspec.json.decode(out.read_bytes(), type=_Collected)
        except (OSError, msgspec.DecodeError):
            found, problem = None, "pytest told nothing that can be read"
    took = f"{time.monotonic() - began:.0f} s"
    if found is None:
        return None, f"not collected with {python} ({problem}, after {took}); the source tells instead"
    return found, f"collected {found.count} tests with {python} in {took}"


def _run(project: Project, python: Path, out: Path) -> str:
    """Collect; return why that failed, empty when it did not."""
    command = [str(python), "-m", "pytest", "--collect-only", "-qq", "--continue-on-collection-errors"]
    command += ["-p", "no:cacheprovider", "-p", "benchverdict_collecting"]
    known = os.pathsep.join(filter(None, (str(_PLUGIN), os.environ.get("PYTHONPATH"))))
    added = {"PYTHONPATH": known, "BENCHVERDICT_COLLECTED": str(out), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=project.root, env=os.environ | added, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it takes longer than {SECONDS:.0f} s"
    except OSError as error:
        return error.strerror or str(error)
    return "" if out.is_file() else f"pytest ended with exit code {done.returncode}"
