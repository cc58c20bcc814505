"""Looking for secrets where none may be: plain, percent-encoded, as hexadecimal or base64, in files and in archives."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import threading
import urllib.parse
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL = 0.1
DEPTH = 4
"""Archives inside of archives that are still opened."""


def forms(secret: str) -> set[bytes]:
    """Return everything that a place must not hold. Base64 depends on what stands before, in three ways."""
    raw = secret.encode()
    found = {raw, raw[::-1], urllib.parse.quote(secret, safe="").encode(), raw.hex().encode()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        whole = encoded[(0, 2, 3)[before] : len(encoded) - (1 if (before + len(raw)) % 3 else 0)]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def holds(content: bytes, secret: str) -> bool:
    """Return whether a secret is in there, whatever is packed in it included."""
    wanted = forms(secret)
    return any(form in part for part in _unpacked(content, DEPTH) for form in wanted)


def files_holding(folder: Path, secret: str) -> list[Path]:
    """Name the files below a folder that hold a secret, in their names too."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in paths if holds(path.read_bytes(), secret) or secret in str(path.relative_to(folder))]


def _unpacked(content: bytes, depth: int) -> Iterator[bytes]:
    yield content
    if depth:
        for part in _members(content):
            yield from _unpacked(part, depth - 1)


def _members(content: bytes) -> Iterator[bytes]:
    packed = io.BytesIO(content)
    try:
        if content[:2] == b"\x1f\x8b":
            yield gzip.decompress(content)
        elif content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(packed) as archive:
                for member in archive.infolist():
                    yield member.filename.encode()
                    yield archive.read(member)
        elif content[257:262] == b"ustar":
            with tarfile.open(fileobj=packed) as archive:
                for entry in archive:
                    inside = archive.extractfile(entry)
                    yield inside.read() if inside else entry.name.encode()
        elif content[:1] == b"x":  # what git keeps
            yield zlib.decompress(content)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError):
        return


class Watch:
    """Collects the argument lists of a process and all that it starts, while ``with`` lasts."""

    def __init__(self, process: int) -> None:
        self.seen: set[bytes] = set()
        self._process = process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(INTERVAL):
            parents = dict(_parents())
            family = {self._process}
            for process in sorted(parents):
                if _leads_to(process, self._process, parents):
                    family.add(process)
            self.seen |= {content for process in family if (content := _read(process, "cmdline"))}


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _read(int(folder.name), "stat").rpartition(b") ")[2].split()
        if len(fields) > 1:
            yield int(folder.name), int(fields[1])


def _leads_to(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    current = process
    while current > 1 and current != ancestor:
        current = parents.get(current, 0)
    return current == ancestor


def _read(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:
        return b""
