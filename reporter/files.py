"""Writing a file so that a reader sees the old content or the new one, never a part of it."""

from __future__ import annotations

from os import fsync, urandom
from typing import TYPE_CHECKING

from reporter.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, data: bytes | str) -> None:
    """Replace the file whole; its folder is made when there is none. Text is written as UTF-8.

    A lone surrogate (a hostile name can hold one) is written as its escape, because UTF-8 has no bytes for it.

    Raises:
        UsageError: the place cannot be written to; nothing was changed.
    """
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device or a pipe is written to; replacing /dev/null by a file would break the machine.
            path.write_bytes(content)
        else:
            _replace(path, content)
    except OSError as error:
        raise UsageError(
            "cannot-write",
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            cure="name a folder that exists on a disk with free space and that this user may write to",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name[:80]}.{urandom(8).hex()}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
