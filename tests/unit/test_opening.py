from __future__ import annotations

import gzip
import os
import zlib
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import opening, read_file
from reporter.ingest.opening import inflate, open_document, position
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = '{"name": "größe µ 🙂"}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_decoded_with_and_without_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(TEXT.encode(encoding))
    assert open_document(path).json == {"name": "größe µ 🙂"}


def test_gzip_is_known_by_its_magic_and_not_by_the_name(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert open_document(path).json == {"name": "größe µ 🙂"}


def test_text_in_a_windows_code_page_is_kept_for_text_formats(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("Type,Name\r\nGET,/größe\r\n".encode("cp1252"))
    document = open_document(path)
    assert document.text == "Type,Name\r\nGET,/größe\r\n"
    assert document.json is None


def write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


BAD_FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "missing": (lambda path: None, "no-such-file", ""),
    "a folder": (lambda path: path.mkdir(), "is-a-folder", ""),
    "a pipe": (lambda path: os.mkfifo(path), "not-a-file", ""),
    "0 bytes": (write(b""), "empty-file", ""),
    "white space": (write(b" \n\t\n"), "empty-file", ""),
    "only a byte order mark": (write(b"\xef\xbb\xbf"), "empty-file", ""),
    "gzip of nothing": (write(gzip.compress(b"")), "empty-file", ""),
    "empty object": (write(b"{}"), "no-benchmark", ""),
    "empty list": (write(b" [ ]\n"), "no-benchmark", ""),
    "truncated in a list": (write(b'{"a": [1,\n2,'), "truncated-json", "line 2, column 3"),
    "truncated in a text": (write(b'{"benchmarks": [{"name": "abc'), "truncated-json", "line 1, column 26"),
    "truncated in a word": (write(b'{"aaaaaaaaa": tru'), "truncated-json", "line 1, column 15"),
    "truncated after a bracket": (write(b'{"a": [1, 2]'), "truncated-json", "line 1, column 13"),
    "not JSON": (write(b'{"a": 1}\n{"a": 2}'), "broken-json", "line 2, column 1"),
    "single quotes": (write(b"{'a': 1}"), "broken-json", "line 1, column 2"),
    "nested": (write(b"[\n" + b"[" * 200_000 + b"]" * 200_000 + b"]"), "nested-too-deeply", "line 2, column 200000"),
    "long number": (write(b'{"a":\n ' + b"9" * 5000 + b"}"), "number-too-long", "line 2, column 2"),
    "picture": (write(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "not-text", "line 1, column 1"),
    "control characters": (write(b"Benchmark\x00\x01"), "not-text", "line 1, column 10"),
    "JSON in a code page": (write('{"name":\n "größe"}'.encode("cp1252")), "not-text", "line 2, column 5"),
    "odd UTF-16": (write(b"\xff\xfe{\x00\n"), "not-text", "line 1, column 2"),
    "cut gzip": (write(gzip.compress(TEXT.encode())[:-9]), "damaged-gzip", ""),
    "gzip with a wrong sum": (write(gzip.compress(b"[1]" * 99)[:-8] + bytes(8)), "damaged-gzip", ""),
    "gzip with rubbish behind": (write(gzip.compress(b"[1]") + b"rubbish"), "damaged-gzip", ""),
    "not gzip after all": (write(b"\x1f\x8brubbish"), "damaged-gzip", ""),
    "unknown JSON": (write(b'{"answer": 42}'), "unknown-format", ""),
    "unknown text": (write(b"Hello\n"), "unknown-format", ""),
    "a log line in brackets": (write(b"[info] started\n"), "broken-json", "line 1, column 2"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file_says_what_where_and_what_to_do(tmp_path: Path, case: str) -> None:
    make, code, place = BAD_FILES[case]
    path = tmp_path / "result.json"
    make(path)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.exit_code) == (code, 3)
    assert caught.value.where == (f"{path}, {place}" if place else str(path))
    assert caught.value.cure


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are a matter of POSIX")
def test_file_without_permission_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("{}")
    path.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(InputError) as caught:
            read_file(path)
    finally:
        os.seteuid(was)
    assert caught.value.code == "no-permission"
    assert "chmod" in caught.value.cure


def test_gzip_bomb_is_refused_without_unpacking_it_all(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(bomb(3 * opening.ALWAYS_ALLOWED))
    assert path.stat().st_size < 2**20
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "file-too-large"


def test_well_packed_results_of_usual_size_are_no_bomb() -> None:
    assert len(inflate(bomb(2**24), "x")) == 2**24


def test_plain_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    path.write_text('{"a": 1}')
    monkeypatch.setattr(opening, "MAX_BYTES", 7)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "file-too-large"


def test_positions_are_counted_from_one() -> None:
    assert position("ab\ncd", 0) == "line 1, column 1"
    assert position("ab\ncd", 4) == "line 2, column 2"


def bomb(size: int) -> bytes:
    """Gzip data that unpacks to ``size`` blanks."""
    packer = zlib.compressobj(level=9, wbits=31)
    chunk = b" " * 2**20
    return b"".join(packer.compress(chunk) for _ in range(size // len(chunk))) + packer.flush()
