from __future__ import annotations

import pytest

from reporter.measure.environment import for_command

WITHHELD = [
    "BENCHVERDICT_TOKEN",
    "BENCHVERDICT_INPUT_COMMAND",
    "BENCHVERDICT_CHECKOUT_SHA",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_RUNTIME_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_RESULTS_URL",
    "ACTIONS_CACHE_URL",
    "GITHUB_ENV",
    "GITHUB_PATH",
    "GITHUB_OUTPUT",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "INPUT_TOKEN",
]
KEPT = ["PATH", "GITHUB_TOKEN", "GITHUB_SHA", "CI", "PYTHONPATH", "INPUT_FILE", "ACTIONS_STEP_DEBUG", "VIRTUAL_ENV"]


@pytest.mark.parametrize("name", WITHHELD)
def test_what_belongs_to_the_action_is_withheld(name: str) -> None:
    assert for_command({name: "x"}, "head") == {"BENCHVERDICT_SIDE": "head"}


def test_the_users_own_variables_stay() -> None:
    environ = dict.fromkeys(KEPT, "x")
    assert for_command(environ, "base") == {**environ, "BENCHVERDICT_SIDE": "base"}
