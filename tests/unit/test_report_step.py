"""The step that reports: what it hands on to the reporter, seen by an interpreter that shows its arguments."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STEP = Path(__file__).parents[2] / "entrypoint" / "steps" / "report.sh"


def arguments_of(work: Path, situation: dict[str, Any] | None, **variables: str) -> list[str]:
    """Run the step on a finished measuring, and give the arguments of ``report``."""
    (work / "measure").mkdir()
    (work / "exit").mkdir()
    (work / "measure" / "measure.json").write_text("{}")
    if situation is not None:
        (work / "situation.json").write_text(json.dumps(situation, indent=1))
    stub = work / "python"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stub.chmod(0o755)
    names = ("FORMAT", "MODE", "CONFIG", "COMPARE", "TIME_LIMIT", "FAIL_ON")
    environment = {
        "PATH": os.environ["PATH"],
        "BENCHVERDICT_WORK": str(work),
        "BENCHVERDICT_RUNTIME": "python",
        "BENCHVERDICT_PYTHON": str(stub),
        **{f"BENCHVERDICT_INPUT_{name}": "auto" if name == "FORMAT" else "" for name in names},
    }
    done = subprocess.run(
        [shutil.which("bash") or "bash", STEP],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("situation", "saving"),
    [
        ({"event": "push", "save_baseline": True, "save_reason": "a push"}, True),
        ({"event": "push", "save_baseline": False, "save_reason": '"save_baseline": true,'}, False),
        ({"event": "push", "save_baseline": False, "save_reason": '\n "save_baseline": true,\n'}, False),
        (None, False),
    ],
)
def test_the_report_knows_that_its_results_are_saved(
    tmp_path: Path, situation: dict[str, Any] | None, *, saving: bool
) -> None:
    assert ("--saving" in arguments_of(tmp_path, situation)) is saving


def test_messages_lead_to_the_actions_own_repository(tmp_path: Path) -> None:
    told = arguments_of(
        tmp_path, None, GITHUB_ACTION_REPOSITORY="acme/benchverdict", GITHUB_SERVER_URL="https://github.com"
    )
    assert told[told.index("--home") + 1] == "https://github.com/acme/benchverdict"


@pytest.mark.parametrize("variables", [{}, {"GITHUB_ACTION_REPOSITORY": ""}])
def test_an_action_from_the_workspace_has_no_home(tmp_path: Path, variables: dict[str, str]) -> None:
    assert "--home" not in arguments_of(tmp_path, None, **variables)
