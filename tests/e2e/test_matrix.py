"""The workflows of docs/matrix.md, run for real: a matrix of three systems, and one suite in three shards.

Only what cannot be had here is changed in the workflows: every system is this machine, the project's command instead of
installing it, and a step at the end of each job that keeps what it left. Nothing depends on how fast anything is: what
calls for attention is a benchmark that the pull request renames.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.conftest import ROOT
from tests.e2e.runner import HERE, REPOSITORY, TOKEN, Runner
from tests.e2e.story import Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Job
    from tests.github_api.world import World

WORKFLOWS = ROOT / "examples" / "workflows"
SYSTEMS = ("ubuntu-latest", "macos-latest", "windows-latest")
SHARDS = ("api~1of3", "api~2of3", "api~3of3")
COMMAND = "python -m pytest -q -p no:cacheprovider bench_words.py --benchmark-json={output}"
PARTS = ("lengths", "longest", "capitals or titles or shouts")
KEEP = {
    "name": "Keep what the job left",
    "if": "always()",
    "env": {"OUTPUTS": "${{ toJSON(steps.bench.outputs) }}", "OUTCOME": "${{ steps.bench.outcome }}"},
    "run": 'mkdir -p "$KEEP/benchverdict"\n'
    'printf \'%s\' "$OUTPUTS" >"$KEEP/outputs.json"\n'
    'printf \'%s\' "$OUTCOME" >"$KEEP/outcome"\n'
    'cp -rp "$RUNNER_TEMP/benchverdict/." "$KEEP/benchverdict/"\n',
}
SAVED, REQUESTED = 301, 302


@dataclass(kw_only=True)
class Telling:
    """A push that saves, and a pull request that renames ``test_capitals``; what is left is that of the last job."""

    runner: Runner
    world: World
    project: Project
    jobs: dict[int, Job] = field(default_factory=dict)
    head: str = ""

    def tell(self) -> None:
        self.world.add_token(TOKEN)
        self.project.git("init", "--quiet", "--initial-branch", "main")
        base = self.project.commit("A small project")
        self.world.add_commit(base, branch="main")
        self._run(SAVED, "push", "refs/heads/main", base, before=base)
        source = self.project.folder / "bench_words.py"
        self.project.git("checkout", "--quiet", "-b", "topic")
        source.write_text(source.read_text().replace("def test_capitals", "def test_titles"))
        self.head = self.project.commit("Another name")
        self.project.git("checkout", "--quiet", "--detach", "main")
        self.project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
        self.world.add_commit(self.head, base)
        self.world.add_pull(number=7, head_sha=self.head, base_sha=base)
        home = {"id": self.world.repository.id}
        pull = {
            "number": 7,
            "head": {"sha": self.head, "ref": "topic", "repo": home},
            "base": {"sha": base, "ref": "main", "repo": home},
        }
        self._run(REQUESTED, "pull_request", "refs/pull/7/merge", self.head, pull_request=pull)

    def _run(self, number: int, event: str, ref: str, head: str, **payload: Any) -> None:
        self.world.add_run(id=number, head_sha=head, event=event, conclusion=None)
        self.world.uploads[number] = self.runner.uploads(number)
        home = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        self.jobs[number] = self.runner.run(
            event,
            {"repository": home, **payload},
            project=self.project.folder,
            run_id=number,
            ref=ref,
            runtime="docker",
        )

    def artifacts(self, number: int) -> set[str]:
        return set(self.runner.artifacts(number))

    def verdict(self, folder: str) -> dict[str, Any]:
        path = self.jobs[REQUESTED].kept / "benchverdict" / folder / "verdict.json"
        verdict: dict[str, Any] = json.loads(path.read_text())
        return verdict


def _lay_out(project: Path, name: str, command: str) -> None:
    """Lay a documented workflow and a short way to measure into the small project."""
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("benchmarks.yml", "__pycache__"))
    source = project / "bench_words.py"
    source.write_text(f"{source.read_text()}\n\ndef test_shouts(benchmark):\n    benchmark(words.longest, TEXT)\n")
    (project / "benchverdict.toml").write_text("[measure]\nbaseline-runs = 2\nconfirm = false\n")
    yaml = YAML(typ="safe")
    workflow = yaml.load(WORKFLOWS / name)
    measuring, together = workflow["jobs"]["benchmarks"], workflow["jobs"]["together"]
    unneeded = ("actions/setup-python@", "pip install")
    measuring["steps"] = [
        step for step in measuring["steps"] if not str(step.get("uses", step.get("run"))).startswith(unneeded)
    ]
    for entry, part in zip(measuring["strategy"]["matrix"].get("include", []), PARTS, strict=False):
        entry["part"] = part
    measuring["runs-on"] = "ubuntu-latest"
    measuring["steps"][-1]["with"] |= {"command": command, "runtime": "docker", "time-limit": "60 s"}
    together["steps"][-1]["with"] |= {"runtime": "docker"}
    for job in (measuring, together):
        job["steps"][-1]["id"] = "bench"
        job["steps"].append(KEEP)
    folder = project / ".github" / "workflows"
    folder.mkdir(parents=True)
    yaml.dump(workflow, folder / "benchmarks.yml")


@pytest.fixture(scope="module", params=["benchmarks-matrix", "benchmarks-shards"])
def telling(
    request: pytest.FixtureRequest,
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Telling]:
    folder = tmp_path_factory.mktemp(request.param)
    select = " -k '${{ matrix.part }}'" if request.param == "benchmarks-shards" else ""
    _lay_out(folder / "project", f"{request.param}.yml", f"{COMMAND}{select}")
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        told = Telling(runner=runner, world=api.world, project=Project(folder=folder / "project"))
        told.tell()
        yield told


MATRIX = pytest.mark.parametrize("telling", ["benchmarks-matrix"], indirect=True)
IN_SHARDS = pytest.mark.parametrize("telling", ["benchmarks-shards"], indirect=True)


@MATRIX
def test_every_system_saves_and_reports_on_its_own(telling: Telling) -> None:
    reports = {f"benchverdict-{what}" for system in SYSTEMS for what in (f"report-{system}", f"page-{system}.html")}
    baselines = {f"benchverdict-baseline-{system}" for system in SYSTEMS}
    assert telling.artifacts(SAVED) == reports | baselines | {"benchverdict-collected-benchmarks"}
    assert telling.artifacts(REQUESTED) == reports | {"benchverdict-collected-benchmarks"}


@MATRIX
def test_the_systems_are_columns_of_one_comment(telling: Telling) -> None:
    [comment] = telling.world.comments.values()
    assert comment.issue == 7
    # How much is decided is a matter of the machine.
    headline = next(line for line in comment.body.splitlines() if line.startswith("### "))
    assert " of 3 suites" in headline
    assert "failed" not in headline
    assert (
        "| Benchmark | <code>macos-latest</code> | <code>ubuntu-latest</code> | <code>windows-latest</code> |"
        in comment.body
    )
    assert "| <code>bench_words.py::test_capitals</code> | − missing | − missing | − missing |" in comment.body
    assert telling.jobs[REQUESTED].outputs["comment-url"].endswith(f"issuecomment-{comment.id}")


@MATRIX
def test_the_collected_report_has_the_report_of_every_system(telling: Telling) -> None:
    folder = telling.jobs[REQUESTED].kept / "benchverdict" / "benchmarks" / "report"
    assert {path.name for path in (folder / "suites").iterdir()} == set(SYSTEMS)
    for system in SYSTEMS:
        here, there = telling.verdict(f"benchmarks/report/suites/{system}"), telling.verdict(f"{system}/report")
        assert here["suite"] == system
        assert [row["verdict"] for row in here["benchmarks"]] == [row["verdict"] for row in there["benchmarks"]]
        assert f'href="suites/{system}/report.html"' in (folder / "index.html").read_text()


@IN_SHARDS
def test_every_shard_saves_and_finds_its_own_baseline(telling: Telling) -> None:
    reports = {f"benchverdict-{what}" for shard in SHARDS for what in (f"report-{shard}", f"page-{shard}.html")}
    baselines = {f"benchverdict-baseline-{shard}" for shard in SHARDS}
    assert telling.artifacts(SAVED) == reports | baselines | {"benchverdict-collected-api"}
    for shard in SHARDS:
        source = json.loads(
            (telling.jobs[REQUESTED].kept / "benchverdict" / shard / "baseline" / "source.json").read_text()
        )
        assert (source["found"], source["run_id"]) == (True, SAVED)


@IN_SHARDS
def test_the_shards_are_one_report_and_one_comment(telling: Telling) -> None:
    whole = telling.verdict("api/report/suites/api")
    assert whole["suite"] == "api"
    assert {row["name"]: row["verdict"] for row in whole["benchmarks"] if row["verdict"] in ("new", "missing")} == {
        "bench_words.py::test_capitals": "missing",
        "bench_words.py::test_titles": "new",
    }
    assert len(whole["benchmarks"]) == 5
    assert whole["measured"]["runs"] == 3
    [comment] = telling.world.comments.values()
    assert "<code>test_capitals</code>" in comment.body
    rows = [line for line in comment.body.splitlines() if not line.startswith("Because: ")]  # on a noisy machine
    assert "shard" not in "\n".join(rows).replace("benchverdict", "")


@IN_SHARDS
def test_shards_have_one_check_together(telling: Telling) -> None:
    [check] = telling.world.checks.values()
    assert (check.name, check.head_sha, check.status) == ("Benchverdict (api)", telling.head, "completed")
    assert telling.jobs[REQUESTED].outputs["check-url"]


@MATRIX
def test_every_system_has_a_check_and_all_have_one_together(telling: Telling) -> None:
    """With the documented permissions only the last one is there; act has one token for all jobs."""
    names = {check.name for check in telling.world.checks.values()}
    assert names == {f"Benchverdict ({name})" for name in (*SYSTEMS, "benchmarks")}
    assert {(check.head_sha, check.status) for check in telling.world.checks.values()} == {(telling.head, "completed")}


def test_outputs_are_those_of_all_together(telling: Telling) -> None:
    for job in telling.jobs.values():
        assert job.succeeded, job.log[-6000:]
    outputs = telling.jobs[REQUESTED].outputs
    assert outputs["gate"] in ("passed", "undecided")
    assert (outputs["exit-code"], outputs["errored"]) == ("0", "0")
    assert int(outputs["missing"]) == int(outputs["new"]) in (1, 3)
    told = telling.jobs[REQUESTED].log.partition("/together")[2].partition("Summary - ")[2]
    assert "test_capitals" in told, "the job summary of the last job"


def test_github_would_have_accepted_every_request_and_the_token_is_nowhere(telling: Telling) -> None:
    assert telling.world.violations == []
    for job in telling.jobs.values():
        assert TOKEN not in job.log
        assert not [path for path in job.kept.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
