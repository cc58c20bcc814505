"""The streams that a call writes to: what it wants to see there, colours and how much of measuring."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLOUR = ("auto", "always", "never")


class Screen:
    """A text stream that outlives its reader: after ``| head`` the rest is lost, and the exit code is not.

    ``colour`` is one of ``COLOUR``; a ``quiet`` one shows neither the progress of measuring nor the output of the
    benchmark command, a ``verbose`` one shows that output of every run.
    """

    def __init__(self, stream: TextIO, *, colour: str = "auto", quiet: bool = False, verbose: bool = False) -> None:
        self._stream = stream
        self.colour = colour
        self.quiet = quiet
        self.verbose = verbose

    def write(self, text: str) -> int:
        """Write a text, as far as somebody reads it."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._lose_the_rest()
            return len(text)

    def writelines(self, texts: Iterable[str]) -> None:
        """Write texts one after the other, as far as somebody reads them."""
        for text in texts:
            self.write(text)

    def flush(self) -> None:
        """Hand on what was written, as far as somebody reads it."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._lose_the_rest()

    def _lose_the_rest(self) -> None:
        """Write to nowhere from now on; the interpreter flushes the real stream once more at its end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def is_terminal(stream: TextIO) -> bool:
    """Return whether a person may be looking at a stream."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether a stream gets colours: as the call says, else on a terminal without ``NO_COLOR``."""
    choice = getattr(stream, "colour", "auto")
    if choice != "auto":
        return bool(choice == "always")
    return is_terminal(stream) and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
