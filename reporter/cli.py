"""``benchverdict`` as a program: its streams, the command that is called, and the exit code."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from reporter.commands.calls import enter, read_call
from reporter.commands.ending import end
from reporter.shared.errors import MeasuringInterruptedError, UsageError
from reporter.shared.screen import Screen

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
    code = main(sys.argv[1:], sys.stdout, sys.stderr)
    gc.freeze()
    sys.exit(code)


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run one command; return its exit code."""
    is_verbose = False
    stderr = cast("TextIO", Screen(stderr))
    try:
        command, arguments = read_call(argv)
        stderr.writelines(f"warning: {warning.text} [{warning.code}]\n" for warning in arguments.warnings)
        is_verbose = arguments.verbose
        if arguments.directory:
            enter(arguments.directory)
        screen = Screen(stdout, colour=arguments.color, quiet=arguments.quiet, verbose=is_verbose)
        return command.run(arguments, cast("TextIO", screen), stderr)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else UsageError.exit_code
    except KeyboardInterrupt:
        stderr.write("interrupted\n")
        return MeasuringInterruptedError.exit_code
    except Exception as error:
        return end(error, stderr, is_verbose=is_verbose)
