"""Which commit is checked out. Asks git, and is content with no answer."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 20.0
_READS_ONLY = {"GIT_NO_LAZY_FETCH": "1"}
"""Asking what is there fetches nothing: for that git would run what the configuration of the repository names."""


@dataclass(frozen=True)
class Checkout:
    """The commit at HEAD and its parents; ``None`` and empty outside a git repository or without git."""

    sha: str | None = None
    parents: tuple[str, ...] = ()


def read(folder: Path) -> Checkout:
    """Read HEAD of the repository that ``folder`` lies in. Never raises.

    The commit object itself is read: in a shallow clone ``git log`` hides the parents, the object still names them.
    """
    try:
        answer = subprocess.run(
            ["git", *trusting(os.environ), "cat-file", "--batch"],
            cwd=folder,
            env={**os.environ, **_READS_ONLY},
            input=b"HEAD\n",
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return Checkout()
    return parse(answer.decode("utf-8", "replace"))


def trusting(environ: Mapping[str, str]) -> list[str]:
    """Return the options that let git read a checkout of another owner: that of a workflow's job, and no other.

    A job in a container sees such a one. Anywhere else git refuses it for a good reason: its configuration names
    programs that git runs.
    """
    workspace = environ.get("GITHUB_WORKSPACE")
    if environ.get("GITHUB_ACTIONS") != "true" or not workspace:
        return []
    place = os.path.realpath(workspace)
    return ["-c", f"safe.directory={place}", "-c", f"safe.directory={place}/*"]


def parse(answer: str) -> Checkout:
    """Read the answer of ``git cat-file --batch``: ``<sha> commit <size>``, then headers up to an empty line."""
    first, *headers = answer.split("\n\n", 1)[0].split("\n")
    words = first.split(" ")
    if len(words) != 3 or words[1] != "commit":
        return Checkout()
    parents = tuple(line[len("parent ") :] for line in headers if line.startswith("parent "))
    return Checkout(words[0], parents)


def default_base(folder: Path) -> str | None:
    """Choose what a checkout is compared with when nobody says: where it left the main branch.

    On the main branch itself that is the commit before, or HEAD when there are uncommitted changes. ``None`` outside a
    repository, or when there is no commit before.
    """
    left = branch_point(folder)
    if left:
        return left
    head = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if _git(folder, "status", "--porcelain", "--untracked-files=no"):
        return head
    return _git(folder, "rev-parse", "--verify", "--quiet", "HEAD^1")


def branch_point(folder: Path) -> str | None:
    """Return the commit where this branch left the main one; ``None`` on the main branch, or where there is none."""
    branches = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
    bases = (_git(folder, "merge-base", "HEAD", branch) for branch in branches)
    base = next((base for base in bases if base), None)
    return base if base != _git(folder, "rev-parse", "--verify", "--quiet", "HEAD") else None


def main_branch(folder: Path) -> str | None:
    """Return the name of the main branch: the remote's, else the only usual name there is, else the one checked out."""
    remote = _git(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    if remote:
        return remote.partition("/")[2]
    usual = [name for name in ("main", "master") if _git(folder, "rev-parse", "--verify", "--quiet", name)]
    return usual[0] if len(usual) == 1 else _git(folder, "symbolic-ref", "--short", "HEAD")


def top(folder: Path) -> Path | None:
    """Return the root of the repository that a folder lies in, ``None`` outside of one."""
    found = _git(folder, "rev-parse", "--show-toplevel")
    return Path(found) if found else None


def tags(folder: Path, most: int) -> list[tuple[str, str]]:
    """Return the newest tags and their commits, the oldest first; none outside a repository."""
    fields = "%(refname:strip=2)%00%(objectname)%00%(*objectname)"
    kinds = ("for-each-ref", f"--count={most}", "--sort=-creatordate", f"--format={fields}", "refs/tags")
    found = []
    for line in (_git(folder, *trusting(os.environ), *kinds) or "").splitlines():
        name, tag, commit = line.split("\0")
        found.append((name, commit or tag))
    return found[::-1]


def ancestors(folder: Path, commit: str, most: int) -> list[str]:
    """Return a commit and those before it, the nearest first, as far as they are in the repository."""
    found = _git(folder, *trusting(os.environ), "rev-list", f"--max-count={most}", "--end-of-options", commit)
    return (found or commit).split()


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints, or ``None`` when it fails or prints nothing."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **_READS_ONLY},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
