from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from reporter import files
from reporter.errors import UsageError
from reporter.files import write_atomically


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

    monkeypatch.setattr(files if step == "fsync" else Path, step, fail)
    with pytest.raises(UsageError) as caught:
        write_atomically(path, "new")
    assert (caught.value.code, caught.value.where) == ("cannot-write", str(path))
    assert "No space left" in caught.value.what
    assert path.read_text() == "old"
    assert names(tmp_path) == ["report.json"]


def test_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "fsync", interrupt)
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
