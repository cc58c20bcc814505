"""The log of one run: written line by line, without secrets, and bounded, because a benchmark may print for hours."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from reporter.shared.masking import MASK, masked

if TYPE_CHECKING:
    from pathlib import Path

KEPT_BYTES = 20_000_000
_LAST_BYTES = 8_192
_LONGEST_LINE = 65_536
"""Bytes that wait for the end of their line, so that a secret is masked whole."""
_WORD_AT_BEGINNING = re.compile(rb"\A[\w.~+/=-]{8,}")
_WORD_AT_END = re.compile(rb"(?<![\w.~+/=-])[\w.~+/=-]{8,}\Z")
"""Where a log is cut, a word may be a part of a secret."""
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")


class Log:
    """Everything the command printed but secrets; of more than ``kept`` bytes, the first and the last half.

    The first half is in the file with the end of each line; what may become the last half waits in memory until
    ``close``. Failing to write (a full disk) never raises, because the command would then block on its full pipe; see
    ``problem``.
    """

    def __init__(self, path: Path, kept: int = KEPT_BYTES) -> None:
        self._file = path.open("wb", buffering=0)
        self._room = kept // 2
        self._half = kept // 2
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._dropped = 0
        self._last = b""
        self._line = b""
        self.problem: str | None = None

    def write(self, data: bytes) -> None:
        """Keep some output."""
        self._last = (self._last + data)[-_LAST_BYTES:]
        head, rest = data[: self._room], data[self._room :]
        if head:
            self._put_lines(head)
            self._room -= len(head)
        if rest:
            self._hold(rest)

    def last_lines(self, count: int = 10) -> list[str]:
        """Return the last lines that are not empty, without colours, secrets and undecodable bytes."""
        last = _WORD_AT_BEGINNING.sub(MASK.encode(), self._last) if len(self._last) == _LAST_BYTES else self._last
        text = masked(_ESCAPE_SEQUENCE.sub("", last.decode("utf-8", "replace")))
        lines = text.replace("\r", "\n").split("\n")
        clean = ["".join(c if c.isprintable() else " " for c in line).rstrip()[:300] for line in lines]
        return [line for line in clean if line][-count:]

    def close(self) -> None:
        """Complete the file."""
        tail = b"".join(self._tail)
        self._tail.clear()
        if self._dropped:
            self._put(_masked(_WORD_AT_END.sub(MASK.encode(), self._line)))
            self._put(b"\n[... %d bytes left out ...]\n" % self._dropped)
            self._put(_masked(_WORD_AT_BEGINNING.sub(MASK.encode(), tail)))
        else:
            self._put(_masked(self._line + tail))
        self._line = b""
        self._file.close()

    def _put_lines(self, data: bytes) -> None:
        """Write the lines that are complete; the last one waits for its end."""
        waiting = self._line + data
        end = max(waiting.rfind(b"\n"), waiting.rfind(b"\r")) + 1
        if len(waiting) - end > _LONGEST_LINE:
            end = len(waiting)
        self._line = waiting[end:]
        if end:
            self._put(_masked(waiting[:end]))

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


def _masked(data: bytes) -> bytes:
    return masked(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
