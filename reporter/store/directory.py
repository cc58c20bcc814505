"""The directory store: one snapshot per suite in a folder, and ``source.json`` beside them when they were fetched."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.ingest.opening import read_bytes
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice
from reporter.store import snapshot
from reporter.store.protocol import Missing, Store
from reporter.store.source import read_source, with_source

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Baseline

SUFFIX = ".json.gz"

_PLAIN_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,59}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Device names on Windows, whatever their extension."""


@dataclass(frozen=True, slots=True)
class DirectoryStore(Store):
    """Baselines in a folder, which need not exist yet."""

    root: Path

    def path_of(self, suite: str) -> Path:
        """Return the file of a suite's baseline."""
        return self.root / (file_stem(suite) + SUFFIX)

    def find(self, suite: str) -> Baseline | Missing:
        """Load a suite's baseline with its source, or say why there is none.

        A broken file is kept aside under another name, so that saving cannot destroy it. One of a newer version stays.

        Raises:
            InputError: ``source.json`` is broken, or this user may not read the file.
        """
        source = read_source(self.root)
        path = self.path_of(suite)
        found = _load(path)
        if found is None:
            reason = source.reason if source is not None else None
            return Missing(reason=reason or f"No baseline of {suite!r} is stored in {self.root}.")
        if isinstance(found, Missing):
            return found
        if found.suite.name != suite:
            reason = f"{path} holds the baseline of {found.suite.name!r}, not of {suite!r}; remove it or rename it."
            return Missing(reason=reason, notice=Notice(code="other-suite", text=reason))
        return with_source(found, source)

    def save(self, baseline: Baseline) -> str:
        """Write a baseline in place of the suite's old one; a broken old one is kept aside first.

        Raises:
            UsageError: the folder cannot be written to, or the old file is of a newer version.
        """
        path = self.path_of(baseline.suite.name)
        old = _load(path)
        if isinstance(old, Missing) and path.exists():
            cure = "move that file away, or name another store"
            raise UsageError("cannot-replace", old.reason, where=str(path), cure=cure)
        write_atomically(path, snapshot.dump(baseline))
        return str(path)

    def forget(self, suite: str) -> None:
        """Remove the file of a suite's baseline, if there is one."""
        self.path_of(suite).unlink(missing_ok=True)

    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        """Load every baseline of the folder, in the order of their file names."""
        loaded = ((path, _load(path, keep_aside=False)) for path in sorted(self.root.glob(f"*{SUFFIX}")))
        return tuple((str(path), found) for path, found in loaded if found is not None)


def file_stem(suite: str) -> str:
    """Return the name of a suite's files without their ending.

    Two suites never share one, also where file names know no upper case: a name that is not plain lower case is cut to
    what is harmless and told apart by its hash after a ``~``, which no plain name has.
    """
    if _PLAIN_NAME.fullmatch(suite) and not _RESERVED.fullmatch(suite):
        return suite
    harmless = re.sub(r"[^a-z0-9_-]+", "-", suite.lower())[:40].strip("-")
    digest = hashlib.sha256(suite.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{harmless or 'suite'}~{digest[:16]}"


def _load(path: Path, *, keep_aside: bool = True) -> Baseline | Missing | None:
    """Load a file; ``None`` when there is none. Only who wants to use or replace it puts a broken one aside."""
    try:
        return snapshot.load(read_bytes(path), str(path))
    except InputError as error:
        if error.code == "no-such-file":
            return None
        if error.code in ("no-permission", "unreadable"):
            raise
        return _unusable(path, error, keep_aside=keep_aside)


def _unusable(path: Path, error: InputError, *, keep_aside: bool) -> Missing:
    if error.code == "newer-snapshot":
        reason = f"{path}: {error.what}."
    else:
        reason = f"The stored baseline {path} is broken ({error.what}).{' ' + _kept_aside(path) if keep_aside else ''}"
    return Missing(reason=reason, notice=Notice(code=error.code, text=f"{reason} What to do: {error.cure}."))


def _kept_aside(path: Path) -> str:
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        return f"It could not be renamed ({error.strerror}) and stays there."
    return f"It is kept as {aside.name}."
