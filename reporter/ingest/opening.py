"""From a path to a ``Document``: the bytes, unpacked and decoded within limits, and the JSON parsed once.

A result file is written by the code under review, so its size, packing, encoding and nesting are not trusted.
"""

from __future__ import annotations

import json
import re
import stat
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec.json import decode as decode_strict_json

from reporter.ingest.reading import Document
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 512 * 2**20
"""Largest content held at once, packed or not: some ten million round values."""
MAX_RATIO = 200
"""Results pack 5 to 40 times, gzip bombs up to 1,030 times."""
ALWAYS_ALLOWED = 64 * 2**20
"""Content up to this size may be packed as tightly as gzip can."""

LONGEST_PIECE = 2**20
"""A longer line of a large file comes in several pieces."""
GZIP_MAGIC = b"\x1f\x8b"

_NEVER_TOO_MANY = 16 * 2**20
"""Characters that cannot hold more values than fit into some 400 MB."""
MOST_VALUES = 30_000_000
MOST_CONTAINERS = 5_000_000
"""Values, and objects and lists, of a JSON document: each takes some 60 bytes or more once parsed, however short its
text is."""

_CHUNK = 2**20
_STARTS_LIKE_JSON = re.compile(r"\s*[\[{]")
_CONTROL = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_LONGEST_CUT_TOKEN = len(r"\u123")
"""How far before the end the parser stops when a word or escape was cut."""
_LONG_NUMBER = re.compile(r"\d{1000}")


def open_document(path: Path) -> Document:
    """Read, unpack, decode and parse a result file.

    Raises:
        InputError: it cannot be read, is empty, too large, damaged or not text. Broken JSON is not raised here but
            kept in the document, because a text format may begin with a bracket too.
    """
    where = str(path)
    text = decode(inflate(read_bytes(path), where), where)
    if not text or text.isspace():
        raise _empty(where)
    return document_of(path, text)


def document_of(path: Path, text: str) -> Document:
    """Make a document of a text, its JSON parsed.

    Raises:
        InputError: the text has control characters, so it is none.
    """
    where = str(path)
    if not _STARTS_LIKE_JSON.match(text):
        _refuse_binary(text, where)
        return Document(path=path, text=text)
    try:
        return Document(path=path, text=text, json=parse_json(text, where))
    except InputError as error:
        _refuse_binary(text, where)
        return Document(path=path, text=text, json_error=error)


def read_bytes(path: Path) -> bytes:
    """Read a regular file of at most ``MAX_BYTES``; anything else (a pipe would block) is an ``InputError``."""
    where = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(
                "is-a-folder", "this is a folder, not a result file", where=where, cure="name a result file in it"
            )
        if not stat.S_ISREG(status.st_mode):
            raise InputError("not-a-file", "this is a device, pipe or socket", where=where, cure="name a result file")
        with path.open("rb") as stream:
            data = _read(stream, status.st_size)
    except FileNotFoundError as error:
        cure = "check the path, and that the benchmark command wrote its results there"
        raise InputError("no-such-file", "there is no such file", where=where, cure=cure) from error
    except PermissionError as error:
        cure = f"let this user read it, for example: chmod a+r {path.name}"
        raise InputError("no-permission", "this user may not read it", where=where, cure=cure) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            "unreadable", f"cannot be read: {reason}", where=where, cure="check the path and the disk"
        ) from error
    if len(data) > MAX_BYTES:
        raise too_large(where, MAX_BYTES)
    if not data:
        raise _empty(where)
    return data


def _read(stream: BinaryIO, size: int) -> bytes:
    """Read to the end, or a little beyond the limit; asking for all at once would reserve memory for the limit."""
    data = stream.read(min(size, MAX_BYTES) + 1)
    while len(data) <= MAX_BYTES and (more := stream.read(_CHUNK)):
        data += more
    return data


def inflate(data: bytes, where: str) -> bytes:
    """Unpack gzip, known by its magic; other data is returned as it is.

    Raises:
        InputError: damaged, or larger than ``MAX_BYTES`` or ``MAX_RATIO`` allow.
    """
    if not data.startswith(GZIP_MAGIC):
        return data
    import gzip
    import io

    limit = min(MAX_BYTES, max(ALWAYS_ALLOWED, MAX_RATIO * len(data)))
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while chunk := stream.read(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > limit:
                    raise too_large(where, limit)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged_gzip(where, error) from error
    return b"".join(chunks)


def decode(data: bytes, where: str) -> str:
    """Decode UTF-8, UTF-16 or UTF-32, with or without byte order mark (PowerShell redirects as UTF-16).

    Text in an old Windows code page is accepted too, as long as it does not begin like JSON, which is UTF-8 by its
    standard: some tools write their tables in the code page of the machine.
    """
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", "replace")
        if encoding == "utf-8" and not _STARTS_LIKE_JSON.match(text) and not _CONTROL.search(text):
            return text
        before = data[: error.start].decode(encoding, "replace")
        place = position(before, len(before))
        raise not_text(f"{where}, {place}", f"byte {error.start} is not {encoding.upper()}") from error


def parse_json(text: str, where: str) -> Any:
    """Parse JSON as Python's parser does: ``NaN`` and ``Infinity`` come through, and are judged as values later.

    Raises:
        InputError: truncated, broken, nested too deeply, with too many values to be held, or with an integer too long
            to be one.
    """
    refuse_swarm(text, where)
    try:
        # A third of the time. Where it gives a value, Python's parser gives the same; what it refuses is not all wrong.
        return decode_strict_json(text)
    except (ValueError, RecursionError):
        return _parse_leniently(text, where)


def _parse_leniently(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken_json(text, where, error) from error
    except RecursionError as error:
        place = position(text, _deepest(text))
        cure = "no benchmark tool nests like this: check what wrote the file"
        raise InputError(
            "nested-too-deeply", "the JSON is nested too deeply", where=f"{where}, {place}", cure=cure
        ) from error
    except ValueError as error:
        found = _LONG_NUMBER.search(text)
        place = position(text, found.start() if found else 0)
        cure = "no measurement has so many digits: check what wrote the file"
        raise InputError(
            "number-too-long", "a number has thousands of digits", where=f"{where}, {place}", cure=cure
        ) from error


def refuse_swarm(text: str, where: str) -> None:
    """Raise an ``InputError`` when a JSON text has so many values that they would not fit into memory."""
    if len(text) < _NEVER_TOO_MANY:
        return
    containers = text.count("{") + text.count("[")
    if containers > MOST_CONTAINERS or text.count(",") + containers > MOST_VALUES:
        cure = "let the tool keep fewer raw values, or split the suite into several result files"
        raise InputError("file-too-large", "the JSON has too many values to be held", where=where, cure=cure)


def position(text: str, offset: int) -> str:
    """Name a place in a text for people, both counted from 1."""
    return f"line {text.count(chr(10), 0, offset) + 1}, column {offset - text.rfind(chr(10), 0, offset)}"


def _broken_json(text: str, where: str, error: json.JSONDecodeError) -> InputError:
    cut = error.msg.startswith("Unterminated") or len(text.rstrip()) - error.pos <= _LONGEST_CUT_TOKEN
    place = f"{where}, {position(text, error.pos)}"
    if cut:
        cure = "the tool was stopped while writing, or the disk is full: run the benchmarks again"
        return InputError("truncated-json", f"the JSON ends too early: {error.msg}", where=place, cure=cure)
    cure = "let the tool write its results into a file of their own, with nothing else in it"
    return InputError("broken-json", f"this is not JSON: {error.msg}", where=place, cure=cure)


def _deepest(text: str) -> int:
    """Find where the nesting is deepest; brackets in strings count too, which is near enough for a message."""
    depth = deepest = at = 0
    for found in re.finditer(r"[\[\]{}]", text[:_CHUNK]):
        depth += 1 if found[0] in "[{" else -1
        if depth > deepest:
            deepest, at = depth, found.start()
    return at


def _refuse_binary(text: str, where: str) -> None:
    found = _CONTROL.search(text)
    if found:
        place = position(text, found.start())
        raise not_text(f"{where}, {place}", f"it has the control character {found[0]!r}")


def not_text(where: str, reason: str) -> InputError:
    """Make the error of content that is no text."""
    cure = "name the result file the benchmark tool wrote; of packed files only gzip is unpacked"
    return InputError("not-text", f"this is not a text: {reason}", where=where, cure=cure)


def _empty(where: str) -> InputError:
    cure = "the benchmark command wrote nothing: look at its log, and at the option that names its result file"
    return InputError("empty-file", "the file is empty", where=where, cure=cure)


def damaged_gzip(where: str, error: Exception) -> InputError:
    """Make the error of gzip data that cannot be unpacked to its end."""
    cure = "the file was cut short or damaged on its way; write or copy it again"
    return InputError("damaged-gzip", f"its gzip data is damaged: {error}", where=where, cure=cure)


def too_large(where: str, limit: int) -> InputError:
    """Make the error of content beyond a limit of bytes."""
    return InputError(
        "file-too-large",
        f"its content is larger than the limit ({limit // 2**20} MiB here; packed files {MAX_RATIO} times their size)",
        where=where,
        cure="let the tool keep fewer raw values, or split the suite into several result files",
    )
