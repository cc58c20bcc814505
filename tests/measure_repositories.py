"""Throw-away repositories with a base and a head, shared by the tests of measuring in pairs."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.plan import PAIRED, Plan
from tests.measure_plans import read_measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.measure.series import Outcome

AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
NOTE_THE_RUN = 'echo "$BENCHVERDICT_SIDE $(cat code.txt)" >> "$NOTES"; echo 1 > {output}'
"""A command that notes which side it is and which code it finds."""


@dataclass(frozen=True)
class Project:
    """A repository in ``folder/project``, measured into ``folder/out``; the runs' notes are in ``folder/notes``."""

    folder: Path

    @property
    def tree(self) -> Path:
        return self.folder / "project"

    @property
    def output(self) -> Path:
        return self.folder / "out"

    @property
    def notes(self) -> list[str]:
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "NOTES": str(self.folder / "notes")}

    def git(self, *arguments: str) -> str:
        """Run git in the tree."""
        command = ["git", *AUTHOR, *arguments]
        return subprocess.run(command, cwd=self.tree, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        """Write files of the tree."""
        for name, content in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def commit(self, files: dict[str, str]) -> str:
        """Commit files on top of what there is; gives the SHA."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def plan(self, *, pairs: dict[str, Any] | None = None, **values: Any) -> Plan:
        """Compare HEAD with its parent by a command that notes its runs, with some values changed."""
        given = {"name": "sample", "plan": PAIRED, "script": None if "command" in values else NOTE_THE_RUN, **values}
        return Plan(**given, pairs=PairPlan(**{"base_sha": "HEAD~1", **(pairs or {})}))

    def measure(
        self, count: int = 1, *, plan: Plan | None = None, resume: bool = False, select: Sequence[str] | None = None
    ) -> tuple[Outcome, dict[str, Any], str]:
        """Measure one look and clean up; gives the outcome, ``measure.json`` and what was shown."""
        stream = io.StringIO()
        plan = plan or self.plan()
        with paired_sides(plan, self.output, resume=resume, stream=stream, environ=self.environ) as sides:
            outcome = sides.measure(count, select=select)
        self.check_clean()
        return outcome, read_measure(self.output), stream.getvalue()

    def check_clean(self) -> None:
        """Hold that nothing of the sides is left, neither on disk nor in git."""
        assert not (self.output / "sides").exists()
        assert self.worktrees() == [str(self.tree)]

    def worktrees(self) -> list[str]:
        """Return the folders of all worktrees."""
        lines = self.git("worktree", "list", "--porcelain").splitlines()
        return [line.removeprefix("worktree ") for line in lines if line.startswith("worktree ")]


def new_project(folder: Path, base: dict[str, str], head: dict[str, str]) -> Project:
    """Make a repository with two commits."""
    project = Project(folder.resolve())
    project.tree.mkdir()
    project.git("init", "--quiet")
    project.commit(base)
    project.commit(head)
    return project
