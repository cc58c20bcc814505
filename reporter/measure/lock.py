"""One measuring at a time in a folder: the folder itself is locked, so nothing is left behind, however this ends."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.shared.errors import UsageError
from reporter.shared.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_COMMAND = 200


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made when there is none. Where a system has no such locks nothing is held.

    Raises:
        UsageError: somebody else holds it (named where the system tells), or it cannot be made.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = _locked(folder)
    except BlockingIOError:
        raise UsageError(
            "already-measuring",
            f"something else is measuring in this folder{_holder(folder)}",
            where=str(folder),
            cure="wait until it is done, or give a folder of its own",
        ) from None
    except OSError as error:
        what = f"cannot write here: {error.strerror or error}"
        cure = "make room or permissions there, or give another folder"
        raise UsageError("cannot-write", what, where=str(folder), cure=cure) from None
    try:
        yield
    finally:
        if number is not None:
            os.close(number)
        if made:
            with suppress(OSError):
                folder.rmdir()


def _locked(folder: Path) -> int | None:
    try:
        import fcntl
    except ImportError:
        return None
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise
    except OSError:
        os.close(number)
        return None  # some network file systems know no locks
    return number


def _holder(folder: Path) -> str:
    """Name who holds a folder, as Linux tells: ``1: FLOCK ADVISORY WRITE 4711 fe:01:8127 0 EOF``."""
    try:
        inode = str(folder.stat().st_ino)
        lines = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError):
        return ""
    found = [words[4] for words in lines if len(words) > 5 and "FLOCK" in words and words[5].split(":")[-1] == inode]
    return f": process {found[0]}{_command(found[0])}" if found else ""


def _command(pid: str) -> str:
    try:
        words = Path("/proc", pid, "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    line = "".join(sign if sign.isprintable() else "?" for sign in masked(" ".join(words).strip()))
    return f" ({line[:_LONGEST_COMMAND]})" if line else ""
