from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from reporter.shared.errors import UsageError
from reporter.shared.files import opened, read_json, read_regular, unfinished_of, write_atomically, write_whole


def test_text_and_bytes_are_written_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "report.json"
    write_atomically(path, "größe\n")
    assert path.read_bytes() == "größe\n".encode()
    write_atomically(path, b"\x1f\x8b")
    assert path.read_bytes() == b"\x1f\x8b"
    assert names(path.parent) == ["report.json"]


def test_lone_surrogate_is_written_as_its_escape(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", "x\ud800")
    assert (tmp_path / "a").read_text() == r"x\ud800"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failure_keeps_the_old_content_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "report.json"
    write_atomically(path, "old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(UsageError) as caught:
        write_atomically(path, "new")
    assert (caught.value.code, caught.value.where) == ("cannot-write", str(path))
    assert "No space left" in caught.value.what
    assert path.read_text() == "old"
    assert names(tmp_path) == ["report.json"]


def test_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "report.json", "new")
    assert names(tmp_path) == []


def test_place_that_cannot_be_written_is_an_error_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "report.json", tmp_path / "folder"):
        with pytest.raises(UsageError) as caught:
            write_atomically(path, "x")
        assert caught.value.exit_code == 2
        assert caught.value.cure
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_mode_follows_the_umask_so_that_the_host_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, "told")
    reader.join(timeout=10)
    assert received == [b"told"]
    assert pipe.is_fifo()


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link"
    precious.write_text("precious")
    link.symlink_to(precious)
    write_whole(link, "new")
    assert (precious.read_text(), link.read_text(), link.is_symlink()) == ("precious", "new", False)


def test_nothing_is_written_through_what_lies_at_the_unfinished_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "precious").write_text("precious")
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f".report.json.{bytes(8).hex()}.tmp").symlink_to(tmp_path / "precious")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "report.json", "new")
    assert (tmp_path / "precious").read_text() == "precious"


def test_what_a_killed_writing_left_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ("long" * 40 + ".json")
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", _fail)
        killed.setattr(Path, "unlink", _fail)
        with pytest.raises(OSError, match="killed"):
            write_whole(path, "half")
    write_whole(tmp_path / "other", "whole")
    assert [left.read_text() for left in unfinished_of(path)] == ["half"]
    assert list(unfinished_of(tmp_path / "other")) == []


def _fail(*_: object) -> None:
    raise OSError(None, "killed")


def test_a_regular_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_regular(path, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_regular(path, 4)


def test_nothing_is_followed_or_waited_for_in_a_reading(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "link", tmp_path / "pipe", tmp_path, Path("/dev/zero"), Path("/proc/self/environ")):
        with pytest.raises(OSError, match="no regular file"):
            read_regular(path)


def test_a_file_that_is_exchanged_after_the_first_look_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    honest = (tmp_path / "file").lstat()
    monkeypatch.setattr(Path, "lstat", lambda _: honest)
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"no regular file|symbolic link"), opened(tmp_path / name):
            pass


@pytest.mark.parametrize("text", ["", "{", '"\xff"', "[" * 100_000], ids=["nothing", "half", "no text", "deep"])
def test_what_is_no_json_is_a_value_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").write_text(text, encoding="latin-1")
    with pytest.raises(ValueError):
        read_json(tmp_path / "a")
