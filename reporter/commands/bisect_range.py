"""The commits that a search looks at: the good one and those after it up to the bad one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.paired.git import GitError, repository_of
from reporter.records import bisection as record
from reporter.shared.errors import UsageError
from reporter.shared.printable import shorten, visible
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.paired.git import Repository

_LONGEST_TITLE = 120
_MOST_COMMITS = 5_000


def commits_between(first: str, last: str, environ: Mapping[str, str]) -> Iterator[record.Commit]:
    """Yield the good commit and those after it up to the bad one, of merges the first parents alone.

    Raises:
        UsageError: one of them is not here, or the good one is no ancestor of the bad one.
    """
    try:
        repository = repository_of(Path.cwd(), environ)
        good = _commit(repository, first, "good")
        bad = _commit(repository, last, "bad")
        found = repository.first_parents(good, bad)
    except GitError as error:
        cure = "call it in a clone of the project that has both commits"
        raise UsageError("no-repository", f"git cannot list the commits: {error}", cure=cure) from None
    if len(found) < 2 or len(found) > _MOST_COMMITS:
        what = f"there is no commit from {first} to {last} to search in"
        if len(found) > _MOST_COMMITS:
            what = f"{len(found) - 1} commits are more than the {_MOST_COMMITS} that are searched at once"
        raise UsageError("no-range", what, cure="name an older good commit with --good, and a newer bad one with --bad")
    for sha, title in found:
        yield record.Commit(sha=sha, title=shorten(visible(title), _LONGEST_TITLE))


def commit_of_baseline(root: Path, suite: str) -> str:
    """Return the commit at which the baseline of a suite was saved.

    Raises:
        UsageError: there is no baseline, or it names no commit.
    """
    kept = open_store(root / "baseline").known(suite)
    commit = kept.suite.commit if kept else None
    if commit is None:
        cure = "name a commit that was fast with --good, such as the last release"
        raise UsageError("no-good-commit", "there is no saved baseline to begin at", cure=cure)
    return commit


def _commit(repository: Repository, name: str, option: str) -> str:
    found = repository.commit(name)
    if found is None:
        what = f"the commit {name} is not in this clone"
        raise UsageError("commit-missing", what, where=str(repository.root), cure=f"name another one with --{option}")
    return found
