"""The environment as one frozen object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from entrypoint import inputs
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = {"GITHUB_REPOSITORY": "octo/bench", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "abc"}


def test_defaults_of_a_bare_workflow_step() -> None:
    found = inputs.read(WORKFLOW)
    assert (found.name, found.comment, found.save_baseline) == ("benchmarks", "changes", "auto")
    assert (found.results, found.payload, found.checkout_parents, found.run_id) == ((), {}, (), None)
    assert found.api_url == "https://api.github.com"


def test_token_is_in_no_representation() -> None:
    found = inputs.read(WORKFLOW | {"BENCHVERDICT_TOKEN": "ghs_secret"})
    assert found.token == "ghs_secret"
    assert "ghs_secret" not in repr(found)


@pytest.mark.parametrize("name", ["a b", "-a", "../a", "a/b", "a\nb", "a" * 81, "ä", "a-->b"])
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="'name'"):
        inputs.read(WORKFLOW | {"BENCHVERDICT_INPUT_NAME": name})


@pytest.mark.parametrize(
    ("name", "value"), [("COMMENT", "sometimes"), ("SAVE_BASELINE", "perhaps"), ("CHECK", "maybe")]
)
def test_unknown_choice_names_the_known_ones(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"use one of (always|auto)"):
        inputs.read(WORKFLOW | {f"BENCHVERDICT_INPUT_{name}": value})
    assert inputs.read(WORKFLOW | {"BENCHVERDICT_INPUT_SAVE_BASELINE": " TRUE "}).save_baseline == "true"


@pytest.mark.parametrize("text", ["yes", "on", "1", "TRUE", " True "])
def test_the_usual_words_for_yes_and_no_are_taken(text: str) -> None:
    for name in ("CHECK", "SAVE_BASELINE"):
        assert getattr(inputs.read(WORKFLOW | {f"BENCHVERDICT_INPUT_{name}": text}), name.lower()) == "true"
        assert getattr(inputs.read(WORKFLOW | {f"BENCHVERDICT_INPUT_{name}": "Off"}), name.lower()) == "false"


def test_how_to_compare_is_left_to_the_configuration_unless_it_is_said() -> None:
    found = inputs.read(WORKFLOW)
    assert (found.compare, found.time_limit_seconds) == (None, None)
    given = {"BENCHVERDICT_INPUT_COMPARE": "Paired", "BENCHVERDICT_INPUT_TIME_LIMIT": "2 min"}
    assert (inputs.read(WORKFLOW | given).compare, inputs.read(WORKFLOW | given).time_limit_seconds) == ("paired", 120)
    for name, value in (("COMPARE", "twice"), ("TIME_LIMIT", "soon"), ("TIME_LIMIT", "3 MB")):
        with pytest.raises(UsageError, match=f"'{name.lower().replace('_', '-')}'"):
            inputs.read(WORKFLOW | {f"BENCHVERDICT_INPUT_{name}": value})


@pytest.mark.parametrize("name", WORKFLOW)
def test_outside_of_a_workflow_is_said(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not set"):
        inputs.read({key: value for key, value in WORKFLOW.items() if key != name})


@pytest.mark.parametrize("content", ["", "{", b"\xff\xfe", None])
def test_unreadable_event_is_an_error_with_its_place(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "event.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as caught:
        inputs.read(WORKFLOW | {"GITHUB_EVENT_PATH": str(path)})
    assert caught.value.where == str(path)


def test_event_that_is_no_object_has_no_facts(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text("[]")
    assert inputs.read(WORKFLOW | {"GITHUB_EVENT_PATH": str(path)}).payload == {}


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({}, ""),
        ({"GITHUB_ACTION_REPOSITORY": "acme/benchverdict"}, "https://github.com/acme/benchverdict"),
        (
            {"GITHUB_ACTION_REPOSITORY": "acme/benchverdict", "GITHUB_SERVER_URL": "https://github.acme.example/"},
            "https://github.acme.example/acme/benchverdict",
        ),
    ],
)
def test_the_home_of_the_project_is_the_actions_own_repository(environ: dict[str, str], home: str) -> None:
    assert inputs.read(WORKFLOW | environ).home == home
