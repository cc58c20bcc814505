"""The workflow of docs/matrix.md for a monorepo, run for real: three suites in three languages, in pairs.

Only what cannot be had here is changed: installing is left out, the container is that of the tests, a step at the
end of each job keeps what it left, and a comment is asked for: nothing in the pull request needs to be slower.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.conftest import ROOT, missing
from tests.e2e.runner import HERE, REPOSITORY, TOKEN, WORKFLOW, Runner
from tests.e2e.story import Project
from tests.e2e.test_matrix import KEEP
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.runner import Run
    from tests.github_api.world import World

NUMBER = 401
PLACES = {"api": "services/api", "search": "services/search", "web": "web"}
SEARCH = {
    "go.mod": "module example.com/search\n\ngo 1.19\n",
    "search_test.go": 'package search\n\nimport (\n\t"strings"\n\t"testing"\n)\n\n'
    'func BenchmarkIndex(b *testing.B) {\n\ttext := strings.Repeat("a", 20000) + "b"\n'
    '\tfor i := 0; i < b.N; i++ {\n\t\tif strings.Index(text, "ab") < 0 {\n\t\t\tb.Fatal("not found")\n\t\t}\n\t}\n}\n',
}
WEB = {
    "benchmarks/render.mjs": 'import { writeFileSync } from "node:fs";\n\nconst rounds = [];\n'
    "for (let round = 0; round < 30; round += 1) {\n  const start = performance.now();\n"
    '  for (let turn = 0; turn < 2000; turn += 1) JSON.stringify({ turn, text: "x".repeat(50) });\n'
    "  rounds.push(performance.now() - start);\n}\nrounds.sort((a, b) => a - b);\n"
    'writeFileSync(process.argv[2], JSON.stringify([{ name: "render", unit: "ms", value: rounds[15] }]));\n',
}
WIDE = '[[benchmark]]\nmatch = "*"\nmargin = "40 %"\nthreshold = "40 %"\n'


class Monorepo:
    """A repository of three parts, and what a pull request came to that renames a benchmark of one of them."""

    def __init__(self, runner: Runner, world: World, project: Project) -> None:
        self.runner, self.world, self.project = runner, world, project

    def tell(self) -> None:
        self.world.add_token(TOKEN)
        base, self.head = opened(self.project, self.world, f"{PLACES['api']}/bench_words.py")
        self.run = run(self.runner, self.world, self.project, NUMBER, base, self.head)

    def read(self, suite: str, name: str) -> Any:
        folder = self.run.kept / JOBS[suite] / "benchverdict" / suite
        return json.loads((folder / name).read_text())


def opened(project: Project, world: World, source: str) -> tuple[str, str]:
    """Open a pull request that renames a benchmark, its test merge checked out; return its base and its head."""
    project.git("init", "--quiet", "--initial-branch", "main")
    base = project.commit("What there is")
    world.add_commit(base, branch="main")
    project.git("checkout", "--quiet", "-b", "topic")
    path = project.folder / source
    path.write_text(path.read_text().replace("def test_capitals", "def test_titles"))
    head = project.commit("Another name")
    project.git("checkout", "--quiet", "--detach", "main")
    project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
    world.add_commit(head, base)
    world.add_pull(number=7, head_sha=head, base_sha=base)
    return base, head


def run(runner: Runner, world: World, project: Project, number: int, base: str, head: str) -> Run:
    """Run every job of the workflow on that pull request."""
    world.add_run(id=number, head_sha=head, event="pull_request", conclusion=None)
    world.uploads[number] = runner.uploads(number)
    home = {"id": world.repository.id}
    pull = {
        "number": 7,
        "head": {"sha": head, "ref": "topic", "repo": home},
        "base": {"sha": base, "ref": "main", "repo": home},
    }
    told = {"id": world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
    return runner.run_all(
        "pull_request",
        {"repository": told, "pull_request": pull},
        project=project.folder,
        run_id=number,
        ref="refs/pull/7/merge",
        runtime="docker",
        seconds=900,
    )


JOBS = {"api": "python", "search": "go", "web": "javascript"}


def lay_out(project: Path) -> None:
    """Lay three parts into a folder, and the documented workflow."""
    parts = {PLACES["search"]: SEARCH, PLACES["web"]: WEB}
    files = {f"{place}/{name}": text for place, part in parts.items() for name, text in part.items()}
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    shutil.copytree(HERE / "project", project / PLACES["api"], ignore=shutil.ignore_patterns("*.yml", "__pycache__"))
    for place in PLACES.values():
        (project / place / "benchverdict.toml").write_text(WIDE)
    (project / WORKFLOW).parent.mkdir(parents=True)
    YAML(typ="safe").dump(workflow(), project / WORKFLOW)


def workflow() -> dict[str, Any]:
    """Return the documented workflow, without what is installed, and with what keeps the files of a job."""
    loaded: dict[str, Any] = YAML(typ="safe").load(ROOT / "examples" / "workflows" / "monorepo.yml")
    for name, job in loaded["jobs"].items():
        kept = [step for step in job["steps"] if "run" not in step and "setup-python" not in step["uses"]]
        kept[-1] |= {"id": "bench"}
        kept[-1]["with"] |= {"runtime": "docker"}
        if name == "python":
            command = "python -m pytest -q -p no:cacheprovider bench_words.py --benchmark-json={output}"
            kept[-1]["with"] |= {"command": command}
        kept[-1]["with"] |= {"comment": "always"} if name == "together" else {"time-limit": "5 min"}
        keep = {**KEEP, "run": str(KEEP["run"]).replace("$KEEP", f"$KEEP/{name}")}
        job["steps"] = [*kept, keep]
    return loaded


@pytest.fixture(scope="module")
def told(
    act: str,
    checkout: Path,
    image: str,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Monorepo]:
    for program in ("go", "node"):
        if shutil.which(program, path=environment["PATH"]) is None:
            missing(f"no {program}: install it")
    folder = tmp_path_factory.mktemp("monorepo")
    lay_out(folder / "project")
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=folder,
        )
        found = Monorepo(runner, api.world, Project(folder=folder / "project"))
        found.tell()
        yield found


def test_every_suite_is_measured_in_pairs_in_its_folder(told: Monorepo) -> None:
    assert told.run.jobs == {*JOBS.values(), "together"}, told.run.log[-8000:]
    for suite in PLACES:
        record = told.read(suite, "measure/measure.json")
        assert (record["status"], record["plan"]) == ("complete", "paired"), record["warnings"]
        names = [row["name"] for row in told.read(suite, "report/verdict.json")["benchmarks"]]
        assert names
        assert not [name for name in names if name.startswith(PLACES[suite])]


def test_one_comment_is_about_all_three_suites(told: Monorepo) -> None:
    [comment] = told.world.comments.values()
    assert comment.issue == 7
    rows = [line for line in comment.body.splitlines() if line.startswith("| <code>")]
    assert sorted(row.split("</code>")[0].removeprefix("| <code>") for row in rows[:3]) == sorted(PLACES)
    assert "test_capitals" in comment.body
    assert "of 3 suites" in next(line for line in comment.body.splitlines() if line.startswith("### "))


def test_github_would_have_accepted_every_request(told: Monorepo) -> None:
    assert told.world.violations == []
