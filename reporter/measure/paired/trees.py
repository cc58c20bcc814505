"""Both sides as worktrees of the user's repository, and how their code differs."""

from __future__ import annotations

import filecmp
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from reporter.measure.paired import sides
from reporter.measure.paired.git import GitError, Repository, repository_of
from reporter.measure.paired.sides import Side, Sides
from reporter.measure.record import writing_to
from reporter.shared.errors import UsageError
from reporter.shared.model import Notice
from reporter.shared.printable import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.measure.paired.pair_plan import PairPlan

FETCH_VARIABLE = "BENCHVERDICT_FETCH"


@dataclass(frozen=True)
class Commits:
    """What is compared. ``uncommitted`` are tracked files of the user's tree that differ from the head's commit."""

    repository: Repository
    base: str
    head: str
    uncommitted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """Files of the trees, from their top folders: all that differ, and those among them that hold benchmarks."""

    files: tuple[str, ...]
    benchmark_files: tuple[str, ...]


def find_commits(plan: PairPlan, folder: Path, environ: Mapping[str, str]) -> Commits:
    """Find base and head in the repository that ``folder`` lies in.

    Raises:
        UsageError: there is no repository, or it lacks one of the commits.
    """
    try:
        repository = repository_of(folder, environ)
    except GitError as error:
        what = f"pairs need a git repository to take the base from: {error}"
        cure = "measure in a clone of the project, or measure only the head"
        raise UsageError("no-repository", what, where=str(folder), cure=cure) from None
    head = _commit(repository, plan.head_sha or "HEAD", "head", environ)
    base = _commit(repository, plan.base_sha, "base", environ)
    changed = () if plan.head_sha else repository.differing(head, None)
    return Commits(repository, base, head, tuple(changed))


def diff_of(plan: PairPlan, commits: Commits) -> str:
    """Return the diff of both sides without lines around the changes.

    Without a commit of the head that is the working tree, whose changes the head has.

    Raises:
        UsageError: git cannot.
    """
    try:
        return commits.repository.changed_lines(commits.base, commits.head if plan.head_sha else None)
    except GitError as error:
        what = f"git cannot compare the head with the base ({commits.base}): {error}"
        cure = "run `git diff` by itself in the repository until it succeeds"
        raise UsageError("no-diff", what, where=str(commits.repository.root), cure=cure) from None


def make(commits: Commits, output: Path, folder: Path) -> Sides:
    """Check both sides out below ``output``. ``folder`` is the user's working directory; the sides get their own.

    Raises:
        UsageError: git cannot, or the disk cannot.
    """
    root = commits.repository.root
    below = Path(os.path.realpath(folder)).relative_to(root)
    made = []
    for name, commit in zip(sides.NAMES, (commits.base, commits.head)):
        tree = sides.tree_of(output, name, root)
        with writing_to(tree):
            tree.parent.mkdir(parents=True, exist_ok=True)
        try:
            commits.repository.add_worktree(tree, commit)
        except GitError as error:
            what = f"git cannot check out the {name} ({commit}): {error}"
            cure = "run `git worktree add` by itself in the repository until it succeeds"
            raise UsageError("no-worktree", what, where=str(tree), cure=cure) from None
        made.append(Side(name, commit, tree, tree / below))
    with writing_to(made[1].tree):
        sides.carry(commits.uncommitted, root, made[1].tree)
    return Sides(root, made[0], made[1])


def compare(plan: PairPlan, commits: Commits, made: Sides) -> Differences:
    """Find out how the sides differ; with ``benchmarks_from`` the base is given the head's benchmark files first.

    Raises:
        UsageError: the base's tree cannot be written.
    """
    head = commits.head if plan.head_sha else None
    benchmark_files = commits.repository.differing(commits.base, head, plan.benchmark_paths)
    if plan.benchmarks_from:
        with writing_to(made.base.tree):
            sides.carry(benchmark_files, made.head.tree, made.base.tree)
    return Differences(
        files=tuple(_unequal(commits.repository.differing(commits.base, head), made)),
        benchmark_files=tuple(_unequal(benchmark_files, made)),
    )


def warnings(commits: Commits, differences: Differences, made: Sides, *, meant_equal: bool) -> Iterator[Notice]:
    """Yield what about the trees may not be what the user thinks; ``meant_equal`` for pairs of a commit and itself."""
    if commits.uncommitted:
        text = f"the head has uncommitted changes, which were measured too: {listed(commits.uncommitted)}"
        yield Notice("uncommitted-changes", text)
    if set(differences.files) <= set(differences.benchmark_files) and not meant_equal:
        text = "base and head are the same code: " + _same_code(commits, differences)
        yield Notice("same-code", text)
    missing = _untracked_of_their_kind(commits.repository)
    if missing:
        text = f"files that git does not track are on neither side; `git add` what is needed: {listed(missing)}"
        yield Notice("untracked-files", text)
    if any((side.tree / ".gitmodules").is_file() for side in made.both):
        text = "submodules are not checked out on the sides; where they are needed: setup = git submodule update --init"
        yield Notice("submodules", text)


def _same_code(commits: Commits, differences: Differences) -> str:
    if differences.benchmark_files:
        return "they differ only in files that hold benchmarks"
    return "it is one commit" if commits.base == commits.head else "their files are the same"


def _commit(repository: Repository, name: str, side: str, environ: Mapping[str, str]) -> str:
    found = repository.commit(name)
    what = f"the commit of the {side}, {name}, is not in this clone"
    if found is None and environ.get(FETCH_VARIABLE) == "true":
        try:
            repository.fetch(name)
            found = repository.commit("FETCH_HEAD")
        except GitError as error:
            what += f" and cannot be fetched: {error}"
    if found is None:
        raise UsageError("commit-missing", what, where=str(repository.root), cure=_cure(repository, name))
    return found


def _cure(repository: Repository, name: str) -> str:
    if repository.is_shallow():
        return "add the line `fetch-depth: 0` below `with:` of the checkout step: this clone is shallow"
    return f"run `git fetch origin {name}`, or name another commit"


def _unequal(paths: Sequence[str], made: Sides) -> Iterator[str]:
    for path in paths:
        base, head = made.base.tree / path, made.head.tree / path
        if base.is_file() and head.is_file() and _mode(base) == _mode(head) and filecmp.cmp(base, head, shallow=False):
            continue
        if base.is_symlink() and head.is_symlink() and base.readlink() == head.readlink():
            continue
        if os.path.lexists(base) or os.path.lexists(head):
            yield path


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o100


def _untracked_of_their_kind(repository: Repository) -> list[str]:
    """Return the untracked files that look like source or data: tracked files of their kind lie in the same folder."""
    kinds = {_kind(path) for path in repository.tracked()}
    return [path for path in repository.untracked() if _kind(path) in kinds]


def _kind(path: str) -> tuple[str, str]:
    pure = PurePosixPath(path)
    return str(pure.parent), pure.suffix
