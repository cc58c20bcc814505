"""Workflows that ask for what cannot be: a wrong input, and two jobs with one name. What a person sees of it is golden.

No benchmark is timed: the command writes a number, and a budget is what it is held against.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.runner import CHECKOUT, REPOSITORY, TOKEN, WORKFLOW, Runner
from tests.e2e.story import Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.e2e.runner import Run
    from tests.github_api.world import World

    Golden = Callable[[str, str], None]

NUMBER = """printf '[{"name": "parse", "unit": "ms", "value": 12}]' >{output}"""
BUDGET = '[[budget]]\nmatch = "parse"\nmetric = "time"\ncritical = "10 ms"\n'
EARLIER = "<!-- benchverdict comment: benchmarks -->\n### All unchanged\n\nOf an earlier commit.\n"
SCRUBS = (
    (re.compile(r"(\b40\d\.1\.)[0-9a-f]{16}\b"), r"\1USE"),
    (re.compile(r"<details><summary>1 benchmark: new.*?(?=\n\n# |\Z)", re.DOTALL), "(the rest of the report)"),
)
"""The mark that every use of the action draws; the rows of a report, its machine and times."""
KEEP = {
    "name": "Keep the outputs",
    "if": "always()",
    "env": {"OUTPUTS": "${{ toJSON(steps.bench.outputs) }}", "OUTCOME": "${{ steps.bench.outcome }}"},
    "run": 'mkdir -p "$KEEP/$GITHUB_JOB"\n'
    'printf \'%s\' "$OUTPUTS" >"$KEEP/$GITHUB_JOB/outputs.json"\n'
    'printf \'%s\' "$OUTCOME" >"$KEEP/$GITHUB_JOB/outcome"\n',
}


def job(**inputs: str) -> dict[str, Any]:
    """Make a job with these inputs, which measures nothing but a number."""
    given = {"command": NUMBER, "compare": "none", "runtime": "docker"} | inputs
    ours = {"id": "bench", "uses": "OWNER/benchverdict@v1", "with": given}
    return {"runs-on": "ubuntu-latest", "steps": [{"uses": CHECKOUT}, ours, KEEP]}


STORIES: dict[str, dict[str, Any]] = {
    "bad-comment": {"one": job(comment="on-change")},
    "bad-fail-on": {"one": job(**{"fail-on": "regresed"})},
    "one-name": {"one": job(config="strict.toml"), "two": job() | {"needs": "one", "if": "always()"}},
}
RUNS = dict(zip(STORIES, (401, 402, 403), strict=True))


class Refusal:
    """What GitHub and the log have after the run of one story, on a pull request with an earlier comment."""

    stories: Mapping[str, dict[str, Any]] = STORIES
    runs: Mapping[str, int] = RUNS
    scrubs: tuple[tuple[re.Pattern[str], str], ...] = SCRUBS

    def __init__(self, runner: Runner, world: World, name: str) -> None:
        self.name, self.world, self.number = name, world, self.runs[name]
        self.project = Project(folder=runner.folder / "project")
        path = self.project.folder / WORKFLOW
        path.parent.mkdir(parents=True)
        workflow = {"name": name, "on": ["pull_request"], "permissions": {}, "jobs": self.stories[name]}
        YAML(typ="safe").dump(workflow, path)
        self._write(self.files()[0])
        self.runner, self.run = runner, self._tell(runner)

    def files(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the files of the base, and those that the pull request changes."""
        return {"strict.toml": BUDGET, "file.txt": "One.\n"}, {"file.txt": "Two.\n"}

    def _write(self, files: dict[str, str]) -> None:
        for name, content in files.items():
            (self.project.folder / name).write_text(content)

    def _tell(self, runner: Runner) -> Run:
        world = self.world
        world.add_token(TOKEN)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        self.base = self.project.commit("A number")
        self.project.git("checkout", "--quiet", "-b", "topic")
        self._write(self.files()[1])
        self.head = self.project.commit("Another")
        self.project.git("checkout", "--quiet", "--detach", "main")
        self.project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
        world.add_commit(self.base, branch="main")
        world.add_commit(self.head, self.base)
        world.add_pull(number=7, head_sha=self.head, base_sha=self.base)
        world.add_comment(7, "github-actions[bot]", EARLIER)
        world.add_run(id=self.number, head_sha=self.head, event="pull_request", conclusion=None)
        world.uploads[self.number] = runner.uploads(self.number)
        home = {"id": world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        head = {"sha": self.head, "ref": "topic", "repo": home}
        pull = {"number": 7, "head": head, "base": {"sha": self.base, "ref": "main", "repo": home}}
        return runner.run_all(
            "pull_request",
            {"repository": home, "action": "synchronize", "number": 7, "pull_request": pull},
            project=self.project.folder,
            run_id=self.number,
            ref="refs/pull/7/merge",
            runtime="docker",
        )

    def seen(self) -> str:
        """Return what a person sees: beside each job, in its summary, on the commit, and on the pull request."""
        parts = [self._job(name) for name in sorted(self.run.jobs)]
        parts += [
            f"# check {each.name}: {each.conclusion}, {each.title}\n\n{each.summary}"
            for each in self.world.checks.values()
        ]
        parts += [f"# comment\n\n{comment.body}" for comment in self.world.comments.values()]
        return self._scrubbed("\n\n".join(part.strip() for part in parts) + "\n")

    def _job(self, name: str) -> str:
        done = self.run.job(name)
        own = re.findall(rf"^\[[\w-]+/{name}\] +(.*(?:\n(?!\[).*)*)", self.run.log, re.MULTILINE)
        beside = [line.partition("::")[2] for line in own if re.match(r"\S+ +::(error|warning|notice) ", line)]
        [summary, *_] = [text.partition("Summary - ")[2] for text in own if "Summary - " in text]
        ended = f"# job {name}: {done.outcome}, gate {done.outputs['gate']}, exit code {done.outputs['exit-code']}"
        return "\n".join([ended, "", *beside, "", summary])

    def _scrubbed(self, text: str) -> str:
        for commit, word in ((self.head, "HEAD"), (self.base, "BASE")):
            text = text.replace(commit, word).replace(commit[:10], word).replace(commit[:9], word)
        for pattern, word in self.scrubs:
            text = pattern.sub(word, text)
        return text


@pytest.fixture(scope="module", params=STORIES)
def refusal(
    request: pytest.FixtureRequest,
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Refusal]:
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=tmp_path_factory.mktemp(request.param),
        )
        yield Refusal(runner, api.world, request.param)
        assert api.world.violations == []


def test_what_a_person_sees_of_it(refusal: Refusal, golden: Golden) -> None:
    golden(f"refused/{refusal.name}.md", refusal.seen())


def test_nothing_is_measured_that_is_refused(refusal: Refusal) -> None:
    measured = refusal.run.log.count("Success - Main Measure") - refusal.run.log.count("Nothing is measured: ")
    assert measured == (1 if refusal.name == "one-name" else 0)
    assert not refusal.run.succeeded
