"""Where base and head of a pair in lock-step meet: each gets one end of a channel to the other."""

from __future__ import annotations

import array
import os
import shutil
import socket
import tempfile
import threading
from contextlib import suppress

_SIDES = ("base", "head")


class Meeting:
    """Listens on a socket of this user. The n-th process of one side is joined with the n-th of the other.

    When a side has ended (``end``), what still waits for it reads the end of its channel and goes on alone.

    Raises ``OSError`` when no socket can be made, such as in a temporary folder whose path is too long for one.
    """

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="bv-")  # short: the name of a socket has at most 107 bytes
        self.path = os.path.join(self._folder, "s")  # noqa: PTH118 - handed to other processes as text
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._door.bind(self.path)
            self._door.listen(8)
        except OSError:
            self._door.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._lock = threading.Lock()
        self._waiting: dict[str, list[socket.socket]] = {side: [] for side in _SIDES}
        self._ended: set[str] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Meeting:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for side in _SIDES:
            self.end(side)
        shutil.rmtree(self._folder, ignore_errors=True)

    def end(self, side: str) -> None:
        """Take note that nothing more comes from a side."""
        with self._lock:
            self._ended.add(side)
            for waiting in self._waiting[side]:
                waiting.close()
            self._waiting[side] = []

    def _serve(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
            except OSError:
                return
            with guest, suppress(OSError):
                guest.settimeout(10)
                self._welcome(guest)

    def _welcome(self, guest: socket.socket) -> None:
        side = guest.recv(16).decode("ascii", "replace").strip()
        if side not in _SIDES:
            return
        other = _SIDES[side == "base"]
        with self._lock:
            if self._waiting[side]:
                own = self._waiting[side].pop(0)
            else:
                own, theirs = socket.socketpair()
                if other in self._ended:
                    theirs.close()
                else:
                    self._waiting[other].append(theirs)
        with own:
            guest.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [own.fileno()]))])
