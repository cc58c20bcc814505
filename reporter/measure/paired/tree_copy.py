"""A folder copied, emptied, and known again by a digest of all its files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.measure.paired.sides import remove_folder
from reporter.shared.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator


def empty(tree: Path) -> None:
    """Remove everything of a checkout but what leads to its repository."""
    for path in tree.iterdir():
        if path.name != ".git":
            if path.is_dir() and not path.is_symlink():
                remove_folder(path)
            else:
                path.unlink()


def copy(source: Path, target: Path) -> None:
    """Copy a folder with its links and times, without what leads a checkout to its repository."""

    def left_out(folder: str, _names: list[str]) -> list[str]:
        return [".git"] if Path(folder) == source else []

    shutil.copytree(source, target, symlinks=True, ignore=left_out, dirs_exist_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    """Yield all files and links below a folder, in a fixed order."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in sorted([*names, *links]))


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.lstat().st_size for path in _files(folder))


def digest_of(folder: Path, left_out: str) -> str:
    """Return a digest of the names, modes and contents of all files but the one that is left out."""
    digest = hashlib.sha256()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name != left_out:
            link = os.fspath(path.readlink()) if path.is_symlink() else None
            digest.update(json.dumps([name, path.lstat().st_mode, link]).encode("utf-8", "surrogateescape"))
            if link is None:
                _add_content(digest, path)
    return digest.hexdigest()


def _add_content(digest: Any, path: Path) -> None:
    """Add a regular file; raises ``OSError`` for any other, as a pipe would be waited for without end."""
    with opened(path) as file:
        digest.update(str(os.fstat(file.fileno()).st_size).encode())
        while block := file.read(2**20):
            digest.update(block)
