"""Puts a whole site in place of the one before, or leaves everything as it was."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.records import site as records
from reporter.shared.errors import UsageError
from reporter.shared.files import read_regular
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "benchverdict-site.json"
"""The file by which a folder is known to be a site of ours: it lists what lies beside it."""
_MOST_BYTES = 10_000


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Make a new folder beside this one, which takes its place when all went well, and goes away when not.

    Raises:
        UsageError: the folder holds anything that is not of a site of ours, is a link or the working folder, or cannot
            be written.
    """
    _check(folder)
    place = folder.resolve()
    unfinished = place.with_name(f".{place.name}.{os.urandom(8).hex()}.unfinished")
    try:
        unfinished.mkdir(parents=True)
        try:
            yield unfinished
            mark = {"schema": records.INDEX, "names": sorted(one.name for one in unfinished.iterdir())}
            (unfinished / MARK).write_text(json.dumps(mark) + "\n", encoding="ascii")
            _check(folder)  # building takes minutes, in which something may have been put there
            _exchange(unfinished, place)
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
    if Path.cwd().is_relative_to(folder.resolve()):
        raise UsageError(
            "no-site",
            "this is the working folder or one above it, and a site takes the place of its whole folder",
            where=str(folder),
            cure="name a folder in it that is not there yet",
        )
    foreign = _foreign(folder) if folder.is_dir() else []
    if foreign:
        raise UsageError(
            "no-site",
            f"the folder holds {visible(foreign[0])!r}, which is of no site that Benchverdict made, "
            "so nothing was written",
            where=str(folder),
            cure="name a folder that is not there yet, or empty this one",
        )


def _foreign(folder: Path) -> list[str]:
    """Return the names in a folder that its mark does not list; without a mark, all of them."""
    ours = {MARK, *names} if (names := _listed(folder)) is not None else set()
    return sorted(one.name for one in folder.iterdir() if one.name not in ours)


def _listed(folder: Path) -> list[str] | None:
    """Return what the mark of a folder lists, ``None`` where there is no mark of ours."""
    try:
        mark = json.loads(read_regular(folder / MARK, _MOST_BYTES))
    except (OSError, ValueError):
        return None
    if not isinstance(mark, dict) or not str(mark.get("schema")).startswith("site-index/"):
        return None
    names = mark.get("names")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


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
