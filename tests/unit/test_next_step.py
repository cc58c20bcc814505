"""The file in which report says what is measured next: read as data, because the benchmark command can write it too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reporter.pipeline.next_step import write_next_step
from reporter.shared.next_step import FILE_NAME, Step, dump, load
from tests.unit.measure_plans import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STEPS = [
    Step(pairs=8),
    Step(pairs=16, select=("a", 'b "é"\n')),
    Step(alone="both load one server"),
    Step(confirm=True),
    Step(explain=("a", "b\n"), seconds=60.0),
]


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_what_is_written_is_read_again_and_keeps_to_its_schema(tmp_path: Path, step: Step) -> None:
    write_next_step(step, tmp_path)
    schema = json.loads((ROOT / "schemas" / "next-step-v1.json").read_text())
    content = (tmp_path / FILE_NAME).read_bytes()
    Draft202012Validator(schema).validate(json.loads(content))
    assert load(json.loads(content)) == step


def test_where_everything_is_settled_there_is_no_file(tmp_path: Path) -> None:
    write_next_step(Step(pairs=8), tmp_path)
    write_next_step(None, tmp_path)
    write_next_step(None, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pairs", ["8", -1, 8.0, True, None, 10**6, "8; reboot"])
def test_a_wrong_number_of_pairs_is_no_step(pairs: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        load({"schema": "next-step/v1", "pairs": pairs, "select": []})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "none or several"),
    ({"pairs": 8, "confirm": True}, "none or several"),
    ({"pairs": 8, "alone": "why"}, "none or several"),
    ({"alone": "why", "confirm": True}, "none or several"),
    ({"confirm": 1}, "none or several"),
    ({"confirm": "true"}, "neither true nor false"),
    ({"alone": ""}, "no text"),
    ({"alone": ["why"]}, "no text"),
    ({"pairs": 8, "explain": ["a"], "seconds": 60}, "none or several"),
    ({"explain": ["a"]}, "no number above 0"),
    ({"explain": ["a"], "seconds": "60"}, "no number above 0"),
    ({"explain": ["a"], "seconds": True}, "no number above 0"),
    ({"explain": ["a"], "seconds": 1e9}, "no number above 0"),
    ({"explain": ["a"], "seconds": float("nan")}, "no number above 0"),
    ({"explain": ["a"] * 11, "seconds": 60}, "names more than 10"),
    ({"explain": "a", "seconds": 60}, "no list of texts"),
    ({"pairs": 8, "select": "a"}, "no list of texts"),
    ({"pairs": 8, "select": [1]}, "no list of texts"),
    ({"pairs": 8, "schema": "next-step/v2"}, "schema"),
]


@pytest.mark.parametrize(("content", "part"), WRONG)
def test_anything_else_is_no_step(content: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        load({"schema": "next-step/v1", "pairs": 0, "select": [], **content})


@pytest.mark.parametrize("content", [None, True, 8, "pairs", [], [{"schema": "next-step/v1"}]])
def test_what_is_no_object_is_no_step(content: object) -> None:
    with pytest.raises(ValueError, match="not an object"):
        load(content)


def test_a_step_says_one_thing() -> None:
    assert json.loads(dump(Step(pairs=8))) == {"schema": "next-step/v1", "pairs": 8, "select": []}
