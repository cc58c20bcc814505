"""The workflow of docs/history.md, run for real: a push is measured in one job, and another one keeps it in a store.

Only what cannot be had here is changed: the commands of the project, and a folder in place of the bucket and its
credentials. Reporting runs without Docker, so the job that stores installs the clients of stores itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from reporter.store.registry import open_store
from tests.e2e.conftest import ROOT
from tests.e2e.runner import REPOSITORY, TOKEN, WORKFLOW, Runner
from tests.e2e.story import BASELINE, Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from pathlib import Path

PUSHED = 701
BENCH = "printf 'pkg: example.com/shop\\nBenchmarkSearch 1000 1000 ns/op\\nPASS\\n'\n"
UNAVAILABLE = ("actions/setup-python@", "aws-actions/", "pip install")


def documented() -> dict[str, Any]:
    """Return the workflow that the page recommends."""
    [text] = re.findall(r"```yaml\n(# .github/workflows.*?)```", (ROOT / "docs" / "history.md").read_text(), re.DOTALL)
    workflow: dict[str, Any] = YAML(typ="safe").load(text)
    return workflow


def here(place: str) -> dict[str, Any]:
    """Return the workflow with what there is here in place of what there is not."""
    workflow = documented()
    for job in workflow["jobs"].values():
        job["steps"] = [
            step for step in job["steps"] if not str(step.get("uses", step.get("run"))).startswith(UNAVAILABLE)
        ]
        job["steps"][-1]["with"]["runtime"] = "python"
    workflow["jobs"]["measure"]["steps"][-1]["with"]["command"] = "bash bench.sh >{output}"
    workflow["jobs"]["store"]["steps"][-1]["with"]["store"] = place
    return workflow


def lay_out(folder: Path) -> Project:
    """Make the project with the workflow, and the folder that is its store."""
    (folder / "store").mkdir()
    project = Project(folder=folder / "project")
    (project.folder / WORKFLOW).parent.mkdir(parents=True)
    YAML(typ="safe").dump(here((folder / "store").as_uri()), project.folder / WORKFLOW)
    (project.folder / "benchverdict.toml").write_text("[measure]\nbaseline-runs = 2\nconfirm = false\n")
    (project.folder / "bench.sh").write_text(BENCH)
    project.git("init", "--quiet", "--initial-branch", "main")
    return project


def test_a_push_is_measured_in_one_job_and_kept_by_another(
    act: str, checkout: Path, node_packages: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    project = lay_out(tmp_path)
    commit = project.commit("A benchmark")
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=tmp_path,
        )
        api.world.add_token(TOKEN, permissions={"contents": "read", "actions": "read"})
        api.world.add_commit(commit, branch="main")
        api.world.add_run(id=PUSHED, head_sha=commit, event="push", path=WORKFLOW, conclusion=None)
        api.world.uploads[PUSHED] = runner.uploads(PUSHED)
        home = {"id": api.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        run = runner.run_all(
            "push",
            {"repository": home, "after": commit},
            project=project.folder,
            run_id=PUSHED,
            ref="refs/heads/main",
            runtime="python",
        )
        assert run.succeeded, run.log[-8000:]
        assert api.world.violations == []
    assert BASELINE in runner.artifacts(PUSHED)
    [session] = open_store((tmp_path / "store").as_uri()).history("benchmarks")
    assert session.commit == commit
    assert [name for name, _, _ in session.statistics] == ["example.com/shop.BenchmarkSearch"]
