"""Which files a run wrote: those that begin with its ``{output}`` path, and new or changed ones that globs find."""

from __future__ import annotations

import glob
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.shared.files import opened
from reporter.shared.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTPUT_NAME = "result.json"
FOUND_FOLDER = "found"
MOST_FILES = 1_000
MOST_COPIED_BYTES = 500_000_000

_State = tuple[int, int, int]


@dataclass(frozen=True)
class Results:
    """Result files of one run. ``files`` lie in the run's folder and are not empty.

    ``empty`` were written and hold nothing. ``problems`` say, a sentence each, which files could not be kept and why.
    """

    files: tuple[Path, ...] = ()
    empty: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()


class Watched:
    """The files that the globs find before a run; what differs after it was written by the run.

    Patterns are relative to ``base``. Nothing below ``excluded`` (our own output) is ever found.
    """

    def __init__(self, patterns: Sequence[str], *, base: Path, excluded: Path) -> None:
        self._patterns = [str(Path(glob.escape(str(base))) / pattern) for pattern in patterns]
        self._excluded = excluded
        self._before = self._states()

    def changed(self) -> list[Path]:
        """Return the files that are new, or whose time, size or identity differs from before."""
        return sorted(path for path, state in self._states().items() if self._before.get(path) != state)

    def _states(self) -> dict[Path, _State]:
        states: dict[Path, _State] = {}
        for pattern in self._patterns:
            for name in glob.iglob(pattern, recursive=True):  # noqa: PTH207 - Path.glob takes no absolute pattern
                path = Path(os.path.abspath(name))  # noqa: PTH100 - resolve() would follow links
                if self._excluded not in path.parents:
                    states.update(_state(path))
        return states


def collect(run_folder: Path, watched: Watched, base: Path) -> Results:
    """Gather what the run wrote; what lies elsewhere is copied into ``found/`` of the run's folder."""
    problems: list[str] = []
    written = list(_beginning_with(run_folder / OUTPUT_NAME))
    files = written + list(_copied(watched.changed(), run_folder / FOUND_FOLDER, base, problems))
    files = list(_of_plain_names(files, run_folder, problems))
    if len(files) > MOST_FILES:
        problems.append(f"{len(files)} result files were written, of which the first {MOST_FILES} count")
    sizes = {path: path.stat().st_size for path in files[:MOST_FILES]}
    return Results(
        files=tuple(path for path, size in sizes.items() if size),
        empty=tuple(path for path, size in sizes.items() if not size),
        problems=tuple(problems),
    )


def _state(path: Path) -> dict[Path, _State]:
    """Return what tells a file from its earlier self; folders are no files, anything else may turn out to be none."""
    try:
        status = path.stat()
    except OSError:
        return {}
    return {} if stat.S_ISDIR(status.st_mode) else {path: (status.st_mtime_ns, status.st_size, status.st_ino)}


def _beginning_with(output: Path) -> Iterator[Path]:
    """Regular files whose path begins with ``output``: tools take it as a prefix (``…_stats.csv``) or a folder."""
    for path in sorted(output.parent.glob(f"{output.name}*")):
        inside = sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else [path]
        yield from (file for file in inside if file.is_file() and not file.is_symlink())


def _of_plain_names(files: Sequence[Path], run_folder: Path, problems: list[str]) -> Iterator[Path]:
    """Leave out a file with a credential in its name: the name is written into the record, where it must be masked."""
    for path in files:
        name = str(path.relative_to(run_folder))
        if masked(name) == name:
            yield path
        else:
            problems.append(f"{masked(name)} was not kept: there is a credential in its name")


def _copied(paths: Sequence[Path], folder: Path, base: Path, problems: list[str]) -> Iterator[Path]:
    room = MOST_COPIED_BYTES
    for path in paths:
        place = _place_below(path, base)
        try:
            size = _copy(_followed(path, base), folder / place, room)
        except OSError as error:
            problems.append(f"{place} cannot be read: {error.strerror or error}")
            continue
        if size > room:
            problems.append(f"{place} was not kept: more than {MOST_COPIED_BYTES:,} bytes of results in one run")
            continue
        room -= size
        yield folder / place


def _followed(path: Path, base: Path) -> Path:
    """Follow a link as long as it stays below ``base``. Raises ``OSError``."""
    if not path.is_symlink():
        return path
    real = Path(os.path.realpath(path))
    if Path(os.path.realpath(base)) not in real.parents:
        raise OSError(None, "it is a link that leads out of the folder")
    return real


def _copy(path: Path, copy: Path, room: int) -> int:
    """Copy a regular file, unless it is larger than the room, and give its size. Raises ``OSError``."""
    with opened(path) as source:
        size = os.fstat(source.fileno()).st_size
        if size > room:
            return size
        copy.parent.mkdir(parents=True, exist_ok=True)
        with copy.open("wb") as target:
            shutil.copyfileobj(source, target)
    return size


def _place_below(path: Path, base: Path) -> Path:
    """Keep the names of the folders in the place of a copy; undecodable bytes of a name are replaced."""
    inside = path.relative_to(base) if base in path.parents else path.relative_to(path.anchor)
    return Path(os.fsencode(inside).decode("utf-8", "replace"))
