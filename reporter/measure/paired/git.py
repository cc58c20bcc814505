"""The user's repository, asked and used through git. Nothing here changes its tree, its index or its branches."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.checkout import trusting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOCAL_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "submodule.recurse=false",
    "advice.detachedHead=false",
)


_GITLINK = "160000"


class GitError(Exception):
    """Git refused; the text is what it wrote, in one line."""


@dataclass(frozen=True)
class Repository:
    """A repository with a working tree. ``root`` is its top folder, a real path; ``environ`` what git is run with."""

    root: Path
    environ: Mapping[str, str]

    def git(self, *arguments: str) -> bytes:
        """Run git in the top folder and give what it printed.

        Raises:
            GitError: it failed, or is not installed.
        """
        return _git(self.root, arguments, self.environ)

    def commit(self, name: str) -> str | None:
        """Return the SHA of a commit by any name; ``None`` when it is not in this clone."""
        if name.startswith("-"):
            return None  # git would take it for an option
        try:
            answer = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except GitError:
            return None
        return answer.decode("ascii", "replace").strip() or None

    def fetch(self, commit: str) -> None:
        """Bring one commit from ``origin``; raises ``GitError``."""
        self.git("fetch", "--depth=1", "--no-tags", "origin", commit)

    def is_shallow(self) -> bool:
        """Whether the clone lacks history."""
        return self.git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def differing(self, base: str, head: str | None, patterns: Sequence[str] = ()) -> list[str]:
        """Return the tracked files that differ between two commits; without ``head`` the working tree is the second.

        ``patterns`` are globs from the top folder, with ``**``; without any, all files count.
        """
        limits = [f":(top,glob){pattern}" for pattern in patterns]
        commits = [base, head] if head else [base]
        options = ("--name-only", "--no-renames", "--ignore-submodules=all", "--no-ext-diff", "-z")
        return _paths(self.git("diff", *options, *commits, "--", *limits))

    def moved_submodules(self, base: str, head: str) -> list[str]:
        """Return the submodules that differ between two commits; raises ``GitError``."""
        options = ("--raw", "--no-renames", "--ignore-submodules=none", "--no-ext-diff", "-z")
        fields = _paths(self.git("diff", *options, base, head, "--"))
        return [path for modes, path in zip(fields[::2], fields[1::2]) if _GITLINK in modes[1:].split()[:2]]

    def changed_lines(self, base: str, head: str | None) -> str:
        """Return the diff of two commits without lines around the changes; without ``head`` that to the working tree.

        Raises:
            GitError: it failed.
        """
        options = ("--unified=0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--text")
        prefixes = ("--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=all")
        commits = [base, head] if head else [base]
        return self.git("diff", *options, *prefixes, *commits, "--").decode("utf-8", "surrogateescape")

    def first_parents(self, good: str, bad: str) -> list[tuple[str, str]]:
        """Return the good commit and those after it up to the bad one, each with the first line of its message.

        Of merges only the first parent is followed. Empty where the good one is no ancestor of the bad one.

        Raises:
            GitError: it failed.
        """
        if self.git("merge-base", "--octopus", good, bad).strip() != good.encode():
            return []
        answer = self.git(
            "log", "--no-show-signature", "--first-parent", "--reverse", "--format=%H %s", "-z", f"{good}..{bad}", "--"
        )
        first = self.git("log", "--no-show-signature", "-1", "--format=%H %s", "-z", good, "--")
        lines = (first + answer).decode("utf-8", "replace").split("\0")
        return [(sha, title) for sha, _, title in (line.partition(" ") for line in lines if line)]

    def tracked(self) -> list[str]:
        """Return the paths of all tracked files."""
        return _paths(self.git("ls-files", "-z"))

    def untracked(self) -> list[str]:
        """Return the paths of the files that are neither tracked nor ignored."""
        return _paths(self.git("ls-files", "--others", "--exclude-standard", "-z"))

    def add_worktree(self, path: Path, commit: str) -> None:
        """Check a commit out into a folder of its own; raises ``GitError``."""
        self.git("worktree", "add", "--quiet", "--detach", "--force", str(path), commit)

    def remove_worktree(self, path: Path) -> None:
        """Forget a worktree and remove its folder, whatever state it is in; raises ``GitError``."""
        self.git("worktree", "remove", "--force", "--force", str(path))

    def worktrees(self) -> list[Path]:
        """Return the folders of all worktrees that git knows of, also of those that are gone."""
        lines = os.fsdecode(self.git("worktree", "list", "--porcelain")).split("\n")
        return [Path(line[len("worktree ") :]) for line in lines if line.startswith("worktree ")]

    def prune_worktrees(self) -> None:
        """Forget worktrees whose folders are gone; raises ``GitError``."""
        self.git("worktree", "prune", "--expire=now")


def repository_of(folder: Path, environ: Mapping[str, str]) -> Repository:
    """Find the repository that a folder lies in.

    Raises:
        GitError: there is none, it has no working tree, or git is missing.
    """
    own = unled(environ)
    answer = _git(folder, ("rev-parse", "--show-toplevel"), own)
    return Repository(Path(os.path.realpath(os.fsdecode(answer).rstrip("\n"))), own)


def unled(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what git sets for hooks, which leads back to the user's repository."""
    return {name: value for name, value in environ.items() if name not in _LOCAL_VARIABLES}


def _git(folder: Path, arguments: Sequence[str], environ: Mapping[str, str]) -> bytes:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *trusting(environ), *settings, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            check=False,
        )
    except OSError as error:
        raise GitError(f"cannot start git: {error.strerror or error}") from None
    if done.returncode:
        message = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise GitError(message or f"git ended with {done.returncode}")
    return done.stdout


def _paths(answer: bytes) -> list[str]:
    return [path for path in os.fsdecode(answer).split("\0") if path]
