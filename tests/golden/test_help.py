"""The help of the program and of every command, at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.commands import SUMMARIES
from reporter.commands.calls import parser_of, program_parser

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("reporter.shared.pages._home", str)


def test_program(golden: Callable[[str, str], None]) -> None:
    golden("help/benchverdict.txt", program_parser().format_help())


@pytest.mark.parametrize("command", SUMMARIES)
def test_command(command: str, golden: Callable[[str, str], None]) -> None:
    text = parser_of(command).format_help()
    assert max(map(len, text.splitlines())) <= 100
    golden(f"help/{command}.txt", text)
