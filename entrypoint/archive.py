"""Taking one expected file out of a downloaded zip: in memory, by limits, never under a name the zip brings.

``zipfile`` reads the directory alone. It would unpack as much as there is, by methods whose memory has no bound, and
hide what an entry holds beyond the size it declares.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_END = b"PK\x05\x06"
_END_SIZE = 22
_ENTRY_SIZE = 46 + 512
"""Bytes of the directory for each entry: the fixed part, and more name than any file of ours has."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error)
_HEADER = struct.Struct("<4sHHH4xIIIHH")
"""What stands before an entry: signature, version, flags, method, time, checksum, sizes, lengths of name and extra."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HARMLESS_FLAGS = 0x0002 | 0x0004 | 0x0008 | 0x0800
"""How thoroughly it was deflated, sizes behind the data, a name in UTF-8; others mean encryption or patches."""


class ArchiveError(Exception):
    """The archive is damaged or not what we upload; the message is one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is still taken: entries in the zip, bytes of the wanted file, and how many times it may be packed."""

    entries: int
    bytes: int
    ratio: int


BASELINE = Limits(entries=1, bytes=64 * 2**20, ratio=20)
"""One file, packed before it came into the zip. A baseline of 10,000 benchmarks with its history stays far below."""
REPORT = Limits(entries=100, bytes=48 * 2**20, ratio=500)
"""A report folder with its dozen charts; 10,000 rows are about 8 million bytes, and 31 million more in 64 pairs.

JSON of thousands of rows that are almost equal is packed a hundred times."""


def only_member(archive: bytes, name: str, limits: Limits = BASELINE) -> bytes:
    """Return the content of the single file ``name`` that the zip must consist of.

    Raises:
        ArchiveError: it is no such zip, or over a limit.
    """
    if _entries(archive) != 1:
        raise ArchiveError(f"the archive does not hold exactly one file, {name}")
    return member(archive, name, limits)


def member(archive: bytes, name: str, limits: Limits) -> bytes:
    """Return the content of the file ``name``; every other entry must be a harmless file, too, and is not read.

    Raises:
        ArchiveError: there is no such file, any entry is not what an upload of ours makes, or a limit is passed.
    """
    _check_directory(archive, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read(archive, opened, name, limits)
    except _BROKEN as problem:
        raise ArchiveError(f"the archive is damaged ({problem})") from problem


def _entries(archive: bytes) -> int:
    """Read the number of entries from the end record, which must be the very end: no comment, no second one."""
    end = archive[-_END_SIZE:]
    if len(end) < _END_SIZE or not end.startswith(_END) or not end.endswith(b"\0\0"):
        raise ArchiveError("the archive is damaged (it has no end)")
    return int.from_bytes(end[10:12], "little")


def _check_directory(archive: bytes, limits: Limits) -> None:
    """Bound the directory before ``zipfile`` makes an object of each entry in it."""
    entries = _entries(archive)
    if entries > limits.entries:
        raise ArchiveError(f"the archive holds {entries} files, more than {limits.entries}")
    size = int.from_bytes(archive[-_END_SIZE + 12 : -_END_SIZE + 16], "little")
    large = archive[-_END_SIZE - 20 : -_END_SIZE].startswith(b"PK\x06\x07")
    if large or size > entries * _ENTRY_SIZE:
        raise ArchiveError("the archive's directory is larger than its files need")


def _read(archive: bytes, opened: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    seen: dict[str, zipfile.ZipInfo] = {}
    for entry in opened.infolist():
        _check(entry, seen.keys())
        seen[entry.filename.casefold()] = entry
    wanted = seen.get(name.casefold())
    if wanted is None or wanted.filename != name:
        raise ArchiveError(f"the archive holds no {name}")
    _check_places(opened.infolist(), opened.start_dir)
    if wanted.file_size > min(limits.bytes, limits.ratio * max(wanted.compress_size, 1024)):
        raise ArchiveError(f"{name} in the archive is too large ({wanted.file_size} bytes)")
    return _unpacked(archive, wanted)


def _check_places(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Let entries lie one behind the other, from the first byte on: two that share bytes unpack them twice."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + _HEADER.size + entry.compress_size for entry in ordered]
    starts = [*(entry.header_offset for entry in ordered), end]
    if starts[0] != 0 or any(after > start for after, start in zip(ends, starts[1:], strict=True)):
        raise ArchiveError("the entries of the archive overlap, or do not begin where it begins")


def _unpacked(archive: bytes, wanted: zipfile.ZipInfo) -> bytes:
    """Unpack at most one byte more than the entry declares, and hold the content against what it declares."""
    packed = _packed(archive, wanted)
    content, complete = packed, True
    if wanted.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        content = unpacker.decompress(packed, wanted.file_size + 1)
        complete = unpacker.eof and not unpacker.unused_data
    if not complete or len(content) != wanted.file_size or zlib.crc32(content) != wanted.CRC:
        raise ArchiveError(f"{wanted.filename} in the archive is not what the archive declares")
    return content


def _packed(archive: bytes, wanted: zipfile.ZipInfo) -> bytes:
    """Return the packed bytes of an entry; what stands before them must agree with the directory."""
    start = wanted.header_offset
    signature, _, flags, method, *_, name_size, extra_size = _HEADER.unpack_from(archive, start)
    name = wanted.orig_filename.encode("utf-8" if wanted.flag_bits & 0x0800 else "cp437")
    begin = start + _HEADER.size
    agrees = (flags, method, name_size) == (wanted.flag_bits, wanted.compress_type, len(name))
    if signature != b"PK\x03\x04" or not agrees or archive[begin : begin + name_size] != name:
        raise ArchiveError(f"{wanted.filename} in the archive has another name or method than its directory")
    begin += name_size + extra_size
    return archive[begin : begin + wanted.compress_size]


def _check(entry: zipfile.ZipInfo, seen: AbstractSet[str]) -> None:
    name = entry.orig_filename
    shown = repr(name[:80])
    if entry.flag_bits & ~_HARMLESS_FLAGS or entry.compress_type not in _METHODS:
        raise ArchiveError(f"{shown} in the archive is encrypted or packed in a way that is not accepted")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise ArchiveError(f"{shown} in the archive is not a regular file")
    if name.startswith("/") or "\\" in name or ":" in name or not name.isprintable() or ".." in name.split("/"):
        raise ArchiveError(f"{shown} in the archive is a name that leads elsewhere")
    if entry.filename.casefold() in seen:
        raise ArchiveError(f"{shown} is in the archive twice")
