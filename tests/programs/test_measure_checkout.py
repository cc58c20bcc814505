from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from reporter.measure import checkout
from reporter.measure.checkout import Checkout
from reporter.measure.paired.git import GitError, repository_of

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


def test_a_repository_of_somebody_else_is_left_alone_outside_of_workflows(
    merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: a folder that another user left, whose configuration names programs that git runs."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(merged))
    assert checkout.read(merged) == Checkout()
    with pytest.raises(GitError, match="dubious ownership") as caught:
        repository_of(merged, os.environ)
    assert "\n" not in str(caught.value), "git writes several lines; an error is one"


def test_in_a_workflow_its_workspace_is_read_and_no_other_folder(
    merged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job in a container sees a checkout of another owner."""
    known = expected(merged)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(merged))
    assert checkout.read(merged) == known
    assert repository_of(merged, os.environ).root == merged.resolve()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "other"))
    assert checkout.read(merged) == Checkout()


def test_asking_for_the_commit_runs_nothing_that_a_configuration_names(merged: Path, tmp_path: Path) -> None:
    """The attack: a commit that is not there, and a remote that has it, by a command of the attacker."""
    git(merged, "config", "core.sshCommand", f"touch {tmp_path}/was-run; false")
    git(merged, "config", "core.repositoryFormatVersion", "1")
    git(merged, "config", "extensions.partialClone", "origin")
    git(merged, "config", "remote.origin.promisor", "true")
    git(merged, "config", "remote.origin.url", "ssh://nowhere/bench")
    head = git(merged, "rev-parse", "HEAD")
    (merged / ".git" / "objects" / head[:2] / head[2:]).unlink()
    assert checkout.read(merged) == Checkout()
    assert not (tmp_path / "was-run").exists()
