"""The main job as it happens on GitHub: a baseline is saved, one pull request is slower, another one is harmless."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.e2e import runner
from tests.e2e.runner import REPOSITORY, TOKEN, WORKFLOW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.runner import Job, Runner
    from tests.github_api.world import World

FORK = "mallory/bench"
SLOW = ("PASSES = 10\n", "PASSES = 14\n")
HARMLESS = ('"""A small', '"""A very small')
BROKEN = ("def longest(text):", "def longest(text, language):")
BASELINE = "benchverdict-baseline-benchmarks"
REPORT = "benchverdict-report-benchmarks"
PAGE = "benchverdict-page-benchmarks.html"
SLOWED = "bench_words.py::test_lengths"
SAVING_RUN = 101
FORGED = 6666
"""The artifact that a fork uploaded under the baseline's name."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """The throw-away repository, checked out at whatever was asked for last."""

    folder: Path

    def commit(self, message: str, change: tuple[str, str] | None = None) -> str:
        if change:
            source = self.folder / "words.py"
            text = source.read_text()
            assert change[0] in text
            source.write_text(text.replace(*change))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def pull_request(self, branch: str, change: tuple[str, str]) -> str:
        """Leave GitHub's test merge of a changed branch checked out; give the branch's head."""
        self.git("checkout", "--quiet", "-b", branch, "main")
        head = self.commit(f"Change on {branch}", change)
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {branch} into main", branch)
        return head

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Octo", "-c", "user.email=octo@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(kw_only=True)
class Story:
    """Passes GitHub's side of each run on to the API server, and what act's artifact server then has.

    ``comments`` are those of the slower pull request after each run.
    """

    runner: Runner
    world: World
    project: Project
    runtime: str
    jobs: dict[str, Job] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)

    def tell(self) -> None:
        self.world.add_token(TOKEN)
        self.world.add_repository(FORK)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        main = self.project.commit("A small project")
        self.world.add_commit(main, branch="main")
        self._run("dispatch", SAVING_RUN, "workflow_dispatch", main, {"inputs": {"save-baseline": "true"}}, "main")
        self._a_fork_uploads_the_same_name(main)
        slow = self._open("slow", 7, SLOW)
        self._run("slow", 103, "pull_request", slow, self._event(7), "7/merge")
        self._run("slow again", 104, "pull_request", slow, self._event(7), "7/merge")
        self._run("harmless", 105, "pull_request", self._open("harmless", 8, HARMLESS), self._event(8), "8/merge")

    def tell_of_trouble(self) -> None:
        """Go on with a command that fails, and with a fork, whose token may only read."""
        self._run("broken", 106, "pull_request", self._open("broken", 9, BROKEN), self._event(9), "9/merge")
        self.world.tokens[TOKEN].permissions = dict.fromkeys(("contents", "actions", "pull_requests"), "read")
        fork = self._open("from a fork", 10, SLOW, FORK)
        self._run("from a fork", 107, "pull_request", fork, self._event(10), "10/merge")

    def _open(self, name: str, number: int, change: tuple[str, str], repository: str = REPOSITORY) -> str:
        """Open a pull request and leave its test merge checked out; give its head."""
        branch = name.replace(" ", "-")
        head = self.project.pull_request(branch, change)
        main = self.world.branches["main"]
        self.world.add_commit(head, main, branch=branch)
        self.world.add_pull(number=number, head_sha=head, base_sha=main, head_ref=branch, head_repository=repository)
        return head

    def _run(self, name: str, run_id: int, event: str, head: str, payload: dict[str, Any], ref: str) -> None:
        known = {"head_sha": head, "event": event, "path": WORKFLOW, "head_branch": ref.partition("/")[0]}
        self.world.add_run(id=run_id, conclusion=None, **known)
        repository = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        job = self.runner.run(
            event,
            {"repository": repository, **payload},
            project=self.project.folder,
            run_id=run_id,
            ref=f"refs/pull/{ref}" if "/" in ref else f"refs/heads/{ref}",
            runtime=self.runtime,
        )
        self.world.runs[run_id].conclusion = "success" if job.succeeded else "failure"
        for artifact, content in self.runner.artifacts(run_id).items():
            self.world.add_artifact(name=artifact, run_id=run_id, content=str(content))
        self.jobs[name] = job
        self.comments[name] = [comment.body for comment in self.world.comments.values() if comment.issue == 7]

    def _a_fork_uploads_the_same_name(self, commit: str) -> None:
        """A newer artifact of the baseline's name, from the branch ``main`` of a fork."""
        self.world.add_run(id=102, head_sha=commit, path=WORKFLOW, head_repository=FORK)
        content = str(self.runner.artifacts(SAVING_RUN)[BASELINE])
        self.world.add_artifact(id=FORGED, name=BASELINE, run_id=102, content=content)

    def _event(self, number: int) -> dict[str, Any]:
        """The part of the event's payload that tells of the pull request."""
        pull = self.world.pulls[number]
        home, theirs = self.world.repository, self.world.repositories[pull.head_repository]
        head = {"sha": pull.head_sha, "ref": pull.head_ref, "repo": {"id": theirs.id, "full_name": theirs.full_name}}
        base = {"sha": pull.base_sha, "ref": "main", "repo": {"id": home.id, "full_name": home.full_name}}
        return {
            "action": "synchronize",
            "number": number,
            "pull_request": {"number": number, "head": head, "base": base},
        }


def lay_out(folder: Path) -> Project:
    project = Project(folder=folder / "project")
    runner.prepare(project.folder)
    return project
