from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from reporter.measure import checkout
from reporter.measure.checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "init.defaultBranch=main"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A repository whose HEAD is a merge of two commits."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "parent 0123 is no header")
    git(folder, "checkout", "-q", "-b", "side")
    git(folder, "commit", "-q", "--allow-empty", "-m", "side")
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "side", "-m", "merge\n\nparent of nothing")
    return folder


def expected(folder: Path) -> Checkout:
    return Checkout(git(folder, "rev-parse", "HEAD"), tuple(git(folder, "rev-parse", "HEAD^1", "HEAD^2").split()))


def test_head_and_its_parents_are_read(merged: Path) -> None:
    (merged / "deep").mkdir()
    assert checkout.read(merged / "deep") == expected(merged)


def test_a_shallow_clone_still_names_the_parents(merged: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", merged.as_uri(), "shallow")
    assert checkout.read(tmp_path / "shallow") == expected(merged)


def test_without_a_repository_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert checkout.read(tmp_path) == Checkout()


def test_without_a_commit_nothing_is_known(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert checkout.read(tmp_path) == Checkout()


def test_without_git_nothing_is_known(merged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(merged))
    assert checkout.read(merged) == Checkout()
