"""The workflows of docs/requests.md and docs/labels.md, run for real: a stranger, a member, and two labels.

Only what cannot be had here is changed in them: the project's command instead of installing it, and a step at the end
of each job that keeps what the job left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e import leaks
from tests.e2e.runner import CANARY, HERE, REPOSITORY, TOKEN, Runner
from tests.e2e.story import FORK, PAGE, REPORT, SLOWED, Project
from tests.e2e.test_two_stages import COMMAND, WORKFLOWS, copy_project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Run
    from tests.github_api.world import World

LABEL = "benchverdict: accept"
FOUR_TIMES = ("PASSES = 10\n", "PASSES = 40\n")
RULE = '[gate]\nrule = "min > 100%"\n'
"""So slow that any pair shows it, and a rule that asks for no more, also on a busy machine."""
STRANGER, MEMBER, SHORT, UNLABELLED, ACCEPTED, TOLD = 301, 302, 303, 304, 305, 306


@dataclass(kw_only=True)
class Requests:
    """What happened, and what GitHub has after it. The pull request #7 comes from a fork and is slower."""

    runner: Runner
    world: World
    project: Project
    runs: dict[int, Run] = field(default_factory=dict)
    bodies: dict[int, list[str]] = field(default_factory=dict)

    def tell(self) -> None:
        world = self.world
        world.add_token(TOKEN)
        world.collaborators["member"] = "write"
        self.fork = world.add_repository(FORK)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        self.base = self.project.commit("A small project")
        world.add_commit(self.base, branch="main")
        self.head = self.project.pull_request("topic", FOUR_TIMES)
        world.add_commit(self.head, self.base)
        self.pull = world.add_pull(number=7, head_sha=self.head, base_sha=self.base, head_repository=FORK)
        self.project.git("checkout", "--quiet", "main")
        self._comment(STRANGER, "visitor", f"/benchmark {self.head}")
        self._comment(SHORT, "member", f"/benchmark {self.head[:12]}")
        self._comment(MEMBER, "member", f"/benchmark {self.head}")
        self.project.git("checkout", "--quiet", "--detach", "main")
        self.project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
        self._label(UNLABELLED, "bug")
        self._label(ACCEPTED, "benchmark", LABEL)
        self._told(ACCEPTED)

    def _comment(self, number: int, author: str, text: str) -> None:
        written = self.world.add_comment(7, author, text)
        self.world.add_run(id=number, head_sha=self.base, event="issue_comment", conclusion=None)
        address = f"https://api.github.com/repos/{REPOSITORY}/pulls/7"
        self._run(
            number,
            "issue_comment",
            "refs/heads/main",
            action="created",
            issue={"number": 7, "pull_request": {"url": address}},
            comment={"id": written.id, "body": text, "user": {"login": author}, "author_association": "OWNER"},
        )

    def _label(self, number: int, *names: str) -> None:
        """Set the last of some labels, which starts a run of the pull request."""
        event = self.world.add_label_event(issue=7, label=names[-1], actor="alice")
        self.started = event.created_at
        theirs = {"sha": self.head, "ref": "topic", "repo": {"id": self.fork.id}}
        base = {"sha": self.base, "ref": "main", "repo": {"id": self.world.repository.id}}
        labels = [{"name": name} for name in names]
        self.world.add_run(
            id=number, head_sha=self.head, head_branch="topic", event="pull_request", head_repository=FORK
        )
        self._run(
            number,
            "pull_request",
            "refs/pull/7/merge",
            action="labeled",
            label={"name": names[-1]},
            pull_request={"number": 7, "head": theirs, "base": base, "labels": labels},
        )

    def _told(self, number: int) -> None:
        self.project.git("checkout", "--quiet", "main")
        ended = {
            "id": number,
            "run_attempt": 1,
            "event": "pull_request",
            "head_sha": self.head,
            "head_branch": "topic",
            "head_repository": {"id": self.fork.id, "owner": {"login": FORK.split("/")[0]}},
            "html_url": f"https://github.com/{REPOSITORY}/actions/runs/{number}",
            "actor": {"login": "alice"},
            "created_at": self.started.isoformat(),
        }
        self._run(TOLD, "workflow_run", "refs/heads/main", workflow_run=ended)

    def _run(self, number: int, event: str, ref: str, **payload: Any) -> None:
        self.world.uploads[number] = self.runner.uploads(number)
        payload["repository"] = {
            "id": self.world.repository.id,
            "full_name": REPOSITORY,
            "default_branch": "main",
        }
        self.runs[number] = self.runner.run_all(
            event, payload, project=self.project.folder, run_id=number, ref=ref, runtime="docker"
        )
        ours = [each.body for each in self.world.comments.values() if each.login == "github-actions[bot]"]
        self.bodies[number] = ours


def _lay_out(project: Path) -> None:
    """Lay the documented workflows into the small project; every job keeps what it left."""
    copy_project(project)
    (project / "benchverdict.toml").write_text(RULE)
    yaml = YAML(typ="safe")
    [*_, keep] = yaml.load(HERE / "project" / "benchmarks.yml")["jobs"]["benchmarks"]["steps"]
    for name, more in (
        ("benchmarks-on-request", {"compare": "baseline"}),
        ("benchmarks-on-label", {"compare": "paired", "time-limit": "3 min"}),
        ("benchmarks-publish", {}),
    ):
        workflow = yaml.load(WORKFLOWS / f"{name}.yml")
        for job in workflow["jobs"].values():
            _shorten(job, more, keep)
        yaml.dump(workflow, project / ".github" / "workflows" / f"{name}.yml")


def _shorten(job: dict[str, Any], more: dict[str, str], keep: dict[str, Any]) -> None:
    unneeded = ("actions/setup-python@", "pip install")
    steps = [step for step in job["steps"] if not str(step.get("uses", step.get("run"))).startswith(unneeded)]
    ours = steps[-1]
    measures = "command" in ours["with"]
    ours["with"] |= {"runtime": "docker"} | ({"command": COMMAND} | more if measures else {"comment": "always"})
    named = ours.setdefault("id", "bench")
    script = f'KEEP=$KEEP/$GITHUB_JOB\nmkdir -p "$KEEP"\n{keep["run"]}'
    environment = {name: value.replace("steps.bench.", f"steps.{named}.") for name, value in keep["env"].items()}
    job["steps"] = [*steps, keep | {"run": script, "env": environment}]


@pytest.fixture(scope="module")
def told(
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Requests]:
    folder = tmp_path_factory.mktemp("requests")
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        _lay_out(folder / "project")
        requests = Requests(runner=runner, world=api.world, project=Project(folder=folder / "project"))
        requests.tell()
        yield requests


def test_a_stranger_gets_nothing_run_and_no_answer(told: Requests) -> None:
    run = told.runs[STRANGER]
    assert run.succeeded, run.log[-4000:]
    assert run.jobs == {"request"}
    assert run.job("request").outputs["head-sha"] == ""
    assert "'visitor' may not write to this repository" in run.log
    assert "bench_words.py" not in run.log
    assert told.bodies[STRANGER] == []
    assert told.runner.artifacts(STRANGER) == {}


def test_a_commit_of_a_fork_that_is_not_named_in_full_is_not_measured(told: Requests) -> None:
    run = told.runs[SHORT]
    assert run.jobs == {"request"}
    assert "::notice title=Benchverdict::" in run.log
    assert "is not the whole name of a commit" in run.log
    assert told.runner.artifacts(SHORT) == {}


def test_a_member_gets_what_they_named_measured_and_told(told: Requests) -> None:
    run = told.runs[MEMBER]
    assert run.succeeded, run.log[-4000:]
    assert run.jobs == {"request", "measure", "publish"}
    assert run.job("request").outputs["head-sha"] == told.head
    record = json.loads((run.job("measure").work / "measure" / "measure.json").read_text())
    assert record["head_sha"] == told.head
    assert set(told.runner.artifacts(MEMBER)) == {REPORT, PAGE}
    [body] = told.bodies[MEMBER]
    assert f"<!-- benchverdict run: {told.head} {MEMBER} 1 report by {MEMBER}.1." in body
    assert run.job("publish").outputs["check-url"]
    assert run.job("measure").outputs["comment-url"] == run.job("measure").outputs["check-url"] == ""


def test_only_who_may_ask_sees_a_reaction(told: Requests) -> None:
    comments = {comment.id: comment.login for comment in told.world.comments.values()}
    assert [(comments[number], content) for number, _, content in told.world.reactions] == [
        ("member", "confused"),
        ("member", "eyes"),
    ]


def test_another_label_measures_nothing(told: Requests) -> None:
    run = told.runs[UNLABELLED]
    assert run.jobs == set()
    assert "bench_words.py" not in run.log


def test_the_label_lets_the_regression_pass_and_names_who_set_it(told: Requests) -> None:
    run = told.runs[ACCEPTED]
    assert run.succeeded, run.log[-4000:]
    job = run.job("benchmarks")
    assert job.outputs["gate"] in ("passed", "undecided"), "undecided where the other benchmarks are too noisy"
    assert job.verdicts()[SLOWED] == "regressed"
    [annotation] = [line for line in run.log.splitlines() if "title=Benchverdict" in line and "accepted by" in line]
    assert f"accepted by alice with the label '{LABEL}' for commit {told.head}" in annotation
    assert "accepted by alice" in (job.work / "report" / "report.html").read_text()
    assert "accepted by alice" in job.summary


def test_an_acceptance_does_not_carry_over_to_the_publishing_run_of_a_fork(told: Requests) -> None:
    run = told.runs[TOLD]
    assert run.succeeded, run.log[-4000:]
    [body] = told.bodies[TOLD]
    assert "accepted by" not in body
    assert "label-not-counted" in body
    [check] = [check for check in told.world.checks.values() if str(ACCEPTED) in check.external_id]
    assert (check.conclusion, check.head_sha) == ("failure", told.head)


def test_the_measuring_code_finds_no_token_and_secrets_are_nowhere(told: Requests) -> None:
    seen = [json.loads(path.read_text()) for path in told.runner.folder.glob("kept-*/environment-*.json")]
    assert seen
    assert not [name for each in seen for name in each if name.startswith("ACTIONS_") or "TOKEN" in name]
    for number, run in told.runs.items():
        secrets = [TOKEN, CANARY, *([run.runtime_token] if run.runtime_token else [])]
        for secret in secrets:
            assert not leaks.holds(run.log.encode(), secret), number
            assert leaks.files_holding(run.kept, secret) == [], number
            assert not [each for each in run.arguments if leaks.holds(each, secret)], number
            for artifact in told.runner.artifacts(number).values():
                assert not leaks.holds(artifact.read_bytes(), secret), number


def test_github_would_have_accepted_every_request(told: Requests) -> None:
    assert told.world.violations == []
