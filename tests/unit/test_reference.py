"""The reference is what its sources say: the action, the parser, the configuration and the schemas."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from reporter import config
from reporter.commands.calls import EXIT_CODES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
MADE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))


@pytest.mark.parametrize("name", MADE["pages"]())
def test_the_page_is_what_its_source_says(name: str) -> None:
    made = MADE["pages"]()[name]
    assert (REFERENCE / name).read_text(encoding="utf-8") == made, "run: python docs/make_reference.py"


def test_there_is_no_page_without_a_source() -> None:
    assert {path.name for path in REFERENCE.iterdir()} == set(MADE["pages"]())


def test_every_table_of_the_configuration_is_there() -> None:
    names = {re.sub(r"\W|NAME", "", name) for name in MADE["TABLES"]}
    assert names == set(config._TABLES)


@pytest.mark.parametrize("name", MADE["TABLES"])
def test_every_key_that_the_parser_knows_is_described(name: str) -> None:
    _, described = MADE["TABLES"][name]
    known = set(MADE["known_keys"](name))
    repeated = set(MADE["MEASURING"]) if name == "[modes.NAME]" else set()
    assert set(described) | repeated == known


def test_exit_codes_are_those_of_the_command_line() -> None:
    page = MADE["pages"]()["command-line.md"]
    codes = re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)
    assert sorted(codes) == sorted(set(re.findall(r"(?<![\w.])(\d+)(?= )", EXIT_CODES)))
