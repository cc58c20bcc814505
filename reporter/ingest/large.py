"""Result files too large to be held, as load tests write them: known by their beginning, read line by line."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from reporter.ingest.opening import (
    GZIP_MAGIC,
    LONGEST_PIECE,
    MAX_RATIO,
    damaged_gzip,
    document_of,
    not_text,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reporter.ingest.reading import Document

LARGE = 64 * 2**20
"""Files from this size on are read by lines, when their format can be."""
LARGE_PACKED = 8 * 2**20
LARGEST = 8 * 2**30
"""Characters read at most: some fifty million rows of a load test."""

_BEGINNING = 2**20


def large_document(path: Path) -> Document | None:
    """Return a document of the beginning, with all lines as its source; ``None`` of a file that can be held."""
    try:
        size = path.stat().st_size
        if not path.is_file() or size < LARGE_PACKED:
            return None
        with _unpacked(path) as (stream, is_packed):
            beginning = stream.read(_BEGINNING)
    except (OSError, EOFError, zlib.error):
        return None  # opening it whole says what is wrong
    if size < LARGE and not is_packed:
        return None
    encoding = json.detect_encoding(beginning)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(beginning)
    except UnicodeDecodeError:
        return None
    limit = min(LARGEST, MAX_RATIO * size) if is_packed else LARGEST
    document = document_of(path, text[: text.rfind("\n") + 1])
    return replace(document, source=lambda: _lines(path, encoding, limit))


def _lines(path: Path, encoding: str, limit: int) -> Iterator[str]:
    where = str(path)
    read = 0
    try:
        with _unpacked(path) as (stream, _), io.TextIOWrapper(stream, encoding=encoding, newline="\n") as text:
            while line := text.readline(LONGEST_PIECE):
                read += len(line)
                if read > limit:
                    raise too_large(where, limit)
                yield line
    except UnicodeDecodeError as error:
        raise not_text(where, f"not all of it is {encoding.upper()}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise damaged_gzip(where, error) from error


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[BinaryIO, bool]]:
    with path.open("rb") as raw:
        is_packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        raw.seek(0)
        if not is_packed:
            yield raw, False
            return
        with gzip.GzipFile(fileobj=raw) as stream:
            yield io.BufferedReader(stream), True
