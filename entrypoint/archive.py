"""Taking the one expected file out of a downloaded zip: in memory, by limits, never under a name the zip brings."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

MEMBER_LIMIT = 64 * 2**20
"""Bytes of the file in the zip. A baseline of 10,000 benchmarks with its history stays far below."""
RATIO_LIMIT = 20
"""The file in the zip is compressed already; more than this is a bomb."""

_END_RECORD = b"PK\x05\x06"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
)


class ArchiveError(Exception):
    """The archive is damaged or not what a baseline looks like; the message is one plain sentence."""


def only_member(archive: bytes, name: str) -> bytes:
    """Give the content of the single file ``name`` that the zip must consist of.

    Raises:
        ArchiveError: it is no such zip, or over a limit.
    """
    if _entries(archive) != 1:
        raise ArchiveError(f"the archive does not hold exactly one file, {name}")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read(opened, opened.infolist(), name)
    except _BROKEN as problem:
        raise ArchiveError(f"the archive is damaged ({problem})") from problem


def _entries(archive: bytes) -> int:
    """Read the number of entries from the end record, before ``zipfile`` builds an object for each of them."""
    start = archive.rfind(_END_RECORD)
    if start < 0 or len(archive) < start + 12:
        raise ArchiveError("the archive is damaged (it has no end)")
    return int.from_bytes(archive[start + 10 : start + 12], "little")


def _read(opened: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> bytes:
    if len(entries) != 1 or entries[0].filename != name:
        raise ArchiveError(f"the archive does not hold exactly one file, {name}")
    entry = entries[0]
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveError(f"{name} in the archive is not a regular file")
    if entry.file_size > min(MEMBER_LIMIT, RATIO_LIMIT * max(entry.compress_size, 1024)):
        raise ArchiveError(f"{name} in the archive is too large ({entry.file_size} bytes)")
    return opened.read(entry)
