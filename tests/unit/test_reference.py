"""The reference is what its sources say: the action, the parser, the configuration and the schemas."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reporter.commands.calls import EXIT_CODES, parser_of, program_parser
from reporter.config import reading

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
    names = {re.sub(r"\W", "", name.partition(".")[0]) for name in MADE["TABLES"]}
    assert names == set(reading._TABLES)


@pytest.mark.parametrize("name", MADE["TABLES"])
def test_every_key_that_the_parser_knows_is_described(name: str) -> None:
    _, described = MADE["TABLES"][name]
    known = set(MADE["known_keys"](name))
    repeated = set(MADE["MEASURING"]) if name == "[modes.NAME]" else set()
    assert set(described) | repeated == known


def test_exit_codes_are_those_of_the_command_line() -> None:
    page = MADE["pages"]()["command-line.md"]
    codes = re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)
    assert sorted(codes) == sorted(map(str, EXIT_CODES))


def test_every_input_is_set_elsewhere_too_or_is_about_github_alone() -> None:
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    groups = [*MADE["COUNTERPARTS"], *MADE["ABOUT_GITHUB"], *MADE["SPECIAL"]]
    assert sorted(groups) == sorted(action["inputs"])


def test_the_same_setting_elsewhere_is_really_there() -> None:
    keys = {table: MADE["known_keys"](table) for table in ("[measure]", "[gate]", "[store]")}
    options = {"run": set(parser_of("run")._option_string_actions), "": set(program_parser()._option_string_actions)}
    for name, (key, option) in MADE["COUNTERPARTS"].items():
        table, _, wanted = key.partition("] ")
        assert not wanted or wanted in keys[f"{table}]"], key
        assert wanted in ("", name) or table == "[store", "one setting has one name"
        command, _, flag = option.rpartition(" ")
        assert option in ("", "run -- COMMAND") or flag in options[command], option
        assert key or option, f"{name} is about GitHub alone"


def test_every_key_and_option_that_an_input_could_set_has_one() -> None:
    """A key of an input's name that is not its counterpart would be a second setting under one name."""
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for table in ("[measure]", "[gate]"):
        for key in MADE["known_keys"](table):
            if key in action["inputs"]:
                assert MADE["COUNTERPARTS"][key][0] == f"{table} {key}"
