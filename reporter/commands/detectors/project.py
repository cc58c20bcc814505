"""The files of a project, read within bounds.

This module runs nothing but git; ``collecting`` runs the project's own pytest, unless ``Project.runs`` is false.
"""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.found import Evidence

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

READ_LIMIT = 1_000_000
"""Characters of a file that are looked through."""
FILES_LIMIT = 50_000
"""Files of a project that are looked at."""
PASSED_OVER = frozenset(
    (
        *(
            ".git",
            ".hg",
            ".venv",
            "venv",
            "env",
            "node_modules",
            "vendor",
            "third_party",
            "site-packages",
            "__pycache__",
        ),
        *(".tox", ".nox", ".asv", "target", "build", "dist", "_build", ".benchverdict", "benchverdict-demo"),
    )
)
"""Folders of other people's code, and of what tools make."""
_SECONDS = 20.0


class Project:
    """The files of a folder: those that git knows or would add, else all. Links are not followed.

    ``runs`` says whether code of the project may be run to find more.
    """

    def __init__(self, root: Path, *, runs: bool = True) -> None:
        self.root, self.runs = root, runs
        self.text = cache(self._text)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file, relative to the root with slashes, in order."""
        names = self._known_to_git() or self._walked()
        return tuple(sorted(name for name in names if _may_be_named(name))[:FILES_LIMIT])

    def named(self, *patterns: str) -> list[str]:
        """Return the files whose last part matches one of the patterns."""
        return [file for file in self.files if any(fnmatchcase(PurePosixPath(file).name, each) for each in patterns)]

    def has(self, file: str) -> bool:
        """Return whether there is such a file."""
        return file in self._known

    def first_line(self, file: str, pattern: re.Pattern[str]) -> int | None:
        """Return the number of the first line in which the pattern is found, ``None`` when it is not there."""
        text = self.text(file)
        found = pattern.search(text)
        return text.count("\n", 0, found.start()) + 1 if found else None

    def showing(self, files: list[str], pattern: re.Pattern[str], why: str) -> list[Evidence]:
        """Return the files that the pattern is found in, each with the first such line."""
        lines = ((file, self.first_line(file, pattern)) for file in files)
        return [Evidence(file, line, why) for file, line in lines if line]

    def toml(self, file: str) -> dict[str, Any]:
        """Return a TOML file; an empty table where it cannot be read."""
        try:
            return tomllib.loads(self.text(file))
        except (ValueError, RecursionError):
            return {}

    def json(self, file: str) -> dict[str, Any]:
        """Return the object of a JSON file; an empty one where there is none."""
        try:
            found = json.loads(self.text(file))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def nearest(self, file: str, *names: str) -> str | None:
        """Return the nearest folder above a file that holds one of the names, ``None`` when none does."""
        above = (folder_of(file), *map(str, PurePosixPath(folder_of(file)).parents))
        return next((folder for folder in above if any(self.has(within(folder, name)) for name in names)), None)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)

    def _known_to_git(self) -> list[str]:
        command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            done = subprocess.run(command, cwd=self.root, capture_output=True, timeout=_SECONDS, check=True)
        except (OSError, subprocess.SubprocessError):
            return []
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def _walked(self) -> Iterator[str]:
        for folder, below, names in os.walk(self.root):
            below[:] = [name for name in below if name not in PASSED_OVER]
            yield from ((Path(folder) / name).relative_to(self.root).as_posix() for name in names)

    def _text(self, file: str) -> str:
        """Read a file of the project; what cannot be read is empty."""
        path = self.root / file
        try:
            if path.is_symlink() or not path.is_file():
                return ""
            with path.open(encoding="utf-8-sig", errors="replace") as stream:
                return stream.read(READ_LIMIT)
        except OSError:
            return ""


def _may_be_named(name: str) -> bool:
    """Leave out other people's code, and names that a command or a workflow would take for something else."""
    strange = not name.isprintable() or "{" in name or name.startswith("-")
    return not strange and PASSED_OVER.isdisjoint(PurePosixPath(name).parts[:-1])


def folder_of(file: str) -> str:
    """Return the folder of a file, ``.`` for the project's own."""
    return str(PurePosixPath(file).parent)


def within(folder: str, name: str) -> str:
    """Return the path of something in a folder of the project."""
    return name if folder == "." else f"{folder}/{name}"


def below(folder: str, file: str) -> str:
    """Return a path of the project as it reads from a folder above it."""
    return file if folder == "." else str(PurePosixPath(file).relative_to(folder))
