"""What a person sees while measuring: the command's log as it comes, and how far the runs are.

Three surroundings: a terminal (one line, rewritten, below the log), GitHub Actions (each run a group, in which the log
cannot issue workflow commands), and plain text for everything else.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from reporter.shared.masking import masked
from reporter.shared.printable import no_command
from reporter.shared.screen import is_terminal, wants_colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Console:
    """Writes to one text stream; bytes of the log pass through unchanged where the stream has a byte buffer.

    A reader that went away (a closed pipe) silences it and never stops the measuring. With ``is_verbose`` the output of
    the command is wanted of every run, also of those in pairs.
    """

    def __init__(self, stream: TextIO, environ: Mapping[str, str]) -> None:
        self._stream = stream
        self._on_github = environ.get("GITHUB_ACTIONS") == "true"
        self._live = is_terminal(stream) and environ.get("TERM") != "dumb" and not environ.get("CI")
        self._dim = self._live and wants_colour(stream, environ) and sys.platform != "win32"
        self._quiet = bool(getattr(stream, "quiet", False))
        self.is_verbose = bool(getattr(stream, "verbose", False)) and not self._on_github
        self._lock = threading.Lock()
        self._at_line_start = True
        self._progress = ""
        self._title = ""
        self._began = 0.0
        self._left: float | None = None

    def heading(self, title: str) -> None:
        """Begin a new part of the log, with an empty line above its title."""
        with self._lock:
            self._line(f"\n== {_harmless(title)} ==")

    def begin(self, title: str, left: float | None) -> None:
        """Start a run. ``left`` is how many seconds all that remains will take, ``None`` when nobody knows."""
        with self._lock:
            self._title, self._began, self._left = title, time.monotonic(), left
            estimate = "" if left is None else f", about {spoken_duration(left)} left"
            self._line(f"::group::{title}{estimate}" if self._on_github else f"{title}{estimate}")

    @contextmanager
    def group(self, title: str, left: float) -> Iterator[None]:
        """Show what belongs together: GitHub folds it, a terminal needs no line for it."""
        if not self._live:
            self.begin(title, left)
        try:
            yield
        finally:
            self.end("")

    def show(self, title: str, left: float | None) -> None:
        """Start something that has no log: only a terminal shows it, until it is over."""
        with self._lock:
            self._title, self._began, self._left = title, time.monotonic(), left

    def say(self, text: str) -> None:
        """Write one line of our own; a name in it is no workflow command."""
        with self._lock:
            self._line(_harmless(text) if self._on_github else text)

    def report(self, text: str) -> None:
        """Write one line that a terminal shows in the rewritten line anyway."""
        if not self._live:
            self.say(text)

    def log(self, data: bytes) -> None:
        """Pass on what the command printed."""
        with self._lock:
            self._clear_progress()
            self._write(data)

    def tick(self) -> None:
        """Show on a terminal how far it is. Call it as often as you like; between lines of the log only."""
        if not self._live or not self._at_line_start or not self._lock.acquire(blocking=False):
            return  # the lock is held while output waits for a stalled reader; an interrupt must be seen meanwhile
        elapsed = int(time.monotonic() - self._began)
        text = f"{self._title}, {spoken_duration(elapsed)} so far"
        if self._left is not None:
            text += f", about {spoken_duration(max(0, round(self._left) - elapsed))} left"
        self._draw_progress(text[: shutil.get_terminal_size().columns - 1])
        self._lock.release()

    def end(self, summary: str) -> None:
        """Close a run with one line of our own."""
        with self._lock:
            self._line("::endgroup::" if self._on_github else "")
            if summary:
                self._line(summary)

    def quote(self, text: str) -> None:
        """Write text that may hold anything, such as the command or lines of its log, without secrets."""
        for line in text.split("\n") if self._on_github else [text]:
            self.say(line)

    def guarded(self) -> Guard:
        """Return a context in which nothing that is written is taken for a workflow command."""
        return Guard(self)

    def fence(self, line: str) -> None:
        """Write a line that turns workflow commands off or on; nothing outside GitHub Actions."""
        if self._on_github:
            with self._lock:
                self._line(line)

    def _line(self, text: str) -> None:
        self._clear_progress()
        if not self._at_line_start:
            self._write(b"\n")
        if text:
            self._write(masked(text).encode("utf-8", "replace") + b"\n")

    def _draw_progress(self, text: str) -> None:
        if text == self._progress:
            return
        padded = text.ljust(len(self._progress))
        self._progress = text
        self._write((f"\r\x1b[2m{padded}\x1b[0m" if self._dim else f"\r{padded}").encode())
        self._at_line_start = True

    def _clear_progress(self) -> None:
        if self._progress:
            self._write(b"\r" + b" " * len(self._progress) + b"\r")
            self._progress, self._at_line_start = "", True

    def _write(self, data: bytes) -> None:
        if self._quiet:
            return
        try:
            buffer = getattr(self._stream, "buffer", None)
            if buffer is None:
                self._stream.write(data.decode("utf-8", "replace"))
            else:
                self._stream.flush()
                buffer.write(data)
            self._stream.flush()
        except (OSError, ValueError):
            self._fall_silent()
        self._at_line_start = data.endswith(b"\n")

    def _fall_silent(self) -> None:
        """Let all further output go nowhere, also what is flushed when the interpreter ends."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class Guard:
    """Workflow commands are off inside. The word that turns them on again is random, so the log cannot say it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._word = secrets.token_hex(16)

    def __enter__(self) -> None:
        self._console.fence(f"::stop-commands::{self._word}")

    def __exit__(self, *_: object) -> None:
        self._console.fence(f"::{self._word}::")


def _harmless(line: str) -> str:
    return no_command("".join(sign if sign.isprintable() else "?" for sign in line))


def spoken_duration(seconds: float) -> str:
    """Format a duration as people do: ``0.8 s``, ``45 s``, ``3 min 20 s``, ``1 h 5 min``."""
    if seconds < 9.95:
        return f"{round(seconds, 1):g} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
