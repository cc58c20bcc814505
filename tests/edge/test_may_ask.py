"""Who may have anything set up by a comment: asked of GitHub, before an image is built."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from entrypoint import may_ask
from entrypoint.request import WRITING
from tests.edge.job import comment
from tests.unit.test_action_file import STEPS

if TYPE_CHECKING:
    from tests.github_api import GitHubApi

STEP = Path(__file__).parents[2] / "entrypoint" / "steps" / "ask.sh"


def asked(api: GitHubApi, folder: Path, author: str) -> tuple[str, str]:
    """Run the step on a comment; gives what it hands on and what it says."""
    this = comment(api, folder, author=author)
    environment = os.environ | this.environ | {"GITHUB_OUTPUT": str(folder / "output")}
    done = subprocess.run(["bash", str(STEP)], env=environment, check=True, capture_output=True, text=True, timeout=60)
    return (folder / "output").read_text(), done.stderr


def test_nothing_is_set_up_for_a_strangers_comment(api: GitHubApi, tmp_path: Path) -> None:
    """The attack: comments by the hundred, each of which would build an image."""
    output, said = asked(api, tmp_path, "stranger")
    assert output == "may=false\n"
    assert "'stranger' may not write to this repository" in said
    assert STEPS["Set up"]["if"] == "${{ inputs.stage != 'request' || steps.ask.outputs.may == 'true' }}"
    assert list(STEPS).index("Who asks") < list(STEPS).index("Set up")


def test_a_reader_is_a_stranger_too(api: GitHubApi, tmp_path: Path) -> None:
    api.world.collaborators["reader"] = "read"
    assert asked(api, tmp_path, "reader")[0] == "may=false\n"


@pytest.mark.parametrize("role", ["admin", "maintain", "write"])
def test_who_may_write_is_heard(api: GitHubApi, tmp_path: Path, role: str) -> None:
    api.world.collaborators["member"] = role
    assert asked(api, tmp_path, "member")[0] == "may=true\n"


def test_a_github_that_does_not_answer_leaves_it_to_the_verb(api: GitHubApi, tmp_path: Path) -> None:
    api.world.add_fault("/permission", "status", status=500, times=9)
    assert asked(api, tmp_path, "stranger")[0] == "may=true\n"


def test_both_ask_for_the_same_rights() -> None:
    assert may_ask.WRITING == WRITING
