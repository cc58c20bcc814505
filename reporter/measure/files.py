"""Files in a folder that the benchmark command can write to as well: nothing in it is followed, or waited for."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 512 * 2**20
_PROC = "/proc"


def write_whole(path: Path, text: str) -> None:
    """Put a file in place whole or not at all, also when this process is killed meanwhile. Raises ``OSError``.

    The unfinished file has a name that nobody can guess, so that nobody can lay a pipe or a link in its place.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(unfinished, flags, 0o666), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def unfinished_of(path: Path) -> Iterator[Path]:
    """Find what ``write_whole`` left of a file when it was killed."""
    return path.parent.glob(f".{path.name}.*.tmp")


def read_regular(path: Path) -> bytes:
    """Read a file. Raises ``OSError`` as ``opened`` does, and for one of more than ``MOST_BYTES``."""
    with opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(None, f"it is larger than {MOST_BYTES:,} bytes", str(path))
    return data


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading. Raises ``OSError`` for a link, a pipe, a device, or what the kernel makes up.

    What lies in /proc tells of the process that reads it, also its environment.
    """
    _check(path.lstat(), path)
    number = os.open(path, os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY"))
    with os.fdopen(number, "rb") as file:
        _check(os.fstat(number), path)  # it may have been exchanged meanwhile
        yield file


def _check(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_dev == _device_of(_PROC):
        raise OSError(None, "it is no regular file", str(path))


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


def _device_of(folder: str) -> int | None:
    try:
        return os.stat(folder).st_dev  # noqa: PTH116 - one number, asked for each file
    except OSError:
        return None
