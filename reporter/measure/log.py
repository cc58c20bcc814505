"""The log of one run: written as it comes, and bounded, because a benchmark may print for hours."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEPT_BYTES = 20_000_000
_LAST_BYTES = 8_192
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")


class Log:
    """Everything the command printed; of more than ``kept`` bytes, the first and the last half.

    The first half is in the file at once; what may become the last half waits in memory until ``close``. Failing to
    write (a full disk) never raises, because the command would then block on its full pipe; see ``problem``.
    """

    def __init__(self, path: Path, kept: int = KEPT_BYTES) -> None:
        self._file = path.open("wb", buffering=0)
        self._room = kept // 2
        self._half = kept // 2
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._dropped = 0
        self._last = b""
        self.problem: str | None = None

    def write(self, data: bytes) -> None:
        """Keep some output."""
        self._last = (self._last + data)[-_LAST_BYTES:]
        head, rest = data[: self._room], data[self._room :]
        if head:
            self._put(head)
            self._room -= len(head)
        if rest:
            self._hold(rest)

    def last_lines(self, count: int = 10) -> list[str]:
        """Give the last lines that are not empty, without colours and with undecodable bytes replaced."""
        text = _ESCAPE_SEQUENCE.sub("", self._last.decode("utf-8", "replace"))
        lines = text.replace("\r", "\n").split("\n")
        clean = ["".join(c if c.isprintable() else " " for c in line).rstrip()[:300] for line in lines]
        return [line for line in clean if line][-count:]

    def close(self) -> None:
        """Complete the file."""
        if self._dropped:
            self._put(b"\n[... %d bytes left out ...]\n" % self._dropped)
        for part in self._tail:
            self._put(part)
        self._tail.clear()
        self._file.close()

    def _hold(self, data: bytes) -> None:
        self._tail.append(data)
        self._tail_bytes += len(data)
        while self._tail_bytes > self._half:
            surplus = self._tail_bytes - self._half
            first = self._tail.popleft()
            if len(first) > surplus:
                self._tail.appendleft(first[surplus:])
            lost = min(surplus, len(first))
            self._tail_bytes -= lost
            self._dropped += lost

    def _put(self, data: bytes) -> None:
        if self.problem:
            return
        try:
            self._file.write(data)
        except ValueError:
            return  # closed: a process that outlived its run still prints
        except OSError as error:
            self.problem = error.strerror or str(error)
