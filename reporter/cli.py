"""``benchverdict`` as a program: its streams, the command that is called, and the exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from reporter.commands.calls import read_call
from reporter.commands.ending import end
from reporter.shared.errors import MeasuringInterruptedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def console_main() -> NoReturn:
    """Run as a program. Output is UTF-8 wherever it goes, because names and units are not ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", write_through=True)
    # The process ends before garbage in cycles matters: looking for it among the objects of 10,000 benchmarks would
    # take a third of the time, half of that at the very end.
    gc.disable()
    code = main(sys.argv[1:], cast("TextIO", _Output(sys.stdout)), sys.stderr)
    gc.freeze()
    sys.exit(code)


class _Output:
    """Standard output that outlives its reader: after ``| head`` the rest is lost, and the exit code is not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            # The interpreter flushes the real standard output once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return len(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run one command; return its exit code."""
    try:
        command, arguments = read_call(argv)
        return command.run(arguments, stdout, stderr)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else UsageError.exit_code
    except KeyboardInterrupt:
        stderr.write("interrupted\n")
        return MeasuringInterruptedError.exit_code
    except Exception as error:
        return end(error, stderr)
