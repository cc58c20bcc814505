"""One child process: started in a session of its own, watched, and ended with everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from reporter.measure import address_space, orphans
from reporter.measure.resources import Meter, Usage
from reporter.measure.tree import ON_LINUX

if TYPE_CHECKING:
    import resource
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.cores import Core

GRACE_SECONDS = 5.0
"""From TERM to KILL. A cancelled workflow leaves 7.5 s in all before it kills."""
LAST_WORDS_SECONDS = 1.0
"""How long what outlives the command may take to end by itself, and output to arrive once nobody is left."""
_KILL_SECONDS = 5.0
_LOOK_SECONDS = 0.05
_CHUNK_BYTES = 65_536
ON_WINDOWS = sys.platform == "win32"


@dataclass(frozen=True)
class Ended:
    """How a child ended. ``cut`` says why we ended it, if we did; ``left_behind`` names processes that outlived it."""

    code: int | None
    cut: str | None
    started_at: float
    wall_seconds: float
    usage: Usage
    left_behind: tuple[str, ...]

    @property
    def exit_code(self) -> int | None:
        """The code it exited with; ``None`` after a signal."""
        return self.code if self.code is not None and (self.code >= 0 or ON_WINDOWS) else None

    @property
    def signal(self) -> int | None:
        """The signal that ended it."""
        return -self.code if self.code is not None and self.code < 0 and not ON_WINDOWS else None


@dataclass(frozen=True)
class Place:
    """Where a child runs: kept on ``core`` if there is one, with ``fixed_addresses`` where the system allows that.

    The ``mark`` in its environment separates its orphans from those of another child that runs at the same time.
    """

    core: Core | None = None
    fixed_addresses: bool = False
    mark: str | None = None


class Child:
    """A running command. Its output, both streams as one, goes to ``sink`` from a thread, until ``finish`` returns.

    It runs in ``folder`` (where this process runs, when not given). One that ``holds`` others has an input to ``tell``
    it things, and adopts its orphans itself.

    Raises ``OSError`` when it cannot be started.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        sink: Callable[[bytes], None],
        folder: Path | None = None,
        place: Place | None = None,
        holds: bool = False,
    ) -> None:
        place = place or Place()
        self.started_at = time.time()
        self._began = time.perf_counter()
        adopts_since = None if holds else orphans.adopt()
        kept = place.core.lent() if place.core else nullcontext()
        with kept, address_space.fixed(wanted=place.fixed_addresses):
            self._process = _start(arguments, environ, folder, subprocess.PIPE if holds else subprocess.DEVNULL)
        self._sink = sink
        self._deaf = False
        self._code: int | None = None
        self._account: resource.struct_rusage | None = None
        self._wall = 0.0
        self._ended, self._silent = threading.Event(), threading.Event()
        self._meter = Meter(self._process.pid, adopts_since, place.mark)
        for work in (self._wait, self._listen, self._measure):
            threading.Thread(target=work, daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether its first process has ended."""
        return self._ended.is_set()

    @property
    def code(self) -> int | None:
        """What its first process ended with; ``None`` while it runs."""
        return self._code

    def watch(
        self,
        interrupt: Interrupt,
        limit: float | None,
        tick: Callable[[], None],
        needed: Child | None = None,
    ) -> str | None:
        """Wait until it ends, or give the reason to end it: ``interrupted``, ``time limit`` or ``service``.

        ``limit`` is in seconds. The last reason is that the child which is ``needed``, a service, has ended.
        """
        while not self._ended.wait(0.1):
            tick()
            if interrupt.count:
                return "interrupted"
            if needed and needed.has_ended:
                return "service"
            if limit is not None and time.perf_counter() - self._began > limit:
                return "time limit"
        return None

    def wait(self, seconds: float) -> bool:
        """Wait until its first process ends, no longer than that; whether it has."""
        return self._ended.wait(seconds)

    def tell(self, line: bytes | None) -> None:
        """Write to the input of one that holds others; ``None`` closes it."""
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - only one that holds others is told anything
        with suppress(OSError, ValueError):
            if line is None:
                pipe.close()
            else:
                pipe.write(line)

    def count_from_now(self) -> None:
        """Begin to count its cost again; see ``counted``."""
        self._meter.count_from_now()

    def counted(self) -> Usage:
        """Return what it has cost since counting began, while it runs."""
        return self._meter.counted()

    def finish(self, cut: str | None, interrupt: Interrupt) -> Ended:
        """End it when ``cut`` says why, and in any case what it left behind; then sum up.

        Nothing here waits without bound, whatever holds the pipe or ignores signals.
        """
        if cut:
            self._end(interrupt)
        wall = self._wall if self._ended.is_set() else time.perf_counter() - self._began
        usage = self._meter.usage(self._account)
        left_behind = () if cut else self._clear_up(interrupt)
        self._silent.wait(LAST_WORDS_SECONDS)
        self._deaf = True
        return Ended(self._code, cut, self.started_at, wall, usage, left_behind)

    def _wait(self) -> None:
        if ON_WINDOWS:
            self._code = self._process.wait()
        else:
            _, status, self._account = os.wait4(self._process.pid, 0)
            self._code = self._process.returncode = os.waitstatus_to_exitcode(status)
        self._wall = time.perf_counter() - self._began
        self._ended.set()

    def _listen(self) -> None:
        """Drain the pipe to its end, even when nobody listens any more: a full pipe would block the writer."""
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as pipe:
            while True:
                data = os.read(pipe.fileno(), _CHUNK_BYTES)
                if not data:
                    break
                if not self._deaf:
                    self._sink(data)
        self._silent.set()

    def _measure(self) -> None:
        self._meter.watch(self._ended)

    def _clear_up(self, interrupt: Interrupt) -> tuple[str, ...]:
        """End what outlived the command, and name it. A daemon would disturb later runs, and read what later steps may.

        Outside Linux what made a session of its own cannot be found.
        """
        deadline = time.monotonic() + LAST_WORDS_SECONDS
        while self._living() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        left = self._living()
        if left:
            self._end(interrupt)
        return left

    def _end(self, interrupt: Interrupt) -> None:
        """TERM, a grace that another signal to us cuts short, then KILL until nothing is left."""
        heard = interrupt.count
        self._send(force=False)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and interrupt.count == heard:
            if self._gone():
                return
            time.sleep(_LOOK_SECONDS)
        deadline = time.monotonic() + _KILL_SECONDS
        while not self._gone() and time.monotonic() < deadline:
            self._send(force=True)
            time.sleep(_LOOK_SECONDS)

    def _gone(self) -> bool:
        return self._ended.is_set() and not self._living()

    def _living(self) -> tuple[str, ...]:
        """Name the processes that still run; outside Linux those of the command's group have one name for all."""
        if ON_LINUX:
            members = self._meter.tree.look(afresh=True)
            orphans.bury(members, self._process.pid)
            return tuple(process.name for process in members if process.is_alive)
        if ON_WINDOWS:
            return ()
        try:
            os.killpg(self._process.pid, 0)
        except OSError:
            return ()
        return ("of its process group",)

    def _send(self, *, force: bool) -> None:
        leader = self._process.pid
        if ON_WINDOWS:
            _end_on_windows(self._process, force=force)
            return
        number = signal.SIGKILL if force else signal.SIGTERM
        members = self._meter.tree.look(afresh=True)  # first: afterwards orphans may no longer be recognised
        with suppress(OSError):
            os.killpg(leader, number)
        for process in members:
            # The group has just had its signal, and a second TERM makes many programs give up their clean end.
            if process.is_alive and process.group != leader:
                with suppress(OSError):
                    os.kill(process.pid, number)


def _start(
    arguments: Sequence[str], environ: Mapping[str, str], folder: Path | None, stdin: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        arguments,
        cwd=folder,
        bufsize=0,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environ),
        start_new_session=not ON_WINDOWS,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _end_on_windows(process: subprocess.Popen[bytes], *, force: bool) -> None:
    """CTRL_BREAK reaches the process group; ``taskkill /T`` the whole tree."""
    if not force:
        with suppress(OSError, ValueError):
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
        return
    command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, capture_output=True, timeout=_KILL_SECONDS, check=False)
    with suppress(OSError):
        process.kill()
