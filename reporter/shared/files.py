"""Files in a folder that the benchmark command can write to as well.

What is written is there whole or not at all. What is read is not followed, not waited for, and no longer than expected.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 512 * 2**20
FILE_LIMIT = 64 * 2**20
"""Bytes of a ``verdict.json`` (10,000 rows take about 8 million), and of other files between verbs, that are read."""
_PROC = "/proc"
_LONGEST_NAME = 80
"""Characters of a name that the name of its unfinished file keeps; a system allows 255 bytes."""


def write_atomically(path: Path, data: bytes | str) -> None:
    """Replace the file whole, as ``write_whole`` does; its folder is made when there is none.

    Raises:
        UsageError: the place cannot be written to; nothing was changed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device or a pipe is written to; replacing /dev/null by a file would break the machine.
            path.write_bytes(_encoded(data))
        else:
            write_whole(path, data)
    except OSError as error:
        raise UsageError(
            "cannot-write",
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            cure="name a folder that exists on a disk with free space and that this user may write to",
        ) from error


def write_whole(path: Path, data: bytes | str) -> None:
    """Put a file in place whole or not at all, also when this process is killed meanwhile. Raises ``OSError``.

    Text is written as UTF-8, a lone surrogate (a hostile name can hold one) as its escape. The unfinished file has a
    name that cannot be guessed, and must be new, so that no pipe or link lies in its place.
    """
    unfinished = path.with_name(f"{_lead(path)}{os.urandom(8).hex()}.tmp")
    try:
        with unfinished.open("xb") as stream:
            stream.write(_encoded(data))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def unfinished_of(path: Path) -> Iterator[Path]:
    """Find what ``write_whole`` left of a file when it was killed."""
    return path.parent.glob(f"{_lead(path)}*.tmp")


def read_json(path: Path) -> Any:
    """Return the value of a JSON file. Raises ``OSError`` as ``read_regular`` does, and ``ValueError`` for no JSON."""
    try:
        return json.loads(read_regular(path))
    except RecursionError as error:
        raise ValueError(str(error)) from None


def read_regular(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return what is in a file. Raises ``OSError`` as ``opened`` does, and for one of more than ``most`` bytes."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(None, f"it is larger than {most:,} bytes", str(path))
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


def _encoded(data: bytes | str) -> bytes:
    return data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data


def _lead(path: Path) -> str:
    return f".{path.name[:_LONGEST_NAME]}."


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
