"""The workflow of examples/workflows/watch.yml, run for real: one issue is opened, brought up to date and closed.

Three nights, each a run of both jobs. What they measured is laid out as the history that would be there by then. The
pairs and the bisecting of the first night are measured, with a benchmark that always takes what its commit says. Only
what cannot be had here is changed: the commands of the project, the action that measures, and the cache of GitHub.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from reporter.store.directory import DirectoryStore
from tests.e2e.conftest import ROOT
from tests.e2e.runner import REPOSITORY, TOKEN, WORKFLOW, Runner
from tests.e2e.story import Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi
from tests.suites import baseline_of
from tests.watched import suite_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.github_api.world import Issue

NIGHTS = (801, 802, 803)
COMMITS, SLOW, BACK = 24, 9, 14
BENCH = """{ echo pkg: example.com/shop
echo BenchmarkSearch 1000 $(cat level)000000 ns/op
echo BenchmarkParse 1000 1000000 ns/op; } >"$1"
"""
SEARCH, PARSE = "example.com/shop.BenchmarkSearch", "example.com/shop.BenchmarkParse"
MEASURE = "bash bench.sh {output}"
UNAVAILABLE = ("actions/setup-python@", "pip install", "OWNER/benchverdict", "actions/cache@")
KNOWN = {"name": "What earlier runs knew", "run": 'mkdir -p .benchverdict "$KEEP/../known"\n'}
KNOWN["run"] += 'cp -r "$KEEP/../known" .benchverdict/watch'
KEPT = {"name": "What later runs know", "run": 'cp .benchverdict/watch/* "$KEEP/../known/"'}


def here(history: Path) -> dict[str, Any]:
    """Return the workflow with what there is here in place of what there is not."""
    workflow: dict[str, Any] = YAML(typ="safe").load(ROOT / "examples" / "workflows" / "watch.yml")
    measure, publish = workflow["jobs"]["measure"], workflow["jobs"]["publish"]
    steps = [step for step in measure["steps"] if not str(step.get("uses", step.get("run"))).startswith(UNAVAILABLE)]
    for step in steps:
        if "BASELINE" in step.get("env", {}):
            step["env"]["BASELINE"] = str(history)
        if "run" in step:
            step["run"] = step["run"].replace("pytest benchmarks --benchmark-json={output}", MEASURE)
    measure["steps"] = [steps[0], KNOWN, *steps[1:], KEPT]
    publish["steps"][-1]["with"]["runtime"] = "python"
    return workflow


def levels(commits: Sequence[str], last: int) -> list[Any]:
    """Return the sessions of the first commits: one benchmark is slower for a while."""

    def level(name: str, commit: int) -> float:
        return 2.0 if name == SEARCH and SLOW <= commit < BACK else 1.0

    suites = [suite_at(number, level, names=(SEARCH, PARSE), called=commits[number]) for number in range(last)]
    return [replace(suite, name="benchmarks") for suite in suites]


class Nights:
    """The repository, and what the nights have left on GitHub."""

    def __init__(self, runner: Callable[[str], Runner], api: GitHubApi, folder: Path) -> None:
        self.world, self.folder = api.world, folder
        self.runner = runner(api.url)
        self.project = Project(folder=folder / "project")
        self.history = folder / "history" / "benchmarks.json.gz"
        self.commits: list[str] = []

    def lay_out(self) -> None:
        """Make the repository: a benchmark takes 1 ms, then 2 for some commits, then 1 again."""
        (self.project.folder / WORKFLOW).parent.mkdir(parents=True)
        YAML(typ="safe").dump(here(self.history), self.project.folder / WORKFLOW)
        (self.project.folder / "bench.sh").write_text(BENCH)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        for number in range(COMMITS):
            (self.project.folder / "level").write_text(f"{1 + (SLOW <= number < BACK)}\n")
            (self.project.folder / "change").write_text(f"{number}\n")
            self.commits.append(self.project.commit(f"Change number {number}"))
            self.world.add_commit(self.commits[-1], *self.commits[-2:-1], branch="main")
        self.world.add_token(TOKEN, permissions={"contents": "read", "actions": "read", "issues": "write"})

    def night(self, number: int, newest: int) -> Issue:
        """Run the workflow at a commit, with the sessions up to it; return the one issue that there is then."""
        self.project.git("checkout", "--quiet", self.commits[newest])
        DirectoryStore(self.history.parent).save(baseline_of(levels(self.commits, newest + 1)))
        self.world.add_run(id=number, head_sha=self.commits[newest], event="schedule", conclusion=None)
        self.world.uploads[number] = self.runner.uploads(number)
        home = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        run = self.runner.run_all(
            "schedule",
            {"repository": home},
            project=self.project.folder,
            run_id=number,
            ref="refs/heads/main",
            runtime="python",
        )
        assert self.world.issues, run.log[-8000:]
        [issue] = self.world.issues.values()
        return issue


def test_one_issue_is_opened_brought_up_to_date_and_closed(
    act: str, checkout: Path, node_packages: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    def runner(url: str) -> Runner:
        return Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=url,
            folder=tmp_path,
        )

    with GitHubApi(description=Description.load()) as api:
        nights = Nights(runner, api, tmp_path)
        nights.lay_out()
        opened = nights.night(NIGHTS[0], BACK - 2)
        first = opened.body or ""
        assert (opened.state, "BenchmarkSearch" in first, "BenchmarkParse" in first) == ("open", True, False)
        assert f"commit/{nights.commits[SLOW]}" in first, "bisecting names the commit"
        later = nights.night(NIGHTS[1], BACK - 1)
        assert (later.number, later.state, later.body != first) == (opened.number, "open", True)
        closed = nights.night(NIGHTS[2], COMMITS - 1)
        assert (closed.number, closed.state, closed.state_reason) == (opened.number, "closed", "completed")
        assert [comment.issue for comment in api.world.comments.values()] == [opened.number]
        assert api.world.labels == {}
        assert api.world.violations == []
