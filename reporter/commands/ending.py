"""How a call ends that went wrong: its message, and its exit code."""

from __future__ import annotations

import os
from typing import TextIO

from reporter.shared.errors import BenchverdictError, InputError
from reporter.shared.printable import visible


def end(error: Exception, stderr: TextIO) -> int:
    """Write what went wrong; return the exit code."""
    if isinstance(error, OSError):
        error = _of_system(error)
    if isinstance(error, BenchverdictError):
        stderr.write(f"error: {error}\n")
        return error.exit_code
    if os.environ.get("BENCHVERDICT_DEBUG"):
        raise error
    what = visible(f"{type(error).__name__}: {error}")
    stderr.write(f"error: a defect of Benchverdict, please report it: {what}\n")
    stderr.write("  what to do: set BENCHVERDICT_DEBUG=1 and repeat the call to see where it happened\n")
    return BenchverdictError.exit_code


def _of_system(error: OSError) -> BenchverdictError:
    return InputError(
        "system-error",
        f"the system said no: {error.strerror or error}",
        where=str(error.filename or ""),
        cure="look at free space and permissions, then repeat the call",
    )
