"""The sample service and its own workflow: real PostgreSQL and Redis, a real service, real load.

The pull request drops an index. There is no baseline yet, so what fails it are the budgets.
"""

from __future__ import annotations

import html
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import missing
from tests.e2e.runner import REPOSITORY, TOKEN, Runner
from tests.e2e.story import Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi
from tests.unit.test_sample_service import TESTS

WORKFLOW = ".github/workflows/performance.yml"
RUN_ID = 501
INDEX = "CREATE INDEX calls_by_rep ON calls (rep_id, score DESC);\n"
CATEGORIES = {
    *("api", "cache", "concurrent", "database", "load", "memory", "scenarios", "streaming", "uploads", "websocket"),
}


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of the job: how it ended, its log, the report that it uploaded, and the comments."""

    succeeded: bool
    log: str
    verdict: dict[str, Any]
    page: str
    comments: list[str]
    violations: list[str]


@pytest.fixture(scope="module")
def left(
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Left:
    if shutil.which("redis-server") is None or not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing("no PostgreSQL or no Redis: install postgresql and redis-server")
    folder = tmp_path_factory.mktemp("service")
    project = Project(folder=folder / "project")
    shutil.copytree(checkout / "examples" / "service", project.folder)
    project.git("init", "--quiet", "--initial-branch", "main")
    base = project.commit("A sample service")
    (project.folder / "coaching" / "indexes.sql").write_text(
        (project.folder / "coaching" / "indexes.sql").read_text().replace(INDEX, "")
    )
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act, checkout=checkout, node_packages=node_packages, environment=environment, api=api.url, folder=folder
        )
        api.world.add_token(TOKEN)
        api.world.add_commit(base, branch="main")
        head = project.commit("One index less")
        api.world.add_commit(head, base, branch="less")
        api.world.add_pull(number=7, head_sha=head, base_sha=base, head_ref="less")
        api.world.add_run(
            id=RUN_ID, head_sha=head, event="pull_request", path=WORKFLOW, head_branch="less", conclusion=None
        )
        repository = {"id": api.world.repository.id, "full_name": REPOSITORY}
        sides = {"head": {"sha": head, "ref": "less", "repo": repository}, "base": {"sha": base, "repo": repository}}
        payload = {
            "action": "synchronize",
            "number": 7,
            "pull_request": {"number": 7, **sides},
            "repository": {**repository, "default_branch": "main"},
        }
        run = runner.run_all(
            "pull_request",
            payload,
            project=project.folder,
            run_id=RUN_ID,
            ref="refs/pull/7/merge",
            runtime="docker",
            workflow=WORKFLOW,
            variables={"SUITE_SECONDS": "0.02"},
            seconds=900,
        )
        found = runner.artifacts(RUN_ID)
        assert "benchverdict-report-quick" in found, run.log[-8000:]
        with zipfile.ZipFile(found["benchverdict-report-quick"]) as report:
            return Left(
                succeeded=run.succeeded,
                log=run.log,
                verdict=json.loads(report.read("verdict.json")),
                page=report.read("report.html").decode(),
                comments=[comment.body for comment in api.world.comments.values() if comment.issue == 7],
                violations=[str(violation) for violation in api.world.violations],
            )


def test_every_category_is_measured(left: Left) -> None:
    assert {row["category"] for row in left.verdict["benchmarks"]} == CATEGORIES
    assert "errored" not in {row["verdict"] for row in left.verdict["benchmarks"]}


def test_every_benchmark_of_the_suite_was_measured(left: Left) -> None:
    measured = {row["name"].partition("[")[0] for row in left.verdict["benchmarks"]}
    assert set(TESTS) <= measured


def test_the_load_test_and_the_server_are_told(left: Left) -> None:
    names = {row["name"] for row in left.verdict["benchmarks"]}
    assert {"load", "service"} <= names
    assert {"GET /search", "GET /dashboard", "POST /uploads", "POST /uploads (429)"} <= names


def test_the_lost_index_fails_the_gate_by_its_budgets(left: Left) -> None:
    assert not left.succeeded
    assert left.verdict["gate"]["status"] == "failed"
    critical = {
        (row["benchmark"], row["metric"]): row for row in left.verdict["budgets"] if row["status"] == "critical"
    }
    plan = critical["suite/test_database.py::test_plan[calls_by_rep]", "index_used"]
    query = critical["suite/test_database.py::test_query[dashboard]", "p95"]
    assert plan["category"] == query["category"] == "database"
    assert plan["value"] == 0


def test_the_comment_and_the_report_name_it(left: Left) -> None:
    (comment,) = left.comments
    assert "test_plan[calls_by_rep]" in html.unescape(comment).replace("\u2060", "")
    assert "test_plan[calls_by_rep]" in left.page


def test_too_many_uploads_are_counted_apart_from_failures(left: Left) -> None:
    rows = {(row["name"], row["metric"]): row for row in left.verdict["benchmarks"]}
    assert rows["POST /uploads (429)", "throughput"]["head"]["median"] > 0
    assert rows["POST /uploads", "failures"]["head"]["median"] == 0


def test_the_servers_were_stopped(left: Left) -> None:
    assert "Success - Main Stop PostgreSQL and Redis" in left.log


def test_the_token_is_nowhere_and_github_would_have_accepted_every_request(left: Left) -> None:
    assert TOKEN not in left.log
    assert left.violations == []
