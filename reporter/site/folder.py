"""Puts a whole site in place of the one before, or leaves everything as it was."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reporter.records import site as records
from reporter.shared.errors import UsageError
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "benchverdict-site.json"
"""The file by which a folder is known to be a site of ours."""
_MOST_BYTES = 10_000


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Make a new folder beside this one, which takes its place when all went well, and goes away when not.

    Raises:
        UsageError: the folder is not empty and no site of ours, is a link, or cannot be written.
    """
    _check(folder)
    unfinished = folder.with_name(f".{folder.name}.{os.urandom(8).hex()}.unfinished")
    try:
        unfinished.mkdir(parents=True)
        try:
            yield unfinished
            (unfinished / MARK).write_text(json.dumps({"schema": records.INDEX}) + "\n", encoding="ascii")
            _exchange(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            "cannot-write",
            f"cannot be written: {error.strerror or error}",
            where=str(folder),
            cure="name a folder that exists on a disk with free space and that this user may write to",
        ) from error


def _check(folder: Path) -> None:
    """Raise a ``UsageError`` for anything that a site must not take the place of."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError("no-site", "this is no folder", where=str(folder), cure="name a folder that is not there yet")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise UsageError(
            "no-site",
            "the folder is not empty and holds no site that Benchverdict made, so nothing was written",
            where=str(folder),
            cure="name a folder that is not there yet, or empty this one",
        )


def _is_ours(folder: Path) -> bool:
    try:
        mark = json.loads(read_regular(folder / MARK, _MOST_BYTES))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and str(mark.get("schema")).startswith("site-index/")


def _exchange(new: Path, place: Path) -> None:
    """Put the new folder in the place of the old one, which goes away last."""
    if not place.exists():
        new.rename(place)
        return
    old = new.with_suffix(".old")
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise
    shutil.rmtree(old)
