"""Result files of a measuring that goes on: a look reads those that came since the look before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest.read import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.ingest.reading import FileReading


class KnownFiles:
    """A reader that reads a file once, as long as it stays the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int, int], FileReading] = {}

    def __call__(self, path: Path, *, format_name: str | None = None) -> FileReading:
        """Return what the file holds. Raises as ``read_file`` does."""
        try:
            status = path.stat()
        except OSError:
            return read_file(path, format_name=format_name)
        key = (path, status.st_ino, status.st_size, status.st_mtime_ns)
        if key not in self._known:
            self._known[key] = read_file(path, format_name=format_name)
        return self._known[key]
