"""Every benchmark tool from its command to the verdict, in pairs with nothing configured: the real tools."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tool_projects import PROJECTS, Project, make, measure

SLOWER = 3.0
"""Far more than any noise: what is tested is that both sides are measured, read and held against each other."""


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_slower_commit_is_found_and_words_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Project
) -> None:
    missing = project.missing()
    if missing:
        pytest.skip(missing)
    _keep_toolchains(monkeypatch)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    folder = tmp_path / "shop"
    make(project, folder, SLOWER)

    code, verdict, log = measure(folder, "slower", project.command, "--time-limit", "2 min")
    rows = verdict["benchmarks"]
    assert [row["verdict"] for row in rows if row["metric"] == "time"] == ["regressed"] * project.benchmarks, log
    assert code == 10, log
    assert verdict["measured"]["plan"] == "paired", log

    _, verdict, log = measure(folder, "docs", project.command, "--time-limit", project.words_limit)
    rows = [row for row in verdict["benchmarks"] if row["metric"] == "time"]
    assert len(rows) == project.benchmarks, log
    assert not {row["verdict"] for row in rows} & {"new", "missing", "errored", "not_comparable"}, log
    assert all(row["change"] for row in rows), log


def _keep_toolchains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rustup find its toolchains, which it keeps in the home folder."""
    for name, folder in (("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")):
        place = Path.home() / folder
        if name not in os.environ and place.is_dir():
            monkeypatch.setenv(name, str(place))
