"""A base that was set up is kept and used again, on the command line alone: set-up can take as long as measuring.

``OUTPUT/bases/KEY`` holds the base's tree and virtual environment as they were right after its set-up, before anything
of it was measured and before anything of the head was set up; ``entry.json`` has the digest of both. What is measured
is a copy, in the place where it was set up, so that paths in it stay right. The key is made of all that set-up depends
on and that can be seen: the commit, the script, the user's Python with what is installed for it, the environment
variables, the machine, and our own code.

What a set-up makes elsewhere, or brings from elsewhere in the version of the day, is in no key, so an entry holds for
``MOST_SECONDS``. A tracked file that differs from its commit, before or after set-up, keeps the base from being kept.
Code that is measured can write here, as it can write to the checkout itself (SECURITY.md); in CI nothing is kept.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.measure.paired.base_key import SCHEMA, key_of
from reporter.measure.paired.git import GitError, Repository
from reporter.measure.paired.sides import environment_of, remove_folder
from reporter.measure.paired.tree_copy import copy, digest_of, empty, size_of
from reporter.measure.record import BASES_FOLDER
from reporter.shared.files import read_json, write_whole
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from reporter.measure.paired.pair_plan import PairPlan
    from reporter.measure.paired.sides import Side, Sides
    from reporter.measure.paired.user_python import UserPython

FOLDER = BASES_FOLDER
MOST_ENTRIES = 3
MOST_BYTES = 2 * 2**30
"""Of all entries together; the least recently used go first."""
MOST_SECONDS = 24 * 3600.0
"""Unpinned packages of yesterday are not those that the head gets today."""
FREE_BYTES = 2**30
"""Room that stays on the disk."""
_ENTRY, _TREE, _PYTHON = "entry.json", "tree", "python"
_NAME = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}")


@dataclass(frozen=True)
class KeptBase:
    """The place of one base among those that are kept below ``output``."""

    output: Path
    key: str
    repository: Repository

    @property
    def folder(self) -> Path:
        """Where it is, or would be."""
        return self.output / FOLDER / self.key

    def restore(self, side: Side) -> tuple[float, tuple[Notice, ...]] | None:
        """Put the kept base in the place of a fresh checkout; return its age in seconds and what its set-up reported.

        ``None`` where there is none that is whole, young, and at its commit. Such a one is removed, and the checkout is
        a fresh one.
        """
        entry = None if _is_linked(self.output) else _entry(self.folder)
        if entry is None or not _is_young(entry):
            return None
        if not self._is_whole(entry):
            remove_folder(self.folder)
            return None
        if not self._put(side):
            remove_folder(self.folder)
            self._check_out_again(side)
            return None
        return time.time() - entry["made_at"], tuple(Notice(code, text) for code, text in entry["warnings"])

    def _is_whole(self, entry: Mapping[str, Any]) -> bool:
        try:
            return bool(entry["digest"] == digest_of(self.folder, _ENTRY))
        except OSError:
            return False

    def _put(self, side: Side) -> bool:
        """Copy the kept base to where it was set up; whether it is there, and at its commit."""
        python = environment_of(self.output, side.name)
        try:
            empty(side.tree)
            copy(self.folder / _TREE, side.tree)
            if (self.folder / _PYTHON).is_dir():
                copy(self.folder / _PYTHON, python)
            os.utime(self.folder / _ENTRY)
        except (OSError, shutil.Error):
            return False
        return self.is_at_commit(side)

    def _check_out_again(self, side: Side) -> None:
        remove_folder(environment_of(self.output, side.name))
        with suppress(GitError):
            self.repository.remove_worktree(side.tree)
        remove_folder(side.tree)
        with suppress(GitError):  # where there is no tree, set-up says what is wrong
            self.repository.add_worktree(side.tree, side.commit)

    def keep(self, side: Side, warnings: Iterable[Notice]) -> str | None:
        """Keep a base that was just set up; return why it is not, if it is not."""
        if _is_linked(self.output):
            return f"{self.output / FOLDER} is a link"
        if not self.is_at_commit(side):
            return "its set-up changed tracked files"
        if (side.tree / ".gitmodules").is_file():
            return "it has submodules"
        unfinished = self.output / FOLDER / f".{secrets.token_hex(8)}"
        try:
            size = size_of(side.tree) + (size_of(side.environment) if side.environment else 0)
            if size > MOST_BYTES or shutil.disk_usage(self.output).free < size + FREE_BYTES:
                return f"it takes {size / 2**20:.0f} MB"
            unfinished.mkdir(parents=True)
            copy(side.tree, unfinished / _TREE)
            if side.environment:
                copy(side.environment, unfinished / _PYTHON)
            stored = [[warning.code, warning.text] for warning in warnings]
            entry = {"schema": SCHEMA, "made_at": time.time(), "size": size, "warnings": stored}
            write_whole(unfinished / _ENTRY, json.dumps({**entry, "digest": digest_of(unfinished, _ENTRY)}))
            remove_folder(self.folder)
            unfinished.rename(self.folder)
        except (OSError, shutil.Error) as error:
            remove_folder(unfinished)
            return f"it cannot be copied: {error}"[:200]
        _make_room(self.output)
        return None

    def is_fresh(self, side: Side) -> bool:
        """Return whether a side holds its commit and nothing else: a file that the head lent it is none of its own."""
        return self._has_nothing_else(side, "--ignored", "--untracked-files=all")

    def is_at_commit(self, side: Side) -> bool:
        """Return whether no tracked file of a side differs from its commit, by content."""
        return self._has_nothing_else(side, "--untracked-files=no")

    def _has_nothing_else(self, side: Side, *options: str) -> bool:
        try:
            tree = Repository(side.tree, self.repository.environ)
            at = tree.git("rev-parse", "HEAD").decode("ascii", "replace").strip()
            return at == side.commit and not tree.git("status", "--porcelain", *options)
        except GitError:
            return False


def kept_base(
    output: Path,
    pairs: PairPlan,
    trees: Sides,
    user: UserPython | None,
    environ: Mapping[str, str],
    repository: Repository,
) -> KeptBase | None:
    """Return where a base may be kept; ``None`` unless it was asked for, in CI, and for a changed checkout."""
    if not pairs.keep_base or environ.get("CI"):
        return None
    key = key_of(output, pairs, trees, user, environ)
    found = KeptBase(output, key, repository)
    return found if found.is_fresh(trees.base) else None


def clear(output: Path) -> bool:
    """Remove all bases that are kept below ``output``; whether nothing is left of them. Never raises.

    What is none of ours stays, and so does everything where the folder is a link.
    """
    for folder in _ours(output):
        remove_folder(folder)
    with suppress(OSError):
        (output / FOLDER).rmdir()
    return not any(_ours(output))


def _is_linked(output: Path) -> bool:
    """Return whether the folder of all entries is a link, so that they would be elsewhere."""
    return (output / FOLDER).is_symlink()


def _ours(output: Path) -> Iterator[Path]:
    """Yield the entries, and what keeping one left when it was killed."""
    if _is_linked(output):
        return
    with suppress(OSError):
        for path in sorted((output / FOLDER).iterdir()):
            if path.is_dir() and not path.is_symlink() and (_UNFINISHED.fullmatch(path.name) or _is_entry(path)):
                yield path


def _is_entry(folder: Path) -> bool:
    """Return whether we made a folder: it says so itself, whatever else of it is damaged."""
    return _NAME.fullmatch(folder.name) is not None and _read(folder).get("schema") == SCHEMA


def _make_room(output: Path) -> None:
    """Remove what is too old, and the least recently used of what is too much."""
    entries = sorted(((_used_at(path), path) for path in _ours(output)), reverse=True)
    room = MOST_BYTES
    for number, (_, path) in enumerate(entries):
        entry = _entry(path)
        room -= entry["size"] if entry else 0
        if entry is None or number >= MOST_ENTRIES or room < 0 or not _is_young(entry):
            remove_folder(path)


def _is_young(entry: Mapping[str, Any]) -> bool:
    return bool(0 <= time.time() - entry["made_at"] <= MOST_SECONDS)


def _used_at(folder: Path) -> float:
    with suppress(OSError):
        return (folder / _ENTRY).stat().st_mtime
    return 0.0


def _entry(folder: Path) -> dict[str, Any] | None:
    try:
        entry = _read(folder)
        known = entry["schema"] == SCHEMA and all(len(each) == 2 for each in entry["warnings"])
        return entry if known and entry["made_at"] >= 0 and entry["size"] >= 0 and entry["digest"] else None
    except (TypeError, KeyError):
        return None


def _read(folder: Path) -> dict[str, Any]:
    """Return what an entry says of itself; nothing where it cannot be read."""
    try:
        found = read_json(folder / _ENTRY)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
