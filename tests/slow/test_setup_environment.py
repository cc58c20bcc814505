"""The private Python environment of the action, made without a package index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.programs.test_setup_step import setup

if TYPE_CHECKING:
    from pathlib import Path


def test_an_environment_that_cannot_be_made_is_left_to_the_gate(tmp_path: Path) -> None:
    """No package index can be reached: the gate finds the exit code in the work folder."""
    done = setup(
        tmp_path,
        BENCHVERDICT_INPUT_RUNTIME="python",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    work = tmp_path / "benchverdict" / "benchmarks"
    assert done.returncode == 3
    assert "The private Python environment of Benchverdict could not be made" in done.stderr
    assert (work / "messages" / "setup").read_text() in done.stderr
    assert (work / "exit" / "setup").read_text() == "3\n"
    assert (tmp_path / "output").read_text().splitlines()[0] == f"work={work}"
