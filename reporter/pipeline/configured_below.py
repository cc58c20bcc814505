"""Configurations in folders below the one that is measured in, which nobody reads unless they are named."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 3
"""Levels of folders that are looked into."""
FOLDERS = 2_000
"""Folders that are looked into at most."""
_MOST_BYTES = 1_000_000
_OWN, _PROJECT = "benchverdict.toml", "pyproject.toml"
_TABLE = re.compile(rb"^\[tool\.benchverdict\b", re.MULTILINE)


def configured_below(folder: Path) -> list[str]:
    """Return the folders below that have a configuration, with slashes; none where the folder has one itself."""
    if _has_one(folder, [path.name for path in folder.iterdir()]):
        return []
    return sorted(_below(folder))


def _below(folder: Path) -> Iterator[str]:
    for number, (place, folders, files) in enumerate(os.walk(folder)):
        inside = Path(place).relative_to(folder)
        deepest = len(inside.parts) >= DEPTH or number >= FOLDERS
        folders[:] = [] if deepest else sorted(name for name in folders if _may_be_looked_into(name))
        if inside.parts and _has_one(Path(place), files):
            yield inside.as_posix()


def _may_be_looked_into(name: str) -> bool:
    return name[0] not in "._" and name != "node_modules"


def _has_one(folder: Path, names: list[str]) -> bool:
    if _OWN in names:
        return True
    try:
        return _PROJECT in names and bool(_TABLE.search(read_regular(folder / _PROJECT, _MOST_BYTES)))
    except OSError:
        return False
