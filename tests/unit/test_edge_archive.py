"""Hostile zips: refused in one sentence, without a file written and without much memory used."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from dataclasses import replace

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
