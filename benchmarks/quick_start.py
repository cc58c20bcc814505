"""The README's quick start on a clone of a public project: ``python -m benchmarks.quick_start CLONE COMMIT BRANCH``.

The workflow is taken from the README as it stands there. What a user changes is changed: the line that installs and
the command (``--install``, ``--command``). Two pull requests are opened: the first adds the workflow and nothing
else, the second is ``BRANCH`` of the clone on top of it. Both jobs run under act, with the action of this checkout, in
an environment of their own (``--path``: a folder of programs with python and pip), and a GitHub API of the tests
beside them. Prints the minutes of each job, the check, and the comment if there is one.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from tests.e2e.conftest import ROOT
from tests.e2e.runner import REPOSITORY, WORKFLOW, Runner
from tests.e2e.story import REPORT, Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from tests.github_api.world import World

JOBS = ("benchmarks", "publish")
LATE = 900.0


def main() -> int:
    """Clone, open two pull requests, and print what a person sees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("commit")
    parser.add_argument("branch")
    parser.add_argument("--install", required=True)
    parser.add_argument("--command", required=True)
    parser.add_argument("--first-alone", action="store_true")
    parser.add_argument("--path", type=Path, required=True)
    given = parser.parse_args()
    text = workflow(given.install, given.command)
    with tempfile.TemporaryDirectory() as folder, GitHubApi(description=Description.load()) as api:
        trial = Trial(Path(folder), api.url, api.world, given.path)
        project = trial.clone(given.clone, given.commit)
        first = trial.change(project, "add-benchmarks", None, text)
        trial.show(1, "the workflow alone", project, first, given.commit)
        if given.first_alone:
            return 0
        project.git("checkout", "--quiet", "main")
        project.git("merge", "--quiet", "--ff-only", "add-benchmarks")
        second = trial.change(project, "slower", given.branch, None)
        trial.show(2, f"the branch {given.branch}", project, second, first)
    return 0


def workflow(install: str, command: str) -> str:
    """Return the README's workflow with the two lines of the project; ``OWNER`` stays, act maps it to this checkout."""
    [text, *_] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    changed = text.replace("pip install -e . pytest-benchmark", install)
    return str(changed.replace("pytest benchmarks --benchmark-json={output}", command))


class Trial:
    """A repository on a GitHub of the tests, and a runner for each job with a token of its own."""

    def __init__(self, folder: Path, api: str, world: World, programs: Path) -> None:
        """Make the runners."""
        self._folder, self._world = folder, world
        path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
        checkout = _checkout(folder)
        self._runners = {
            name: Runner(
                act=str(shutil.which("act", path=path)),
                checkout=checkout,
                node_packages=ROOT / "build" / "node" / "node_modules",
                environment={**os.environ, "PATH": path, "DOCKER_BUILDKIT": "0"},
                api=api,
                folder=_made(folder / name),
                token=f"ghs_{secrets.token_hex(18)}",
            )
            for name in JOBS
        }

    def clone(self, source: Path, commit: str) -> Project:
        """Return a fresh clone at the commit, which is its main branch."""
        project = Project(folder=self._folder / "project")
        project.folder.mkdir()
        project.git("clone", "--quiet", str(source), ".")
        project.git("checkout", "--quiet", "-B", "main", commit)
        self._world.add_commit(project.git("rev-parse", "HEAD"), branch="main")
        for name, runner in self._runners.items():
            granted = YAML(typ="safe").load(workflow("", ""))["jobs"][name]["permissions"]
            permissions = {key.replace("-", "_"): level for key, level in granted.items()}
            self._world.add_token(runner.token, permissions=permissions)
        return project

    def change(self, project: Project, branch: str, merged: str | None, text: str | None) -> str:
        """Commit what the pull request changes on a branch of its own; return its head."""
        project.git("checkout", "--quiet", "-b", branch, "main")
        if text is not None:
            place = project.folder / WORKFLOW
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            project.git("add", "--all")
            project.git("commit", "--quiet", "--message", "Benchmarks on pull requests")
        if merged is not None:
            project.git("merge", "--quiet", "--no-edit", f"origin/{merged}")
        return project.git("rev-parse", "HEAD")

    def show(self, number: int, what: str, project: Project, head: str, base: str) -> None:
        """Run both jobs on a pull request and print what came of it."""
        base = project.git("rev-parse", base)
        self._world.add_commit(head, base)
        self._world.add_pull(number=number, head_sha=head, base_sha=base)
        self._world.add_run(id=number, head_sha=head, event="pull_request", conclusion=None)
        print(f"## Pull request {number}: {what}")
        for name in JOBS:
            began = time.monotonic()
            run = self._job(name, number, project, self._event(number, head, base))
            print(f"{name}: {time.monotonic() - began:.0f} s, succeeded: {run.succeeded}")
            if not run.succeeded:
                print("\n".join(line for line in run.log.splitlines() if "❌" in line or "::error" in line)[-2000:])
            uploaded = self._runners[name].artifacts(number)
            if name == JOBS[0] and REPORT in uploaded:
                self._world.add_artifact(name=REPORT, run_id=number, content=str(uploaded[REPORT]))
        for check in self._world.checks.values():
            if check.head_sha == head:
                print(f"check: {check.conclusion}, {check.title}")
        comments = [each.body for each in self._world.comments.values() if each.issue == number]
        print("\n".join(comments) or "no comment", flush=True)

    def _event(self, number: int, head: str, base: str) -> dict[str, Any]:
        home = {"id": self._world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        sides = {"head": (head, "topic"), "base": (base, "main")}
        pull = {side: {"sha": sha, "ref": ref, "repo": home} for side, (sha, ref) in sides.items()}
        return {"repository": home, "action": "opened", "number": number, "pull_request": {"number": number, **pull}}

    def _job(self, name: str, number: int, project: Project, event: dict[str, Any]) -> Any:
        """Run one job of the workflow; the others of it run on other machines."""
        return self._runners[name].run_all(
            "pull_request",
            event,
            project=_with_one_job(project.folder, name, self._folder / f"{name}-{number}"),
            run_id=number,
            ref=f"refs/pull/{number}/merge",
            runtime="docker",
            seconds=LATE,
        )


def _with_one_job(project: Path, name: str, place: Path) -> Path:
    """Copy the project; its workflow has one job there, which waits for no other, and workflows of its own are gone."""
    shutil.copytree(project, place, symlinks=True)
    shutil.rmtree((place / WORKFLOW).parent)
    (place / WORKFLOW).parent.mkdir()
    path = place / WORKFLOW
    loaded = YAML(typ="safe").load((project / WORKFLOW).read_text(encoding="utf-8"))
    job = loaded["jobs"][name]
    job.pop("needs", None)
    with path.open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(loaded | {"jobs": {name: job}}, stream)
    return place


def _checkout(folder: Path) -> Path:
    """Return a copy of what git has of this checkout."""
    place = _made(folder / "benchverdict")
    Project(folder=ROOT).git("archive", "--output", str(folder / "action.tar"), "HEAD")
    shutil.unpack_archive(folder / "action.tar", place, filter="data")
    return place


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
