from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reporter.measure.log import Log

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_log_is_in_its_file_at_once(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.txt")
    log.write(b"\xff\x00 first\n")
    assert (tmp_path / "log.txt").read_bytes() == b"\xff\x00 first\n"
    log.close()


_NO_WORDS = st.lists(st.sampled_from(b"\xff\x00 \n\r*"), max_size=40).map(bytes)
"""A word that the cut goes through may be the rest of a secret."""


@given(parts=st.lists(_NO_WORDS, max_size=20), kept=st.integers(2, 60))
def test_of_a_long_log_the_first_and_the_last_half_stay(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], kept: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.txt"
    log = Log(path, kept=kept)
    for part in parts:
        log.write(part)
    log.close()
    whole, half = b"".join(parts), kept // 2
    dropped = len(whole) - 2 * half
    note = b"\n[... %d bytes left out ...]\n" % dropped
    assert path.read_bytes() == (whole if dropped <= 0 else whole[:half] + note + whole[-half:])


def test_no_secret_is_in_a_log_however_it_is_cut(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    for length in range(1, len(secret)):
        log = Log(tmp_path / "log.txt", kept=2 * (length + 6))
        text = f"a b c\n{secret} " * 4 + f"password={secret}"
        for start in range(0, len(text), 7):
            log.write(text[start : start + 7].encode())
        assert secret not in "".join(log.last_lines())
        log.close()
        written = (tmp_path / "log.txt").read_text()
        assert all(secret[i : i + 12] not in written for i in range(len(secret) - 12)), written


def test_the_last_lines_are_readable_text(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.txt")
    log.write(b"\x1b]0;title\x07first\n\n\x1b[1;31mred\x1b[0m \x08bell\xff\nover\rwritten\n" + b"x" * 1000 + b"\n")
    assert log.last_lines() == ["first", "red  bell\N{REPLACEMENT CHARACTER}", "over", "written", "x" * 300]
    assert log.last_lines(2) == ["written", "x" * 300]
    log.close()


def test_what_comes_after_the_end_is_dropped(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.txt")
    log.close()
    log.write(b"late")
    assert (tmp_path / "log.txt").read_bytes() == b""
    assert log.problem is None


def test_a_full_disk_is_remembered_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "log.txt").symlink_to("/dev/full")
    log = Log(tmp_path / "log.txt")
    log.write(b"text")
    log.close()
    assert log.problem == "No space left on device"
