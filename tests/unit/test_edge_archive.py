"""Hostile zips: refused in one sentence, without a file written and without much memory used."""

from __future__ import annotations

import io
import json
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from entrypoint.archive import BASELINE, REPORT, ArchiveError, member, only_member

NAME = "baseline.json.gz"


def packed(*members: tuple[str, bytes], mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a duplicate name is meant
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = method
            opened.writestr(entry, content)
    return stream.getvalue()


def patched(content: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """Change bytes of the last record of a kind; the central directory is ``PK\\1\\2``."""
    start = content.rfind(signature) + offset
    return content[:start] + value + content[start + len(value) :]


GOOD = packed((NAME, b"content"))


def test_the_one_expected_member_is_read() -> None:
    assert only_member(GOOD, NAME) == b"content"
    assert only_member(packed((NAME, b"content"), mode=stat.S_IFREG | 0o644), NAME) == b"content"
    assert only_member(packed((NAME, b"")), NAME) == b""


ENCRYPTED = patched(patched(GOOD, b"PK\x01\x02", 8, b"\x01\x00"), b"PK\x03\x04", 6, b"\x01\x00")
LYING = patched(packed((NAME, b"x" * 50_000)), b"PK\x01\x02", 24, struct.pack("<I", 10))
HOSTILE = {
    "empty": b"",
    "no zip": b"<html>Not Found</html>",
    "end record alone": b"PK\x05\x06\x00\x00",
    "no member": packed(),
    "parent folder": packed((f"../{NAME}", b"")),
    "absolute": packed((f"/{NAME}", b"")),
    "drive": packed((f"C:\\{NAME}", b"")),
    "in a folder": packed((f"report/{NAME}", b"")),
    "another name": packed(("baseline.json", b"")),
    "a folder": packed((f"{NAME}/", b"")),
    "two members": packed((NAME, b""), ("other", b"")),
    "duplicate members": packed((NAME, b"one"), (NAME, b"two")),
    "symbolic link": packed((NAME, b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "named pipe": packed((NAME, b""), mode=stat.S_IFIFO | 0o644),
    "bomb": packed((NAME, bytes(10_000_000))),
    "larger than it tells": LYING,
    "cut off": GOOD[:-1],
    "cut in the middle": GOOD[: len(GOOD) // 2],
    "changed content": packed((NAME, b"content"), method=zipfile.ZIP_STORED).replace(b"content", b"tnetnoc"),
    "encrypted": ENCRYPTED,
    "unknown method": patched(patched(GOOD, b"PK\x01\x02", 10, b"\x63\x00"), b"PK\x03\x04", 8, b"\x63\x00"),
    "many entries told": patched(GOOD, b"PK\x05\x06", 10, b"\xff\xff"),
    "many entries": packed(*((f"{number}", b"") for number in range(500))),
    "behind a comment": GOOD[:-2] + struct.pack("<H", 22) + GOOD[-22:-2] + b"\x01\x00",
    "large directory": patched(packed(("x" * 60_000, b"")), b"PK\x05\x06", 8, b"\x01\x00\x01\x00"),
    "of the 64-bit kind": GOOD[:-22] + b"PK\x06\x07" + bytes(16) + GOOD[-22:],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_zip_is_refused(name: str) -> None:
    with pytest.raises(ArchiveError):
        only_member(HOSTILE[name], NAME)


def test_size_limit_counts_what_the_entry_tells() -> None:
    with pytest.raises(ArchiveError, match="too large"):
        only_member(GOOD, NAME, replace(BASELINE, bytes=5))


FOLDER = (("verdict.json", b'{"a": 1}'), ("report.html", b"<html>"), ("charts/changes.svg", b"<svg/>"))


def test_the_wanted_member_of_a_report_is_read() -> None:
    assert member(packed(*FOLDER), "verdict.json", REPORT) == b'{"a": 1}'


HOSTILE_FOLDERS = {
    "lacks it": packed(*FOLDER[1:]),
    "parent folder": packed(*FOLDER, ("../verdict.json", b"")),
    "parent inside": packed(*FOLDER, ("charts/../../x", b"")),
    "absolute": packed(*FOLDER, ("/etc/passwd", b"")),
    "drive": packed(*FOLDER, ("C:/x", b"")),
    "backslash": packed(*FOLDER, ("..\\x", b"")),
    "duplicate": packed(*FOLDER, FOLDER[0]),
    "duplicate in another case": packed(*FOLDER, ("Verdict.json", b"")),
    "symbolic link": packed(*FOLDER[1:], ("verdict.json", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "control characters": packed(*FOLDER, ("a\x1b[2Jb", b"")),
    "hidden end of the name": packed(*FOLDER, ("x", b"")).replace(b"x", b"\0"),
    "bomb": packed(("verdict.json", bytes(50_000_000))),
    "many files": packed(*FOLDER, *((f"charts/{number}.svg", b"") for number in range(200))),
    "empty": packed(),
}


@pytest.mark.parametrize("name", HOSTILE_FOLDERS)
def test_hostile_report_is_refused(name: str) -> None:
    with pytest.raises(ArchiveError):
        member(HOSTILE_FOLDERS[name], "verdict.json", REPORT)


def lying(content: bytes, told: int, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack a verdict of zeros that declares another size, with a checksum that fits what it declares."""
    archive = packed(("verdict.json", content), method=method)
    for signature, crc, size in ((b"PK\x01\x02", 16, 24), (b"PK\x03\x04", 14, 22)):
        archive = patched(archive, signature, crc, struct.pack("<I", zlib.crc32(content[:told])))
        archive = patched(archive, signature, size, struct.pack("<I", told))
    return archive


ZEROS = bytes(2**24)
BOMBS = {
    "bz2": packed(("verdict.json", ZEROS), method=zipfile.ZIP_BZIP2),
    "lzma": packed(("verdict.json", ZEROS), method=zipfile.ZIP_LZMA),
    "bz2 that tells less": lying(ZEROS, 500_000, method=zipfile.ZIP_BZIP2),
    "lzma that tells less": lying(ZEROS, 500_000, method=zipfile.ZIP_LZMA),
    "deflated that tells less": lying(ZEROS, 500_000),
    "deflated that tells more": lying(bytes(10_000), 400_000),
    "stored that tells more": lying(bytes(10_000), 20_000, method=zipfile.ZIP_STORED),
    "stored that tells less": lying(bytes(10_000), 5_000, method=zipfile.ZIP_STORED),
    "encrypted in the directory alone": patched(packed(*FOLDER), b"PK\x01\x02", 8, b"\x01\x00"),
    "strongly encrypted": patched(packed(*FOLDER[:1]), b"PK\x01\x02", 8, b"\x41\x00"),
    "64-bit sizes": patched(packed(*FOLDER[:1]), b"PK\x01\x02", 20, b"\xff" * 8),
    "other name in the member": packed(*FOLDER[:1]).replace(b"verdict.json", b"another.json", 1),
    "before the archive": b"#!/bin/sh\n" + packed(*FOLDER),
}


def overlapping(count: int) -> bytes:
    """Let every entry of the directory lead to the same packed bytes."""
    archive = packed(("verdict.json", bytes(100_000)), *((f"{i:07}.json"[-12:], b"") for i in range(count)))
    start = archive.find(b"PK\x01\x02")
    first = archive[start : archive.find(b"PK\x01\x02", start + 4)]
    entries = [
        first.replace(b"verdict.json", name) for name in [b"verdict.json", *(b"%07d.json" % i for i in range(count))]
    ]
    directory = b"".join(entries)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(directory), start, 0)
    return archive[:start] + directory + end


BOMBS["overlapping members"] = overlapping(50)


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused(name: str) -> None:
    with pytest.raises(ArchiveError):
        member(BOMBS[name], "verdict.json", REPORT)


PROBE = """
import json, sys, time
from entrypoint.archive import REPORT, BASELINE, ArchiveError, member
content = sys.stdin.buffer.read()
def peak():
    # what getrusage tells includes the process that this one was started by
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
before = peak()
began = time.process_time()
try:
    size = len(member(content, "verdict.json", REPORT))
except ArchiveError as problem:
    size = str(problem)
seconds = time.process_time() - began
print(json.dumps([size, peak() - before, seconds]))
"""


def probe(archive: bytes) -> tuple[int | str, int, float]:
    """Read an archive in a process of its own: the size or the refusal, bytes of memory, seconds of processor."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE], input=archive, capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    size, memory, seconds = json.loads(done.stdout)
    return size, memory, seconds


HUGE = 2**31
WORST = {
    "the largest that is read": packed(("verdict.json", b"".join(b"%07d," % i for i in range(2**20 * 3)))),
    "a bomb of 2 GiB": b"",
    "a hundred files": packed(("verdict.json", b"{}"), *((f"charts/{i}.svg", bytes(10**6)) for i in range(99))),
    **BOMBS,
}


def bomb(told: int) -> bytes:
    """Deflate 2 GiB of zeros without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(packer.compress(ZEROS) for _ in range(HUGE // len(ZEROS))) + packer.flush()
    archive = packed(("verdict.json", b"x" * 100))
    start, directory = archive.find(b"verdict.json") + len("verdict.json"), archive.find(b"PK\x01\x02")
    archive = archive[:start] + data + archive[directory:]
    for signature, place in ((b"PK\x01\x02", 20), (b"PK\x03\x04", 18)):
        archive = patched(archive, signature, place, struct.pack("<II", len(data), told))
    return patched(archive, b"PK\x05\x06", 16, struct.pack("<I", start + len(data)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("name", WORST)
def test_no_archive_takes_more_than_300_mib_or_10_seconds(name: str) -> None:
    size, memory, seconds = probe(bomb(20_000_000) if name == "a bomb of 2 GiB" else WORST[name])
    assert isinstance(size, int) == (name in ("the largest that is read", "a hundred files")), size
    assert memory < 300 * 2**20
    assert seconds < 10
