"""Lines of the log: one line each, no workflow command, no secret, no traceback."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from entrypoint.__main__ import main
from entrypoint.console import Console

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = {"GITHUB_REPOSITORY": "octo/bench", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "abc"}


@pytest.mark.parametrize(
    "text", ["one\n::error::two", "\r::set-output name=a::b", "\x1b[31mred", "a\u2028b", "\u202eevil", "a ##[error]b"]
)
def test_text_stays_one_harmless_line(text: str) -> None:
    stream = io.StringIO()
    Console(stream=stream).say(text)
    [line] = stream.getvalue().splitlines()
    assert line.startswith("benchverdict: ")
    assert line.isprintable()
    assert "##[" not in line


def test_secret_is_masked_wherever_it_comes_from(tmp_path: Path) -> None:
    log = io.StringIO()
    environ = WORKFLOW | {"BENCHVERDICT_TOKEN": "ghs_secret", "BENCHVERDICT_INPUT_NAME": "a ghs_secret"}
    assert main(["fetch", "--work", str(tmp_path)], environ, io.StringIO(), log) == 2
    assert "the input 'name' is wrong: 'a ***'" in log.getvalue()
    assert "ghs_secret" not in log.getvalue()


def test_defect_of_ours_is_one_line_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("ghs_secret")

    monkeypatch.setattr("entrypoint.inputs.read", broken)
    log = io.StringIO()
    environ = WORKFLOW | {"BENCHVERDICT_TOKEN": "ghs_secret"}
    assert main(["publish", "--work", str(tmp_path)], environ, io.StringIO(), log) == 1
    [line] = log.getvalue().splitlines()
    assert line.startswith(
        "benchverdict: this is a defect of Benchverdict, please report it: KeyError at test_edge_console.py:"
    )
    assert line.endswith("'***'")
