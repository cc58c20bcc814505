"""The commit graph as GitHub walks it: history, ancestors, merge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.github_api.world import Commit


def ancestors(commits: dict[str, Commit], sha: str) -> set[str]:
    """Return everything reachable from ``sha``, itself included."""
    seen: set[str] = set()
    waiting = [sha]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += commits[current].parents
    return seen


def history(commits: dict[str, Commit], sha: str) -> list[Commit]:
    """List ``sha`` and its ancestors newest first, no commit before one of its children."""
    reachable = ancestors(commits, sha)
    children = dict.fromkeys(reachable, 0)
    for name in reachable:
        for parent in commits[name].parents:
            children[parent] += 1
    ready, listed = [sha], []
    while ready:
        ready.sort(key=lambda name: commits[name].date)
        commit = commits[ready.pop()]
        listed.append(commit)
        for parent in commit.parents:
            children[parent] -= 1
            if not children[parent]:
                ready.append(parent)
    return listed


def merge_base(commits: dict[str, Commit], one: str, other: str) -> str | None:
    """Return the best common ancestor; ``None`` for unrelated histories."""
    shared = ancestors(commits, other)
    return next((commit.sha for commit in history(commits, one) if commit.sha in shared), None)
