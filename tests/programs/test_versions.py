"""The versions of the site: a folder for each release as it was, the main branch, and what the switcher reads."""

from __future__ import annotations

import json
import runpy
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_versions.py"))
MAKEFILE = "docs:\n\tmkdir -p build/site\n\tcp page.html build/site/index.html\n"


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Octo", "-c", "user.email=octo@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of which ``make docs`` copies a page, with a built site of its main branch."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / ".gitignore").write_text("build\n")
    return tmp_path


def commit(project: Path, text: str, *tags: str) -> None:
    (project / "page.html").write_text(text)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", text)
    for tag in tags:
        git(project, "tag", tag)


def built(project: Path) -> dict[str, str]:
    subprocess.run(["make", "docs"], cwd=project, check=True, capture_output=True)
    VERSIONS["main"](project)
    output = project / "build" / "versions"
    return {path.parent.name: path.read_text() for path in output.glob("*/index.html")}


def test_each_release_is_built_as_it_was(project: Path) -> None:
    commit(project, "one", "v1.0.0")
    commit(project, "one, corrected", "v1.0.1", "v1", "vendor")
    commit(project, "two", "v1.10.0")
    commit(project, "now")
    assert built(project) == {"1.0": "one, corrected", "1.10": "two", "latest": "two", "main": "now"}
    assert json.loads((project / "build" / "versions" / "versions.json").read_text()) == [
        {"version": "1.10", "title": "1.10", "aliases": ["latest"]},
        {"version": "1.0", "title": "1.0", "aliases": []},
        {"version": "main", "title": "main", "aliases": []},
    ]
    assert 'url=latest/"' in (project / "build" / "versions" / "index.html").read_text()
    assert git(project, "worktree", "list").count("\n") == 1, "no checkout is left"


def test_before_the_first_release_the_main_branch_is_the_latest(project: Path) -> None:
    commit(project, "now")
    assert built(project) == {"latest": "now", "main": "now"}


def test_a_release_that_cannot_be_built_ends_it_and_leaves_no_checkout(project: Path) -> None:
    commit(project, "one", "v1.0.0")
    (project / "Makefile").write_text("docs:\n\tfalse\n")
    commit(project, "broken", "v1.1.0")
    (project / "Makefile").write_text(MAKEFILE)
    commit(project, "now")
    with pytest.raises(subprocess.CalledProcessError):
        built(project)
    assert git(project, "worktree", "list").count("\n") == 1


def test_only_so_many_releases_are_kept() -> None:
    found = VERSIONS["releases"]([f"v{major}.{minor}.0" for major in (1, 2) for minor in range(9)])
    assert list(found) == ["2.8", "2.7", "2.6", "2.5", "2.4"]
