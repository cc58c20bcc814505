from __future__ import annotations

import io
import os

import pytest

from reporter.measure.console import Console, spoken_duration


class Terminal(io.TextIOWrapper):
    """A text stream over bytes that says it is a terminal."""

    def __init__(self) -> None:
        self.written = io.BytesIO()
        super().__init__(self.written, encoding="utf-8")

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", ["::error::x", "  ::error::x", "a ##[error]x", "a\n::error::x", "a\r##[error]x"])
def test_what_we_say_on_github_is_no_command_whatever_names_are_in_it(name: str) -> None:
    stream = io.StringIO()
    Console(stream, {"GITHUB_ACTIONS": "true"}).say(name)
    [line] = stream.getvalue().splitlines()
    assert not line.lstrip().startswith("::")
    assert "##[" not in line
    assert "x" in line


def test_github_gets_a_group_whose_log_cannot_issue_commands() -> None:
    stream = io.StringIO()
    console = Console(stream, {"GITHUB_ACTIONS": "true"})
    console.begin("run 1 of 2", None)
    with console.guarded():
        console.log(b"::set-output name=gate::passed\nno newline")
    console.end("run 1 of 2: complete")
    first, stop, command, rest, start, close, summary = stream.getvalue().splitlines()
    assert first == "::group::run 1 of 2"
    word = stop.removeprefix("::stop-commands::")
    assert len(word) == 32
    assert [command, rest] == ["::set-output name=gate::passed", "no newline"]
    assert [start, close, summary] == [f"::{word}::", "::endgroup::", "run 1 of 2: complete"]


def test_each_guard_has_another_word() -> None:
    stream = io.StringIO()
    console = Console(stream, {"GITHUB_ACTIONS": "true"})
    for text in (b"one\n", b"two\n"):
        with console.guarded():
            console.log(text)
    words = [line for line in stream.getvalue().splitlines() if line.startswith("::stop-commands::")]
    assert len(set(words)) == 2


def test_what_is_quoted_on_github_is_no_command_on_any_of_its_lines() -> None:
    stream = io.StringIO()
    Console(stream, {"GITHUB_ACTIONS": "true"}).quote(
        "error: one\n::error::two\n  ::add-mask::three\n##[error]four\x1b"
    )
    lines = stream.getvalue().splitlines()
    assert lines[0] == "error: one"
    assert len(lines) == 4
    assert not any(line.lstrip().startswith("::") or "##[" in line or "\x1b" in line for line in lines)


def test_a_group_is_closed_whatever_happens_in_it() -> None:
    stream = io.StringIO()
    console = Console(stream, {"GITHUB_ACTIONS": "true"})
    with pytest.raises(ValueError, match="inside"), console.group("Pairs 1 to 8", 20.0):
        raise ValueError("inside")
    console.heading("Next")
    assert stream.getvalue().splitlines() == [
        "::group::Pairs 1 to 8, about 20 s left",
        "::endgroup::",
        "",
        "== Next ==",
    ]


def test_a_terminal_needs_no_line_for_a_group() -> None:
    stream = Terminal()
    console = Console(stream, {"NO_COLOR": "1"})
    with console.group("Pairs 1 to 8", 20.0):
        pass
    assert stream.written.getvalue() == b""


def test_plain_output_has_no_control_characters() -> None:
    stream = io.StringIO()
    console = Console(stream, {})
    console.begin("run 2 of 2", 75.0)
    console.tick()
    with console.guarded():
        console.log(b"dots ...")
    console.tick()
    console.end("run 2 of 2: complete")
    assert stream.getvalue() == "run 2 of 2, about 1 min 15 s left\ndots ...\nrun 2 of 2: complete\n"


def test_a_terminal_gets_a_progress_line_that_the_log_replaces() -> None:
    stream = Terminal()
    console = Console(stream, {"NO_COLOR": "1"})
    console.begin("run 1 of 2", 8.0)
    console.tick()
    console.tick()  # nothing has changed, so nothing is drawn
    console.log(b"line\npart")
    console.tick()  # in the middle of a line the log is left alone
    console.end("done")
    progress = "run 1 of 2, 0 s so far, about 8 s left"
    wiped = "\r" + " " * len(progress) + "\r"
    expected = f"run 1 of 2, about 8 s left\n\r{progress}{wiped}line\npart\ndone\n"
    assert stream.written.getvalue().decode() == expected


@pytest.mark.parametrize(
    ("environ", "dimmed"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"CI": "1"}, False)]
)
def test_colour_is_only_for_terminals_of_people_who_want_it(environ: dict[str, str], dimmed: bool) -> None:
    stream = Terminal()
    console = Console(stream, environ)
    console.begin("run 1 of 1", None)
    console.tick()
    assert (b"\x1b[2m" in stream.written.getvalue()) is dimmed


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"TERM": "dumb"}])
def test_where_lines_cannot_be_rewritten_there_is_no_progress_line(environ: dict[str, str]) -> None:
    stream = Terminal()
    console = Console(stream, environ)
    console.begin("run 1 of 1", None)
    console.tick()
    assert stream.written.getvalue() == b"run 1 of 1\n"


def test_bytes_of_the_log_pass_unchanged() -> None:
    stream = Terminal()
    Console(stream, {"CI": "true"}).log(bytes(range(256)))
    assert stream.written.getvalue() == bytes(range(256))


def test_a_reader_that_went_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        console = Console(stream, {})
        console.log(b"x" * 100_000)
        console.end("still here")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (3, "3 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations_are_spoken(seconds: float, text: str) -> None:
    assert spoken_duration(seconds) == text
