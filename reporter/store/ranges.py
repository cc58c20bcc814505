"""An object as a file that is read in ranges: its end at once, because an archive has its directory there."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

END = 2**17
"""Bytes that are read first."""
STEP = 2**16
"""The least that is read at a time elsewhere."""


class Ranges(io.RawIOBase):
    """A file of a size, of which ``read_range`` returns the bytes from one place up to another."""

    def __init__(self, size: int, read_range: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._size = size
        self._read_range = read_range
        self._at = 0
        self._start = max(0, size - END)
        self._kept = read_range(self._start, size) if size else b""

    def readable(self) -> bool:
        """Return whether it can be read."""
        return True

    def seekable(self) -> bool:
        """Return whether it can be read from any place."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; return it."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # what io.RawIOBase calls it with
        """Fill a buffer as far as there is anything; return how far."""
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        if not (self._start <= self._at and end <= self._start + len(self._kept)):
            self._start = self._at
            self._kept = self._read_range(self._at, min(max(end, self._at + STEP), self._size))
        found = self._kept[self._at - self._start : end - self._start]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
