"""How a call ends that went wrong: its message with the page about it, and its exit code."""

from __future__ import annotations

import traceback
from typing import TextIO

from reporter.shared.errors import BenchverdictError, InputError, UsageError
from reporter.shared.pages import PACKAGE, address_of_message
from reporter.shared.printable import visible


def complain(stderr: TextIO, *messages: str | BenchverdictError) -> None:
    """Write what went wrong, with the page about each; a message names its code at the end of its first line."""
    for message in map(str, messages):
        code = message.partition("\n")[0].rpartition(" [")[2].removesuffix("]")
        stderr.write(f"error: {message}\n  see: {address_of_message(code)}\n")


def end(error: Exception, stderr: TextIO, *, is_verbose: bool = False) -> int:
    """Write what went wrong, with the place where a ``is_verbose`` call wants it; return the exit code."""
    known = _known(error)
    if known is not None:
        complain(stderr, known)
        return known.exit_code
    stderr.write(f"error: a defect of Benchverdict, please report it: {visible(f'{type(error).__name__}: {error}')}\n")
    if is_verbose:
        stderr.writelines(traceback.format_exception(error))
    else:
        stderr.write("  what to do: repeat the call with --verbose, and report what it prints\n")
    return BenchverdictError.exit_code


def _known(error: Exception) -> BenchverdictError | None:
    """Return what a user can do something about, or ``None`` for a defect of ours."""
    if isinstance(error, BenchverdictError):
        return error
    if isinstance(error, OSError):
        return _of_system(error)
    broken = _broken_parts()
    if isinstance(error, ImportError):
        broken = broken or [f"a part cannot be imported: {error}"]
    if not broken:
        return None
    return UsageError(
        "broken-installation",
        f"this installation of Benchverdict is not complete: {'; '.join(broken)}",
        cure=f"install it again, such as with pip install --force-reinstall {PACKAGE}",
    )


def _broken_parts() -> list[str]:
    """Return what of the packages that Benchverdict needs is missing here or too old."""
    from importlib import metadata

    try:
        needed = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    return [problem for requirement in needed if "extra ==" not in requirement for problem in _problem(requirement)]


def _problem(requirement: str) -> list[str]:
    """Return what is wrong with a package, by a requirement such as ``numpy>=2.1``."""
    from importlib import metadata

    name, _, lowest = requirement.partition(";")[0].partition(">=")
    try:
        found = metadata.version(name.strip())
    except metadata.PackageNotFoundError:
        return [f"the package {name.strip()} is missing"]
    is_old = bool(lowest) and _numbers(found) < _numbers(lowest)
    return [f"{name.strip()} {found} is older than {lowest.strip()}"] if is_old else []


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers at the beginning of a version; of a part such as ``0rc1`` the first."""
    parts = (part[: len(part) - len(part.lstrip("0123456789"))] for part in version.strip().split("."))
    return tuple(int(part) for part in parts if part)


def _of_system(error: OSError) -> BenchverdictError:
    return InputError(
        "system-error",
        f"the system cannot read or write this: {error.strerror or error}",
        where=str(error.filename or ""),
        cure="make room on the disk or correct the permissions, then repeat the call",
    )
