"""The workflows of docs/forks.md, run for real: a fork's pull request in two stages, and a merge queue.

Only what cannot be had here is changed in them: the project's command instead of installing it, and a step at the end
that keeps what the job left.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.conftest import ROOT
from tests.e2e.runner import HERE, REPOSITORY, TOKEN, Runner
from tests.e2e.story import FORK, PAGE, REPORT, SLOW, Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Job

WORKFLOWS = ROOT / "examples" / "workflows"
COMMAND = "python -m pytest -q -p no:cacheprovider bench_words.py --benchmark-json={output}"
MEASURED, PUBLISHED, QUEUED = 201, 202, 203


class TwoStages:
    """What happened, and what GitHub has after it."""

    def __init__(self, runner: Runner, api: GitHubApi, folder: Path) -> None:
        self.runner, self.world = runner, api.world
        self.project = Project(folder=folder / "project")
        self.jobs: dict[int, Job] = {}
        _lay_out(self.project.folder)

    def tell(self) -> None:
        world = self.world
        world.add_token(TOKEN)
        fork = world.add_repository(FORK)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        self.base = self.project.commit("A small project")
        world.add_commit(self.base, branch="main")
        self.head = self.project.pull_request("topic", SLOW)
        world.add_commit(self.head, self.base)
        world.add_pull(number=7, head_sha=self.head, base_sha=self.base, head_repository=FORK)
        world.add_run(id=MEASURED, head_sha=self.head, head_branch="topic", event="pull_request", head_repository=FORK)
        world.tokens[TOKEN].permissions = {"contents": "read", "actions": "read"}
        theirs = {"sha": self.head, "ref": "topic", "repo": {"id": fork.id}}
        base = {"sha": self.base, "ref": "main", "repo": {"id": world.repository.id}}
        self._run(
            MEASURED, "pull_request", "refs/pull/7/merge", pull_request={"number": 7, "head": theirs, "base": base}
        )
        for name, content in self.runner.artifacts(MEASURED).items():
            world.add_artifact(name=name, run_id=MEASURED, content=str(content))
        self.project.git("checkout", "--quiet", "main")
        world.tokens[TOKEN].permissions = {"actions": "read", "pull_requests": "write", "checks": "write"}
        ended = {
            "id": MEASURED,
            "run_attempt": 1,
            "event": "pull_request",
            "head_sha": self.head,
            "head_branch": "topic",
            "head_repository": {"id": fork.id, "owner": {"login": FORK.split("/")[0]}},
            "html_url": f"https://github.com/{REPOSITORY}/actions/runs/{MEASURED}",
        }
        self._run(PUBLISHED, "workflow_run", "refs/heads/main", workflow_run=ended)
        group = {"head_sha": self.head, "base_sha": self.base, "base_ref": "refs/heads/main"}
        self._run(QUEUED, "merge_group", "refs/heads/gh-readonly-queue/main/pr-7", merge_group=group)

    def _run(self, number: int, event: str, ref: str, **payload: Any) -> None:
        home = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        payload["repository"] = home
        self.jobs[number] = self.runner.run(
            event, payload, project=self.project.folder, run_id=number, ref=ref, runtime="docker"
        )


def copy_project(project: Path) -> None:
    """Lay the small project out, with a folder for its workflows."""
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("benchmarks.yml", "__pycache__"))
    (project / ".github" / "workflows").mkdir(parents=True)


def _lay_out(project: Path) -> None:
    """Lay the documented workflows into the small project."""
    copy_project(project)
    yaml = YAML(typ="safe")
    [*_, keep] = yaml.load(HERE / "project" / "benchmarks.yml")["jobs"]["benchmarks"]["steps"]
    folder = project / ".github" / "workflows"
    for name, more in (
        ("benchmarks", {"command": COMMAND, "compare": "baseline"}),
        ("benchmarks-publish", {"comment": "always"}),
    ):
        workflow = yaml.load(WORKFLOWS / f"{name}.yml")
        [job] = workflow["jobs"].values()
        unneeded = ("actions/setup-python@", "pip install")
        job["steps"] = [
            step for step in job["steps"] if not str(step.get("uses", step.get("run"))).startswith(unneeded)
        ]
        job["steps"][-1]["with"] |= {"runtime": "docker", **more}
        job["steps"][-1]["id"] = "bench"
        job["steps"].append(keep)
        yaml.dump(workflow, folder / f"{name}.yml")


@pytest.fixture(scope="module")
def stages(
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TwoStages]:
    folder = tmp_path_factory.mktemp("stages")
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        told = TwoStages(runner, api, folder)
        told.tell()
        yield told


def test_the_first_stage_measures_and_uploads_and_writes_nothing(stages: TwoStages) -> None:
    job = stages.jobs[MEASURED]
    assert job.succeeded, job.log[-4000:]
    assert set(stages.runner.artifacts(MEASURED)) == {REPORT, PAGE}
    assert job.outputs["comment-url"] == job.outputs["check-url"] == ""
    assert job.log.count("`permissions: checks: write`") == 2, "once before measuring, once after"
    assert "::warning" not in job.log


def test_the_second_stage_tells_on_the_pull_request(stages: TwoStages) -> None:
    job = stages.jobs[PUBLISHED]
    assert job.succeeded, job.log[-4000:]
    [comment] = stages.world.comments.values()
    assert comment.issue == 7
    assert stages.head in comment.body
    assert f"by code of the fork of `{FORK.split('/')[0]}`" in comment.body.splitlines()[2]
    assert job.outputs["comment-url"].endswith(f"issuecomment-{comment.id}")
    measured = (job.outputs["gate"], job.outputs["cause"], job.outputs["exit-code"])
    assert measured == ("undecided", "not-compared", "0"), "nobody has saved a baseline"
    assert not (job.work / "measure").exists()
    assert "bench_words.py" in job.summary or "benchmarks measured" in job.summary


def test_checks_are_on_the_commits_under_review(stages: TwoStages) -> None:
    checks = [
        (check.name, check.external_id.rpartition("/")[0], check.head_sha, check.status)
        for check in stages.world.checks.values()
    ]
    name = "Benchverdict (benchmarks"
    assert checks == [
        (f"{name}, fork #7)", f"benchverdict/benchmarks/{MEASURED}/1", stages.head, "completed"),
        (f"{name})", f"benchverdict/benchmarks/{QUEUED}/1", stages.head, "completed"),
    ]
    assert {check.conclusion for check in stages.world.checks.values()} == {"neutral"}


def test_the_queue_saves_and_comments_nothing(stages: TwoStages) -> None:
    assert stages.jobs[QUEUED].succeeded, stages.jobs[QUEUED].log[-4000:]
    assert set(stages.runner.artifacts(QUEUED)) == {REPORT, PAGE}
    assert stages.jobs[QUEUED].outputs["comment-url"] == ""


def test_github_would_have_accepted_every_request_and_the_token_is_nowhere(stages: TwoStages) -> None:
    assert stages.world.violations == []
    for job in stages.jobs.values():
        assert TOKEN not in job.log
        assert not [path for path in job.kept.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
