"""The reusable workflow, called as docs/ecosystems shows: it installs, measures in pairs, and tells in another job.

What cannot be had here is changed: the called file lies in the project, the runtime is that of the tests, and a step at
the end of each job keeps what it left.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.conftest import ROOT
from tests.e2e.runner import HERE, TOKEN, WORKFLOW, Runner
from tests.e2e.story import Project
from tests.e2e.test_matrix import COMMAND, KEEP
from tests.e2e.test_monorepo import opened, run
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Run
    from tests.github_api.world import World

NUMBER = 501
CALLED = ".github/workflows/benchmark.yml"


def lay_out(project: Path) -> None:
    """Lay out the small project with the documented caller and the workflow that it calls."""
    yaml = YAML(typ="safe")
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("*.yml", "__pycache__"))
    (project / WORKFLOW).parent.mkdir(parents=True)
    caller: dict[str, Any] = yaml.load(ROOT / "examples" / "workflows" / "benchmarks-called.yml")
    [job] = caller["jobs"].values()
    job |= {"uses": f"./{CALLED}", "with": {"command": COMMAND, "install": "touch installed\ntest -f words.py"}}
    yaml.dump(caller, project / WORKFLOW)
    called: dict[str, Any] = yaml.load(ROOT / CALLED)
    for name, job in called["jobs"].items():
        job["steps"][-1] |= {"id": "bench"}
        job["steps"][-1]["with"] |= {"runtime": "docker"} | ({"time-limit": "60 s"} if name == "measure" else {})
        job["steps"].append({**KEEP, "run": str(KEEP["run"]).replace("$KEEP", f"$KEEP/{name}")})
    yaml.dump(called, project / CALLED)


@pytest.fixture(scope="module")
def told(
    act: str,
    checkout: Path,
    image: str,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Run, World]]:
    folder = tmp_path_factory.mktemp("called")
    lay_out(folder / "project")
    with GitHubApi(description=Description.load()) as api:
        api.world.add_token(TOKEN)
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        project = Project(folder=folder / "project")
        base, head = opened(project, api.world, "bench_words.py")
        yield run(runner, api.world, project, NUMBER, base, head), api.world


def test_it_measures_in_one_job_and_tells_in_the_other(told: tuple[Run, World]) -> None:
    done, world = told
    assert done.jobs == {"measure", "tell"}, done.log[-8000:]
    [comment] = world.comments.values()
    assert "test_capitals" in comment.body
    assert {check.name for check in world.checks.values()} == {"Benchverdict (benchmarks)"}
    assert done.job("measure").outputs["comment-url"] == ""
    assert done.job("tell").outputs["comment-url"].endswith(f"issuecomment-{comment.id}")


def test_what_is_installed_is_installed_before(told: tuple[Run, World]) -> None:
    done, world = told
    installed = done.log.index('Success - Main bash -eo pipefail -c "$INSTALL"')
    assert installed < done.log.index("Run Main OWNER/benchverdict@v1")
    assert world.violations == []
