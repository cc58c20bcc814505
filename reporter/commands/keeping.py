"""Earlier reports of this machine: ``reports/2026-11-27T02-48-11Z-SUITE/``, and ``latest``, which leads to the last.

The report of a run is in ``report/`` as ever; what is kept beside it are copies. A copy appears whole or not at all.
Of each suite the last ``KEPT`` stay. What is deleted are files that a report is made of, in folders of such a name and
with nothing else in them; what anybody put there keeps the whole folder.
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.shared.files import write_atomically
from reporter.store.directory import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = 20
LATEST = "latest"
POINTER = "latest.txt"
"""Holds the name of the folder where the file system has no symbolic links."""

_FILES = frozenset(("verdict.json", "report.html", "summary.md", "comment.md"))
_CHARTS = "charts"
_STAMP = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ"


def keep(report: Path, reports: Path, suite: str, finished_at: float | None) -> Path:
    """Copy a written report folder to a name of its own below ``reports``; return that folder.

    Raises:
        OSError: it could not be copied; nothing is left of the attempt, and every earlier report is where it was.
    """
    when = datetime.now(UTC) if finished_at is None else datetime.fromtimestamp(finished_at, UTC)
    stem = file_stem(suite)
    reports.mkdir(parents=True, exist_ok=True)
    kept = _copied(report, reports, f"{when:%Y-%m-%dT%H-%M-%SZ}-{stem}")
    _point_to(kept)
    for old in _kept_of(reports, stem)[:-KEPT]:
        _forget(old)
    return kept


def _copied(report: Path, reports: Path, name: str) -> Path:
    unfinished = reports / f".{secrets.token_hex(8)}.tmp"
    try:
        for file in _files_of(report):
            target = unfinished / file.relative_to(report)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        numbered = (reports / (name if number == 1 else f"{name}.{number}") for number in itertools.count(1))
        return unfinished.rename(next(place for place in numbered if not os.path.lexists(place)))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _files_of(report: Path) -> Iterator[Path]:
    yield from (report / name for name in sorted(_FILES) if (report / name).is_file())
    yield from sorted(path for path in (report / _CHARTS).glob("*.svg") if path.is_file())


def _point_to(kept: Path) -> None:
    """Let ``latest`` lead to a folder; a file or folder of that name which is no link of ours is left alone."""
    latest = kept.parent / LATEST
    if os.path.lexists(latest) and not latest.is_symlink():
        return
    fresh = kept.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        fresh.symlink_to(kept.name, target_is_directory=True)
        fresh.replace(latest)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        write_atomically(kept.parent / POINTER, f"{kept.name}\n")


def _kept_of(reports: Path, stem: str) -> list[Path]:
    """Return the kept reports of a suite, oldest first."""
    name = re.compile(rf"({_STAMP})-{re.escape(stem)}(?:\.(\d{{1,9}}))?")
    found = [(match, path) for path in reports.iterdir() if (match := name.fullmatch(path.name))]
    ordered = sorted(found, key=lambda pair: (pair[0][1], int(pair[0][2] or 1)))
    return [path for _, path in ordered if path.is_dir() and not path.is_symlink()]


def _forget(folder: Path) -> None:
    """Delete a kept report, unless there is anything in it that a report has not."""
    charts = folder / _CHARTS
    own = set(_files_of(folder))
    there = {path for path in folder.rglob("*") if path != charts}
    if there != own or any(path.is_symlink() for path in (*own, charts)):
        return
    with suppress(OSError):
        for file in own:
            file.unlink()
        if charts.is_dir():
            charts.rmdir()
        folder.rmdir()
